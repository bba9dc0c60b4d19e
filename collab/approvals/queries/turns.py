"""What was before: the version a member had before them in an earlier round, what was said on seats that are asked anew, and
who sent it back to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, and_, bindparam, or_, select

from collab.approvals.models import Round, Seat
from collab.approvals.queries.chains import Chain
from collab.approvals.rules.progress import DECIDED, RETURNED
from collab.kernel.db import AnyRow, run

LOOKED = "looked"
_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_EARLIER = (
    select(_rounds.c.number, _rounds.c.content, _seats.c.state)
    .join(_seats, _seats.c.round_id == _rounds.c.id)
    .where(
        _rounds.c.subject_key == bindparam("key"), _rounds.c.number < bindparam("number"), _seats.c.opened_at.is_not(None),
        or_(_seats.c.member_id == bindparam("member"), _seats.c.decided_by_id == bindparam("member")),
    )
    .order_by(_rounds.c.number.desc(), _seats.c.decided_at.desc())
)  # fmt: skip
_SENT_BACK = (
    select(_seats.c.member_id, _seats.c.decided_by_id, _seats.c.comment, _seats.c.step)
    .where(_seats.c.round_id == bindparam("round"), _seats.c.state == RETURNED, _seats.c.voided_at.is_not(None))
    .order_by(_seats.c.decided_at.desc(), _seats.c.id.desc())
    .limit(1)
)
_EVER = (
    select(_seats.c.id)
    .where(
        _seats.c.state.in_(DECIDED),
        or_(_seats.c.decided_by_id == bindparam("member"), and_(_seats.c.member_id == bindparam("member"), _seats.c.decided_by_id.is_(None))),
    )
    .limit(1)
)  # fmt: skip
_VOIDED = (
    select(
        _seats.c.step, _seats.c.position, _seats.c.turn, _seats.c.member_id, _seats.c.instead_of_id, _seats.c.decided_by_id,
        _seats.c.state, _seats.c.opinion, _seats.c.decided_at, _seats.c.comment,
    )
    .where(_seats.c.round_id == bindparam("round"), _seats.c.voided_at.is_not(None))
    .order_by(_seats.c.step, _seats.c.turn, _seats.c.position)
)  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """An earlier round a member was asked in: its content, and what they did with it (`looked`, or the state of their seat)."""

    number: int
    verb: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class SentBack:
    """The newest return to an earlier step: by whom in person, from which step (from 0), in which words."""

    by: int
    step: int
    comment: str


def last_looked(chain: Chain, member: int) -> Looked | None:
    """The last version a member had before them ahead of this round; None where there was none, or it was not kept."""
    if chain.number == 1 or chain.content is None:
        return None
    rows = run(_EARLIER, {"key": chain.subject, "number": chain.number, "member": member}).all()
    if not rows or rows[0].content is None:
        return None
    done = next((row.state for row in rows if row.number == rows[0].number and row.state in DECIDED), LOOKED)
    return Looked(rows[0].number, done, rows[0].content)


def has_decided(member: int) -> bool:
    """Whether they have decided on anything yet, for themselves or for somebody else; whoever has not is shown how."""
    return run(_EVER, {"member": member}).first() is not None


def sent_back(chain: Chain) -> SentBack | None:
    """Who sent the round back to an earlier step last; None where nobody is asked anew."""
    if all(seat.turn == 1 for seat in chain.seats):
        return None
    row = run(_SENT_BACK, {"round": chain.id}).first()
    return SentBack(row.decided_by_id or row.member_id, row.step, row.comment) if row else None


def list_earlier_turns(chain: Chain) -> Sequence[AnyRow]:
    """What was said on seats that have been asked anew since; nothing is asked of the database where none was."""
    if all(seat.turn == 1 for seat in chain.seats):
        return ()
    return run(_VOIDED, {"round": chain.id}).all()
