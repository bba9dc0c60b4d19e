"""The printed sheet of a request over the API."""

from __future__ import annotations

from flask import Response

from collab.kernel.permits import permit
from collab.purchases.views.api.base import bp
from collab.purchases.views.printing import as_file
from collab.web.identity import bearer, reader


@bp.get("/purchases/<key>/paper.pdf")
@bp.response(200, content_type="application/pdf", description="The sheet (稟議書) with its seal boxes, A4.")
@permit("purchase.print")
def paper(key: str) -> Response:
    """The sheet as a PDF, in your language or the one of `?lang=`."""
    return as_file(bearer(), key, reader())
