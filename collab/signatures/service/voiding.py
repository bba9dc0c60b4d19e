"""A paper that changed is signed by nobody: what was signed stays as a record, and counts no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.escalations.service import end as end_waits
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.people import queries as people
from collab.people.service import MemberLeft
from collab.signatures.models import Sheet
from collab.signatures.queries.sheets import ALL, SheetView, find_by_id, list_of_signer, whole
from collab.signatures.queries.waiting import wait_key
from collab.signatures.rules import OPEN, VALID, VOID
from collab.signatures.service import telling
from collab.signatures.service.events import SheetVoided
from collab.subjects import service as subjects

LEFT = "signer_left"
_sheets: Table = Sheet.__table__  # type: ignore[assignment]


def void(subject_key: str, paper: str, *, reason: str, actor: Actor | None, now: datetime) -> int:
    """Take every sheet of a paper that is open or valid out of force; returns how many were. `reason` is a code: the words are
    `signature.void.<reason>`. Whoever had signed is told, with what changed."""
    return _void(subject_key, paper, (OPEN, VALID), reason=reason, actor=actor, now=now)


def void_open(subject_key: str, paper: str | None, *, reason: str, actor: Actor | None, now: datetime) -> int:
    """The same of sheets that still wait for a signature alone; without a `paper` those of every paper."""
    return _void(subject_key, paper, (OPEN,), reason=reason, actor=actor, now=now)


def _void(
    subject_key: str, paper: str | None, states: tuple[str, ...], *, reason: str, actor: Actor | None, now: datetime
) -> int:
    with atomic():
        subjects.lock(subject_key)
        at = (_sheets.c.subject_key == subject_key) & _sheets.c.state.in_(states)
        if paper is not None:
            at &= _sheets.c.paper == paper
        found = whole(db.session.execute(ALL.where(at)).all())
        for sheet in found:
            _end(sheet, reason, actor, now)
        return len(found)


def _end(sheet: SheetView, reason: str, actor: Actor | None, now: datetime) -> None:
    values = {"state": VOID, "voided_at": now, "void_reason": reason}
    db.session.execute(update(_sheets).where(_sheets.c.id == sheet.id).values(**values))
    end_waits([wait_key(sheet, seat.side) for seat in sheet.seats], reason=reason, now=now)
    signed = [seat for seat in sheet.seats if seat.signed_at is not None]
    emails = people.emails_of(seat.member for seat in signed)
    audit.record(
        "paper_voided", sheet.subject_key, actor=actor, at=now,
        before={"paper": sheet.paper, "version": sheet.version, "signed": [emails[seat.member] for seat in signed]},
        details={"why": reason, "sheet": sheet.id},
    )  # fmt: skip
    telling.told(sheet, "voided", signed, actor, now=now)
    reactions.emit(SheetVoided(sheet.subject_key, sheet.paper, sheet.version, sheet.state == VALID, reason, actor, now))


def leave(left: MemberLeft) -> None:
    """Nobody signs for whoever left: what still waits is void (registered at start-up). A valid sheet stays what was signed."""
    found = list_of_signer(left.member)
    subjects.lock_all(sheet.subject_key for sheet in found)
    for sheet in found:
        fresh = find_by_id(sheet.id)
        if fresh is not None and fresh.state == OPEN:
            _end(fresh, LEFT, None, left.at)
