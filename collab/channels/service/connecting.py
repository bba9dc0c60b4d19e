"""Connecting a channel with a department or with the leaders, changing what it hears, disconnecting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update

from collab.audit import service as audit
from collab.channels import queries
from collab.channels.models import Channel
from collab.channels.rules import ChannelView, Settings
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.kernel.errors import NotNow, Stale
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.subjects import service as subjects

CARD, NEWS, HELLO, LOST = "channel.card", "channel.news", "channel.hello", "channel.lost"
"""Kinds of message: a subject's card, what happened to it, the first words in a channel, that Slack refuses a channel."""
LEFT, REFUSED = "disconnected", "refused"
_channels: Table = Channel.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Place:
    """A channel of Slack's, and what it is called there."""

    team: str
    channel: str
    name: str


def connect(actor: Actor, place: Place, wanted: Settings, *, seen: int | None = None, now: datetime) -> ChannelView:
    """Make a channel somebody's, or change what one that is connected hears.

    Raises:
        NotAllowed: the actor speaks for neither what it is to be nor what it is.
        Stale: it was changed since version `seen`.
        NotNow: somebody else connected it this very moment.
    """
    with atomic():
        permits.check("channel.settings", queries.relations(actor, wanted))
        before = queries.find_open(place.team, place.channel)
        if before is None:
            return _begin(actor, place, wanted, now)
        permits.check("channel.settings", queries.relations(actor, before.settings))
        return before if before.settings == wanted else _change(actor, before, wanted, seen, now)


def disconnect(actor: Actor, channel: ChannelView, *, seen: int | None = None, now: datetime) -> None:
    """Let a channel hear nothing any more; its cards stay as they are. Raises NotAllowed, Stale."""
    with atomic():
        permits.check("channel.settings", queries.relations(actor, channel.settings))
        _close(channel, LEFT, seen, now)
        subjects.lock_or_introduce(channel.subject, "channel")
        audit.record("disconnect", channel.subject, actor=actor, at=now, before={"channel": channel.channel})


def lost(slack_channel: str, problem: str, now: datetime) -> bool:
    """Slack refuses a channel: whoever connected it is told once. True if it is one of ours."""
    with atomic():
        rows = select(_channels.c.team_id).where(
            _channels.c.channel_id == slack_channel, _channels.c.closed_at.is_(None)
        )
        found = [queries.find_open(team, slack_channel) for team in db.session.scalars(rows)]
        for channel in found:
            if channel is not None:
                _refused(channel, problem, now)
    return bool(found) or _was_ours(slack_channel)


def _was_ours(slack_channel: str) -> bool:
    """What still waits for a channel that is closed by now is no news to anybody."""
    return db.session.scalar(select(_channels.c.id).where(_channels.c.channel_id == slack_channel).limit(1)) is not None


def _refused(channel: ChannelView, problem: str, now: datetime) -> None:
    _close(channel, problem, channel.version, now)
    subjects.lock_or_introduce(channel.subject, "channel")
    audit.record("lost", channel.subject, actor=None, at=now, details={"problem": problem})
    args = {"channel": channel.id, "problem": problem}
    told = Note(LOST, channel.subject, f"channel:{channel.id}:lost", member=channel.connected_by, args=args)
    outbox.enqueue(told, now=now)


def _begin(actor: Actor, place: Place, wanted: Settings, now: datetime) -> ChannelView:
    row = {
        "team_id": place.team, "channel_id": place.channel, "name": place.name, "connected_by_id": actor.id,
        "connected_at": now, "version": 1, **wanted.as_row(),
    }  # fmt: skip
    made = insert_once(_channels, **row)
    found = queries.find_open(place.team, place.channel)
    if not made or found is None:
        raise NotNow("channel_taken")
    subjects.lock_or_introduce(found.subject, "channel")
    after = {"team": place.team, "channel": place.channel, **_plain(wanted)}
    audit.record("connect", found.subject, actor=actor, at=now, after=after)
    hello = Note(
        HELLO,
        found.subject,
        f"channel:{found.id}:hello",
        channel=found.channel,
        args={"channel": found.id, "by": actor.id},
    )
    outbox.enqueue(hello, now=now)
    return found


def _change(actor: Actor, before: ChannelView, wanted: Settings, seen: int | None, now: datetime) -> ChannelView:
    _move(before, seen, wanted.as_row())
    subjects.lock_or_introduce(before.subject, "channel")
    was, after = _plain(before.settings), _plain(wanted)
    changed = [name for name in after if was[name] != after[name]]
    audit.record(
        "change", before.subject, actor=actor, at=now, before={name: was[name] for name in changed},
        after={name: after[name] for name in changed},
    )  # fmt: skip
    found = queries.find_channel(before.id)
    if found is None:
        raise Stale
    return found


def _close(channel: ChannelView, why: str, seen: int | None, now: datetime) -> None:
    _move(channel, seen, {"closed_at": now, "closed_why": why})


def _move(channel: ChannelView, seen: int | None, values: dict[str, Any]) -> None:
    """Compare and set. Raises Stale."""
    version = channel.version if seen is None else seen
    mine = (_channels.c.id == channel.id) & (_channels.c.version == version) & _channels.c.closed_at.is_(None)
    moved = db.session.execute(
        update(_channels).where(mine).values(version=version + 1, **values).returning(_channels.c.id)
    )
    if moved.scalar() is None:
        raise Stale


def _plain(settings: Settings) -> dict[str, Any]:
    return {name: value for name, value in settings.as_row().items() if value is not None}
