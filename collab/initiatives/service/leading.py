"""Who leads an initiative, named anew or handed over: one of either side, and nobody takes the other side's seat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.charters import was_chartered
from collab.initiatives.queries.sight import Held
from collab.initiatives.rules.moves import IDEA, SIDES
from collab.initiatives.service import holding, seats, settling, taking_part, telling
from collab.initiatives.service.events import LeadsChanged
from collab.initiatives.service.holding import HeldInitiative
from collab.initiatives.service.seats import Seat
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotAllowed, Text


def name_leads(
    actor: Actor, key: str, leads: Sequence[Mapping[str, Any]], *, now: datetime, version: int | None = None
) -> InitiativeView:
    """Say who leads for the slots that are named ({slot, department, member, area?}); the others stay as they are. Slot 3
    without a member is given up. Naming the same people changes nothing.

    A side's seat is changed by whoever holds it, by the lead of its department, by the chief executive, or by whoever wrote
    the initiative down while it is an idea; an empty seat by everybody who may name leads.

    Raises:
        Invalid: people who cannot, one person twice, two leads of one side.
        NotAllowed: not theirs, or the other side's seat (`initiative_other_side`).
        NotFound, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        held = holding.hold(actor, key, "initiative.name_leads", version=version)
        seated = {one.slot: one for one in held.initiative.leads}
        wanted = _wanted(seated, leads, now)
        changed = [slot for slot in seats.SLOTS if _differs(seated.get(slot), wanted.get(slot))]
        if not changed:
            return held.initiative
        _check_theirs(actor, held, seated, changed)
        goes = [seated[slot] for slot in changed if slot in seated]
        comes = [wanted[slot] for slot in changed if slot in wanted]
        return turn_over(held.initiative, goes, comes, actor, now=now)


def turn_over(
    initiative: InitiativeView, goes: Sequence[Held], comes: Sequence[Seat], actor: Actor | None, *, now: datetime,
    verb: str = "name_leads",
) -> InitiativeView:  # fmt: skip
    """Write it under the lock, void what was signed, tell who comes, who goes and who stays."""
    left = {one.id for one in goes}
    stays = [seats.seat_of(one) for one in initiative.leads if one.id not in left]
    seats.remove(goes, now=now)
    seats.write(initiative.id, comes, now=now)
    for one in comes:
        taking_part.drop(initiative, one.member, now=now)
    before, after = (seats.said(map(seats.seat_of, initiative.leads)), seats.said([*stays, *comes]))
    audit.record(verb, initiative.key, actor=actor, at=now, before={"leads": before}, after={"leads": after})
    fresh = settling.settle(initiative, "leads", actor, now=now)
    reactions.emit(LeadsChanged(fresh, tuple(goes), actor, now))
    _tell(fresh, goes, comes, actor, now)
    return fresh


def _wanted(seated: Mapping[int, Held], leads: Sequence[Mapping[str, Any]], now: datetime) -> dict[int, Seat]:
    """Who is to lead, by slot, whether named just now or before. Raises Invalid."""
    problems: dict[str, Text] = {} if leads else {"leads": Text("field.required")}
    named = seats.named(leads, problems, now=now)
    if problems:
        raise Invalid(problems)
    wanted = {slot: seats.seat_of(one) for slot, one in seated.items()} | {
        slot: one for slot, one in named.items() if one
    }
    for slot in (slot for slot, one in named.items() if one is None):
        wanted.pop(slot, None)
    at = {entry["slot"]: f"leads.{number}" for number, entry in enumerate(leads)}
    if set(SIDES) & set(named):
        _check(wanted, at, problems, seated)
    else:
        seats.check_twice(wanted, at, problems)
    if problems:
        raise Invalid(problems)
    return wanted


def _check(
    wanted: Mapping[int, Seat], at: Mapping[int, str], problems: dict[str, Text], seated: Mapping[int, Held]
) -> None:
    """The sides are looked at together; a seat that stands empty may stay so while the other is filled."""
    empty = [slot for slot in SIDES if slot not in wanted and slot not in seated]
    seats.check_together(wanted, at, problems, may_lack=empty)


def _differs(held: Held | None, seat: Seat | None) -> bool:
    return (seats.seat_of(held) if held else None) != seat


def _check_theirs(actor: Actor, held: HeldInitiative, seated: Mapping[int, Held], changed: Iterable[int]) -> None:
    """Raise NotAllowed for a seat of a side somebody else stands for."""
    wrote_it = "creator" in held.relations and held.initiative.state == IDEA
    if "office:CEO" in held.relations or (wrote_it and not was_chartered(held.key)):
        return
    for slot in changed:
        one = seated.get(slot)
        if slot in SIDES and one and one.member != actor.id and one.department not in actor.leads:
            raise NotAllowed("initiative_other_side", verb="initiative.name_leads")


def _tell(
    fresh: InitiativeView, goes: Sequence[Held], comes: Sequence[Seat], actor: Actor | None, now: datetime
) -> None:
    came, went = [one.member for one in comes], [one.member for one in goes]
    telling.told(fresh, "lead", actor, now=now, whom=came, went=went)
    stay = telling.concerned(fresh, now) - set(came) - set(went)
    telling.told(fresh, "leads", actor, now=now, whom=stay, came=came, went=went)
    moved = [one for one in went if one not in came and actor is not None]  # whoever left the company hears nothing
    telling.told(fresh, "led", actor, now=now, whom=moved, came=came)
