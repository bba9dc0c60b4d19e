"""The three addresses Slack speaks to. They know no cookies: the signature over the raw bytes is the only credential."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from collab.kernel import clock
from collab.kernel.permits import permit
from collab.slack import dispatch, reading
from collab.slack.client import SlackProblem, transport
from collab.slack.reading import Incoming, Malformed
from collab.slack.verification import Forged, verify

log = structlog.get_logger(__name__)
bp = Blueprint("slack", __name__, url_prefix="/slack")
MOST_BYTES = 1024 * 1024


@bp.post("/commands")
@permit("slack.speak")
def commands() -> Response:
    """A slash command."""
    return _answer(reading.read_command)


@bp.post("/interactions")
@permit("slack.speak")
def interactions() -> Response:
    """A pressed button, a submitted modal."""
    return _answer(reading.read_interaction)


@bp.post("/events")
@permit("slack.speak")
def events() -> Response:
    """Something happened in the workspace; and, once, the question whether this address is ours."""
    return _answer(reading.read_event)


def _answer(read: Callable[[bytes], Incoming]) -> Response:
    """Verify the bytes, read them, check whose they are, then let the handler speak. Never anything above 499."""
    try:
        raw = _verified_bytes()
        if raw.startswith(b"ssl_check=1"):
            return Response("", 200)
        incoming = read(raw)
        _check_ours(incoming)
    except Forged:
        return Response("", 401)
    except Malformed:
        return Response("", 400)
    except RequestEntityTooLarge:
        return Response("", 413)
    if incoming.kind == reading.EVENT:
        return _event(incoming)
    body = dispatch.dispatch(incoming)
    return jsonify(body) if body else Response("", 200)


def _event(incoming: Incoming) -> Response:
    if incoming.body["type"] == "url_verification":
        return jsonify({"challenge": incoming.body["challenge"]})
    return Response("", 200)


def _verified_bytes() -> bytes:
    request.max_content_length = MOST_BYTES
    raw = request.get_data(cache=False, parse_form_data=False)
    verify(
        raw, request.headers.get("X-Slack-Request-Timestamp"), request.headers.get("X-Slack-Signature"),
        secret=current_app.extensions["settings"].slack_signing_secret, now=clock.now(),
    )  # fmt: skip
    return raw


def _check_ours(incoming: Incoming) -> None:
    """A signing secret is one app's, but an app may be in many workspaces: only our own may speak to us."""
    ours = _team()
    if ours and incoming.team and incoming.team != ours:
        log.warning("slack.foreign_team", team=incoming.team)
        raise Forged
    # The first signed message tells our app's id: only Slack can sign it. One of another app would not be signed so.
    known = current_app.extensions.setdefault("slack.app_id", incoming.app_id) if incoming.app_id else ""
    if known and incoming.app_id != known:
        log.warning("slack.foreign_app", app=incoming.app_id)
        raise Forged


def _team() -> str | None:
    """The workspace of our token, asked once; unknown (None) while Slack does not answer, and then asked again later."""
    known: dict[str, str | None] = current_app.extensions.setdefault("slack.team", {})
    if "id" not in known:
        try:
            known["id"] = transport().team()
        except SlackProblem as problem:
            log.warning("slack.team_unknown", error=problem.error)
    return known.get("id")
