"""The web's one translator of refusals: `application/problem+json` (RFC 9457) under /api, a page elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from collab.kernel.actor import Actor
from collab.kernel.errors import Busy, DomainError, Invalid, NotSignedIn, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.web.identity import is_api, member_or_none, reader_or_default
from collab.web.limits import TooOften
from collab.web.proof import ProofNeeded

log = structlog.get_logger(__name__)
RETRY_SECONDS = 2
NOTED = {401, 403, 429}
"""Refusals that stand in the log, for whoever looks how somebody tries doors: who is unknown, who may not, who is too often."""
JUDGED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
"""Answers that say what is wrong with what was sent; a page says 400 where a form's token is missing, whoever sent it."""


def install(app: Flask) -> None:
    """Register the translator for everything a request can raise, after the pages: what it says instead of an answer is dressed as theirs."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _our_bug)
    app.after_request(_never_theirs)


def problem(error: DomainError, how: Reader) -> dict[str, Any]:
    """A refusal as a problem document in the reader's words, with the facts as members of their own."""
    body: dict[str, Any] = {
        "type": "about:blank", "code": error.said_code, "status": error.status, "title": how.say(error.text),
        **{name: _plain(value, how) for name, value in error.args_said.items()},
    }  # fmt: skip
    if isinstance(error, Invalid):
        body["errors"] = {path: how.say(text) for path, text in error.fields.items()}
    return body


def _plain(value: Any, how: Reader) -> Any:
    match value:
        case Actor():
            return value.email
        case datetime() | date():
            return value.isoformat()
        case Text():
            return how.say(value)
        case str() | int() | bool() | None:
            return value
        case Mapping():
            return {name: _plain(item, how) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item, how) for item in value]
    return how.show(value)


def _refused(error: DomainError) -> AnyResponse:
    if isinstance(error, NotSignedIn) and not is_api() and request.method == "GET":
        return redirect(f"{url_for('home.index')}?next={quote(request.full_path.rstrip('?'))}")
    if isinstance(error, ProofNeeded) and request.method == "GET":
        return redirect(error.href, 303)
    return answer(error)


def _never_theirs(response: Response) -> Response:
    """Whoever may never do what they called learns that, and not what is wrong with what they sent, whichever was looked at first."""
    if response.status_code not in JUDGED or (response.status_code == HTTPStatus.BAD_REQUEST and not is_api()):
        return response
    who = g.get("bearer") if is_api() else member_or_none()
    verb = getattr(current_app.view_functions.get(request.endpoint or ""), "permit", None)
    refusal = permits[verb].never(who.roles) if who and verb else None
    return answer(refusal) if refusal else response


def answer(error: DomainError) -> Response:
    """The response for a refusal."""
    _note(error)
    how = reader_or_default()
    if is_api():
        response = jsonify(problem(error, how))
        response.mimetype = "application/problem+json"
    else:
        response = Response(
            render_template("web/problem.html", error=error, status=error.status, **_page_words(error, how))
        )
    response.status_code = error.status
    if isinstance(error, Busy):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, NotSignedIn) and is_api():
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _note(error: DomainError) -> None:
    """Never the address itself: it may hold a code."""
    if error.status in NOTED:
        who = g.get("bearer") or member_or_none()
        log.info(
            "web.refused", code=error.said_code, status=error.status, endpoint=request.endpoint, method=request.method,
            member=who.id if who else None, address=request.remote_addr,
        )  # fmt: skip


def _page_words(error: DomainError, how: Reader) -> dict[str, Any]:
    if isinstance(error, ProofNeeded):
        said = {name: how.say(f"web.proof.{name}") for name in ("what_to_do", "back_label")}
        return {
            "title": how.say(error.text),
            "details": [how.say("web.proof.not_sent")],
            "back_href": error.href,
            **said,
        }
    fields = [how.say(text) for text in error.fields.values()] if isinstance(error, Invalid) else []
    return {"title": how.say(error.text), "details": fields}


class Http(DomainError):
    """A refusal by the framework: unknown path, method, body too large."""

    def __init__(self, status: int) -> None:
        super().__init__(f"http_{status}")
        self.status = status  # type: ignore[misc]

    @property
    def text(self) -> Text:
        """Words for the statuses that happen, one sentence for the rest."""
        known = {400, 404, 405, 413, 415, 429}
        return Text(f"error.http.{self.status}" if self.status in known else "error.http.unexpected")


def _http(error: HTTPException) -> AnyResponse:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    return answer(Http(error.code or 500))


def _database_away(error: OperationalError | PoolTimeout) -> Response:
    log.warning("web.database_away", error=str(error.orig if isinstance(error, OperationalError) else error))
    return answer(Busy())


def _too_deep(_error: RecursionError) -> Response:
    return answer(Http(400))


def _our_bug(error: Exception) -> Response:
    log.error("web.failed", path=request.path, exc_info=error)
    return answer(Http(500))
