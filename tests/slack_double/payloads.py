"""The JSON that Slack sends to an app: slash commands, interactions, events. Pure: all they carry is passed in."""

from collections.abc import Mapping
from typing import Any

from tests.slack_double.channels import Channel
from tests.slack_double.people import Person
from tests.slack_double.settings import App
from tests.slack_double.things import Ephemeral, Message, View


def message_json(app: App, message: Message, *, with_metadata: bool = False) -> dict[str, Any]:
    """A message as the Web API and payloads show it. Metadata comes only where it was asked for."""
    body: dict[str, Any] = {
        "type": "message",
        "ts": message.ts,
        "text": message.text,
        "team": app.team_id,
        "user": app.bot_user_id if message.author == "bot" else message.author,
    }
    if message.author == "bot":
        body |= {"bot_id": app.bot_id, "app_id": app.app_id}
    optional = {"blocks": message.blocks, "attachments": message.attachments, "thread_ts": message.thread_ts}
    body |= {name: value for name, value in optional.items() if value}
    if with_metadata and message.metadata:
        body["metadata"] = message.metadata
    return body


def slash_form(app: App, person: Person, channel: Channel, command: str, text: str, **tickets: str) -> dict[str, str]:
    """The form fields of a slash command."""
    return {
        "token": app.verification_token,
        "team_id": app.team_id,
        "team_domain": app.team_domain,
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        **tickets,
    }


def interaction(app: App, person: Person, kind: str, **fields: Any) -> dict[str, Any]:
    """What every interaction payload carries, and the fields of this one."""
    return {
        "type": kind,
        "token": app.verification_token,
        "api_app_id": app.app_id,
        "team": {"id": app.team_id, "domain": app.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": person.id, "username": person.handle, "name": person.handle, "team_id": app.team_id},
        **fields,
    }


def place_of(app: App, surface: Message | Ephemeral | View, channel: Channel | None) -> dict[str, Any]:
    """Where a control was used: the container, and the message or view it belongs to."""
    if isinstance(surface, View):
        return {"container": {"type": "view", "view_id": surface.id}, "view": surface.body}
    hidden = isinstance(surface, Ephemeral)
    container = {"type": "message", "message_ts": surface.ts, "channel_id": surface.channel, "is_ephemeral": hidden}
    body: dict[str, Any] = {"container": container, "channel": channel_json(channel)}
    if isinstance(surface, Message):
        body["message"] = message_json(app, surface)
    return body


def channel_json(channel: Channel | None) -> dict[str, str]:
    """A conversation as payloads name it."""
    assert channel is not None
    return {"id": channel.id, "name": channel.name or "directmessage"}


def event_callback(app: App, event: Mapping[str, Any], event_id: str, at: float) -> dict[str, Any]:
    """The envelope of an event."""
    return {
        "type": "event_callback",
        "token": app.verification_token,
        "team_id": app.team_id,
        "api_app_id": app.app_id,
        "event": dict(event),
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": app.team_id,
                "user_id": app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
