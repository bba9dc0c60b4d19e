"""What a channel wants to hear of one thing, or of everything of a kind, whatever its settings say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, delete, update

from collab.audit import service as audit
from collab.channels import queries
from collab.channels.models import Wish
from collab.channels.rules import ChannelView
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.subjects import service as subjects
from collab.subjects.rules import is_whole_kind

_wishes: Table = Wish.__table__  # type: ignore[assignment]


def wish(actor: Actor, channel: ChannelView, key: str, wanted: str | None, *, now: datetime) -> None:
    """Let a channel hear everything of a subject or a kind (`follow`), nothing (`mute`), or what it hears anyway (None).

    Raises NotAllowed; NotFound for what the whole company may not see: a channel is no way to it.
    """
    with atomic():
        permits.check("channel.wish", queries.relations(actor, channel.settings))
        if wanted is not None and not is_whole_kind(key) and key not in queries.visible([key]):
            raise NotFound
        mine = (_wishes.c.channel_id == channel.id) & (_wishes.c.key == key)
        if wanted is None:
            db.session.execute(delete(_wishes).where(mine))
        elif not insert_once(_wishes, channel_id=channel.id, key=key, wish=wanted, by_id=actor.id, at=now):
            db.session.execute(update(_wishes).where(mine).values(wish=wanted, by_id=actor.id, at=now))
        subjects.lock_or_introduce(channel.subject, "channel")
        audit.record(wanted or "unfollow", channel.subject, actor=actor, at=now, details={"key": key})
