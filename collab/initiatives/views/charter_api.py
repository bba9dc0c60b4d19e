"""The API of charters: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from collab.initiatives.queries.charter_page import get_paper
from collab.initiatives.schemas.charters import CharterIn, CharterOut
from collab.initiatives.service import chartering
from collab.initiatives.views.charter_shapes import charter_out, charter_tag, mark_in
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.signatures.schemas import SignIn
from collab.web.api import blueprint, repeatable, tagged
from collab.web.identity import bearer

bp = blueprint("charters", "Charters of joint initiatives (合意書)")


@bp.get("/initiatives/<key>/charter")
@bp.response(200, CharterOut)
@permit("initiative.charter_show")
def show(key: str) -> Response:
    """What both sides agree on, what is still missing, and who signed which version."""
    return _one(key)


@bp.put("/initiatives/<key>/charter")
@bp.arguments(CharterIn)
@bp.response(200, CharterOut)
@permit("initiative.charter_write")
@repeatable
def write(body: dict[str, Any], key: str) -> Response:
    """Write on it. Once it was laid out this is its next version, and both signatures are void. With `If-Match` (the ETag of
    what you read) somebody else's words are never lost."""
    chartering.write(bearer(), key, body, seen=_seen(), now=clock.now())
    return _one(key)


@bp.post("/initiatives/<key>/charter/lay")
@bp.response(200, CharterOut)
@permit("initiative.charter_lay")
@repeatable
def lay(key: str) -> Response:
    """Put this version before both leads: each is asked to sign it in person."""
    chartering.lay(bearer(), key, seen=_seen(), now=clock.now())
    return _one(key)


@bp.post("/initiatives/<key>/sign")
@bp.arguments(SignIn)
@bp.response(200, CharterOut)
@permit("signature.sign")
@repeatable
def sign(body: dict[str, Any], key: str) -> Response:
    """Sign the charter for your side, in person. `version` is the one you read; 409 when it changed since."""
    chartering.sign(bearer(), key, version=body["version"], source="api", now=clock.now())
    return _one(key)


def _seen() -> str | None:
    """Which text the caller read, None without `If-Match`."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    return mark_in(next(iter(request.if_match.as_set()), ""))


def _one(key: str) -> Response:
    paper = get_paper(bearer(), key)
    return tagged(jsonify(charter_out(paper, bearer())), charter_tag(paper))
