"""The guide as pages: all readers, one reader, what holds some words. Strangers may read it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, send_from_directory
from werkzeug.wrappers import Response

from collab.guide import queries
from collab.kernel.permits import permit
from collab.web.identity import reader
from collab.web.pages import YEAR

bp = Blueprint("guide", __name__, template_folder="templates")
LONGEST = 100


@bp.get("/help")
@permit("guide.read")
def index() -> str:
    """All readers' pages with what each can do there; with `q`, the parts that hold these words."""
    locale, wanted = reader().locale, request.args.get("q", "")[:LONGEST].strip()
    hits = queries.list_hits(locale, wanted)
    return render_template("guide/index.html", pages=queries.list_pages(locale), wanted=wanted, hits=hits)


@bp.get("/help/<topic>")
@permit("guide.read")
def show(topic: str) -> str:
    """One reader's page."""
    locale = reader().locale
    return render_template("guide/show.html", guide=queries.get_page(locale, topic), pages=queries.list_pages(locale))


@bp.get("/help/images/<name>")
@permit("guide.read")
def image(name: str) -> Response:
    """A picture of the guide."""
    return send_from_directory(queries.IMAGES, name, max_age=YEAR)
