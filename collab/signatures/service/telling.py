"""Who is asked to sign, who hears what became of a sheet, and every card that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from collab.kernel.actor import Actor
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.signatures.queries.sheets import SeatView, SheetView

ASKED, LAST_CHANCE, TOLD = "signature.asked", "signature.last", "signature.told"


def ask(sheet: SheetView, *, now: datetime) -> None:
    """Ask both to sign."""
    notes = [
        Note(
            ASKED,
            sheet.subject_key,
            f"signature:{sheet.id}:ask:{seat.side}",
            member=seat.member,
            args={"sheet": sheet.id},
        )
        for seat in sheet.seats
    ]
    outbox.enqueue(*notes, now=now)


def told(sheet: SheetView, verb: str, seats: Iterable[SeatView], actor: Actor | None, *, now: datetime) -> None:
    """Tell signers, never anybody of their own act, and repaint the cards."""
    args = {"sheet": sheet.id, "verb": verb, "by": actor.id if actor else None}
    notes = [
        Note(TOLD, sheet.subject_key, f"signature:{sheet.id}:{verb}:{seat.side}", member=seat.member, args=args)
        for seat in seats
        if actor is None or seat.member != actor.id
    ]
    outbox.enqueue(*notes, now=now)
    repaint(sheet, verb, now=now)


def repaint(sheet: SheetView, turn: str, *, now: datetime) -> None:
    """Every card says what is true now."""
    outbox.repaint(sheet.subject_key, turn=f"signature:{sheet.id}:{turn}", now=now)
