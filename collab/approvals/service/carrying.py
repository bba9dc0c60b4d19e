"""Decisions that stand: taken over from the round that was sent back, told once, never asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules import carrying as rules
from collab.approvals.rules.carrying import Decided, Place, Wanted
from collab.approvals.rules.plan import Plan
from collab.approvals.rules.progress import AGAIN, PLANNED, RETURNED
from collab.approvals.service import conditions
from collab.audit import service as audit
from collab.kernel import reactions
from collab.people import queries as people

Kept = Mapping[Place, SeatView]
"""The seats of a new round that are decided already, each with the seat the decision was taken on."""


@dataclass(frozen=True)
class DecisionsStand:
    """Told inside the transaction to whoever the subject belongs to: these members' decisions stand in a new round."""

    subject: str
    round: int
    members: tuple[int, ...]
    at: datetime


def find(key: str, barred: frozenset[int], plan: Plan, route: Mapping[str, Any]) -> Kept:
    """What stands of the last round, nothing material having changed; nothing when whoever sent it back wants all asked anew."""
    last = get_chain(key)
    if last.state != RETURNED or last.resume == AGAIN:
        return {}
    known = {seat.id: seat for seat in last.seats}
    wanted = [
        Wanted(step, position, seat.member, seat.veto)
        for step, planned in enumerate(plan.steps)
        for position, seat in enumerate(planned.seats)
    ]
    stands = rules.standing(last.route, _said(last, barred), route, wanted)
    return {place: known[seat] for place, seat in stands.items()}


def _said(last: Chain, barred: frozenset[int]) -> list[Decided]:
    """What was decided last, and whether whoever did may still decide today."""
    here = people.list_active({seat.decider for seat in last.seats} | {seat.member for seat in last.seats})
    return [
        Decided(
            seat.id, seat.step, seat.member, seat.state, seat.decider,
            {seat.member, seat.decider} <= here and not {seat.member, seat.decider} & barred,
        )
        for seat in last.seats
    ]  # fmt: skip


def state_of(kept: Kept, place: Place) -> str:
    """What a seat of the new round is before anybody is asked."""
    return kept[place].state if place in kept else PLANNED


def decision(kept: Kept, place: Place) -> dict[str, Any]:
    """The columns of a seat that say what was decided on it; empty ones where nothing was."""
    seat = kept.get(place)
    return {
        "decided_at": seat.decided_at if seat else None, "decided_by_id": seat.decided_by if seat else None,
        "comment": seat.comment if seat else None, "opinion": seat.opinion if seat else None,
        "stage": seat.stage if seat else None, "carried_from_id": (seat.carried_from or seat.id) if seat else None,
    }  # fmt: skip


def tell(key: str, number: int, kept: Kept, *, now: datetime) -> None:
    """The trail says which decisions stand; the subject's feature tells those who took them."""
    if not kept:
        return
    known = people.addresses(member for seat in kept.values() for member in (seat.member, seat.decider))
    seats = [_entry(place, seat, known) for place, seat in sorted(kept.items())]
    audit.record("carried", key, actor=None, at=now, after={"seats": seats}, details={"round": number})
    conditions.carry(key, number, {seat.carried_from or seat.id for seat in kept.values()}, now=now)
    members = tuple(sorted({seat.decider for seat in kept.values()}))
    reactions.emit(DecisionsStand(key, number, members, now))


def _entry(place: Place, seat: SeatView, known: Mapping[int, str]) -> dict[str, Any]:
    step, position = place
    return {
        "step": step + 1, "seat": position, "member": known.get(seat.member), "office": seat.office, "state": seat.state,
        "by": known.get(seat.decider), "opinion": seat.opinion, "at": seat.decided_at.isoformat() if seat.decided_at else None,
    }  # fmt: skip
