"""A sheet in the API's shape."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.people import queries as people
from collab.signatures.queries import SheetView
from collab.signatures.queries.reading import is_whole
from collab.signatures.registry import paper_of


def sheet_out(sheet: SheetView, viewer: Actor) -> dict[str, Any]:
    """One sheet, as the viewer may see it."""
    emails = people.emails_of([seat.member for seat in sheet.seats] + ([sheet.laid_by] if sheet.laid_by else []))
    seats = [
        {
            "side": seat.side, "member": emails[seat.member], "department": seat.department, "due_at": _iso(seat.due_at),
            "signed_at": _iso(seat.signed_at), "source": seat.source,
        }
        for seat in sheet.seats
    ]  # fmt: skip
    return {
        "id": sheet.id, "subject": sheet.subject_key, "paper": sheet.paper, "version": sheet.version, "state": sheet.state,
        "content": dict(paper_of(sheet.paper).shown(viewer, sheet.content)), "whole": is_whole(viewer, sheet),
        "hash": sheet.hash, "seats": seats, "laid_by": emails.get(sheet.laid_by or 0), "laid_at": _iso(sheet.laid_at),
        "valid_at": _iso(sheet.valid_at), "voided_at": _iso(sheet.voided_at), "void_reason": sheet.void_reason,
        "path": sheet.path,
    }  # fmt: skip


def tag_of(sheet: SheetView) -> str:
    """What the ETag of a sheet is made of."""
    signed = sum(1 for seat in sheet.seats if seat.signed_at)
    return f"{sheet.version}.{sheet.id}-{sheet.state}-{signed}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
