"""Measurements from a file: all rows or none, each permitted for its goal, in statements that do not grow with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table

from collab.goals.models import PREFIX, Goal
from collab.goals.queries.figures import Known, known
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.habits import today
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.sight import Help, contributors_of, relations
from collab.goals.rules.figures import Figure
from collab.goals.service.measuring import Entry, read_entry, write
from collab.imports.registry import ADDED, CHANGED, Change, Fields, Verdict
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotFound, Text
from collab.kernel.keys import as_typed, number_of
from collab.kernel.permits import permits
from collab.kernel.text import normal
from collab.subjects import service as subjects

_goals: Table = Goal.__table__  # type: ignore[assignment]
_CHUNK = 2000
"""Goals read in one statement: databases take so many values and no more."""


@dataclass
class Measurable:
    """A goal of the file: its metrics by name, the main one by "", or why it may not be measured."""

    goal: GoalView
    metrics: dict[str, MetricView]
    why_not: Text | None


class MeasurementRows:
    """One file of measurements. Without an actor it is the operator's: no permit is asked, nobody recorded it."""

    def __init__(self, actor: Actor | None, rows: Sequence[Fields], now: datetime) -> None:
        self.actor, self.now, self.day = actor, now, today(now)
        self.rows = rows
        self.goals = _measurable(actor, {_number(row) for row in rows} - {None})  # type: ignore[arg-type]
        self.entries: dict[tuple[int, date, str], Entry] = {}
        self.known = self._known(rows)

    def check(self, fields: Fields) -> Verdict:
        """Judge the next row."""
        entry, problems = self._entry(fields)
        if entry is None:
            return Verdict(problems)
        at = (entry.metric.id, entry.on, entry.source)
        if at in self.entries:
            return Verdict({"on": Text("goal.figures.twice")})
        self.entries[at] = entry
        was = self.known.of(entry)
        if was is not None and was.same(entry.figure):
            return Verdict()
        subject = f"{fields['goal']} {entry.on.isoformat()}"
        if was is None:
            return Verdict(changes=[Change(subject, ADDED)])
        return Verdict(changes=[_replaced(subject, was, entry.figure)])

    def write(self) -> None:
        """Lock every goal, look again whether each may still be measured, then write."""
        numbers = {entry.metric.goal for entry in self.entries.values()}
        subjects.lock_all(self.goals[number].goal.key for number in numbers)
        self.goals = _measurable(self.actor, numbers)
        entries: dict[int, list[Entry]] = {}
        for fields in self.rows:
            entry, problems = self._entry(fields)
            if entry is None:
                raise Invalid(problems)
            entries.setdefault(entry.metric.goal, []).append(entry)
        given = [(self.goals[number].goal, entries[number]) for number in sorted(entries)]
        write(self.actor, given, now=self.now, details={"imported": True})

    def _entry(self, fields: Fields) -> tuple[Entry | None, dict[str, Text]]:
        found = self.goals.get(_number(fields) or 0)
        if found is None:
            return None, {"goal": Text("goal.figures.unknown_goal", {"goal": fields["goal"]})}
        if found.why_not is not None:
            return None, {"goal": found.why_not}
        metric = found.metrics.get(normal(str(fields.get("metric") or "")))
        if metric is None:
            return None, {"metric": Text("goal.figures.unknown_metric" if found.metrics else "goal.figures.no_metric")}
        return read_entry(metric, fields, self.day)

    def _known(self, rows: Sequence[Fields]) -> Known:
        entries = [entry for entry, _problems in map(self._entry, rows) if entry is not None]
        return known(entries)


def _number(fields: Fields) -> int | None:
    typed = as_typed(str(fields["goal"])) or str(fields["goal"])
    try:
        return number_of(PREFIX, typed)
    except NotFound:
        return None


def _measurable(actor: Actor | None, numbers: set[int]) -> dict[int, Measurable]:
    """The goals of a file, four statements for two thousand of them. What the actor may not see is not there."""
    found: dict[int, Measurable] = {}
    wanted = sorted(numbers)
    for first in range(0, len(wanted), _CHUNK):
        some = wanted[first : first + _CHUNK]
        goals = with_owners(db.session.execute(ALL.where(_goals.c.id.in_(some))).all())
        metrics, helpers = metrics_of(some), contributors_of(some)
        for goal in goals:
            why_not = _refusal(actor, goal, helpers.get(goal.id, ()))
            if not isinstance(why_not, NotFound):
                said = why_not.text if why_not else None
                found[goal.id] = Measurable(goal, _by_name(metrics.get(goal.id, ())), said)
    return found


def _refusal(actor: Actor | None, goal: GoalView, helpers: Sequence[Help]) -> DomainError | None:
    """Why the actor may not measure a goal; NotFound where they may not see it."""
    if actor is None:
        return permits["goal.measure"].refusal(frozenset({"owner"}), goal.state)
    what = relations(actor, visibility=goal.visibility, creator=goal.creator, owners=goal.owners, helpers=helpers)
    if not permits.allows("goal.show", what):
        return NotFound()
    return permits["goal.measure"].refusal(what, goal.state)


def _by_name(metrics: Sequence[MetricView]) -> dict[str, MetricView]:
    named = {normal(one.name): one for one in reversed(metrics)}
    return {**named, **({"": metrics[0]} if metrics else {})}


def _replaced(subject: str, was: Figure, now: Figure) -> Change:
    for name in ("value", "numerator", "denominator", "sample"):
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            return Change(subject, CHANGED, name, _plain(before), _plain(after))
    return Change(subject, CHANGED)


def _plain(figure: object) -> str | None:
    return None if figure is None else f"{figure:f}" if not isinstance(figure, int) else str(figure)
