"""The sheet of a paper two people sign as a PDF: what stands on it, both signatures as seals, the hash, a code that leads back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit
from collab.papers import qr_svg, render
from collab.people import queries as people
from collab.signatures import queries
from collab.signatures.queries import SheetView
from collab.signatures.views import paper
from collab.web.identity import current_member, reader
from collab.web.printed import exactly, short_day, short_name, styles

bp = Blueprint("signature_printing", __name__)


@bp.get("/signatures/<int:sheet_id>.pdf")
@permit("signature.show")
def file(sheet_id: int) -> Response:
    """The sheet as a PDF."""
    return as_file(current_member(), sheet_id, reader())


def as_file(me: Actor, sheet_id: int, how: Reader) -> Response:
    """The PDF, in the reader's language or the one of `?lang=`. Raises NotFound, PaperRefused."""
    wanted = request.args.get("lang", "")
    how, now = replace(how, locale=wanted) if wanted in LOCALES else how, clock.now()
    sheet = queries.get_sheet(me, sheet_id)
    source = render_template("signatures/paper.html", **_page(me, sheet, how, now))
    made = render(source, styles(), identifier=f"{sheet.hash} {now.isoformat()} {how.locale} {me.id}")
    headers = {"Content-Disposition": f"attachment; filename={sheet.subject_key}-{sheet.id}.pdf"}
    return Response(made, content_type="application/pdf", headers=headers)


def _page(me: Actor, sheet: SheetView, how: Reader, now: datetime) -> dict[str, Any]:
    """What is on the page of the sheet, and what only paper needs."""
    address = f"{current_app.extensions['settings'].base_url.rstrip('/')}{sheet.path}"
    printed = how.say("signature.sheet.printed", who=me, at=exactly(now, how))
    names = people.names_of(seat.member for seat in sheet.seats)
    boxes = [
        {**shown, "seal": short_name(names[seat.member], how), "day": short_day(seat.signed_at, how),
         "at": exactly(seat.signed_at, how) if seat.signed_at else ""}
        for seat, shown in zip(sheet.seats, paper.seats_of(sheet, how, now), strict=True)
    ]  # fmt: skip
    return {
        **paper.page(me, sheet, how, now), "how": how, "locale": how.locale, "boxes": boxes, "address": address,
        "qr": qr_svg(address, title=how.say("signature.sheet.qr")), "printed": printed,
        "laid_at": exactly(sheet.laid_at, how), "over": how.say("signature.state.void") if sheet.state == "void" else "",
        "voided_at": exactly(sheet.voided_at, how) if sheet.voided_at else "",
    }  # fmt: skip
