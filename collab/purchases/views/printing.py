"""The printed sheet of a request (稟議書): as a page made for printing, and as a PDF."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template, request

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit, permits
from collab.papers import render
from collab.purchases.views.looking import View, view_of
from collab.purchases.views.printed.sheet import page
from collab.web.identity import current_member, reader
from collab.web.printed import styles

bp = Blueprint("purchase_printing", __name__)


@bp.get("/purchases/<key>/paper")
@permit("purchase.print")
def show(key: str) -> str:
    """The sheet as a page; the browser prints it."""
    return _source(_view(current_member(), key, reader()), on_screen=True)


@bp.get("/purchases/<key>/paper.pdf")
@permit("purchase.print")
def file(key: str) -> Response:
    """The sheet as a PDF."""
    return as_file(current_member(), key, reader())


def as_file(me: Actor, key: str, how: Reader) -> Response:
    """The PDF as a file named after the request. Raises NotFound, NotAllowed, PaperRefused."""
    view = _view(me, key, how)
    made = render(
        _source(view, on_screen=False), styles(), identifier=f"{key} {view.now.isoformat()} {view.how.locale}"
    )
    return Response(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f"attachment; filename={view.purchase.key}.pdf"},
    )


def _view(me: Actor, key: str, how: Reader) -> View:
    """The request before whoever prints it, in the language they want it in (`?lang=`)."""
    wanted = request.args.get("lang", "")
    view = view_of(me, key, replace(how, locale=wanted) if wanted in LOCALES else how, clock.now())
    permits.check("purchase.print", view.relations, view.purchase.state)
    return view


def _source(view: View, *, on_screen: bool) -> str:
    return render_template("purchases/paper.html", on_screen=on_screen, **page(view))
