"""Putting a paper before the two leads, and what happens once both have signed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update

from collab.blueprints.models import Blueprint, Definition
from collab.blueprints.queries.blueprints import PAPER
from collab.blueprints.service.drawing import Drawn
from collab.initiatives.queries import InitiativeView, find_initiative
from collab.initiatives.rules.moves import SIDES
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.signatures import queries as sheets
from collab.signatures import service as signing
from collab.signatures.rules import Signer
from collab.signatures.service import SheetValid

DEFINITION = "definition-"
_blueprints: Table = Blueprint.__table__  # type: ignore[assignment]
_definitions: Table = Definition.__table__  # type: ignore[assignment]


def lay_paper(
    held: Drawn, paper: str, version: int, content: Mapping[str, Any], actor: Actor, now: datetime
) -> tuple[int, int]:
    """Put a version before both leads; returns the version laid and the number of its sheet. A version whose sheet is void, or
    waits for somebody who leads no more, is laid as the next one.

    Raises:
        NotNow: it is before them already, both signed it, or one of the two sides has no lead.
        Invalid: somebody cannot sign.
    """
    signers = signers_of(held.initiative)
    newest = sheets.find_sheet(held.key, paper)
    if newest is not None and newest.version >= version:
        if newest.state == "valid" or (newest.state == "open" and _same(newest, signers)):
            raise NotNow("blueprint_laid_already", n=newest.version)
        version = newest.version + 1
    sheet = signing.lay(held.key, paper, version, content, signers=signers, laid_by=actor, now=now)
    return version, sheet


def signers_of(initiative: InitiativeView) -> tuple[Signer, ...]:
    """The two leads, for their departments. Raises NotNow while a side has none."""
    leads = [initiative.lead(slot) for slot in SIDES]
    if None in leads:
        raise NotNow("blueprint_lead_missing", key=initiative.key)
    return tuple(Signer(held.slot, held.member, held.department) for held in leads if held)


def _same(sheet: sheets.SheetView, signers: tuple[Signer, ...]) -> bool:
    return [(one.side, one.member) for one in sheet.seats] == [(one.side, one.member) for one in signers]


def take_valid(event: SheetValid) -> None:
    """Both signed: that version is the newest one to rest on; that meaning is ratified (registered at start-up)."""
    initiative = find_initiative(event.subject_key) if event.subject_key.startswith("I-") else None
    if initiative is None:
        return
    if event.paper == PAPER:
        at = _blueprints.c.initiative_id == initiative.id
        before = db.session.scalar(select(_blueprints.c.signed_version).where(at)) or 0
        newest = max(event.version, before)
        db.session.execute(update(_blueprints).where(at).values(signed_version=newest))
    elif event.paper.startswith(DEFINITION) and event.paper.removeprefix(DEFINITION).isdigit():
        number = int(event.paper.removeprefix(DEFINITION))
        theirs = (_definitions.c.id == number) & (_definitions.c.initiative_id == initiative.id)
        db.session.execute(update(_definitions).where(theirs).values(ratified_version=event.version))
