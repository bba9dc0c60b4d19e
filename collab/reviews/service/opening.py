"""Opening a review: its figures are taken at once, and both sides are asked for their words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.goals.queries.habits import habits
from collab.goals.rules import fiscal
from collab.kernel import periods
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.reviews import rules
from collab.reviews.models import Review
from collab.reviews.queries import is_opened
from collab.reviews.queries.gathering import Span, gather
from collab.reviews.service import telling
from collab.reviews.service.moving import locked, move
from collab.subjects import service as subjects

_reviews: Table = Review.__table__  # type: ignore[assignment]


def open_due(*, now: datetime) -> Review | None:
    """Open the review of the quarter that has just ended, once; None when there is none to open. Long after its end its
    figures would say nothing of it any more."""
    today = people.today(now)
    quarter, from_on, until_on = rules.quarter_over(today, habits().starts_month)
    if today - until_on > rules.OPENS_WITHIN or periods.is_claimed("reviews.open", quarter):
        return None
    with atomic():
        if not periods.claim("reviews.open", quarter, now=now) or is_opened(quarter):
            return None
        return open_quarter(quarter, Span(from_on, until_on), now=now)


def open_quarter(quarter: str, span: Span, *, now: datetime) -> Review:
    """The review of a quarter, by the system."""
    with atomic():
        return _opened(None, quarter, span, now=now)


def open_now(actor: Actor, *, now: datetime) -> Review:
    """A review of the running quarter up to today. Raises NotAllowed."""
    permits.check("review.open", actor.roles)
    today, starts = people.today(now), habits().starts_month
    from_on, _until = fiscal.days_of(fiscal.current(today, "Q", starts), starts)
    with atomic():
        return _opened(actor, None, Span(from_on, today), now=now)


def retake(actor: Actor, key: str, *, now: datetime) -> Review:
    """Take the figures of a draft anew. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        review = locked(key, actor, "retake")
        before, figures = review.content_hash, _figures(Span(review.from_on, review.until_on), now)
        audit.record(
            "retake", key, actor=actor, at=now, before={"figures": before}, after={"figures": figures["content_hash"]}
        )
        return move(review, figures, now=now)


def _opened(actor: Actor | None, quarter: str | None, span: Span, *, now: datetime) -> Review:
    closes_at = calendar_or_default(company().calendar).add_days(now, rules.CLOSES_AFTER)
    values = {
        "state": rules.DRAFT, "version": 1, "quarter": quarter, "from_on": span.from_on, "until_on": span.until_on,
        "opened_by_id": actor.id if actor else None, "opened_at": now, "freezes_at": closes_at, **_figures(span, now),
    }  # fmt: skip
    number = db.session.scalar(insert(_reviews).values(**values).returning(_reviews.c.id))
    review = db.session.get_one(Review, number)
    subjects.introduce(review.key, "review")
    after = {
        "quarter": quarter, "from_on": span.from_on.isoformat(), "until_on": span.until_on.isoformat(),
        "figures": review.content_hash,
    }  # fmt: skip
    audit.record("open", review.key, actor=actor, at=now, after=after)
    telling.ask(review, actor, now=now)
    return review


def _figures(span: Span, now: datetime) -> dict[str, Any]:
    content = gather(span, now=now)
    return {"content": content, "content_hash": rules.seal(content), "taken_at": now}
