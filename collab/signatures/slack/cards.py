"""A sheet as it stands now for one reader of a card."""

from __future__ import annotations

from datetime import datetime

from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, Line, Rendered
from collab.people import queries as people
from collab.signatures import messages
from collab.signatures.messages import CardNow, News, SeatNow
from collab.signatures.queries.reading import changed_since, new_to, rows_of
from collab.signatures.queries.sheets import SheetView, find_by_id, may_see, may_sign
from collab.signatures.queries.waiting import seat_of_wait
from collab.signatures.registry import paper_of
from collab.slack import identity
from collab.subjects import queries as subjects


def asked(envelope: Envelope) -> Rendered | None:
    """To sign; nothing once it is signed, or void."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now and now.mine else None


def last_chance(envelope: Envelope) -> Rendered | None:
    """Before any superior hears."""
    now = _of(envelope)
    return messages.card(now, envelope.reader, last=True) if now and now.mine else None


def repainted(envelope: Envelope) -> Rendered | None:
    """The card as it stands now."""
    now = _of(envelope)
    return messages.card(now, envelope.reader) if now else None


def line(envelope: Envelope) -> Line | None:
    """The card in one line of a bundle."""
    now = _of(envelope)
    return Line(now.key, messages.card_line(now, envelope.reader), now.mine, look=messages.LOOK) if now else None


def told(envelope: Envelope) -> Rendered | None:
    """Both signed, or it is void."""
    now = _of(envelope)
    return messages.told(now, _news(envelope), envelope.reader) if now else None


def told_line(envelope: Envelope) -> Line | None:
    """The news in one line of a bundle."""
    now = _of(envelope)
    return Line(now.key, messages.told_line(now, _news(envelope), envelope.reader), open=True) if now else None


def _sheet(envelope: Envelope) -> SheetView | None:
    if "wait" in envelope.args:
        pair = seat_of_wait(str(envelope.args["wait"]))
        return pair[0] if pair else None
    return find_by_id(int(envelope.args.get("sheet") or 0))


def _of(envelope: Envelope) -> CardNow | None:
    sheet = _sheet(envelope)
    return card_for(sheet, envelope.recipient, envelope.reader, envelope.now) if sheet and envelope.recipient else None


def _news(envelope: Envelope) -> News:
    args, sheet = envelope.args, _sheet(envelope)
    by = people.names_of([args["by"]])[args["by"]] if args.get("by") else None
    changes = changed_since(envelope.recipient, sheet, envelope.reader) if sheet and envelope.recipient else ()
    return News(args["verb"], envelope.reader.name(by) if by else "", changes)


def card_for(sheet: SheetView, viewer: Actor, reader: Reader, now: datetime) -> CardNow | None:
    """What a card about a sheet shows `viewer`; nothing to whoever may not see it."""
    if not may_see(viewer, sheet):
        return None
    about = subjects.get_summary(viewer, sheet.subject_key)
    seat, mine = sheet.seat_of(viewer.id), may_sign(viewer, sheet)
    since, changes = new_to(viewer, sheet, reader) if mine else (None, ())
    return CardNow(
        sheet.id, sheet.subject_key, about.title, Text(paper_of(sheet.paper).name), sheet.version, sheet.state,
        identity.address(sheet.path), _seats(sheet, reader), rows_of(viewer, sheet, reader), mine,
        seat.due_at if seat else None, bool(seat and seat.due_at < now), since, changes, sheet.void_reason or "",
    )  # fmt: skip


def _seats(sheet: SheetView, reader: Reader) -> list[SeatNow]:
    names = people.names_of(seat.member for seat in sheet.seats)
    units = {row.code: row for row in people.list_departments()}
    return [
        SeatNow(reader.name(names[seat.member]), reader.name(units[seat.department]), seat.signed_at)
        for seat in sheet.seats
    ]
