"""The API of business reviews: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.kernel import clock
from collab.kernel.permits import permit
from collab.reviews import queries, service
from collab.reviews.rules import OFFICES
from collab.reviews.schemas import ReviewLineOut, ReviewOut, ReviewWordsIn
from collab.reviews.views.pages import as_file
from collab.web.api import blueprint, paged, repeatable, tagged, window
from collab.web.identity import bearer, reader

bp = blueprint("reviews", "Quarterly reviews (四半期レビュー)")


@bp.get("/reviews")
@bp.response(200, ReviewLineOut(many=True))
@permit("review.list")
def index() -> Response:
    """All reviews, the latest first."""
    offset, size = window()
    found, total = queries.list_reviews(bearer(), offset=offset, limit=size)
    return paged(jsonify([_line(review) for review in found]), total)


@bp.post("/reviews")
@bp.response(201, ReviewOut)
@permit("review.open")
@repeatable
def create() -> Response:
    """Take the figures of the running quarter up to today. Reviews of whole quarters open by themselves."""
    return _one(service.open_now(bearer(), now=clock.now()).key, 201)


@bp.get("/reviews/<key>")
@bp.response(200, ReviewOut)
@permit("review.show")
def show(key: str) -> Response:
    """One review as it was taken, as far as you may see what it is about."""
    return _one(key, 200)


@bp.get("/reviews/<key>.pdf")
@bp.response(200, content_type="application/pdf", description="The review on A4.")
@permit("review.show")
def file(key: str) -> Response:
    """The same as a PDF, in your language or the one of `?lang=`."""
    return as_file(bearer(), key, reader())


@bp.post("/reviews/<key>/words")
@bp.arguments(ReviewWordsIn)
@bp.response(200, ReviewOut)
@permit("review.write")
@repeatable
def write(body: dict[str, Any], key: str) -> Response:
    """What your side says of the quarter; null takes it back."""
    service.write(bearer(), key, office=body["office"], words=body.get("words") or "", now=clock.now())
    return _one(key, 200)


@bp.post("/reviews/<key>/retake")
@bp.response(200, ReviewOut)
@permit("review.retake")
@repeatable
def retake(key: str) -> Response:
    """Take the figures of a draft anew."""
    return _one(service.retake(bearer(), key, now=clock.now()).key, 200)


@bp.post("/reviews/<key>/freeze")
@bp.response(200, ReviewOut)
@permit("review.freeze")
@repeatable
def freeze(key: str) -> Response:
    """Close it: nobody writes in it any more."""
    return _one(service.freeze(bearer(), key, now=clock.now()).key, 200)


def _line(review: Any) -> dict[str, Any]:
    return {
        "key": review.key, "state": review.state, "quarter": review.quarter, "from_on": review.from_on.isoformat(),
        "until_on": review.until_on.isoformat(), "taken_at": review.taken_at.isoformat(), "freezes_at": review.freezes_at.isoformat(),
        "frozen_at": review.frozen_at.isoformat() if review.frozen_at else None, "version": review.version,
    }  # fmt: skip


def _one(key: str, status: int) -> Response:
    caller = bearer()
    review = queries.get_review(caller, key)
    (seen,) = queries.seen_by(caller, review)
    words = {office: getattr(review, f"{office.lower()}_words") for office in OFFICES}
    body = {
        **_line(review), "words": words, "figures": dict(seen.rows), "hidden": dict(seen.hidden), "hash": review.content_hash,
        "holds": queries.holds(review),
    }  # fmt: skip
    response = jsonify(body)
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_reviews.show", key=key)
    shown = sum(len(rows) for rows in seen.rows.values())
    return tagged(response, f"{review.version}.{caller.id}.{shown}")
