"""Reviews as rows, and what of one somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.keys import number_of, numbers_of
from collab.kernel.permits import permits
from collab.reviews import rules
from collab.reviews.models import PREFIX, Review
from collab.reviews.rules import DRAFT, Seen
from collab.subjects.queries import list_summaries


def find_review(key: str) -> Review | None:
    """The review of a key, whoever asks."""
    try:
        return db.session.get(Review, number_of(PREFIX, key))
    except NotFound:
        return None


def get_review(viewer: Actor, key: str) -> Review:
    """One review. Raises NotFound, also when the viewer may not see it."""
    review = find_review(key)
    if review is None or not permits.allows("review.show", viewer.roles):
        raise NotFound
    return review


def list_reviews(viewer: Actor, *, offset: int = 0, limit: int = 50) -> tuple[list[Review], int]:
    """All of them, the latest first, and how many there are. Raises NotAllowed."""
    permits.check("review.list", viewer.roles)
    count = db.session.scalar(select(func.count()).select_from(Review)) or 0
    wanted = select(Review).order_by(Review.until_on.desc(), Review.id.desc()).offset(offset).limit(limit)
    return list(db.session.scalars(wanted)), count


def list_by_keys(keys: Sequence[str]) -> Sequence[Review]:
    """The reviews of those keys that exist."""
    return db.session.scalars(select(Review).where(Review.id.in_(numbers_of(PREFIX, keys)))).all()


def find_latest() -> Review | None:
    """The one whose days end last; None before the first."""
    return db.session.scalar(select(Review).order_by(Review.until_on.desc(), Review.id.desc()).limit(1))


def find_quarterly(viewer: Actor) -> Review | None:
    """The review of the latest quarter that has one, for whoever may see it."""
    if not permits.allows("review.show", viewer.roles):
        return None
    return db.session.scalar(
        select(Review).where(Review.quarter.is_not(None)).order_by(Review.until_on.desc()).limit(1)
    )


def find_before(review: Review) -> Review | None:
    """The closed quarterly review before this one: what it is compared with."""
    earlier: ColumnElement[bool] = (Review.until_on < review.until_on) & Review.quarter.is_not(None)
    wanted = select(Review).where(earlier, Review.state == rules.FROZEN, Review.id != review.id)
    return db.session.scalar(wanted.order_by(Review.until_on.desc()).limit(1))


DRAFTS = select(Review.id).where(Review.state == DRAFT)


def list_drafts() -> Sequence[Review]:
    """Those that are not closed yet, the one that closes first first."""
    return db.session.scalars(select(Review).where(Review.state == DRAFT).order_by(Review.freezes_at, Review.id)).all()


def list_to_freeze(now: datetime) -> list[str]:
    """Drafts whose time is over, by key."""
    return [review.key for review in list_drafts() if review.freezes_at <= now]


def is_opened(quarter: str) -> bool:
    """Whether there is a review of a quarter."""
    return db.session.scalar(select(Review.id).where(Review.quarter == quarter)) is not None


def seen_by(viewer: Actor, *reviews: Review) -> list[Seen]:
    """What of the figures of each review the viewer may see today, where the things themselves stand."""
    keys = sorted(set().union(*(rules.keys_in(review.content) for review in reviews)))
    found = list_summaries(viewer, keys)
    amounts = {key for key, one in found.items() if one.amount is not None}
    return [rules.only(review.content, found, amounts) for review in reviews]


def holds(review: Review) -> bool:
    """Whether the figures are still those that were sealed."""
    return rules.seal(review.content) == review.content_hash
