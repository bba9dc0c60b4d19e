"""Whoever leaves the company leads nothing any more: their department's lead takes over, else their manager."""

from __future__ import annotations

from collab.audit import service as audit
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.lists import list_of_member
from collab.initiatives.queries.sight import Held
from collab.initiatives.rules.moves import OPEN
from collab.initiatives.service import holding, leading, seats, settling, taking_part, telling
from collab.initiatives.service.events import LeadsChanged
from collab.initiatives.service.seats import Seat
from collab.kernel import reactions
from collab.people import queries as people
from collab.people.service import MemberLeft
from collab.subjects import service as subjects


def leave(left: MemberLeft) -> None:
    """Pass on every open initiative of a member who left, within the transaction in which they leave (registered at
    start-up). Nobody sits on both sides: where the only heir leads the other one already, the seat stays empty."""
    keys = list_of_member(left.member)
    subjects.lock_all(keys)
    for key in keys:
        initiative = holding.locked(key)
        if initiative.state not in OPEN:
            continue
        held = next((one for one in initiative.leads if one.member == left.member), None)
        if held is not None:
            _pass_on(initiative, held, left)
        elif any(one.member == left.member for one in initiative.parts):
            taking_part.drop(initiative, left.member, now=left.at)
            settling.keep(initiative, now=left.at)


def _pass_on(initiative: InitiativeView, held: Held, left: MemberLeft) -> None:
    lead = people.organisation(left.at).leads.get(held.department)
    manager = people.find_manager(left.member, people.today(left.at))
    taken = {one.member for one in initiative.leads}
    heir = next((one for one in (lead, manager) if one is not None and one not in taken), None)
    if heir is None:
        _empty(initiative, held, left, lead)
        return
    seat = Seat(held.slot, held.department, heir, held.area)
    leading.turn_over(initiative, [held], [seat], None, now=left.at, verb="lead_left")


def _empty(initiative: InitiativeView, held: Held, left: MemberLeft, lead: int | None) -> None:
    """Nobody takes over by themselves: whoever can name somebody is told."""
    seats.remove([held], now=left.at)
    before = {"leads": seats.said(map(seats.seat_of, initiative.leads))}
    audit.record("lead_gone", initiative.key, actor=None, at=left.at, before=before, details={"slot": held.slot})
    fresh = settling.settle(initiative, "leads", None, now=left.at)
    reactions.emit(LeadsChanged(fresh, (held,), None, left.at))
    top = people.organisation(left.at).offices.get("CEO")
    near = telling.leads(fresh) | {fresh.creator} | ({lead} if lead else {top} if top else set())
    telling.told(fresh, "lead_gone", None, now=left.at, whom=near, went=[left.member], slot=held.slot)
