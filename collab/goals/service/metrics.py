"""What a goal is measured by: add, change, take away, put another one first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.goals.models import Metric
from collab.goals.queries.habits import today
from collab.goals.queries.hinting import shape_of
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.ties import children_of
from collab.goals.rules.shape import Shape, addable, problems
from collab.goals.rules.tree import CONTRIBUTE
from collab.goals.rules.types import completed
from collab.goals.service import holding, linking, material, rolling
from collab.goals.service.content import plain
from collab.goals.service.holding import HeldGoal
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.words import checked_reason

_metrics: Table = Metric.__table__  # type: ignore[assignment]
MOST = 20
GOALPOSTS = {
    "target": ("target",), "baseline": ("baseline", "baseline_on"), "guard": ("floor", "ceiling"),
    "metric": ("kind", "type", "unit", "role", "is_ratio", "per", "gathers", "period", "position",
               "stale_after_days"),
}  # fmt: skip
"""Which fields move which goalpost; the others may be put right at any time."""

FIELDS = tuple(Shape.__dataclass_fields__)


@dataclass(frozen=True)
class Edit:
    """One change of a metric, as goalposts and the history tell it; `order` is by which place the metrics then stand."""

    verb: str
    metric: int
    edits: material.Edits
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    order: Sequence[int] = ()
    words: material.Pair | None = None


def add_metric(
    actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime, version: int | None = None, reason: str | None = None
) -> int:  # fmt: skip
    """Measure a goal by one thing more, last in line unless `position` says otherwise; returns its id.

    Raises:
        Invalid: not what a metric can be, too many, a running goal and no reason.
        NotFound, NotAllowed, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        held, there = _held(actor, key, version)
        if len(there) >= MOST:
            raise Invalid({"name": Text("goal.problem.too_many_metrics", {"most": MOST})})
        shape = checked(fields, now)
        position = min(fields.get("position") or len(there) + 1, len(there) + 1)
        _check_sums(actor, held.goal.id, shape, main=position == 1)
        made = write(held.goal.id, shape, len(there) + 1, now)
        order = _order([one.id for one in there], made, position)
        edits: material.Edits = {"metric": ({}, {"added": shape.name, **_shown(shape)})}
        _finish(held, Edit("add_metric", made, edits, None, _shown(shape), order), actor, reason, now)
        return made


def change_metric(
    actor: Actor, key: str, metric: int, fields: Mapping[str, Any], *, now: datetime, version: int | None = None,
    reason: str | None = None,
) -> None:  # fmt: skip
    """Change what a metric is; `position` 1 makes it the main one. On a running goal a changed target, baseline, guard or
    metric needs a reason and is a moved goalpost; before, whoever else accepted is asked again.

    Raises as `add_metric`; also Invalid for a ratio made a plain figure (or the other way round) once it was measured.
    """
    with atomic():
        held, there = _held(actor, key, version)
        old = _find(there, metric)
        was = shape_of(old)
        given = {name: fields[name] for name in FIELDS if name in fields}
        if not given.get("name", was.name):
            raise Invalid({"name": Text("field.required")})
        shape = _checked(was.changed(_without_nothing(given)), now)
        if old.measured_on and shape.is_ratio != was.is_ratio:
            raise Invalid({"is_ratio": Text("goal.problem.measured_already")})
        position = min(fields.get("position") or old.position, len(there))
        _check_sums(actor, held.goal.id, shape, main=position == 1)
        changed = _changed(was, shape, old.position, position)
        if not changed:
            return
        run(update(_metrics).where(_metrics.c.id == metric).values(**vars(shape)))
        order = _order([one.id for one in there], metric, position) if position != old.position else ()
        before, after = ({name: pair[at] for name, pair in changed.items()} for at in (0, 1))
        words = ({"name": was.name}, {"name": shape.name}) if "name" in changed else None
        _finish(held, Edit("change_metric", metric, _edits(changed), before, after, order, words), actor, reason, now)


def remove_metric(
    actor: Actor, key: str, metric: int, *, now: datetime, version: int | None = None, reason: str | None = None
) -> None:
    """Measure a goal by this no more; what was measured stays in its history, the next one becomes the main one.

    Raises as `add_metric`; a reason is needed for a main metric that was measured, too.
    """
    with atomic():
        held, there = _held(actor, key, version)
        old = _find(there, metric)
        if old.main and old.measured_on:
            reason = checked_reason(reason)
        rest = [one for one in there if one.id != metric]
        if rest and old.main:
            _check_sums(actor, held.goal.id, shape_of(rest[0]), main=True)
        run(update(_metrics).where(_metrics.c.id == metric).values(removed_at=now))
        was = _shown(shape_of(old))
        edits: material.Edits = {"metric": ({"removed": old.name, **was}, {})}
        _finish(held, Edit("remove_metric", metric, edits, was, None, [one.id for one in rest]), actor, reason, now)


