"""Writing in a draft, and closing it: by one of both sides, or by itself when its time is over."""

from __future__ import annotations

from datetime import datetime

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Text
from collab.reviews.models import Review
from collab.reviews.queries import list_to_freeze
from collab.reviews.rules import FROZEN, OFFICES
from collab.reviews.service.moving import locked, move

LONGEST = 4000


def write(actor: Actor, key: str, *, office: str, words: str, now: datetime) -> Review:
    """What an office holder says of the quarter, for their side; an empty text takes it back.

    Raises:
        NotFound, NotNow: there is no such review, or it is closed.
        NotAllowed: the actor does not hold that office.
        Invalid: no such office, or too long.
    """
    if office not in OFFICES or len(words) > LONGEST:
        text = Text("review.problem.office") if office not in OFFICES else Text("field.too_long", {"n": LONGEST})
        raise Invalid({"office" if office not in OFFICES else "words": text})
    with atomic():
        review = locked(key, actor, "write")
        if office not in actor.offices:
            raise NotAllowed("only_both_sides")
        side, said = office.lower(), words.strip() or None
        before = getattr(review, f"{side}_words")
        if before == said:
            return review
        audit.record("write", key, actor=actor, at=now, before={office: before}, after={office: said})
        by, at = (actor.id, now) if said else (None, None)
        return move(review, {f"{side}_words": said, f"{side}_by_id": by, f"{side}_at": at}, now=now)


def freeze(actor: Actor | None, key: str, *, now: datetime) -> Review:
    """Close it: nobody writes in it any more; `actor` None is the system. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        review = locked(key, actor, "freeze")
        if review.state == FROZEN:
            raise NotNow("wrong_state", verb="freeze", state=FROZEN)
        seal = {
            "figures": review.content_hash,
            **{office: getattr(review, f"{office.lower()}_words") for office in OFFICES},
        }
        audit.record("freeze", key, actor=actor, at=now, after=seal)
        return move(review, {"state": FROZEN, "frozen_at": now, "frozen_by_id": actor.id if actor else None}, now=now)


def freeze_due(*, now: datetime) -> int:
    """Close every draft whose time is over; returns how many. What somebody closes at the same moment is closed once."""
    done = 0
    for key in list_to_freeze(now):
        try:
            freeze(None, key, now=now)
        except NotNow:
            continue
        done += 1
    return done
