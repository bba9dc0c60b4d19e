"""What the double answers to HTTP requests, without the HTTP: a Web API call, a use of a response url."""

from collections.abc import Mapping
from typing import Any

from tests.slack_double import methods
from tests.slack_double.errors import SlackError
from tests.slack_double.rules import check_message
from tests.slack_double.things import Call
from tests.slack_double.tickets import ResponseUrl
from tests.slack_double.workspace import Workspace


def web_api(slack: Workspace, name: str, token: str | None, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """One call, answered and recorded; the token is not kept."""
    with slack.lock:
        try:
            answer = methods.call(slack, name, token, arguments)
        except SlackError as refusal:
            answer = refusal.as_json()
        note_call(slack, name, arguments, answer)
    return answer


def note_call(slack: Workspace, name: str, arguments: Mapping[str, Any], answer: dict[str, Any]) -> None:
    """Puts a call into the record, with its arguments read where they can be."""
    try:
        readable = methods.parsed(arguments)
    except SlackError:
        readable = dict(arguments)
    slack.record.keep(Call(name, readable, slack.clock(), str(answer.get("error", "ok")), answer))


def response_url(slack: Workspace, token: str, content: Mapping[str, Any]) -> dict[str, Any]:
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


def _respond(slack: Workspace, door: ResponseUrl, content: Mapping[str, Any]) -> None:
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
