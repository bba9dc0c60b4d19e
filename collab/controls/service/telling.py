"""Who hears of a change: those who may confirm it are asked, its proposer and whoever it favours learn what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab.controls import queries
from collab.controls.models import ControlChange
from collab.controls.rules import OPEN
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.outbox import service as outbox
from collab.outbox.service import Note

ASKED, LAST_CHANCE, TOLD = "control.asked", "control.last", "control.told"


@dataclass(frozen=True)
class ChangeAsked:
    """Told inside the transaction that proposes a change: who is asked, until when."""

    key: str
    proposer: int
    asked: tuple[int, ...]
    until: datetime
    at: datetime


@dataclass(frozen=True)
class ChangeWaits:
    """Told inside a transaction, every so often while a change waits for its second person; its subject is locked."""

    key: str
    at: datetime


@dataclass(frozen=True)
class ChangeOver:
    """Told inside the transaction in which a change is answered, or needs no answer any more."""

    key: str
    acted: bool
    at: datetime


def ask(row: ControlChange, *, now: datetime) -> None:
    """Put it before those who may confirm it."""
    reactions.emit(ChangeAsked(row.key, row.proposed_by_id, ask_others(row, now=now), row.expires_at, now))


def ask_others(row: ControlChange, *, now: datetime) -> tuple[int, ...]:
    """Let everybody who is asked by now have the card, whoever had it already no second one; returns who is asked."""
    asked, turn = tuple(one.id for one in queries.asked(row, now)), row.expires_at.isoformat()
    outbox.enqueue(
        *(Note(ASKED, row.key, f"{row.key}:asked:{member}:{turn}", member=member) for member in asked), now=now
    )
    return asked


def tell(row: ControlChange, by: Actor | None, *, now: datetime) -> None:
    """What became of it; every card about it says so."""
    told = {row.proposed_by_id, *([row.second_id] if row.second_id else []), *row.favours} - ({by.id} if by else set())
    args = {"state": row.state, "by": by.id if by else None}
    notes = [
        Note(TOLD, row.key, f"{row.key}:{row.state}:v{row.version}:{member}", member=member, args=args)
        for member in sorted(told)
    ]
    outbox.enqueue(*notes, now=now)
    outbox.repaint(row.key, turn=f"v{row.version}", now=now)
    if row.state != OPEN:
        reactions.emit(ChangeOver(row.key, by is not None, now))
