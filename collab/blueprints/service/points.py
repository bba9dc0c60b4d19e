"""Meeting points: where a process meets a system, and who answers for it on either side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.blueprints.models import Point
from collab.blueprints.queries.blueprints import point_content
from collab.blueprints.queries.items import PointView, find_point
from collab.blueprints.service.drawing import Drawn, changed, draw
from collab.blueprints.service.justifying import Problems, justification, member_on, refuse
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotFound, Text
from collab.people import queries as people

_points: Table = Point.__table__  # type: ignore[assignment]
_PLAIN = ("process", "system", "detail")


def add_point(actor: Actor, key: str, fields: Mapping[str, Any], *, seen: int | None = None, now: datetime) -> int:
    """Write a meeting point: `process`, `system`, `detail`, `owner_1`, `owner_2` (e-mails, one of each side), whom it serves.
    Returns its number.

    Raises:
        Invalid: an owner who is not of that side; no journey stage and goal, and no reason why not.
        NotFound, NotAllowed, NotNow, Stale.
    """
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        values = _columns(actor, held, fields, None, now)
        row = insert(_points).values(initiative_id=held.initiative.id, added_at=now, **values).returning(_points.c.id)
        number = int(db.session.scalar(row) or 0)
        changed(held, "point_add", actor, now=now, after=_content(held, number))
        return number


def change_point(
    actor: Actor, key: str, number: int, fields: Mapping[str, Any], *, seen: int | None = None, now: datetime
) -> None:
    """Change what is said of it; what is not named stays. The same again changes nothing. Raises as `add_point`."""
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        before = _found(held, number)
        values = _columns(actor, held, fields, before, now)
        old = _content(held, number)
        if values:
            db.session.execute(update(_points).where(_points.c.id == number).values(**values))
        new = _content(held, number)
        if old != new:
            changed(held, "point_change", actor, now=now, before=old, after=new)


def remove_point(actor: Actor, key: str, number: int, *, seen: int | None = None, now: datetime) -> None:
    """Take it away; signed versions keep it. Raises NotFound, NotAllowed, NotNow, Stale."""
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        _found(held, number)
        before = _content(held, number)
        db.session.execute(update(_points).where(_points.c.id == number).values(removed_at=now))
        changed(held, "point_remove", actor, now=now, before=before)


def _found(held: Drawn, number: int) -> PointView:
    point = find_point(held.initiative.id, number)
    if point is None:
        raise NotFound
    return point


def _content(held: Drawn, number: int) -> dict[str, Any]:
    point = _found(held, number)
    return point_content(point, people.emails_of([point.owner_1, point.owner_2]))


def _columns(
    actor: Actor, held: Drawn, fields: Mapping[str, Any], before: PointView | None, now: datetime
) -> dict[str, Any]:
    problems: Problems = {}
    values = {name: fields.get(name) for name in _PLAIN if before is None or name in fields}
    for name in ("process", "system"):
        if name in values and not values[name]:
            problems[name] = Text("field.required")
    for side in (1, 2):
        path = f"owner_{side}"
        if before is None or path in fields:
            values[f"{path}_id"] = member_on(held, fields.get(path), side, problems, path, now)
    owners = [values.get(f"owner_{side}_id", getattr(before, f"owner_{side}", None)) for side in (1, 2)]
    if owners[0] is not None and owners[0] == owners[1]:
        problems["owner_2"] = Text("blueprint.problem.same_person")
    values.update(justification(actor, fields, problems, before=before))
    refuse(problems)
    return values
