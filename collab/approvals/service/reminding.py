"""Asking again later: the card comes back, the deadline stays."""

from __future__ import annotations

from datetime import datetime

from collab.approvals.queries import get_chain
from collab.approvals.service.telling import ASKED
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotNow
from collab.kernel.permits import permits
from collab.outbox import queries as messages
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.subjects import service as subjects
from collab.subjects.queries import get_summary


def ask_later(*, key: str, actor: Actor, at: datetime, now: datetime) -> None:
    """Put the card before its seat holder once more at a moment of their choice, if they are still asked by then; choosing
    the same moment again is once.

    Raises:
        NotFound, NotAllowed, NotNow: the actor is not asked about this.
    """
    with atomic():
        subjects.lock(key)
        chain = get_chain(key)
        if not chain.relations_of(actor.id):
            get_summary(actor, key)
        permits.check("approval.ask_later", chain.relations_of(actor.id) | actor.roles, chain.state)
        seat = chain.waiting_seat_of(actor.id)
        if seat is None:
            raise NotNow("not_your_turn")
        note = Note(
            ASKED, key, f"{key}:r{chain.number}:later:{seat.id}:{at.isoformat()}", member=actor.id,
            args={"round": chain.number, "step": seat.step, "office": seat.office}, due_at=at, urgent=True,
        )  # fmt: skip
        if not messages.is_written(note.dedupe_key):
            outbox.enqueue(note, now=now)
