"""Data sources: what there is to know of customers, who answers for it, who may use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, update

from collab.blueprints.models import Source, SourceUse
from collab.blueprints.queries.blueprints import source_content
from collab.blueprints.queries.items import SourceView, find_source
from collab.blueprints.service.drawing import Drawn, changed, draw
from collab.blueprints.service.justifying import Problems, justification, member_on, refuse
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotFound, Text
from collab.people import queries as people

_sources: Table = Source.__table__  # type: ignore[assignment]
_uses: Table = SourceUse.__table__  # type: ignore[assignment]
_PLAIN = ("name", "detail", "personal_data", "individual")


def add_source(actor: Actor, key: str, fields: Mapping[str, Any], *, seen: int | None = None, now: datetime) -> int:
    """Write a data source: `name`, `detail`, `department`, `owner` (e-mail), `used_by` (departments that may use it),
    `personal_data`, `individual`, whom it serves. Returns its number.

    Raises:
        Invalid: no such department or member; no journey stage and goal, and no reason why not.
        NotFound, NotAllowed, NotNow, Stale.
    """
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        values, used = _columns(actor, held, fields, None, now)
        row = insert(_sources).values(initiative_id=held.initiative.id, added_at=now, **values).returning(_sources.c.id)
        number = int(db.session.scalar(row) or 0)
        _let_use(number, used or ())
        changed(held, "source_add", actor, now=now, after=_content(held, number))
        return number


def change_source(
    actor: Actor, key: str, number: int, fields: Mapping[str, Any], *, seen: int | None = None, now: datetime
) -> None:
    """Change what is said of it; what is not named stays. The same again changes nothing. Raises as `add_source`."""
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        before = _found(held, number)
        values, used = _columns(actor, held, fields, before, now)
        old = _content(held, number)
        if values:
            db.session.execute(update(_sources).where(_sources.c.id == number).values(**values))
        if used is not None:
            _let_use(number, used)
        new = _content(held, number)
        if old != new:
            changed(held, "source_change", actor, now=now, before=old, after=new)


def remove_source(actor: Actor, key: str, number: int, *, seen: int | None = None, now: datetime) -> None:
    """Take it away; signed versions keep it. Raises NotFound, NotAllowed, NotNow, Stale."""
    with atomic():
        held = draw(actor, key, "draw", seen=seen)
        before = _content(held, number)
        db.session.execute(update(_sources).where(_sources.c.id == number).values(removed_at=now))
        changed(held, "source_remove", actor, now=now, before=before)


def _found(held: Drawn, number: int) -> SourceView:
    source = find_source(held.initiative.id, number)
    if source is None:
        raise NotFound
    return source


def _content(held: Drawn, number: int) -> dict[str, Any]:
    source = _found(held, number)
    return source_content(source, people.emails_of([source.owner]))


def _let_use(number: int, departments: Iterable[str]) -> None:
    db.session.execute(delete(_uses).where(_uses.c.source_id == number))
    rows = [{"source_id": number, "department_code": code} for code in sorted(set(departments))]
    if rows:
        db.session.execute(insert(_uses), rows)


def _columns(
    actor: Actor, held: Drawn, fields: Mapping[str, Any], before: SourceView | None, now: datetime
) -> tuple[dict[str, Any], list[str] | None]:
    problems: Problems = {}
    known = people.department_sides()
    values = {name: fields[name] for name in _PLAIN if name in fields}
    if (before is None or "name" in fields) and not fields.get("name"):
        problems["name"] = Text("field.required")
    if before is None or "department" in fields:
        values["department_code"] = fields.get("department")
        if fields.get("department") not in known:
            problems["department"] = Text("blueprint.problem.unknown_department")
    if before is None or "owner" in fields:
        values["owner_id"] = member_on(held, fields.get("owner"), None, problems, "owner", now)
    used = fields.get("used_by") if before is None or "used_by" in fields else None
    if any(code not in known for code in used or ()):
        problems["used_by"] = Text("blueprint.problem.unknown_department")
    values.update(justification(actor, fields, problems, before=before))
    refuse(problems)
    return values, used
