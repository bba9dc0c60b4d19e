"""The steps and seats of a round in a reader's words, for cards."""

from __future__ import annotations

from collections.abc import Mapping

from collab.approvals.messages import SeatLine, StepLine
from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules.progress import DECIDED, LIFTED
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.people.queries import Named


def step_lines(chain: Chain, reader: Reader) -> tuple[StepLine, ...]:
    """Every step with whoever sits in it."""
    named = people.names_of(
        member
        for seat in chain.seats
        for member in (seat.member, seat.instead_of, seat.decided_by)
        if member is not None
    )
    steps = chain.spec
    return tuple(
        StepLine(
            frozen["name_ja"] if reader.locale == "ja" else frozen["name_en"],
            tuple(_seat(seat, chain, named, reader) for seat in chain.seats if seat.step == number),
            steps[number].kind, steps[number].rule,
            beside=any(other is not steps[number] and other.block == steps[number].block for other in steps),
        )
        for number, frozen in enumerate(chain.steps)
    )  # fmt: skip


def name_of(member: int, reader: Reader) -> str:
    """Somebody's name."""
    return reader.name(people.names_of([member])[member])


def _seat(seat: SeatView, chain: Chain, named: Mapping[int, Named], reader: Reader) -> SeatLine:
    decided = seat.state in DECIDED and seat.decided_by is not None
    person = seat.decided_by if decided and seat.decided_by else seat.member
    owner = seat.member if decided else seat.instead_of
    lifted = seat.decided_by if seat.state == LIFTED else None
    return SeatLine(
        reader.name(named[person]), seat.office or "", seat.state, reader.name(named[owner]) if owner else "",
        seat.due_at, seat.decided_at, seat.comment or "", seat.opinion or "", seat.stage or "", seat.held_until,
        seat.held_reason or "", reader.name(named[lifted]) if lifted else "", seat.carried_from is not None, chain.kind(seat),
        final=chain.state == "approved" and chain.is_final(seat.step),
    )  # fmt: skip
