"""What the double answers to HTTP requests, without the HTTP: a Web API call, a use of a response url."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack_double import methods
from tests.slack_double.errors import SlackError
from tests.slack_double.faults import How, Misfortune
from tests.slack_double.rates import Pause
from tests.slack_double.rules import METHODS, check_message
from tests.slack_double.things import Call
from tests.slack_double.tickets import ResponseUrl
from tests.slack_double.workspace import Workspace

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Ending:
    """How a call ends: with this answer, unless `how` says the answer gets lost."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    how: How | None = None
    seconds: float = 0.0


def web_api(slack: Workspace, name: str, token: str | None, arguments: Arguments) -> Ending:
    """One call, answered and recorded; the token is not kept."""
    with slack.lock:
        place = _place(slack, arguments)
        if pause := slack.limits.pause_of(name, place):
            return _too_many(slack, name, arguments, slack.limits.left(pause), pause)
        if wait := slack.limits.excess(name, place):
            return _too_many(slack, name, arguments, wait)
        misfortune = slack.faults.take(name, place)
        if misfortune:
            return _struck(slack, name, token, arguments, misfortune)
        answer = _deed(slack, name, token, arguments)
        note_call(slack, name, arguments, answer)
        return Ending(200, json.dumps(answer).encode(), _scopes(slack, name, token))


def _deed(slack: Workspace, name: str, token: str | None, arguments: Arguments) -> dict[str, Any]:
    try:
        return methods.call(slack, name, token, arguments)
    except SlackError as refusal:
        return refusal.as_json()


def _struck(slack: Workspace, name: str, token: str | None, arguments: Arguments, misfortune: Misfortune) -> Ending:
    """A call that goes wrong, before or after it took effect."""
    answer: dict[str, Any] = {"ok": False, "error": misfortune.outcome}
    if misfortune.done_first:
        answer = _deed(slack, name, token, arguments)
    note_call(slack, name, arguments, answer, ended=misfortune.name, is_ambiguous=misfortune.is_ambiguous)
    if misfortune.pause:
        slack.limits.close(name, _place(slack, arguments), misfortune.seconds)
    if misfortune.how is None:
        status, body = misfortune.as_http()
        return Ending(status, body, misfortune.headers)
    # An answer lost before anything was done is cut from one that looks the same.
    whole = answer if answer["ok"] else {"ok": True, "channel": "C00000000", "ts": "1700000000.000100"}
    return Ending(200, json.dumps(whole).encode(), how=misfortune.how, seconds=misfortune.seconds)


def _too_many(slack: Workspace, name: str, arguments: Arguments, wait: int, pause: Pause | None = None) -> Ending:
    answer = {"ok": False, "error": "ratelimited"}
    note_call(slack, name, arguments, answer, into_pause=pause and round(slack.clock() - pause.since, 3))
    return Ending(429, json.dumps(answer).encode(), {"Retry-After": str(wait)})


def _place(slack: Workspace, arguments: Arguments) -> str:
    """The conversation a call is about, by the id it has now; a person where there is none yet."""
    target = str(arguments.get("channel", ""))
    try:
        return slack.channels.known(target).id if target else ""
    except SlackError:
        return target


def _scopes(slack: Workspace, name: str, token: str | None) -> dict[str, str]:
    """Slack tells with every answer to a good token what it was granted and what the method takes."""
    if token != slack.app.bot_token or slack.token_trouble:
        return {}
    accepted = METHODS[name].scopes if name in METHODS else ()
    return {"x-oauth-scopes": ",".join(sorted(slack.scopes)), "x-accepted-oauth-scopes": ",".join(accepted)}


def note_call(slack: Workspace, name: str, arguments: Arguments, answer: dict[str, Any], **about: Any) -> None:
    """Puts a call into the record, with its arguments read where they can be."""
    try:
        readable = methods.parsed(arguments)
    except SlackError:
        readable = dict(arguments)
    slack.record.keep(Call(name, readable, slack.clock(), str(answer.get("error", "ok")), answer, **about))


def response_url(slack: Workspace, token: str, content: Arguments) -> dict[str, Any]:
    """One use of a response url: a whisper, a message for all, or a change of the message the interaction came from."""
    with slack.lock:
        try:
            door = slack.response_urls.use(token)
            _respond(slack, door, content)
            answer: dict[str, Any] = {"ok": True}
        except SlackError as refusal:
            answer = refusal.as_json()
        note_call(slack, "response_url", content, answer)
    return answer


def _respond(slack: Workspace, door: ResponseUrl, content: Arguments) -> None:
    if content.get("delete_original"):
        slack.record.forget(door.message_ts)
        return
    check_message(content)
    original = door.message_ts if content.get("replace_original") else None
    message = slack.record.find_message(door.channel_id, original) if original else None
    if message:
        slack.edit(message, content)
    elif content.get("response_type") == "in_channel":
        slack.post(slack.channels.find(door.channel_id), content)
    else:
        # Slack keeps quiet about where a whisper lands, so an original that is gone gives a new one.
        slack.whisper(door.channel_id, door.user_id, content, "response_url", ts=original)
