"""What a week of blueprints says to many members at once: which requirements wait for their answer, or for what they promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, case, select

from collab.blueprints.models import Requirement
from collab.initiatives.queries.upcoming import led_by
from collab.kernel.db import AnyRow, Moment, run
from collab.kernel.recordset import dialect
from collab.subjects.readers import MEMBER, Given, Readers
from collab.subjects.top import top, wanted

_requirements: Table = Requirement.__table__  # type: ignore[assignment]


def list_requirements_due(readers: Readers, until: datetime) -> Sequence[AnyRow]:
    """Requirements that wait for the lead of a side until a moment: `what` is `answer` (asked of them, or countered), or `promise`
    (they committed to it). `id` is the initiative's, `detail` what is required."""
    return run(_due(dialect()), {"until": until, **readers.bound("me", "followed", "muted")}).all()


@lru_cache
def _due(kind: str) -> Select[Any]:
    given = Given(kind)
    me, leads = given.me, led_by().subquery("leads")
    turn = case((_requirements.c.state == "countered", _requirements.c.side), else_=3 - _requirements.c.side)
    what = case((_requirements.c.state == "committed", "promise"), else_="answer")
    found = (
        select(
            me.c.member, leads.c.id, leads.c.title, _requirements.c.title.label("detail"), what.label("what"),
            _requirements.c.due_at, _requirements.c.id.label("requirement"),
        )
        .select_from(me)
        .join(leads, leads.c.member_id == me.c.member)
        .join(_requirements, (_requirements.c.initiative_id == leads.c.id) & (leads.c.slot == turn))
        .where(
            me.c.sees >= MEMBER, _requirements.c.due_at <= bindparam("until", type_=Moment), wanted(given, leads.c.id),
        )
    )  # fmt: skip
    return top(found.subquery("requirements"), "due_at", "requirement")
