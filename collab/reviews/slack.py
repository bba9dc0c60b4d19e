"""Business reviews in Slack: both sides are asked for their words. They are written on the page, beside the figures they are about."""

from __future__ import annotations

from collab.kernel.permits import permit, permits
from collab.outbox.registry import Envelope, Line, Rendered
from collab.reviews import messages, queries
from collab.reviews.messages import ReviewNow
from collab.reviews.rules import OFFICES
from collab.slack import identity
from collab.slack.registry import edges
from collab.slack.talk import Answer, Quiet, Talk


def install() -> None:
    """The button is a link; Slack tells us of the press all the same."""
    edges.add_action(messages.LOOK, look)


@permit("review.show")
def look(_talk: Talk) -> Answer:
    """Nothing to do: the page opens in the browser."""
    return Quiet()


def asked(envelope: Envelope) -> Rendered | None:
    """To write; nothing once their words are there, or it is closed."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now and now.office else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The ask in one line of a bundle."""
    now = _of(envelope)
    return Line(now.key, messages.line(now, envelope.reader), bool(now.office)) if now else None


def _of(envelope: Envelope) -> ReviewNow | None:
    review, viewer = queries.find_review(envelope.subject_key), envelope.recipient
    if review is None or viewer is None or not permits.allows("review.show", viewer.roles):
        return None
    office = next(iter(queries.asked_of(viewer, review)), "")
    other = next((one for one in OFFICES if one != office), "")
    return ReviewNow(
        review.key, queries.title_of(review, envelope.reader.locale), identity.address(queries.path_of(review)), review.state,
        review.freezes_at, office, other, getattr(review, f"{other.lower()}_words") is not None,
    )  # fmt: skip
