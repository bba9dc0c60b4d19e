"""The catalogue of journey stages: written by whoever answers for the customer's way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from collab.audit import service as audit
from collab.goals.models import Stage
from collab.goals.queries.stages import StageView, find_stage
from collab.goals.service.content import plain
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.kernel.errors import Invalid, NotFound, NotNow, Stale, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects

_stages: Table = Stage.__table__  # type: ignore[assignment]
SUBJECT = "journey"
CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_COLUMNS = {
    "position": "position", "name_en": "name_en", "name_ja": "name_ja", "department": "department_code", "hands_to": "hands_to",
    "hands_over": "hands_over",
}  # fmt: skip
_NEEDED = ("name_en", "name_ja")


def set_stage(
    actor: Actor, code: str, fields: Mapping[str, Any], *, now: datetime, new: bool = False, version: int | None = None
) -> None:
    """Write a journey stage down (`new`), or change what `fields` name of one that is there. A new one is the last.

    Raises:
        Invalid: a code that cannot be one, a name missing in one language, a department or stage we do not know, a hand-off
            without saying to which stage.
        NotFound: none to change. NotNow: the code is taken. Stale: changed since they looked. NotAllowed.
    """
    permits.check("stage.set", actor.roles)
    with atomic():
        subjects.lock_or_introduce(SUBJECT, "journey")
        before = find_stage(code)
        _check_there(before, new=new, version=version)
        values = _values(code, before, fields)
        if before is None:
            last = db.session.scalar(select(func.coalesce(func.max(_stages.c.position), 0))) or 0
            run(insert(_stages), {"code": code, "version": 1, "hands_over": None, "position": last + 1, **values})
        else:
            changed = {**values, "version": before.version + 1}
            run(update(_stages).where(_stages.c.code == code).values(**changed))
        was = {name: getattr(before, name) for name in _COLUMNS if name in fields} if before else None
        audit.record(
            "set_stage", SUBJECT, actor=actor, at=now, before=was, after=plain(values), details={"stage": code}
        )


def _check_there(before: StageView | None, *, new: bool, version: int | None) -> None:
    if new and before is not None:
        raise NotNow("stage_there")
    if not new and before is None:
        raise NotFound
    if before is not None and version is not None and version != before.version:
        raise Stale


def _values(code: str, before: StageView | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that loaded fields set. Raises Invalid with every complaint."""
    given = {name: fields[name] for name in _COLUMNS if name in fields}
    problems = {
        name: Text("field.required")
        for name in _NEEDED
        if (before is None or name in given) and not given.get(name)
    }  # fmt: skip
    if not CODE.fullmatch(code):
        problems["code"] = Text("goal.problem.stage_code")
    if given.get("department") and given["department"] not in people.open_departments():
        problems["department"] = Text("goal.problem.unknown_department")
    problems.update(_hand_off(code, before, given))
    if problems:
        raise Invalid(problems)
    kept = {name: value for name, value in given.items() if value is not None or name != "position"}
    return {_COLUMNS[name]: value for name, value in kept.items()}


def _hand_off(code: str, before: StageView | None, given: Mapping[str, Any]) -> dict[str, Text]:
    to = given.get("hands_to", before.hands_to if before else None)
    what = given.get("hands_over", before.hands_over if before else None)
    if to == code:
        return {"hands_to": Text("goal.problem.stage_to_itself")}
    if to and find_stage(to) is None:
        return {"hands_to": Text("goal.problem.unknown_stage")}
    return {"hands_to": Text("goal.problem.hands_to_whom")} if what and not to else {}
