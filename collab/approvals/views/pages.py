"""The authority table (職務権限表): the route book in force, readable and printable."""

from __future__ import annotations

from flask import Blueprint, render_template

from collab.approvals import queries
from collab.approvals.rules.table import authority_table
from collab.kernel.permits import permit, permits
from collab.web.identity import current_member, reader

bp = Blueprint("approvals", __name__, template_folder="../templates")


@bp.get("/routes")
@permit("routes.show")
def book() -> str:
    """Who decides what."""
    permits.check("routes.show", current_member().roles)
    version, found = queries.current_book()
    return render_template("approvals/book.html", version=version, **authority_table(found, reader()))
