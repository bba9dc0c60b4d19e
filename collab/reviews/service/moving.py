"""What every verb shares: the lock, the permit under it, the change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, NotNow
from collab.kernel.permits import permits
from collab.reviews.models import Review
from collab.reviews.queries import find_review
from collab.reviews.service import telling
from collab.subjects import service as subjects

_reviews: Table = Review.__table__  # type: ignore[assignment]


def locked(key: str, actor: Actor | None, verb: str) -> Review:
    """The review, locked, once the verb is permitted; `actor` None is the system. Raises NotFound, NotAllowed, NotNow."""
    subjects.lock(key)
    review = find_review(key)
    if review is None or (actor and not permits.allows("review.show", actor.roles)):
        raise NotFound
    db.session.refresh(review)
    if actor is not None:
        permits.check(f"review.{verb}", actor.roles, review.state)
    return review


def move(review: Review, values: Mapping[str, Any], *, now: datetime) -> Review:
    """Change a locked review: compare-and-set on the version the transaction read. Cards say it."""
    at = (_reviews.c.id == review.id) & (_reviews.c.version == review.version)
    done = db.session.execute(update(_reviews).where(at).values(**values, version=review.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    db.session.refresh(review)
    telling.repaint(review, now=now)
    return review
