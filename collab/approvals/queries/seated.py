"""Who sits where: the seats that wait for a member, and everybody who is or was on a seat of a subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, distinct, func, or_, select

from collab.approvals.models import Round, Seat
from collab.kernel.db import AnyRow, db, run
from collab.kernel.reading import once_each
from collab.kernel.recordset import dialect, ids, one_of
from collab.subjects.signs import ME

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
SITS = (_seats.c.member_id, _seats.c.instead_of_id, _seats.c.through_id, _seats.c.decided_by_id)
"""Whose a seat is or was, and who decided on it."""
_WAITING = (
    select(
        _seats.c.member_id,
        _rounds.c.subject_key,
        _rounds.c.route,
        _rounds.c.content_version,
        _seats.c.step,
        _seats.c.opened_at,
        _seats.c.due_at,
        _seats.c.office,
        _seats.c.held_until,
    )
    .join(_rounds, _rounds.c.id == _seats.c.round_id)
    .where(_seats.c.member_id.in_(bindparam("members", expanding=True)), _seats.c.state == "waiting")
    .order_by(_seats.c.id)
)


WAITING_SEATS = select(_seats.c.id).where(_seats.c.member_id == ME, _seats.c.state == "waiting")


def list_waiting(members: Iterable[int]) -> Sequence[AnyRow]:
    """The open seats of members: whose, subject, step, since, due, final or not."""
    return run(_WAITING, {"members": list(members)}).all()


def count_waiting_at(office: str) -> int:
    """How many requests wait at an office; whoever may see them."""
    asked = (_seats.c.office == office) & (_seats.c.state == "waiting") & (_rounds.c.state == "pending")
    rounds = select(func.count(distinct(_rounds.c.id))).join(_seats, _seats.c.round_id == _rounds.c.id)
    return db.session.scalar(rounds.where(asked)) or 0


@once_each
def seated_members(keys: list[str]) -> dict[str, set[int]]:
    """Everybody seated (or replaced) in any round of each subject: they may always see it."""
    found: dict[str, set[int]] = {key: set() for key in keys}
    for key, *those in run(_seated(dialect()), ids(keys)):
        found[key] |= {member for member in those if member is not None}
    return found


@lru_cache
def _seated(kind: str) -> Select[Any]:
    rows = select(_rounds.c.subject_key, *SITS).join(_rounds, _rounds.c.id == _seats.c.round_id)
    return rows.where(_rounds.c.subject_key.in_(one_of(kind, str)))


def seats_open(keys: Sequence[str]) -> dict[str, list[AnyRow]]:
    """The seats that wait in each subject, in order: `member_id`, `opened_at`; what is on hold is left out."""
    rows = db.session.execute(
        select(_rounds.c.subject_key, _seats.c.member_id, _seats.c.opened_at)
        .join(_rounds, _rounds.c.id == _seats.c.round_id)
        .where(_rounds.c.subject_key.in_(keys), _rounds.c.state == "pending")
        .where(_seats.c.state == "waiting", _seats.c.held_until.is_(None))
        .order_by(_seats.c.step, _seats.c.position)
    )
    found: dict[str, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(row.subject_key, []).append(row)
    return found


def seated_subjects(member: int) -> Select[tuple[str]]:
    """The subjects a member is or was seated on, for use inside another statement."""
    return (
        select(_rounds.c.subject_key)
        .join(_seats, _seats.c.round_id == _rounds.c.id)
        .where(or_(*(column == member for column in SITS)))
    )
