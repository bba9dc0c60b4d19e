"""Where the charter stands, on the paper of the initiative."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.charter_page import get_paper
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.signatures.queries import SheetView
from collab.signatures.views.paper import seats_of

TEMPLATE = "initiatives/parts/charter.html"


def panel(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> dict[str, Any] | None:
    """Vision and customer outcome, who has signed, what is missing; nothing for guests."""
    try:
        paper = get_paper(viewer, initiative.key)
    except NotFound:
        return None
    sheet = paper.in_force
    texts = paper.charter.texts if paper.charter else {}
    return {
        "state": paper.state, "version": paper.charter.version if paper.charter else 0, "vision": texts.get("vision", ""),
        "outcome": texts.get("customer_outcome", ""), "href": f"/initiatives/{initiative.key}/charter", "can": paper.can,
        "seats": seats_shown(sheet, how, now) if sheet else [], "sheet": sheet, "lacks": len(paper.lacks),
        "lost": paper.sheet is not None and sheet is None and any(seat.signed_at for seat in paper.sheet.seats),
    }  # fmt: skip


def seats_shown(sheet: SheetView, how: Reader, now: datetime) -> list[dict[str, Any]]:
    """Both seats as stamps."""
    return seats_of(sheet, how, now)


def lead_names(initiative: InitiativeView, how: Reader) -> dict[int, str]:
    """What each slot is called: its department."""
    units = {row.code: row for row in people.list_departments()}
    return {held.slot: how.name(units[held.department]) for held in initiative.leads}
