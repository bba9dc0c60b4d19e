"""Whom a change of an agreement is told to: whoever stands on the other side, and every card that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from collab.agreements.models import Agreement
from collab.kernel.actor import Actor
from collab.outbox import service as outbox
from collab.outbox.service import Note

ASKED, TOLD, LAST_CHANCE = "agreement.asked", "agreement.told", "agreement.last_chance"


def ask(agreement: Agreement, members: Iterable[int], *, now: datetime) -> None:
    """Ask somebody to agree."""
    notes = [
        Note(ASKED, agreement.key, f"{agreement.key}:ask:v{agreement.version}:{one}", member=one) for one in members
    ]
    outbox.enqueue(*notes, now=now)


def told(
    agreement: Agreement, verb: str, actor: Actor | None, *, now: datetime, said: str | None = None, **more: Any
) -> None:
    """Tell both named persons, never anybody of their own act; repaint the cards."""
    args = {"verb": verb, "by": actor.id if actor else None, "said": said, **more}
    whom = sorted({agreement.giver_id, agreement.receiver_id} - ({actor.id} if actor else set()))
    notes = [
        Note(TOLD, agreement.key, f"{agreement.key}:v{agreement.version}:{verb}:{member}", member=member, args=args)
        for member in whom
    ]
    outbox.enqueue(*notes, now=now)
    repaint(agreement, now=now)


def repaint(agreement: Agreement, *, now: datetime) -> None:
    """Every card says what is true now."""
    outbox.repaint(agreement.key, turn=f"v{agreement.version}", now=now)
