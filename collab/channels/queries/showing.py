"""What a channel shows of a subject: what an ordinary member without any part in it may see, and nothing that costs money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collab.audit.queries import list_latest
from collab.channels.rules import ChannelView, Happened, Shown
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.db import AnyRow
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.subjects.queries import list_summaries
from collab.subjects.registry import Summary, Waiting, registry

ORDINARY = Actor(0, "", "", "")
"""A member of no department who has to do with nothing: what they may see, the whole company may."""
LOOK_BACK = 20
"""So many of a subject's latest entries are looked at for the last thing worth saying."""


def visible(keys: Sequence[str]) -> dict[str, Summary]:
    """Those that may be shown, one line each."""
    return list_summaries(ORDINARY, keys)


def find_shown(channel: ChannelView, key: str, now: datetime) -> Shown | None:
    """What a channel shows of a subject now; None when it is not (any more) open to the whole company."""
    summary = visible([key]).get(key)
    if summary is None:
        return None
    waiting = _waiting(key, now)
    accounts = people.slack_accounts_of([who.id for who, _since in waiting], channel.team) if waiting else {}
    return Shown(summary, waiting, accounts if channel.settings.mentions else {}, find_last(key))


def find_last(key: str) -> Happened | None:
    """The last thing worth saying of a subject."""
    found = told(list_latest(key, limit=LOOK_BACK))
    return found[-1] if found else None


def worth_saying(entries: Sequence[AnyRow]) -> list[tuple[AnyRow, Text]]:
    """What is worth saying of these entries of one subject, in order. Of what two features wrote down about one and the same
    act, the more telling: what happens to an incident rather than to its task."""
    news = [(entry, said) for entry in sorted(entries, key=lambda one: one.seq) if (said := registry.news(entry))]
    whole = {entry.at for entry, _said in news if "." in entry.verb}
    return [(entry, said) for entry, said in news if "." in entry.verb or entry.at not in whole]


def told(entries: Sequence[AnyRow]) -> list[Happened]:
    """The same with names, to be said."""
    kept = worth_saying(entries)
    named = people.names_by_email({name for entry, _said in kept for name in (entry.actor, entry.acting_for) if name})
    return [
        Happened(
            said, named.get(entry.actor) if entry.actor != SYSTEM else None, named.get(entry.acting_for or ""),
            entry.at, entry.seq,
        )
        for entry, said in kept
    ]  # fmt: skip


def _waiting(key: str, now: datetime) -> tuple[tuple[people.Named, datetime], ...]:
    rows: Sequence[Waiting] = registry.kind_of(key).awaited([key]).get(key, ())
    due = [row for row in rows if row.since <= now]
    named = people.names_of(row.member for row in due)
    return tuple((named[row.member], row.since) for row in due if row.member in named)
