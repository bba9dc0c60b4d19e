"""The page of a sheet: as it was laid out and signed, kept for ever, and made to be printed; signing it there."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.signatures import queries, service
from collab.signatures.messages import said_of
from collab.signatures.schemas import SignIn
from collab.signatures.views import paper
from collab.web.identity import current_member, reader

bp = Blueprint("signatures", __name__, template_folder="../templates")


@bp.get("/signatures/<int:sheet_id>")
@permit("signature.show")
def show(sheet_id: int) -> str:
    """What was signed, by whom, when."""
    return _page(sheet_id)


@bp.post("/signatures/<int:sheet_id>/sign")
@permit("signature.sign")
def sign(sheet_id: int) -> Response | tuple[str, int]:
    """Sign the version that was shown; the page asks once more before."""
    me, how = current_member(), reader()
    queries.get_sheet(me, sheet_id)
    try:
        seen = load(SignIn(), {"version": request.form.get("version") or None})["version"]
        signed = service.sign(me, sheet_id, seen_version=seen, source="web", now=clock.now())
    except (NotNow, NotAllowed, Invalid) as refused:
        return _page(sheet_id, problem=how.say(refused.text)), refused.status
    sheet = queries.get_sheet(me, sheet_id)
    args = said_of(sheet.paper, sheet.version, sheet.subject_key)
    flash(how.say(f"signature.done.{'valid' if signed.valid else 'signed'}", **args), "success")
    return redirect(sheet.path, 303)


def _page(sheet_id: int, problem: str = "") -> str:
    me, how = current_member(), reader()
    sheet = queries.get_sheet(me, sheet_id)
    return render_template("signatures/show.html", problem=problem, **paper.page(me, sheet, how, clock.now()))
