"""Sheets with their seats: one, all of a paper, those in force of many subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.kernel.keys import LARGEST_NUMBER
from collab.kernel.permits import permits
from collab.signatures.models import Sheet, Signature
from collab.signatures.rules import OPEN, VALID, VOID
from collab.subjects import queries as subjects

_sheets: Table = Sheet.__table__  # type: ignore[assignment]
_seats: Table = Signature.__table__  # type: ignore[assignment]
ALL = select(_sheets).order_by(_sheets.c.id)


@dataclass(frozen=True)
class SeatView:
    """One of the two seats: whose, for which department, until when it is asked for, and when and where it was signed."""

    id: int
    side: int
    member: int
    department: str
    due_at: datetime
    signed_at: datetime | None
    source: str | None


@dataclass(frozen=True)
class SheetView:
    """A sheet of paper with its seats, side 1 first. `state` is open, valid (both signed) or void."""

    id: int
    subject_key: str
    paper: str
    version: int
    state: str
    content: Mapping[str, Any]
    hash: str
    laid_by: int | None
    laid_at: datetime
    valid_at: datetime | None
    voided_at: datetime | None
    void_reason: str | None
    seats: tuple[SeatView, ...] = ()

    @property
    def path(self) -> str:
        """The page of the sheet, for ever."""
        return f"/signatures/{self.id}"

    @property
    def missing(self) -> tuple[SeatView, ...]:
        """Seats that are waited for."""
        return tuple(seat for seat in self.seats if seat.signed_at is None) if self.state == OPEN else ()

    def seat_of(self, member: int) -> SeatView | None:
        """The seat a member sits on."""
        return next((seat for seat in self.seats if seat.member == member), None)

    def other_than(self, member: int) -> SeatView | None:
        """The seat of the other signer."""
        return next((seat for seat in self.seats if seat.member != member), None)


def find_by_id(sheet_id: int) -> SheetView | None:
    """The sheet of a number, whoever asks."""
    if not 0 < sheet_id <= LARGEST_NUMBER:
        return None
    return _first(db.session.execute(select(_sheets).where(_sheets.c.id == sheet_id)).all())


def get_sheet(viewer: Actor, sheet_id: int) -> SheetView:
    """One sheet. Raises NotFound, also for whoever may not see what it is about, and for guests."""
    sheet = find_by_id(sheet_id)
    if sheet is None or not may_see(viewer, sheet):
        raise NotFound
    return sheet


def may_see(viewer: Actor, sheet: SheetView) -> bool:
    """Whether a viewer may read a sheet: whoever sees its subject, and no guest."""
    return may_see_paper(viewer, sheet.subject_key)


def may_see_paper(viewer: Actor, subject_key: str) -> bool:
    """Whether a viewer may read the papers of a subject."""
    if not permits.allows("signature.show", viewer.roles):
        return False
    return subject_key in subjects.list_summaries(viewer, [subject_key])


def find_sheet(subject_key: str, paper: str, version: int | None = None) -> SheetView | None:
    """The sheet of a version of a paper, or the newest one, whatever became of it; whoever asks."""
    wanted = select(_sheets).where(_sheets.c.subject_key == subject_key, _sheets.c.paper == paper)
    if version is not None:
        wanted = wanted.where(_sheets.c.version == version)
    return _first(db.session.execute(wanted.order_by(_sheets.c.version.desc()).limit(1)).all())


def list_sheets(subject_key: str, paper: str) -> list[SheetView]:
    """Every sheet a paper ever had, the newest version first."""
    wanted = select(_sheets).where(_sheets.c.subject_key == subject_key, _sheets.c.paper == paper)
    return whole(db.session.execute(wanted.order_by(_sheets.c.version.desc())).all())


def newest_of(subject_key: str, papers: Iterable[str]) -> dict[str, SheetView]:
    """The newest sheet of each of a subject's papers, whatever became of it; two statements, however many papers."""
    named = sorted(set(papers))
    wanted = select(_sheets).where(_sheets.c.subject_key == subject_key, _sheets.c.paper.in_(named))
    found = whole(db.session.execute(wanted.order_by(_sheets.c.version)).all()) if named else []
    return {sheet.paper: sheet for sheet in found}


def papers_in_force(keys: Iterable[str], paper: str, *, state: str | None = None) -> dict[str, SheetView]:
    """By subject, the newest sheet of a paper that is not void; with `state` ("valid", "open") the newest in that state.
    Two statements, however many subjects."""
    wanted = select(_sheets).where(_sheets.c.subject_key.in_(sorted(set(keys))), _sheets.c.paper == paper)
    at = _sheets.c.state == state if state else _sheets.c.state != VOID
    return {
        sheet.subject_key: sheet
        for sheet in whole(db.session.execute(wanted.where(at).order_by(_sheets.c.version)).all())
    }


def last_signed(sheet: SheetView, member: int) -> SheetView | None:
    """The version of the same paper that a member signed last, before this sheet."""
    signed = (
        select(_sheets.c.id)
        .join(_seats, _seats.c.sheet_id == _sheets.c.id)
        .where(
            _sheets.c.subject_key == sheet.subject_key, _sheets.c.paper == sheet.paper, _sheets.c.version < sheet.version,
            _seats.c.member_id == member, _seats.c.signed_at.is_not(None),
        )
        .order_by(_sheets.c.version.desc())
        .limit(1)
    )  # fmt: skip
    number = db.session.scalar(signed)
    return find_by_id(number) if number else None


def list_of_signer(member: int) -> list[SheetView]:
    """Open sheets on which a member sits."""
    theirs = select(_seats.c.sheet_id).where(_seats.c.member_id == member)
    return whole(db.session.execute(ALL.where(_sheets.c.state == OPEN, _sheets.c.id.in_(theirs))).all())


def whole(rows: Sequence[AnyRow]) -> list[SheetView]:
    """The views of rows of sheets, one statement more however many there are."""
    seats: dict[int, list[SeatView]] = {}
    if rows:
        wanted = select(_seats).where(_seats.c.sheet_id.in_([row.id for row in rows])).order_by(_seats.c.side)
        for row in db.session.execute(wanted):
            seat = SeatView(row.id, row.side, row.member_id, row.department_code, row.due_at, row.signed_at, row.source)
            seats.setdefault(row.sheet_id, []).append(seat)
    return [
        SheetView(
            row.id, row.subject_key, row.paper, row.version, row.state, row.content, row.hash, row.laid_by_id, row.laid_at,
            row.valid_at, row.voided_at, row.void_reason, tuple(seats.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def _first(rows: Sequence[AnyRow]) -> SheetView | None:
    found = whole(rows)
    return found[0] if found else None


def relations(viewer: Actor, sheet: SheetView) -> frozenset[str]:
    """What a viewer is to a sheet. A machine that speaks for a signer is not them."""
    signs = sheet.seat_of(viewer.id) is not None and viewer.machine is None and viewer.active
    return viewer.roles | ({"signer"} if signs else frozenset())


def may_sign(viewer: Actor, sheet: SheetView) -> bool:
    """Whether it is this viewer's signature that is waited for."""
    seat = sheet.seat_of(viewer.id)
    waits = seat is not None and seat.signed_at is None
    return waits and permits.allows("signature.sign", relations(viewer, sheet), sheet.state)


__all__ = [
    "VALID", "SeatView", "SheetView", "find_by_id", "find_sheet", "get_sheet", "last_signed", "list_of_signer",
    "list_sheets", "may_see", "may_see_paper", "may_sign", "newest_of", "papers_in_force", "relations",
]  # fmt: skip
