"""Subjects that wait for one of their two keys, or for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Table, exists, select

from collab.approvals.models import Round, Seat
from collab.kernel.db import AnyRow, db

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_others: Table = Seat.__table__.alias("others")  # type: ignore[assignment]
_AT_WORK = exists().where(
    _others.c.round_id == _seats.c.round_id, _others.c.step == _seats.c.step, _others.c.state == "waiting"
)
_KEYS = (
    select(
        _rounds.c.subject_key, _rounds.c.route, _seats.c.step, _seats.c.member_id, _seats.c.instead_of_id, _seats.c.office,
        _seats.c.state, _seats.c.opened_at, _seats.c.due_at,
    )
    .join(_rounds, _rounds.c.id == _seats.c.round_id)
    .where(_rounds.c.state == "pending", _seats.c.voided_at.is_(None), _AT_WORK)
    .order_by(_rounds.c.id, _seats.c.step, _seats.c.position)
)  # fmt: skip


@dataclass(frozen=True)
class Key:
    """One of the keys: who is asked to turn it, whose it is (somebody may stand in for them), the office; since when it is asked
    for and until when. `turned` says that it is no longer waited for."""

    member: int
    holder: int
    office: str | None
    turned: bool
    since: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class KeyStep:
    """A step of a subject that only two people end together, while it is asked."""

    subject: str
    keys: tuple[Key, ...]

    @property
    def missing(self) -> tuple[Key, ...]:
        """The keys that are waited for."""
        return tuple(key for key in self.keys if not key.turned)

    @property
    def since(self) -> datetime | None:
        """Since when the one waited for longest is."""
        return min((key.since for key in self.missing if key.since), default=None)


def list_key_steps() -> Sequence[KeyStep]:
    """Every step with two keys that is asked right now, whoever may see its subject. One statement."""
    rows = db.session.execute(_KEYS).all()
    steps = groupby(rows, lambda row: (row.subject_key, row.step))
    found = [(key, [*seats]) for (key, _step), seats in steps]
    return [KeyStep(key, tuple(map(_key, seats))) for key, seats in found if _has_keys(seats[0])]


def _has_keys(row: AnyRow) -> bool:
    return bool(row.route["steps"][row.step].get("keys"))


def _key(row: AnyRow) -> Key:
    turned = row.state != "waiting"
    return Key(row.member_id, row.instead_of_id or row.member_id, row.office, turned, row.opened_at, row.due_at)
