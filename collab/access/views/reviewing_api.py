"""The API of access reviews: translate in, one call to a service, translate back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, jsonify, url_for

from collab.access.queries import reviewing as queries
from collab.access.rules.reviewing import moment_seen
from collab.access.schemas.reviewing import AccessReviewOut, AccessReviewWholeOut, VerdictsIn
from collab.access.service import reviewing as service
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.web.api import blueprint, paged, repeatable, tagged, window
from collab.web.identity import bearer

bp = blueprint("access_reviews", "Reviews of who has access (アクセス権の棚卸し)")


@bp.get("/access-reviews")
@bp.response(200, AccessReviewOut(many=True))
@permit("access_review.list")
def index() -> Response:
    """Rounds, the newest first."""
    permits.check("access_review.list", bearer().roles)
    offset, size = window()
    found = queries.list_reviews(size, offset=offset)
    done, emails = queries.progress(found), _emails(found)
    return paged(jsonify([_out(row, done[row.id], emails) for row in found]), queries.count_reviews())


@bp.post("/access-reviews")
@bp.response(201, AccessReviewWholeOut)
@permit("access_review.begin")
@repeatable
def begin() -> Response:
    """Begin a round: a line for everybody, each with whoever is to look at it. 409 while one is open."""
    return _one(service.begin(bearer(), now=clock.now()).key, 201)


@bp.get("/access-reviews/<key>")
@bp.response(200, AccessReviewWholeOut)
@permit("access_review.show")
def show(key: str) -> Response:
    """One round: administrators and auditors read all of it, a reviewer their own lines."""
    return _one(key)


@bp.post("/access-reviews/<key>/lines")
@bp.arguments(VerdictsIn)
@bp.response(200, AccessReviewWholeOut)
@permit("access_review.judge")
@repeatable
def judge(body: dict[str, Any], key: str) -> Response:
    """Keep or remove, line by line; may be said anew until it is signed off. Nothing is taken away here. 409, with who and when,
    where somebody else judged a line and `seen_at` is not the `judged_at` that stands."""
    said = {line["id"]: (line["verdict"], line.get("note") or None) for line in body["lines"]}
    seen = {line["id"]: moment_seen(line.get("seen_at")) for line in body["lines"]}
    service.judge(bearer(), key, said, seen=seen, now=clock.now())
    return _one(key)


@bp.post("/access-reviews/<key>/sign")
@bp.response(200, AccessReviewWholeOut)
@permit("access_review.sign")
@repeatable
def sign(key: str) -> Response:
    """Sign it off as somebody other than who began it; it is frozen from here on. 409 while a line has no verdict."""
    return _one(service.sign(bearer(), key, now=clock.now()).key)


def _one(key: str, status: int = 200) -> Response:
    caller = bearer()
    review = queries.get_review(caller, key)
    rows = queries.list_lines(caller, review)
    emails = _emails([review]) | people.emails_of({who for row in rows for who in _named(row)})
    here = people.list_active({row.reviewer_id for row in rows if row.reviewer_id})
    response = jsonify({
        **_out(review, queries.progress([review])[review.id], emails), "intact": review.hash is None or service.is_intact(review),
        "rows": [_line(caller, review, row, here, emails) for row in rows],
    })  # fmt: skip
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_access_reviews.show", key=key)
    return tagged(response, service.seal_of(review, rows)[:16] + f".{review.state}.{caller.id}.{len(here)}")


def _out(review: Any, done: tuple[int, int, int], emails: Mapping[int, str]) -> dict[str, Any]:
    return {
        "key": review.key, "state": review.state, "begun_by": emails[review.begun_by_id], "begun_at": review.begun_at.isoformat(),
        "lines": done[0], "judged": done[1], "to_remove": done[2],
        "signed_by": emails[review.signed_by_id] if review.signed_by_id else None,
        "signed_at": review.signed_at.isoformat() if review.signed_at else None, "hash": review.hash,
    }  # fmt: skip


def _line(caller: Actor, review: Any, row: Any, here: set[int], emails: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": row.id, "member": emails[row.member_id], "about": row.facts, "flags": list(row.flags),
        "reviewer": emails[row.reviewer_id] if row.reviewer_id else None, "verdict": row.verdict, "note": row.note,
        "judged_by": emails[row.judged_by_id] if row.judged_by_id else None,
        "judged_at": row.judged_at.isoformat() if row.judged_at else None, "mine": queries.may_judge(caller, review, row, here),
    }  # fmt: skip


def _emails(reviews: Iterable[Any]) -> dict[int, str]:
    return dict(people.emails_of({who for row in reviews for who in (row.begun_by_id, row.signed_by_id) if who}))


def _named(row: Any) -> list[int]:
    return [who for who in (row.member_id, row.reviewer_id, row.judged_by_id) if who]
