"""Pages of business reviews: the list, one review, and the presses on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotNow
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit, permits
from collab.papers import qr_svg, render
from collab.reviews import queries, service
from collab.reviews.views.looking import page
from collab.web.identity import current_member, reader
from collab.web.printed import exactly, styles

bp = Blueprint("reviews", __name__, template_folder="../templates")
PAGE = 20


@bp.get("/reviews")
@permit("review.list")
def index() -> str:
    """All reviews, the latest first."""
    me, how = current_member(), reader()
    at = max(1, int(number) if (number := request.args.get("page", "1")).isdecimal() and len(number) < 6 else 1)
    found, total = queries.list_reviews(me, offset=(at - 1) * PAGE, limit=PAGE)
    rows = [
        {"key": row.key, "title": queries.title_of(row, how.locale), "state": row.state, "since": how.day(row.from_on),
         "until": how.day(row.until_on), "words": [office for office in ("CMO", "CIO") if getattr(row, f"{office.lower()}_words")]}
        for row in found
    ]  # fmt: skip
    return render_template(
        "reviews/list.html", rows=rows, total=total, page=at, pages=-(-total // PAGE), may_open=permits.allows("review.open", me.roles)
    )  # fmt: skip


@bp.post("/reviews")
@permit("review.open")
def create() -> AnyResponse:
    """Take the figures of the running quarter up to today."""
    made = service.open_now(current_member(), now=clock.now())
    flash(reader().say("review.page.opened"), "success")
    return redirect(queries.path_of(made), 303)


@bp.get("/reviews/<key>")
@permit("review.show")
def show(key: str) -> str:
    """One review as it was taken."""
    me = current_member()
    return _sheet(me, queries.get_review(me, key))


@bp.get("/reviews/<key>.pdf")
@permit("review.show")
def file(key: str) -> Response:
    """The same as a PDF."""
    return as_file(current_member(), key, reader())


@bp.post("/reviews/<key>/words")
@permit("review.write")
def write(key: str) -> AnyResponse | tuple[str, int]:
    """What one's side says of it."""

    def act(me: Actor) -> object:
        office, words = request.form.get("office", ""), request.form.get("words", "")
        return service.write(me, key, office=office, words=words, now=clock.now())

    return _press(key, act, "written")


@bp.post("/reviews/<key>/retake")
@permit("review.retake")
def retake(key: str) -> AnyResponse | tuple[str, int]:
    """The figures anew."""
    return _press(key, lambda me: service.retake(me, key, now=clock.now()), "retaken")


@bp.post("/reviews/<key>/freeze")
@permit("review.freeze")
def freeze(key: str) -> AnyResponse | tuple[str, int]:
    """Close it."""
    return _press(key, lambda me: service.freeze(me, key, now=clock.now()), "frozen")


def as_file(me: Actor, key: str, how: Reader) -> Response:
    """The PDF of a review. Raises NotFound, PaperRefused."""
    wanted = request.args.get("lang", "")
    how, now = replace(how, locale=wanted) if wanted in LOCALES else how, clock.now()
    review = queries.get_review(me, key)
    address = f"{current_app.extensions['settings'].base_url.rstrip('/')}{queries.path_of(review)}"
    printed = how.say("review.page.printed", who=me, at=exactly(now, how))
    qr = qr_svg(address, title=address)
    source = render_template(
        "reviews/paper.html", **page(me, review, how, now), printed=printed, qr=qr, address=address
    )
    made = render(source, styles(), identifier=f"{key} {now.isoformat()} {how.locale} {me.id}")
    headers = {"Content-Disposition": f"attachment; filename={review.key}.pdf"}
    return Response(made, content_type="application/pdf", headers=headers)


def _sheet(me: Actor, review: Any, refused: DomainError | None = None) -> str:
    how = reader()
    return render_template(
        "reviews/show.html", **page(me, review, how, clock.now()), problem=_said(refused, how) if refused else "",
        wrong=isinstance(refused, Invalid), typed=request.form.get("words", ""), said_for=request.form.get("office", ""),
    )  # fmt: skip


def _press(key: str, act: Callable[[Actor], object], said: str) -> AnyResponse | tuple[str, int]:
    """Do it and go back; what was refused is said on the page, and nothing typed is lost."""
    me, how = current_member(), reader()
    try:
        act(me)
    except (Invalid, NotNow) as refused:
        return _sheet(me, queries.get_review(me, key), refused), refused.status
    flash(how.say(f"review.page.{said}"), "success")
    return redirect(f"/reviews/{key}", 303)


def _said(refused: DomainError, how: Reader) -> str:
    fields = refused.fields.values() if isinstance(refused, Invalid) else ()
    return " ".join(how.say(text) for text in fields) or how.say(refused.text)
