"""What comes in and goes out about shared channels. One form, whether it is filled in in Slack, on the page or by a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from collab.channels.rules import DEPARTMENT, DETAILS, KINDS, LEADERS, ChannelView, Settings
from collab.kernel.fields import Input, OneOf, Several, Whole, Words, YesNo, load
from collab.kernel.i18n import LOCALES
from collab.nudges.rules.times import said_time
from collab.nudges.schemas import TimeOfDay


class ChannelIn(Input):
    """Whose a channel is (`leaders`, or `department:` and its code) and what it hears; what is left out stays as it is."""

    whose = Words(80, required=True)
    kinds = Several(OneOf(KINDS), len(KINDS))
    details = OneOf(DETAILS)
    mentions = YesNo()
    digest = YesNo()
    digest_weekday = Whole(0, 6)
    digest_at = TimeOfDay()
    language = OneOf(LOCALES)
    name = Words(80, allow_none=True)  # what Slack calls it; only when it is connected


class ChannelOut(Schema):
    """A connected channel."""

    channel = fields.String(metadata={"description": "Slack's id"})
    name = fields.String()
    whose = fields.String()
    kinds = fields.List(fields.String())
    details = fields.String()
    mentions = fields.Boolean()
    digest = fields.Boolean()
    digest_weekday = fields.Integer(metadata={"description": "0 is Monday"})
    digest_at = fields.String()
    language = fields.String()
    zone = fields.String()
    connected_by = fields.String(metadata={"description": "e-mail"})
    connected_at = fields.String()
    version = fields.Integer()


def read_form(entered: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the form, as the schema names them. Raises Invalid."""
    given = {name: value for name, value in entered.items() if name in ChannelIn._declared_fields}  # noqa: SLF001 - marshmallow's way to its fields
    for name in ("mentions", "digest"):
        given[name] = bool(given.get(name))
    given["kinds"] = list(given.get("kinds") or [])
    return load(ChannelIn(), {name: value for name, value in given.items() if value is not None})


def settings_of(given: dict[str, Any], kept: Settings) -> Settings:
    """What was given, over what is."""
    purpose, _, department = str(given["whose"]).partition(":")
    return Settings(
        LEADERS if purpose == LEADERS else DEPARTMENT,
        None if purpose == LEADERS else department,
        given.get("language", kept.locale),
        kept.zone,
        tuple(code for code in KINDS if code in given.get("kinds", kept.kinds)),
        given.get("details", kept.details),
        given.get("mentions", kept.mentions),
        given.get("digest", kept.digest),
        given.get("digest_weekday", kept.digest_weekday),
        given.get("digest_at", kept.digest_minute),
    )


def whose_of(settings: Settings) -> str:
    """As it is written in `whose`."""
    return LEADERS if settings.purpose == LEADERS else f"{DEPARTMENT}:{settings.department}"


def given_of(settings: Settings) -> dict[str, Any]:
    """What a form shows before anybody changed it."""
    return {
        "whose": whose_of(settings), "kinds": list(settings.kinds), "details": settings.details,
        "mentions": settings.mentions, "digest": settings.digest, "digest_weekday": str(settings.digest_weekday),
        "digest_at": said_time(settings.digest_minute), "language": settings.locale,
    }  # fmt: skip


def shown(channel: ChannelView, connected_by: str | None) -> dict[str, Any]:
    """A channel for the API."""
    kept = channel.settings
    return {
        **given_of(kept), "digest_weekday": kept.digest_weekday, "channel": channel.channel, "name": channel.name,
        "zone": kept.zone, "connected_by": connected_by, "connected_at": channel.connected_at.isoformat(),
        "version": channel.version,
    }  # fmt: skip
