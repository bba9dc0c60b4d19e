"""Asking both leads for their vote on a pilot, with a clock on each that has not come; and telling how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from collab.escalations.service import Wait, watch
from collab.escalations.service import end as end_waits
from collab.initiatives.queries.initiatives import InitiativeView
from collab.initiatives.queries.pilots import WATCH, PilotView, find_pilot, silent, wait_key
from collab.initiatives.queries.sight import Held
from collab.initiatives.rules.moves import PILOT, SIDES
from collab.initiatives.service import telling
from collab.initiatives.service.events import LeadsChanged
from collab.kernel.actor import Actor
from collab.outbox import service as outbox
from collab.outbox.service import Note

ASKED, LAST_CHANCE = "initiative.vote_asked", "initiative.vote_last_chance"


def ask(initiative: InitiativeView, pilot: PilotView, *, now: datetime, whom: Iterable[int] = SIDES) -> None:
    """Put the question before the leads of these sides who have said nothing yet, and start their clocks."""
    missing = [held for held in silent(pilot, initiative) if held.slot in tuple(whom)]
    notes = [
        Note(ASKED, initiative.key, f"{initiative.key}:vote:{pilot.id}:{held.id}", member=held.member)
        for held in missing
    ]
    outbox.enqueue(*notes, now=now)
    watch(*(_wait(initiative, pilot, held) for held in missing), now=now)


def _wait(initiative: InitiativeView, pilot: PilotView, held: Held) -> Wait:
    other = next((one for one in initiative.leads if one.slot in SIDES and one.slot != held.slot), None)
    return Wait(
        wait_key(initiative.key, held.slot), initiative.key, WATCH, pilot.due_at, held.member, other.member if other else None,
        held.department, other.department if other else None,
    )  # fmt: skip


def told(initiative: InitiativeView, verb: str, actor: Actor | None, *, now: datetime, **more: Any) -> None:
    """Tell both leads (of a begin or an end everybody it concerns too), never anybody of their own act; repaint the cards."""
    whom = {held.member for held in initiative.leads if held.slot in SIDES}
    if verb != "vote":
        whom |= telling.concerned(initiative, now)
    telling.told(initiative, verb, actor, now=now, whom=whom, **more)
    telling.repaint(initiative, now=now)


def leads_changed(event: LeadsChanged) -> None:
    """Whoever takes over a side votes for it in person: what was said before counts no more, and they are asked anew
    (registered at start-up)."""
    initiative = event.initiative
    found = find_pilot(initiative.id) if initiative.state == PILOT else None
    slots = {held.slot for held in event.went} & set(SIDES)
    if found is None or not found.running or found.asked_at is None or not slots:
        return
    end_waits([wait_key(initiative.key, slot) for slot in slots], reason="lead_changed", now=event.at)
    if event.at < found.ends_at:
        ask(initiative, found, now=event.at, whom=slots)
