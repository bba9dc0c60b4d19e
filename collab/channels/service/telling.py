"""Shared channels read the trail: what happened since they last looked becomes a card, and replies below it (ADR 24)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from collab.audit.queries import list_after
from collab.channels import queries
from collab.channels.rules import NOTHING, ChannelView, Listener
from collab.channels.service.connecting import CARD, NEWS
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow
from collab.kernel.errors import Busy
from collab.outbox import queries as outbox_queries
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.subjects.registry import registry

log = structlog.get_logger(__name__)
AT_ONCE = 50
"""Subjects a round."""
MOST_ROUNDS = 20
MOST_NEWS = 10
"""Of one subject's backlog no more replies than these, the latest: who imports a year has not a year to tell."""
Listeners = Sequence[tuple[ChannelView, Listener]]


def sweep(*, now: datetime) -> int:
    """Tell connected channels what happened; returns of how many subjects. Two at once tell everything once."""
    handled = 0
    for _round in range(MOST_ROUNDS):
        done = _some(now)
        handled += done
        if done != AT_ONCE:
            break
    return handled


def _some(now: datetime) -> int:
    """One round; returns of how many subjects. Where something goes wrong each is tried alone: one that nobody can speak of waits
    until that is mended, and does not silence the others."""
    try:
        return _told(now)
    except (DBAPIError, Busy):
        raise
    except Exception:
        log.exception("channels.one_by_one")
        with atomic():
            keys = [row.key for row in subjects.list_untold(limit=AT_ONCE)]
        done = sum(_alone(key, now) for key in keys)
        if not done:
            raise
        return done


def _alone(key: str, now: datetime) -> int:
    """One subject; returns how many were told of."""
    try:
        return _told(now, key)
    except (DBAPIError, Busy):
        raise
    except Exception:
        log.exception("channels.not_told", subject=key)
        return 0


def _told(now: datetime, only: str | None = None) -> int:
    """Tell of some subjects (or of this one) in one transaction; with nobody to hear it all counts as told."""
    with atomic():
        listeners = queries.list_listeners()
        if not listeners:
            return subjects.tell_nobody()
        rows = [row for row in subjects.list_untold(limit=AT_ONCE, only=only) if subjects.tell(row)]
        _tell(rows, listeners, now)
        return len(rows)


def _tell(rows: Sequence[AnyRow], listeners: Listeners, now: datetime) -> None:
    """One round, in the open transaction: a number of statements that does not grow with the channels."""
    known = {kind.prefix for kind in registry.kinds}
    behind = {row.key: row.told_seq for row in rows if row.key.partition("-")[0] in known}
    entries: dict[str, list[AnyRow]] = defaultdict(list)
    for entry in list_after(behind):
        entries[entry.subject_key].append(entry)
    seen = queries.visible(list(behind))
    happened = {key: _worth_saying(entries[key]) for key in behind if key in seen}
    hearing = _hearing(happened, listeners)
    said = outbox_queries.list_written([_name(channel, key) for key, channel in hearing])
    for key, channel in hearing:
        outbox.enqueue(*_notes(channel, key, happened[key], known=_name(channel, key) in said), now=now)
    ends = {row.key: row.audit_seq for row in rows}
    for key in sorted(outbox_queries.list_with_cards(CARD, list(behind))):
        outbox.repaint(key, turn=f"told:{ends[key]}", now=now)


def _hearing(happened: Mapping[str, Sequence[AnyRow]], listeners: Listeners) -> list[tuple[str, ChannelView]]:
    """Who hears of what of these."""
    keys = [key for key, entries in happened.items() if entries]
    concerned, sides = _departments(keys), people.department_sides()
    return [
        (key, channel)
        for key in keys
        for channel, listener in listeners
        if listener.hears_of(key, registry.kind_of(key).code, concerned.get(key, frozenset()), sides)
    ]


def _name(channel: ChannelView, key: str) -> str:
    """The card of a subject in a channel is one, whoever writes it how often."""
    return f"channel:{channel.id}:{key}"


def _notes(channel: ChannelView, key: str, happened: Sequence[AnyRow], *, known: bool) -> Iterable[Note]:
    """The card with the first thing worth saying, which it says itself; from then on what happens, below it."""
    news = [entry.seq for entry in happened if entry.at >= channel.connected_at][-MOST_NEWS:]
    name, where = _name(channel, key), {"channel": channel.id}
    if news and not known:
        yield Note(CARD, key, name, channel=channel.channel, args=where)
    elif channel.settings.details != NOTHING:
        for seq in news:
            yield Note(
                NEWS, key, f"{name}:{seq}", channel=channel.channel, args={**where, "seq": seq}, reply=channel.settings.details
            )  # fmt: skip


def _worth_saying(entries: Sequence[AnyRow]) -> list[AnyRow]:
    """The entries worth a word. A subject whose words fail must not silence the others."""
    try:
        return [entry for entry, _said in queries.worth_saying(entries)]
    except Exception:
        log.exception("channels.no_words", subject=entries[0].subject_key if entries else "")
        return []


def _departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    by_prefix: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        by_prefix[key.partition("-")[0]].append(key)
    found: dict[str, frozenset[str]] = {}
    for kind in registry.kinds:
        if by_prefix[kind.prefix]:
            found.update(kind.departments(by_prefix[kind.prefix]))
    return found
