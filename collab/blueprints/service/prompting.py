"""Whoever's side has not answered is asked: one card and one clock for all questions that wait for them. What is told of an answer
is that it was given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Table, update

from collab.blueprints.models import Dialogue
from collab.blueprints.queries.awaited import WATCH, wait_key
from collab.blueprints.queries.dialogue import DialogueView, list_blind
from collab.blueprints.rules.questions import SIDES, across
from collab.blueprints.service.telling import answer_due
from collab.escalations import service as waits
from collab.escalations.service import Wait
from collab.initiatives.queries import InitiativeView
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.outbox import service as outbox
from collab.outbox.service import Note

DIALOGUE_ASKED, DIALOGUE_LAST_CHANCE, REVEALED = (
    "blueprint.dialogue_asked", "blueprint.dialogue_last_chance", "blueprint.revealed",
)  # fmt: skip
_dialogues: Table = Dialogue.__table__  # type: ignore[assignment]


def due_of(initiative: InitiativeView, now: datetime) -> dict[int, datetime]:
    """By when each side is to answer what is asked now, on its lead's calendar. Raises NotNow: a side has no lead."""
    leads = {side: initiative.lead(side) for side in SIDES}
    if None in leads.values():
        raise NotNow("blueprint_lead_missing", key=initiative.key)
    return {side: answer_due(held.member, now) for side, held in leads.items() if held}


def start(initiative: InitiativeView, *, now: datetime) -> None:
    """Let the clock of each side run that is waited for; one that runs already is left as it is."""
    blind = list_blind([initiative.id])
    for side in SIDES:
        due = _due(blind, side)
        if due is not None:
            waits.watch(_wait(initiative, side, due), now=now)


def ask(initiative: InitiativeView, sides: Iterable[int], *, now: datetime) -> None:
    """Put what waits for them before the leads of these sides: one card for all of it."""
    blind = list_blind([initiative.id])
    notes = []
    for side in sides:
        held, mine = initiative.lead(side), [one.id for one in blind if one.waits_for(side)]
        if held and mine:
            turn = f"{DIALOGUE_ASKED}:{max(mine)}:{side}:{held.id}:{now.isoformat()}"
            notes.append(Note(DIALOGUE_ASKED, initiative.key, turn, member=held.member))
    outbox.enqueue(*notes, now=now)


def answered(initiative: InitiativeView, found: DialogueView, side: int, *, revealed: bool, now: datetime) -> None:
    """A side has answered: its clock runs on for what is left, cards say so, and with the second answer both read what both said."""
    left = _due(list_blind([initiative.id]), side)
    if left is None:
        waits.end([wait_key(initiative.key, side)], reason="answered", now=now)
    elif left > found.due[side]:
        waits.put_off(wait_key(initiative.key, side), left, now=now)
    if revealed:
        _tell_revealed(initiative, found, now)
    outbox.repaint(initiative.key, turn=f"dialogue:{found.id}:{side}:{int(revealed)}:{now.isoformat()}", now=now)


def begin_again(initiative: InitiativeView, sides: Iterable[int], *, now: datetime) -> None:
    """Other people lead these sides: their time begins now, and they are asked. A side nobody leads is not waited for until
    somebody does."""
    sides = list(sides)
    waits.end([wait_key(initiative.key, side) for side in sides], reason="leads_changed", now=now)
    blind = list_blind([initiative.id])
    for side in sides:
        held = initiative.lead(side)
        if held is None:
            continue
        due = answer_due(held.member, now)
        mine = _dialogues.c.id.in_([one.id for one in blind if one.waits_for(side)])
        db.session.execute(update(_dialogues).where(mine).values({f"due_{side}_at": due}))
        if any(one.waits_for(side) for one in blind):
            waits.watch(_wait(initiative, side, due), now=now)
    ask(initiative, sides, now=now)
    outbox.repaint(initiative.key, turn=f"dialogue:leads:{now.isoformat()}", now=now)


def stop(initiative: InitiativeView, *, reason: str, now: datetime) -> None:
    """Nobody is asked any more."""
    waits.end([wait_key(initiative.key, side) for side in SIDES], reason=reason, now=now)


def _tell_revealed(initiative: InitiativeView, found: DialogueView, now: datetime) -> None:
    whom = sorted({held.member for held in initiative.leads})
    notes = [
        Note(REVEALED, initiative.key, f"{REVEALED}:{found.id}:{member}", member=member, args={"dialogue": found.id})
        for member in whom
    ]
    outbox.enqueue(*notes, now=now)


def _due(blind: Iterable[DialogueView], side: int) -> datetime | None:
    """The earliest moment by which a side is to answer something."""
    return min((one.due[side] for one in blind if one.waits_for(side)), default=None)


def _wait(initiative: InitiativeView, side: int, due: datetime) -> Wait:
    held, other = initiative.lead(side), initiative.lead(across(side))
    return Wait(
        wait_key(initiative.key, side), initiative.key, WATCH, due, late=held.member if held else None,
        other=other.member if other else None, department=held.department if held else None,
        other_department=other.department if other else None,
    )  # fmt: skip
