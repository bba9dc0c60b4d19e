"""Rounds and seats as they are counted: what is pending and since when, how long seats took to answer, how rounds ended.

`papers` are the subjects that count, rows with a `key`: the feature whose subjects they are says which ones a viewer may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Table, select

from collab.approvals.models import Round, Seat
from collab.approvals.rules.progress import DECIDED
from collab.kernel.db import AnyRow, run

MOST = 20_000
"""Seats and rounds read at most, the newest first."""
_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_SEAT = (
    _seats.c.id, _seats.c.round_id, _seats.c.step, _seats.c.member_id, _seats.c.office, _seats.c.lead_of, _seats.c.opened_at,
    _seats.c.due_at, _seats.c.decided_at, _seats.c.held_until, _seats.c.held_minutes, _rounds.c.subject_key,
)  # fmt: skip


@dataclass(frozen=True)
class RoundSeen:
    """One submission: its subject, which one it is, the code of its route, its steps as frozen (names in both languages)."""

    id: int
    subject: str
    number: int
    state: str
    code: str
    steps: Sequence[Mapping[str, Any]]
    opened_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class SeatSeen:
    """A seat that is asked, or was answered (`decided_at`): `office` or `lead_of` where the route named a post, else neither.
    `held_minutes` it stood still while somebody had put it on hold."""

    subject: str
    round: int
    step: int
    member: int
    office: str | None
    lead_of: str | None
    opened_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    held_minutes: int = 0

    @property
    def in_time(self) -> bool:
        """Whether the answer came by the moment it was asked for."""
        return self.decided_at is not None and (self.due_at is None or self.decided_at <= self.due_at)


def list_pending(papers: FromClause) -> tuple[Sequence[RoundSeen], Sequence[SeatSeen]]:
    """The rounds that are under way, and the seats asked in them. Two statements."""
    pending = _of(papers).where(_rounds.c.state == "pending").order_by(_rounds.c.id)
    asked = _seated(papers).where(_rounds.c.state == "pending", _seats.c.state == "waiting").order_by(_seats.c.id)
    return [_round(row) for row in run(pending)], [_seat(row) for row in run(asked)]


def list_rounds(papers: FromClause, since: datetime, until: datetime) -> Sequence[RoundSeen]:
    """The rounds that were opened or ended between two moments, by number. One statement."""
    opened = (_rounds.c.opened_at >= since) & (_rounds.c.opened_at < until)
    ended = (_rounds.c.ended_at >= since) & (_rounds.c.ended_at < until)
    rows = run(_of(papers).where(opened | ended).order_by(_rounds.c.id.desc()).limit(MOST)).all()
    return [_round(row) for row in reversed(rows)]


def list_answers(papers: FromClause, since: datetime, until: datetime) -> Sequence[SeatSeen]:
    """The seats that were answered between two moments: each time somebody was asked counts by itself; not what nobody answered
    (not needed, approved over), nor what still stood from an earlier round. One statement."""
    within = (_seats.c.decided_at >= since) & (_seats.c.decided_at < until)
    asked = _seats.c.opened_at.is_not(None) & _seats.c.carried_from_id.is_(None) & _seats.c.state.in_(sorted(DECIDED))
    rows = run(
        _seated(papers).where(within, asked).order_by(_seats.c.decided_at.desc(), _seats.c.id.desc()).limit(MOST)
    )
    return [_seat(row) for row in rows.all()]


def rounds_by_id(papers: FromClause, since: datetime, until: datetime) -> Mapping[int, RoundSeen]:
    """The rounds whose seats `list_answers` tells of. One statement."""
    within = (_seats.c.decided_at >= since) & (_seats.c.decided_at < until)
    answered = select(_seats.c.round_id).where(within)
    return {one.id: one for one in map(_round, run(_of(papers).where(_rounds.c.id.in_(answered))))}


def _of(papers: FromClause) -> Any:
    columns = (
        _rounds.c.id, _rounds.c.subject_key, _rounds.c.number, _rounds.c.state, _rounds.c.route, _rounds.c.opened_at,
        _rounds.c.ended_at,
    )  # fmt: skip
    return select(*columns).join(papers, papers.c.key == _rounds.c.subject_key)


def _seated(papers: FromClause) -> Any:
    joined = select(*_SEAT).join(_rounds, _rounds.c.id == _seats.c.round_id)
    return joined.join(papers, papers.c.key == _rounds.c.subject_key)


def _round(row: AnyRow) -> RoundSeen:
    route = row.route
    return RoundSeen(
        row.id, row.subject_key, row.number, row.state, str(route.get("route") or ""), route["steps"], row.opened_at, row.ended_at
    )  # fmt: skip


def _seat(row: AnyRow) -> SeatSeen:
    return SeatSeen(
        row.subject_key, row.round_id, row.step, row.member_id, row.office, row.lead_of, row.opened_at, row.due_at,
        row.decided_at, row.held_minutes,
    )  # fmt: skip
