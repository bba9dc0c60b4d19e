"""Signing: in person, the version one saw, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, Update, update

from collab.audit import service as audit
from collab.escalations.service import end as end_waits
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.signatures import rules
from collab.signatures.models import Sheet, Signature
from collab.signatures.queries.sheets import SeatView, SheetView, find_by_id, find_sheet, get_sheet, relations
from collab.signatures.queries.waiting import wait_key
from collab.signatures.registry import paper_of
from collab.signatures.service import telling
from collab.signatures.service.events import SheetValid
from collab.subjects import service as subjects

_sheets: Table = Sheet.__table__  # type: ignore[assignment]
_seats: Table = Signature.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Signed:
    """What became of a signature: whether both have signed now."""

    valid: bool


def sign(actor: Actor, sheet_id: int, *, seen_version: int, source: str, now: datetime) -> Signed:
    """Sign a sheet for one's side, in person. Signing again is once.

    `seen_version` is the version the signer had before their eyes, `source` where they signed (web, slack, api).

    Raises:
        NotFound: there is none, or the actor may not see what it is about.
        NotAllowed: it is somebody else's to sign: nobody signs for somebody else.
        NotNow: the paper changed since they looked, was taken out of force, or is not what was laid out; or the signer has
            moved away from the department they would sign for.
    """
    with atomic():
        sheet = _locked(actor, sheet_id)
        seat = _signable(actor, sheet, seen_version)
        if seat is None:
            return Signed(sheet.state == rules.VALID)
        return Signed(_written(actor, sheet, seat, source, now))


def check(actor: Actor, sheet_id: int, *, seen_version: int) -> None:
    """Whether `sign` would be taken now, for edges that ask once more first; raises what it raises."""
    _signable(actor, get_sheet(actor, sheet_id), seen_version)


def _signable(actor: Actor, sheet: SheetView, seen_version: int) -> SeatView | None:
    """The seat the actor may sign now; None when they have signed it already."""
    seat = _own_seat(actor, sheet)
    if sheet.state == rules.VOID or seen_version != sheet.version:
        raise _changed(sheet)
    if seat.signed_at is not None:
        return None
    permits.check("signature.sign", relations(actor, sheet), sheet.state)
    _check_whole(actor, sheet)
    if not rules.stands_for(actor, seat.department):
        raise NotNow("signer_moved")
    return seat


def _locked(actor: Actor, sheet_id: int) -> SheetView:
    """The sheet as it stands under the lock of its subject."""
    subjects.lock(get_sheet(actor, sheet_id).subject_key)
    sheet = find_by_id(sheet_id)
    if sheet is None:
        raise NotFound
    return sheet


def _own_seat(actor: Actor, sheet: SheetView) -> SeatView:
    """The actor's own seat. Raises NotAllowed, naming those who can."""
    seat = sheet.seat_of(actor.id)
    if seat is None or "signer" not in relations(actor, sheet):
        names = people.names_of(one.member for one in sheet.seats)
        first, second = (names[one.member] for one in sheet.seats)
        raise NotAllowed("signs_in_person", verb="signature.sign", first=first, second=second)
    return seat


def _changed(sheet: SheetView) -> NotNow:
    newest = find_sheet(sheet.subject_key, sheet.paper)
    if newest is not None and newest.version > sheet.version:
        return NotNow("paper_changed_since", n=sheet.version, newest=newest.version)
    return NotNow("paper_changed", n=sheet.version)


def _check_whole(actor: Actor, sheet: SheetView) -> None:
    """Raise NotNow unless the sheet says what was laid out, what the paper says now, and nothing that is hidden from the signer."""
    emails = people.emails_of(seat.member for seat in sheet.seats)
    seats = [(seat.side, emails[seat.member], seat.department) for seat in sheet.seats]
    if rules.seal(sheet.subject_key, sheet.paper, sheet.version, sheet.content, seats) != sheet.hash:
        raise NotNow("paper_damaged", n=sheet.version)
    paper = paper_of(sheet.paper)
    current = paper.current(sheet)
    if current is not None and dict(current) != dict(sheet.content):
        raise _changed(sheet)
    if paper.shown(actor, sheet.content) != sheet.content:
        raise NotNow("paper_partly_hidden", n=sheet.version)


def _written(actor: Actor, sheet: SheetView, seat: SeatView, source: str, now: datetime) -> bool:
    """Write the signature; whether it was the one that was missing."""
    open_seat = (_seats.c.id == seat.id) & (_seats.c.member_id == actor.id) & _seats.c.signed_at.is_(None)
    _one_row(update(_seats).where(open_seat).values(signed_at=now, source=source))
    end_waits([wait_key(sheet, seat.side)], reason="signed", now=now)
    valid = all(one.signed_at is not None for one in sheet.seats if one.id != seat.id)
    said = {"paper": sheet.paper, "version": sheet.version, "side": seat.side, "hash": sheet.hash, "valid": valid}
    audit.record(
        "sign", sheet.subject_key, actor=actor, at=now, after=said, details={"source": source, "sheet": sheet.id}
    )
    if valid:
        _complete(actor, sheet, now)
    else:
        telling.repaint(sheet, f"signed:{seat.side}", now=now)
    return valid


def _complete(actor: Actor, sheet: SheetView, now: datetime) -> None:
    """Both have signed: it is in force from now on, and the features above hear of it."""
    waits = (_sheets.c.id == sheet.id) & (_sheets.c.state == rules.OPEN)
    _one_row(update(_sheets).where(waits).values(state=rules.VALID, valid_at=now))
    telling.told(sheet, "valid", sheet.seats, actor, now=now)
    reactions.emit(SheetValid(sheet.subject_key, sheet.paper, sheet.version, now))


def _one_row(change: Update) -> None:
    """Change exactly one row, or nothing at all."""
    if db.session.execute(change).rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
