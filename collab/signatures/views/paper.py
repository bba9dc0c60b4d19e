"""A sheet for the page: what stands on it, who signed, what is new in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.signatures import queries
from collab.signatures.messages import said_of, why
from collab.signatures.queries import SheetView
from collab.signatures.queries.reading import is_whole, new_to, rows_of
from collab.signatures.registry import paper_of
from collab.subjects import queries as subjects
from collab.web.moments import due_state, due_words


def page(viewer: Actor, sheet: SheetView, how: Reader, now: datetime) -> dict[str, Any]:
    """Everything the template shows."""
    mine = queries.may_sign(viewer, sheet)
    since, changes = new_to(viewer, sheet, how) if mine else (None, ())
    seat = sheet.seat_of(viewer.id)
    args = said_of(sheet.paper, sheet.version, sheet.subject_key)
    return {
        "sheet": sheet, "about": subjects.get_summary(viewer, sheet.subject_key), "paper": how.say(paper_of(sheet.paper).name), "title": _title(how.say("signature.paper_version", **args)),
        "back": paper_of(sheet.paper).path(sheet), "rows": rows_of(viewer, sheet, how), "whole": is_whole(viewer, sheet),
        "seats": seats_of(sheet, how, now), "mine": mine, "since": since, "changes": changes,
        "signed": bool(seat and seat.signed_at), "who_signs": how.show([_named(sheet)[one.member] for one in sheet.seats if not one.signed_at]),
        "due": due_words(seat.due_at, now, how) if seat and mine else "",
        "why_void": why(sheet.void_reason, how) if sheet.void_reason else "",
        "laid_at": how.moment(sheet.laid_at), "laid_by": _laid_by(sheet, how),
        "voided_at": how.moment(sheet.voided_at) if sheet.voided_at else "",
        "newer": _newer(sheet),
    }  # fmt: skip


def seats_of(sheet: SheetView, how: Reader, now: datetime) -> list[dict[str, Any]]:
    """Both seats as the stamps of a sheet."""
    names, units = _named(sheet), {row.code: row for row in people.list_departments()}
    found = []
    for seat in sheet.seats:
        state = "done" if seat.signed_at else ("current" if sheet.state == "open" else "skipped")
        word = "signed" if seat.signed_at else ("waits" if sheet.state == "open" else "unsigned")
        when = how.moment(seat.signed_at) if seat.signed_at else ""
        if not when and sheet.state == "open":
            when = due_words(seat.due_at, now, how)
        found.append(
            {
                "office": how.name(units[seat.department]), "name": how.name(names[seat.member]), "state": state, "text": when,
                "word": how.say(f"signature.page.{word}"), "due_state": due_state(seat.due_at, now),
            }
        )  # fmt: skip
    return found


def _named(sheet: SheetView) -> dict[int, people.Named]:
    return people.names_of(seat.member for seat in sheet.seats)


def _laid_by(sheet: SheetView, how: Reader) -> str:
    return how.name(people.names_of([sheet.laid_by])[sheet.laid_by]) if sheet.laid_by else ""


def _title(said: str) -> str:
    """A noun as the head of a page."""
    return said[:1].upper() + said[1:]


def _newer(sheet: SheetView) -> SheetView | None:
    newest = queries.find_sheet(sheet.subject_key, sheet.paper)
    return newest if newest and newest.version > sheet.version else None
