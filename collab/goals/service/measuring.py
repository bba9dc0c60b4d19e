"""Saying what a metric was: one entry a day and source, each replacing what that source said of that day before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from collab.audit import service as audit
from collab.goals.queries import GoalView
from collab.goals.queries.figures import Known, known
from collab.goals.queries.habits import today
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.rules.figures import CHILDREN, Figure, figure_of, late
from collab.goals.service import holding, recording, rolling, shifting
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.outbox import service as outbox
from collab.subjects import service as subjects

MOST = 200
"""Entries of one call."""

SOURCE = 80
"""Characters of a source."""


@dataclass(frozen=True)
class Entry:
    """What somebody says a metric was, checked."""

    metric: MetricView
    on: date
    source: str
    figure: Figure


@dataclass
class Measured:
    """What a call came to: entries that are new, replaced another figure, or said what was known already."""

    key: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    entries: list[Entry] = field(default_factory=list)
    """Those that were written."""


def measure(
    actor: Actor,
    key: str,
    entries: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    metric: int | None = None,
    source: str = "",
) -> Measured:
    """Record what a metric of a goal (its main one unless `metric` says another) was on days up to today.

    `entries`: {on, value | numerator + denominator, source?, sample?}; without a source `source` is it, or the name of the
    machine that speaks. What says the same as before changes nothing. Figures of a goal's own days that are replaced after
    its last one are listed as moved goalposts. Everything above the goal is computed anew in the same transaction.

    Raises:
        Invalid: by entry and field (`0.value`); nothing is written then.
        NotFound, NotAllowed, NotNow: not there, not theirs, or not in this state.
    """
    with atomic():
        held = holding.hold(actor, key, "measure")
        target = chosen(metrics_of([held.goal.id]).get(held.goal.id, ()), metric)
        day = today(now)
        spoken = source or (actor.machine.label if actor.machine else "")
        checked = _checked(target, entries, day, spoken)
        return write(actor, [(held.goal, checked)], now=now)[0]


def chosen(metrics: Iterable[MetricView], metric: int | None) -> MetricView:
    """The metric that is meant. Raises Invalid."""
    found = next((one for one in metrics if (one.main if metric is None else one.id == metric)), None)
    if found is None:
        raise Invalid({"metric": Text("goal.figures.no_metric" if metric is None else "goal.figures.unknown_metric")})
    return found


def _checked(metric: MetricView, given: Sequence[Mapping[str, Any]], day: date, source: str) -> list[Entry]:
    if not 0 < len(given) <= MOST:
        raise Invalid({"_": Text("goal.figures.how_many", {"n": MOST})})
    entries: dict[tuple[date, str], Entry] = {}
    problems: dict[str, Text] = {}
    for place, one in enumerate(given):
        entry, found = read_entry(metric, one, day, source)
        if entry is not None and (entry.on, entry.source) in entries:
            found = {"on": Text("goal.figures.twice")}
        problems |= {f"{place}.{name}": problem for name, problem in found.items()}
        if entry is not None:
            entries[entry.on, entry.source] = entry
    if problems:
        raise Invalid(problems)
    return list(entries.values())


def read_entry(
    metric: MetricView, given: Mapping[str, Any], day: date, source: str = ""
) -> tuple[Entry | None, dict[str, Text]]:
    """One entry as a metric can have it, or what is wrong with it by field; `day` is today."""
    if metric.gathers:
        return None, {"metric": Text("goal.figures.from_children")}
    on, spoken = given.get("on"), (given.get("source") or source).strip()
    problems: dict[str, Text] = {}
    if not isinstance(on, date):
        problems["on"] = Text("field.required" if on is None else "field.not_a_day")
    elif on > day:
        problems["on"] = Text("goal.figures.ahead")
    if spoken.casefold() == CHILDREN:
        problems["source"] = Text("goal.figures.source_taken")
    elif len(spoken) > SOURCE:
        problems["source"] = Text("field.too_long", {"n": SOURCE})
    figure, found = figure_of(dict(given), is_ratio=metric.is_ratio, type_=metric.type, per=metric.per)
    problems |= found
    if problems or not isinstance(on, date):
        return None, problems
    return Entry(metric, on, spoken, figure), {}


def write(
    actor: Actor | None,
    given: Sequence[tuple[GoalView, Sequence[Entry]]],
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> list[Measured]:
    """Write checked entries of goals whose subjects this transaction holds, in statements that do not grow with their
    number; `details` go to the entry each goal's history gets."""
    holding.lock_tree()
    before = known([entry for _goal, entries in given for entry in entries])
    done = [(goal, _sorted_out(goal, entries, before)) for goal, entries in given]
    written = [entry for _goal, measured in done for entry in measured.entries]
    recording.put([_row(entry, actor, now) for entry in written])
    news = [(goal, measured) for goal, measured in done if measured.entries]
    for goal, measured in news:
        _note(actor, goal, measured, before, now, details or {})
    rolling.refresh([goal.id for goal, _measured in news], now=now, days={entry.on for entry in written})
    return [measured for _goal, measured in done]


