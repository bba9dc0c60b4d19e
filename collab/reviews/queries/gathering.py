"""Taking the figures of a review: rows of everything that counts, each with the key of what it is about, whoever may see it.
Whole numbers and words only, so that they are spelled in one way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from collab.approvals.queries.conditions import list_all_open
from collab.calendars.queries import calendar_or_default
from collab.dashboards.queries import goals_by_status
from collab.escalations.queries.answers import list_stretches
from collab.escalations.rules.answers import PAUSED, WITHDRAWN, Stretch
from collab.goals.queries.board import Line, list_stood
from collab.goals.queries.closed import list_closed
from collab.goals.queries.goalposts import Narrowed, list_goalposts
from collab.goals.queries.promises import Pledge, list_promises
from collab.incidents.queries.incidents import Filter as IncidentFilter
from collab.incidents.queries.incidents import list_incidents
from collab.initiatives.queries import Filter as InitiativeFilter
from collab.initiatives.queries import list_initiatives
from collab.initiatives.queries.pilots import pilots_of
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.company import company
from collab.kernel.keys import key_of
from collab.nudges.rules.weeks import span_of, week_named
from collab.people import queries as people
from collab.pulses.queries.results import trend
from collab.purchases.queries.ended import list_ended
from collab.tasks.queries.flow import list_open_between

EVERYTHING = Actor(0, SYSTEM, SYSTEM, SYSTEM, is_auditor=True)
"""Reads as an auditor does. What of it a reader of the review sees is decided when they read it."""
MOST = 2000
LONGEST = 300
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Span:
    """The days a review is about, in the company's zone."""

    from_on: date
    until_on: date

    @property
    def since(self) -> datetime:
        """The first moment of the first day."""
        return _begins(self.from_on)

    @property
    def until(self) -> datetime:
        """The first moment after the last day."""
        return _begins(self.until_on + timedelta(days=1))


def gather(span: Span, *, now: datetime) -> dict[str, Any]:
    """The figures as they are now, and what happened within the days. A few dozen statements, however much there is."""
    sides = people.department_sides()
    board = goals_by_status(EVERYTHING, now=now, weeks=1)
    return {
        "v": 1, "from_on": span.from_on.isoformat(), "until_on": span.until_on.isoformat(), "taken_at": now.isoformat(),
        "departments": _departments(), "goals": _goals(board.lines, span), "closed": _closed(span), "moved": _moved(span),
        "promises": [_promise(one) for one in list_promises(EVERYTHING, now=now)], "decisions": _decisions(span, sides),
        "initiatives": _initiatives(span), "waiting": _waiting(now), "answers": _answers(span, now),
        "incidents": _incidents(span), "pulses": _pulses(span), "conditions": _conditions(),
    }  # fmt: skip


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(company().zone))


def _departments() -> dict[str, Any]:
    return {row.code: {"en": row.name_en, "ja": row.name_ja, "side": row.side} for row in people.list_departments()}


def _goals(lines: Sequence[Line], span: Span) -> Rows:
    zone = ZoneInfo(company().zone)
    week = week_named(span.since, zone)
    first = span_of(week, zone)
    was = {one.goal: one.status for one in list_stood(EVERYTHING, {week: first})} if first else {}
    names = people.names_of(one.member for line in lines for one in line.standing.said)
    return [_goal(line, was.get(line.goal.id), names) for line in lines]


def _goal(line: Line, was: str | None, names: Mapping[int, people.Named]) -> dict[str, Any]:
    goal, stands = line.goal, line.standing
    units = {held.side: held.department for held in goal.owners}
    return {
        "key": goal.key, "title": goal.title, "group": line.group, "was": was, "departments": list(line.departments),
        "progress": _whole(stands.progress), "expected": _whole(stands.expected), "divergence": stands.divergence,
        "apart": stands.diverged, "late": stands.dark, "due_on": goal.due_on.isoformat() if goal.due_on else None,
        "owners": [
            {"department": units.get(one.side, ""), "en": names[one.member].name_en, "ja": names[one.member].name_ja,
             "confidence": one.confidence}
            for one in stands.said
        ],
    }  # fmt: skip


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else round(value)


def _closed(span: Span) -> Rows:
    return [
        {"key": goal.key, "title": goal.title, "result": goal.result,
         "departments": list(dict.fromkeys(held.department for held in goal.owners))}
        for goal in list_closed(EVERYTHING, span.since, span.until)
    ]  # fmt: skip


