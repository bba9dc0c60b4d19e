"""What is at risk around a member, and what changed since their last working day: of what is theirs, their departments', or what
they follow. A number of statements that does not depend on how much there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from collab.approvals.queries.board import list_pending
from collab.calendars.queries import calendar_or_default
from collab.digests.queries.gathering import gather
from collab.digests.queries.sections import decisions, initiatives, risks, tasks
from collab.digests.rules.content import Item, Span
from collab.home.rules.since import news_since
from collab.incidents.queries import list_open_of
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.errors import Text
from collab.nudges.rules.weeks import week_named
from collab.people import queries as people
from collab.purchases.queries.board import open_papers
from collab.purchases.queries.week import titles_of

MOST_RISKS, MOST_NEWS = 3, 5
OVERDUE = frozenset({"task_late", "task_mine"})
"""What a task says that is no news but a risk."""
PARTS = (risks.PART, initiatives.RISKS, decisions.PART, initiatives.DECISIONS, tasks.PART)


@dataclass(frozen=True)
class Seen:
    """One line: what it is about, where it is, what is said of it."""

    key: str
    title: str
    path: str
    said: Text


@dataclass(frozen=True)
class Glance:
    """At most three risks and five pieces of news since a moment; `more_risks` that are not among them."""

    risks: Sequence[Seen]
    more_risks: int
    news: Sequence[Seen]
    since: datetime


def get_glance(viewer: Actor, *, waiting: Collection[str], now: datetime) -> Glance:
    """What stands in the inbox already (`waiting`, keys) is not said again."""
    zone = ZoneInfo(viewer.zone)
    since = news_since(now, zone, calendar_or_default(viewer.calendar))
    found = gather([viewer], Span(week_named(now, ZoneInfo(company().zone)), since, now), now, parts=PARTS)[viewer.id]
    items = {section.code: section.items for section in found.sections}
    late = [] if viewer.is_partner else _late_at_seats(viewer, now)
    overdue, answered = (
        [_seen(item) for item in items.get("tasks", ()) if (item.what in OVERDUE) is late_ones]
        for late_ones in (True, False)
    )
    at_risk = _apart([*_incidents(viewer), *_turns(map(_seen, items.get("risks", ())), late, overdue)], waiting)
    news = _apart(_turns(map(_seen, items.get("decisions", ())), answered), waiting)
    return Glance(at_risk[:MOST_RISKS], max(0, len(at_risk) - MOST_RISKS), news[:MOST_NEWS], since)


def _seen(item: Item) -> Seen:
    return Seen(item.key, item.title, item.path, item.said)


def _turns(*ways: Iterable[Seen]) -> list[Seen]:
    """The first of each, then the second of each."""
    return [one for turn in zip_longest(*ways) for one in turn if one is not None]


def _apart(found: Sequence[Seen], waiting: Collection[str]) -> list[Seen]:
    """Each thing once, and nothing that waits in the inbox."""
    once = {one.key: one for one in reversed(found) if one.key not in waiting}
    return list(reversed(once.values()))


def _incidents(viewer: Actor) -> list[Seen]:
    """Incidents that are open and for which they were called."""
    return [
        Seen(one.key, one.title, f"/incidents/{one.key}", Text("home.glance.incident"))
        for one in list_open_of(viewer.id)
    ]


def _late_at_seats(viewer: Actor, now: datetime) -> list[Seen]:
    """Requests of the departments they lead that wait for somebody who is late; the one that waits longest first."""
    if not viewer.leads:
        return []
    _rounds, seats = list_pending(open_papers(viewer, viewer.leads, pending=True))
    late = sorted(
        (seat for seat in seats if seat.due_at is not None and seat.due_at < now and seat.member != viewer.id),
        key=lambda seat: seat.due_at or now,
    )[:MOST_RISKS]
    titles, names = titles_of({seat.subject for seat in late}), people.names_of(seat.member for seat in late)
    return [
        Seen(
            seat.subject, titles[seat.subject], f"/purchases/{seat.subject}",
            Text("home.glance.late_seat", {"who": names[seat.member], "due": seat.due_at}),
        )
        for seat in late
    ]  # fmt: skip
