"""Who stands beside a round without a seat in it: asked to read it, asked a question, bound by a condition, asked whether the
decision may be revoked. They may see what they are asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Table, bindparam, literal, select, union_all

from collab.approvals.models import Question, Reading
from collab.approvals.queries.conditions import owned_subjects
from collab.approvals.queries.revocations import voiced_subjects
from collab.kernel.db import run

_readings: Table = Reading.__table__  # type: ignore[assignment]
_questions: Table = Question.__table__  # type: ignore[assignment]


def _ways(member: Any) -> dict[str, Select[tuple[str]]]:
    return {
        "reader": select(_readings.c.subject_key).where(_readings.c.member_id == member),
        "asked": select(_questions.c.subject_key).where(_questions.c.asked_id == member),
        "owner": owned_subjects(member),
        "voice": voiced_subjects(member),
    }


_OF = union_all(
    *(
        way.add_columns(literal(name).label("way")).where(
            way.selected_columns[0].in_(bindparam("keys", expanding=True))
        )
        for name, way in _ways(bindparam("member")).items()
    )
)


def beside_of(member: int, keys: Sequence[str]) -> dict[str, set[str]]:
    """How a member stands beside each of these subjects: `reader`, `asked`, `owner` of a condition, `voice`; one statement."""
    found: dict[str, set[str]] = {key: set() for key in keys}
    for key, way in run(_OF, {"member": member, "keys": list(keys)}):
        found[key].add(way)
    return found


def beside_subjects(member: int) -> Select[tuple[str]]:
    """The subjects a member stands beside, for use inside another statement."""
    return select(union_all(*_ways(member).values()).subquery().c.subject_key)