def checked(fields: Mapping[str, Any], now: datetime) -> Shape:
    """A new metric; what its type suggests fills what was left open. Raises Invalid."""
    given = completed({name: fields[name] for name in FIELDS if name in fields})
    return _checked(Shape(**{"name": "", **given}), now)


def write(goal: int, shape: Shape, position: int, now: datetime) -> int:
    """A new row; returns its id."""
    row = insert(_metrics).values(goal_id=goal, position=position, created_at=now, **vars(shape))
    return int(db.session.scalar(row.returning(_metrics.c.id)) or 0)


def _held(actor: Actor, key: str, version: int | None) -> tuple[HeldGoal, Sequence[MetricView]]:
    held = holding.hold(actor, key, "edit", version=version)
    holding.lock_tree()
    return held, metrics_of([held.goal.id]).get(held.goal.id, ())


def _find(there: Sequence[MetricView], metric: int) -> MetricView:
    for one in there:
        if one.id == metric:
            return one
    raise NotFound


def _checked(shape: Shape, now: datetime) -> Shape:
    wrong = problems(shape, today(now))
    if not shape.name:
        wrong["name"] = Text("field.required")
    if wrong:
        raise Invalid(wrong)
    return shape


def _without_nothing(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given as nothing is taken away where there may be nothing, and left alone elsewhere."""
    may_be_none = ("baseline", "baseline_on", "target", "floor", "ceiling", "stale_after_days")
    empty = {"unit": "", "role": ""}
    found = {name: empty.get(name) if value is None else value for name, value in given.items()}
    return {name: value for name, value in found.items() if value is not None or name in may_be_none}


def _check_sums(actor: Actor, goal: int, shape: Shape, *, main: bool) -> None:
    """Figures go on adding up, into the parents and from the children."""
    unit = (shape.unit, shape.is_ratio)
    problem = linking.check_sums(actor, goal, unit) if main else None
    if problem:
        raise Invalid({"unit": problem})
    if not shape.gathers:
        return
    givers = [one.parent for one in children_of(goal) if one.kind == CONTRIBUTE]
    mains = (found[0] for found in metrics_of(givers).values() if found) if givers else ()
    if any(addable(unit, (one.unit, one.is_ratio)) for one in mains):
        raise Invalid({"gathers": Text("goal.problem.children_differ")})


def _changed(was: Shape, shape: Shape, before: int, after: int) -> dict[str, tuple[Any, Any]]:
    found = {name: (getattr(was, name), getattr(shape, name)) for name in FIELDS}
    found["position"] = (before, after)
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def _edits(changed: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """By goalpost: what it was, what it is."""
    moved = {kind: [name for name in names if name in changed] for kind, names in GOALPOSTS.items()}
    return {
        kind: ({name: changed[name][0] for name in names}, {name: changed[name][1] for name in names})
        for kind, names in moved.items()
        if names
    }


def _order(others: Sequence[int], one: int, position: int) -> list[int]:
    rest = [other for other in others if other != one]
    return [*rest[: position - 1], one, *rest[position - 1 :]]


def _finish(held: HeldGoal, edit: Edit, actor: Actor, reason: str | None, now: datetime) -> None:
    """What every change of a metric ends with."""
    _put_in_order(edit.order)
    why = material.conclude(
        held.goal, edit.edits, {}, actor=actor, now=now, reason=reason, metric=edit.metric, words=edit.words
    )
    rolling.refresh([held.goal.id], now=now)
    audit.record(
        edit.verb, held.key, actor=actor, at=now, reason=why, before=plain(edit.before), after=plain(edit.after),
        details={"metric": edit.metric},
    )  # fmt: skip


def _put_in_order(order: Sequence[int]) -> None:
    """By way of negative places: no two ever stand on one."""
    if order:
        run(update(_metrics).where(_metrics.c.id.in_(order)).values(position=-_metrics.c.position))
    for place, one in enumerate(order, 1):
        run(update(_metrics).where(_metrics.c.id == one).values(position=place))


def _shown(shape: Shape) -> dict[str, Any]:
    """A metric as a history writes it: what it is, without what it leaves open."""
    return {name: plain(value) for name, value in vars(shape).items() if value not in (None, "", False)}
