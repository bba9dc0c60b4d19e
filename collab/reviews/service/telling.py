"""Both sides are asked for their words when a review opens; the card says what became of it."""

from __future__ import annotations

from datetime import datetime

from collab.kernel.actor import Actor
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.reviews.models import Review
from collab.reviews.rules import OFFICES

ASKED = "review.asked"


def ask(review: Review, by: Actor | None, *, now: datetime) -> None:
    """Who holds an office that writes, whoever opened it themselves left out: they are at it."""
    holders = people.organisation(now).offices
    asked = sorted({holders[office] for office in OFFICES if office in holders} - ({by.id} if by else set()))
    outbox.enqueue(
        *(Note(ASKED, review.key, f"{review.key}:asked:{member}", member=member) for member in asked), now=now
    )


def repaint(review: Review, *, now: datetime) -> None:
    """Every card says what is true now."""
    outbox.repaint(review.key, turn=f"v{review.version}", now=now)
