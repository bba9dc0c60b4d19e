"""Writing a goal down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.goals.models import PREFIX, Goal
from collab.goals.queries import find_goal
from collab.goals.rules.shape import Shape
from collab.goals.rules.tree import Tie
from collab.goals.service import holding, linking, metrics, owning, rolling, telling
from collab.goals.service.accountable import Accountable, accountable_of
from collab.goals.service.content import check_days, columns, plain
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, Text
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.subjects import service as subjects

_goals: Table = Goal.__table__  # type: ignore[assignment]
FIRST = {"kind": "goal", "visibility": "company", "progress_from": "metric"}
"""What a goal is where nobody says otherwise."""


def create(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> str:
    """Write a goal down; returns its key. `state` is draft, whose owners are asked at once, or candidate: planned ahead,
    nobody is asked yet. Whoever may only propose writes candidates. Without `accountable` its author answers for it.

    Raises:
        Invalid: every complaint by field: title, days, `period`, people, parents, `metric` or `metrics`.
        NotAllowed: guests and auditors propose nothing; drafts are for those who lead.
    """
    state = _state(actor, fields.get("state"))
    with atomic():
        problems: dict[str, Text] = {}
        values = {**FIRST, **columns(fields, problems, now=now)}
        if not fields.get("title"):
            problems["title"] = Text("field.required")
        check_days(values.get("starts_on"), values.get("due_on"), problems)
        owners = accountable_of(actor, fields.get("accountable"), problems, now=now)
        shapes = _shapes(fields, problems, now)
        holding.lock_tree()
        ties = _ties(actor, values["kind"], fields.get("parents") or (), shapes, problems)
        if problems:
            raise Invalid(problems)
        key = _write({**values, "state": state}, owners, shapes, ties, actor, now)
        audit.record("create", key, actor=actor, at=now, after={"state": state, **plain(fields)})
        goal = find_goal(key)
        if goal and state == "draft":
            telling.ask(goal, {one.member for one in owners} - {actor.id}, now=now)
        return key


def _state(actor: Actor, wanted: str | None) -> str:
    """What the actor may write. Raises NotAllowed, Invalid."""
    if wanted not in (None, "candidate", "draft"):
        raise Invalid({"state": Text("field.not_a_choice", {"choices": "candidate, draft"})})
    permits.check("goal.propose", actor.roles)
    if wanted == "draft":
        permits.check("goal.create", actor.roles)
    return wanted or ("draft" if permits.allows("goal.create", actor.roles) else "candidate")


def _shapes(fields: Mapping[str, Any], problems: dict[str, Text], now: datetime) -> list[Shape]:
    """The metrics of a new goal, `metric` before `metrics`."""
    given = [("metric", fields["metric"])] if fields.get("metric") else []
    given += [(f"metrics.{number}", one) for number, one in enumerate(fields.get("metrics") or ())]
    if len(given) > metrics.MOST:
        problems["metrics"] = Text("goal.problem.too_many_metrics", {"most": metrics.MOST})
        return []
    found = []
    for at, one in given:
        try:
            found.append(metrics.checked(one, now))
        except Invalid as refused:
            problems.update({f"{at}.{path}": said for path, said in refused.fields.items()})
    return found


def _ties(
    actor: Actor, kind: str, parents: linking.Wanted, shapes: Sequence[Shape], problems: dict[str, Text]
) -> Sequence[Tie]:
    unit = (shapes[0].unit, shapes[0].is_ratio) if shapes else None
    try:
        return linking.wanted_ties(actor, None, kind, parents, unit=unit)
    except Invalid as refused:
        problems.update(refused.fields)
        return ()


def _write(
    values: Mapping[str, Any], owners: Sequence[Accountable], shapes: Sequence[Shape], ties: Sequence[Tie],
    actor: Actor, now: datetime,
) -> str:  # fmt: skip
    row = insert(_goals).values(**values, created_by_id=actor.id, created_at=now, version=1).returning(_goals.c.id)
    goal = int(db.session.scalar(row) or 0)
    for one in owners:
        owning.name(goal, one.side, one.department, one.member, now=now)
    for place, shape in enumerate(shapes, 1):
        metrics.write(goal, shape, place, now)
    linking.tie(goal, ties)
    if ties:
        rolling.refresh([goal], now=now)
    key = key_of(PREFIX, goal)
    subjects.introduce(key, "goal")
    return key
