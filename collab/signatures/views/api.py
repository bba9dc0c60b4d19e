"""The API of signatures: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.kernel import clock
from collab.kernel.permits import permit
from collab.signatures import queries, service
from collab.signatures.schemas import SheetOut, SignIn
from collab.signatures.views.printing import as_file
from collab.signatures.views.shapes import sheet_out, tag_of
from collab.web.api import blueprint, repeatable, tagged
from collab.web.identity import bearer, reader

bp = blueprint("signatures", "Papers two people sign (署名)")


@bp.get("/signatures/<int:sheet_id>")
@bp.response(200, SheetOut)
@permit("signature.show")
def show(sheet_id: int) -> Response:
    """A sheet as it was laid out: what stands on it, both seats, who signed when; kept for ever."""
    return _one(sheet_id)


@bp.get("/signatures/<int:sheet_id>.pdf")
@bp.response(200, content_type="application/pdf", description="The sheet with both seals, A4.")
@permit("signature.show")
def file(sheet_id: int) -> Response:
    """The same as a PDF, in your language or the one of `?lang=`."""
    return as_file(bearer(), sheet_id, reader())


@bp.post("/signatures/<int:sheet_id>/sign")
@bp.arguments(SignIn)
@bp.response(200, SheetOut)
@permit("signature.sign")
@repeatable
def sign(body: dict[str, Any], sheet_id: int) -> Response:
    """Sign it for your side, in person. `version` is the one you read; 409 when the paper changed since."""
    service.sign(bearer(), sheet_id, seen_version=body["version"], source="api", now=clock.now())
    return _one(sheet_id)


def _one(sheet_id: int) -> Response:
    sheet = queries.get_sheet(bearer(), sheet_id)
    return tagged(jsonify(sheet_out(sheet, bearer())), tag_of(sheet))