def _moved(span: Span) -> Rows:
    found, _total = list_goalposts(EVERYTHING, Narrowed(span.from_on, span.until_on), limit=MOST)
    return [
        {"key": one.goal, "title": one.title, "kind": one.kind, "metric": one.metric, "at": one.at.isoformat()}
        for one in found
    ]


def _promise(one: Pledge) -> dict[str, Any]:
    return {
        "key": one.goal.key, "title": one.goal.title, "promised": _plain(one.promised), "experienced": _plain(one.experienced),
        "gap": _plain(one.gap), "unit": one.promise.unit if one.promise else None, "short": one.short, "broken": one.broken,
    }  # fmt: skip


def _plain(value: Fraction | None) -> str | None:
    """To two places, without a needless end."""
    return None if value is None else f"{float(value):.2f}".rstrip("0").rstrip(".")


def _decisions(span: Span, sides: Mapping[str, str]) -> Rows:
    calendar = calendar_or_default(company().calendar)
    return [
        {
            "key": key_of("PR", row.id), "title": row.title, "state": row.state, "department": row.department_code,
            "side": sides.get(row.department_code, ""), "category": row.category or "other", "currency": row.currency,
            "total": row.total_minor, "after_the_fact": row.after_the_fact_on is not None, "ended_at": row.ended_at.isoformat(),
            "minutes": calendar.between(row.submitted_at, row.ended_at) if row.submitted_at else None,
        }
        for row in list_ended(span.since, span.until)
    ]  # fmt: skip


def _initiatives(span: Span) -> Rows:
    """What runs, and what was closed within the days."""
    every, _total = list_initiatives(EVERYTHING, InitiativeFilter(), limit=MOST)
    found = [one for one in every if one.closed_at is None or span.since <= one.closed_at < span.until]
    pilots = pilots_of([one.id for one in found]) if found else {}
    return [
        {
            "key": one.key, "title": one.title, "state": one.state, "kind": one.kind, "departments": sorted(one.departments),
            "result": one.result, "outcome": _short(one.outcome), "lesson": _short(one.lesson),
            "verdict": pilots[one.id].verdict if one.id in pilots else None,
            "started": one.started_at is not None and span.since <= one.started_at < span.until,
        }
        for one in found
    ]  # fmt: skip


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _waiting(now: datetime) -> Rows:
    return [
        {"key": one.key, "waits": one.waits, "on": one.on, "late": one.late, "blocked": one.blocked}
        for one in list_open_between(EVERYTHING, now=now)
        if one.waits != one.on
    ]


def _answers(span: Span, now: datetime) -> Rows:
    """Asks between departments that were answered, with the business minutes that took."""
    asks: dict[str, list[Stretch]] = defaultdict(list)
    for one in list_stretches(span.since, span.until, now, hidden=()):
        asks[one.key].append(one)
    return [row for key in sorted(asks) if (row := _answer(key, asks[key])) is not None]


def _answer(key: str, parts: Iterable[Stretch]) -> dict[str, Any] | None:
    ordered = sorted(parts, key=lambda one: one.started_at)
    last = ordered[-1]
    over = last.ended_at is not None and last.reason != PAUSED and last.reason not in WITHDRAWN
    if not over or last.asker == last.asked:
        return None
    return {
        "key": key.partition(":")[0], "waits": last.asker, "on": last.asked, "minutes": sum(one.minutes for one in ordered),
    }  # fmt: skip


def _incidents(span: Span) -> Rows:
    every, _total = list_incidents(EVERYTHING, IncidentFilter(), limit=MOST)
    return [
        {
            "key": one.key, "title": one.title, "state": one.state, "department": one.department_code,
            "minutes": int((one.answered_at - one.raised_at).total_seconds()) // 60 if one.answered_at else None,
        }
        for one in every
        if span.since <= one.raised_at < span.until
    ]  # fmt: skip


def _pulses(span: Span) -> Rows:
    return [
        {"key": one.key, "index": _whole(one.index), "asked": one.asked, "answered": one.answered,
         "ended_at": one.ended_at.isoformat()}
        for one in trend()
        if span.since <= one.ended_at < span.until
    ]  # fmt: skip


def _conditions() -> Rows:
    found = list_all_open()
    names = people.names_of(one.owner for one in found)
    return [
        {
            "key": one.subject, "number": one.number, "text": _short(one.text), "due_on": one.due_on.isoformat(),
            "before_order": one.before_order, "en": names[one.owner].name_en, "ja": names[one.owner].name_ja,
        }
        for one in found
    ]  # fmt: skip
