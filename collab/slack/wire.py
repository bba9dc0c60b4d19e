"""One HTTP call to Slack, and every way it can end, told apart as far as it can be told.

slack_sdk's default client repeats by itself and would post twice when an answer is lost: ours never repeats anything,
the outbox decides. Nothing was done when no connection came about; once a request has left, only an answer can tell.
"""

from __future__ import annotations

import http.client
import json
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import URLError

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from collab.slack.problems import Later, OurBug, SlackProblem, Uncertain, answered

log = structlog.get_logger(__name__)
RESPONSE_URL = "response_url"
RECONNECT_WAIT = 5
"""Seconds until a connection that did not come about is tried again."""
_JSON_METHODS = ("chat.", "views.")
_CONNECTING = {http.client.HTTPConnection.connect.__code__, http.client.HTTPSConnection.connect.__code__}
# What slack_sdk lets through when an answer breaks off, is no JSON, is JSON of another shape, or is in no charset at all.
_LOST = (
    OSError, http.client.HTTPException, ValueError, LookupError, AttributeError, TypeError, RecursionError,
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What Slack said, and the headers it said it with (their names in small letters)."""

    data: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def at(self) -> datetime | None:
        """Slack's own clock as it answered, where it said."""
        try:
            return parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError):
            return None

    def word(self, *path: str) -> str:
        """A text of the answer, named by its path. Raises Uncertain: Slack says yes, but not where or to whom."""
        found: Any = self.data
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        if not isinstance(found, str) or not found:
            raise Uncertain("not_json", detail=f"no {'.'.join(path)}")
        return found


class Wire:
    """Calls to one Slack with one token; `timeout` is in seconds, for each step of a call."""

    def __init__(self, token: str, base_url: str, timeout: float) -> None:
        # slack_sdk declares whole seconds, urllib takes any.
        self._client = WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])  # type: ignore[arg-type]

    def call(self, method: str, **arguments: Any) -> Answer:
        """Call a method of the Web API. Raises the SlackProblem its answer, or the lack of one, means."""
        as_json = method.startswith(_JSON_METHODS)
        with _ended(method):
            response = self._client.api_call(
                method, json=arguments if as_json else None, params=None if as_json else arguments
            )
            if not isinstance(response.data, dict):
                raise Uncertain("not_json", method=method)
            return Answer(response.data, _headers(response))


def use_response_url(address: str, payload: Mapping[str, Any], timeout: int) -> None:
    """Answer where an interaction happened. Raises SlackProblem."""
    with _ended(RESPONSE_URL):
        answer = WebhookClient(address, timeout=timeout, retry_handlers=[]).send_dict(dict(payload))
    error = _webhook_error(answer.body)
    if answer.status_code != http.client.OK or error:
        headers = {name.lower(): value for name, value in dict(answer.headers).items()}
        raise _noted(answered(RESPONSE_URL, answer.status_code, error, retry_after=headers.get("retry-after", "")))


def _webhook_error(body: str) -> str:
    """Slack's word in the answer of a response url: JSON or bare text; empty for yes."""
    try:
        said = json.loads(body)
    except ValueError:
        return "" if body == "ok" else body.strip()
    if not isinstance(said, dict) or said.get("ok"):
        return ""
    return str(said.get("error", "no error"))


@contextmanager
def _ended(method: str) -> Iterator[None]:
    """Every end of a call that is no success as a SlackProblem."""
    try:
        yield
    except SlackApiError as error:
        raise _noted(_refusal(method, error.response)) from error
    except SlackRequestError as error:
        raise _noted(OurBug("invalid_arguments", method=method, detail=str(error))) from error
    except _LOST as error:
        problem = _loss(method, error)
        _let_go(error)
        raise _noted(problem) from error


def _let_go(error: BaseException | None) -> None:
    """What broke off still holds its connection in the frames it left: close it now, not when memory is next tidied."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _refusal(method: str, response: SlackResponse) -> SlackProblem:
    data = response.data if isinstance(response.data, dict) else {}
    detail = json.dumps({name: data[name] for name in ("errors", "needed", "response_metadata") if name in data})
    wait = _headers(response).get("retry-after", "")
    return answered(method, response.status_code, str(data.get("error") or ""), retry_after=wait, detail=detail[:2000])


def _loss(method: str, error: BaseException) -> SlackProblem:
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, BaseException) else error
    said = f"{type(cause).__name__}: {cause}"[:200]
    if _while_connecting(cause):
        return Later("no_connection", method=method, retry_after=RECONNECT_WAIT, detail=said)
    if isinstance(cause, TimeoutError):
        return Uncertain("timed_out", method=method, detail=said)
    lost = isinstance(cause, OSError | http.client.HTTPException)
    return Uncertain("cut_off" if lost else "not_json", method=method, detail=said)


def _while_connecting(error: BaseException) -> bool:
    """Whether it came up before the request left: looking up the name, connecting, the TLS handshake.

    The exception alone cannot say so (a time-out is a time-out), but where it was raised can.
    """
    return any(frame.f_code in _CONNECTING for frame, _ in traceback.walk_tb(error.__traceback__))


def _headers(response: SlackResponse) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in dict(response.headers).items()}


def _noted(problem: SlackProblem) -> SlackProblem:
    log.warning("slack.problem", method=problem.method, error=problem.error, kind=problem.kind, detail=problem.detail)
    return problem