def _sorted_out(goal: GoalView, entries: Sequence[Entry], before: Known) -> Measured:
    """What is new, what replaces another figure, what was known already."""
    measured = Measured(goal.key)
    for entry in entries:
        was = before.of(entry)
        if was is not None and was.same(entry.figure):
            measured.unchanged += 1
            continue
        measured.added += was is None
        measured.changed += was is not None
        measured.entries.append(entry)
    return measured


def _row(entry: Entry, actor: Actor | None, now: datetime) -> dict[str, Any]:
    figure = entry.figure
    return {
        "metric_id": entry.metric.id, "on": entry.on, "source": entry.source, "value": figure.value,
        "numerator": figure.numerator, "denominator": figure.denominator, "sample": figure.sample, "parts": None,
        "parts_of": None, "recorded_by_id": actor.id if actor else None, "recorded_at": now,
    }  # fmt: skip


def _note(
    actor: Actor | None, goal: GoalView, measured: Measured, before: Known, now: datetime, details: Mapping[str, Any]
) -> None:  # fmt: skip
    """Its history, its moved goalposts, its cards."""
    shown = [as_said(entry) for entry in measured.entries[:SHOWN]]
    machine = {"token": actor.machine.label} if actor and actor.machine else {}
    counts = {"added": measured.added, "changed": measured.changed}
    audit.record(
        "measure", goal.key, actor=actor, at=now, after={"measurements": shown}, details={**counts, **machine, **details}
    )  # fmt: skip
    turn = f"measure:{subjects.lock(goal.key).seq}:{measured.entries[0].metric.id}:{now.isoformat()}"
    outbox.repaint(goal.key, turn=turn, now=now)
    _shift(actor, goal, measured, before, now)


def _shift(actor: Actor | None, goal: GoalView, measured: Measured, before: Known, now: datetime) -> None:
    """Whatever counted of the goal's own days and is replaced when they are over, is a moved goalpost."""
    by_metric: dict[MetricView, list[tuple[Entry, Figure]]] = {}
    for entry in measured.entries:
        was = before.counted(entry)
        if was is not None and not was.same(entry.figure) and late(entry.on, goal.due_on, today(now)):
            by_metric.setdefault(entry.metric, []).append((entry, was))
    for metric, replaced in by_metric.items():
        shifting.record(
            goal.id, "late_measurement", by=actor.id if actor else None, now=now, metric=metric.id,
            before=[said(entry.on, was) for entry, was in replaced[:SHOWN]],
            after=[as_said(entry) for entry, _was in replaced[:SHOWN]],
        )  # fmt: skip


SHOWN = 5
"""How many entries of a call the history shows; the rest are counted."""


def as_said(entry: Entry) -> dict[str, Any]:
    """An entry as the API writes it."""
    more = {"source": entry.source} if entry.source else {}
    return {"metric": entry.metric.name, **said(entry.on, entry.figure), **more}


def said(on: date, figure: Figure) -> dict[str, Any]:
    """A figure of a day as the API writes it: decimals as text."""
    names = ("value", "numerator", "denominator")
    found = {name: f"{known_:f}" for name in names if (known_ := getattr(figure, name)) is not None}
    return {"on": on.isoformat(), **found, **({"sample": figure.sample} if figure.sample else {})}
