"""Signatures that are waited for: the inbox, the clocks, and what superiors read about a missing one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.signatures.models import Sheet, Signature
from collab.signatures.queries.sheets import ALL, SeatView, SheetView, find_by_id, whole
from collab.signatures.registry import paper_of
from collab.signatures.rules import OPEN
from collab.subjects import queries as subjects
from collab.subjects.registry import InboxRow, Summary, Waiting
from collab.subjects.signs import ME, only_where

WATCH = "signature.missing"
_sheets: Table = Sheet.__table__  # type: ignore[assignment]
_seats: Table = Signature.__table__  # type: ignore[assignment]
_MISSING = (
    select(_sheets.c.subject_key, _sheets.c.id, _seats.c.side)
    .join(_seats, _seats.c.sheet_id == _sheets.c.id)
    .where(_sheets.c.state == OPEN, _seats.c.signed_at.is_(None))
)


def wait_key(sheet: SheetView, side: int) -> str:
    """The name of the clock of one seat: `I-7:signature:12:1`."""
    return _key(sheet.subject_key, sheet.id, side)


def _key(subject: str, sheet: int, side: int) -> str:
    return f"{subject}:signature:{sheet}:{side}"


def seat_of_wait(wait: str) -> tuple[SheetView, SeatView] | None:
    """The sheet and the seat a clock runs for."""
    numbers = wait.partition(":signature:")[2].split(":")
    if len(numbers) != 2 or not all(one.isdigit() for one in numbers):
        return None
    sheet = find_by_id(int(numbers[0]))
    seat = next((one for one in sheet.seats if one.side == int(numbers[1])), None) if sheet else None
    return (sheet, seat) if sheet and seat else None


def still_missing(waits: Sequence[str]) -> frozenset[str]:
    """Those of these clocks whose signature is still waited for."""
    return frozenset(expected(None)) & frozenset(waits)


def expected(_now: datetime | None) -> Collection[str]:
    """Every clock that ought to be running: one for each missing signature."""
    return [_key(row.subject_key, row.id, row.side) for row in db.session.execute(_MISSING)]


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read about a signature that did not come, by clock: which paper, since when, what the other side did."""
    found = {wait: pair for wait in waits if (pair := seat_of_wait(wait))}
    names = people.names_of(seat.member for sheet, _seat in found.values() for seat in sheet.seats)
    return {wait: _facts(sheet, seat, names) for wait, (sheet, seat) in found.items()}


def _facts(sheet: SheetView, seat: SeatView, names: Mapping[int, people.Named]) -> Sequence[tuple[Text, Any]]:
    rows = [
        (Text("signature.field.paper"), Text("signature.paper_version", paper_args(sheet))),
        (Text("signature.field.laid_at"), sheet.laid_at),
    ]
    other = sheet.other_than(seat.member)
    if other:
        word = "signed" if other.signed_at else "missing"
        rows.append(
            (
                Text("signature.field.other"),
                Text(f"signature.other.{word}", {"who": names[other.member], "at": other.signed_at}),
            )
        )
    return rows


def paper_args(sheet: SheetView) -> dict[str, Any]:
    """The paper and its version, to be said."""
    return {"paper": Text(paper_of(sheet.paper).name), "n": sheet.version}


@only_where(
    select(_seats.c.sheet_id)
    .join(_sheets, _sheets.c.id == _seats.c.sheet_id)
    .where(_seats.c.member_id == ME, _seats.c.signed_at.is_(None), _sheets.c.state == OPEN)
)
def inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """The signatures that are asked of these members."""
    ids = {member.id for member in members}
    mine = select(_seats.c.sheet_id).where(_seats.c.member_id.in_(ids), _seats.c.signed_at.is_(None))
    sheets = whole(db.session.execute(ALL.where(_sheets.c.state == OPEN, _sheets.c.id.in_(mine))).all())
    found = [
        (seat.member, sheet.subject_key, (sheet, seat))
        for sheet in sheets
        for seat in sheet.missing
        if seat.member in ids
    ]
    return subjects.rows_about(members, found, _row) if found else {}


def _row(asked: tuple[SheetView, SeatView], about: Summary) -> InboxRow:
    sheet, seat = asked
    ask = Text("signature.ask", paper_args(sheet))
    return about.asks(
        ask, since=sheet.laid_at, due_at=seat.due_at, path=paper_of(sheet.paper).path(sheet), actions=("sign",)
    )


def awaited(keys: Sequence[str]) -> Mapping[str, Sequence[Waiting]]:
    """Whose signature is waited for, by subject, and since when."""
    sheets = whole(db.session.execute(ALL.where(_sheets.c.state == OPEN, _sheets.c.subject_key.in_(list(keys)))).all())
    found: dict[str, list[Waiting]] = {}
    for sheet in sheets:
        found.setdefault(sheet.subject_key, []).extend(Waiting(seat.member, sheet.laid_at) for seat in sheet.missing)
    return found


def news(entry: AnyRow) -> Text | None:
    """What shared channels say of an entry: laid out, signed, signed by both, and that a change took signatures out of force."""
    said = {**(entry.before or {}), **(entry.after or {})}
    word = {"paper_laid": "laid", "sign": "valid" if said.get("valid") else "signed", "paper_voided": "voided"}.get(
        entry.verb
    )
    if word is None or entry.actor == SYSTEM or (word == "voided" and not said.get("signed")):
        return None
    args = {"paper": Text(paper_of(str(said.get("paper", ""))).name), "n": said.get("version")}
    return Text(f"signature.news.{word}", args)
