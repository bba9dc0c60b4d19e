"""Charters written, laid out and signed, quickly; sheets and seats as they stand.

key = an_initiative(company)                     # led by cmo and cio
number = laid(company, key)                      # written and put before both
signed(company, number, "cmo", "cio")
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from collab.audit.models import Entry
from collab.initiatives.service import chartering
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.signatures import queries, service
from collab.signatures.queries import SheetView
from tests.factories.company import Company

CHARTER = {
    "vision": "Nobody drives to a store in vain", "customer_outcome": "One wasted visit in three fewer by March",
    "scope": "Stock of 40 stores on the phone", "out_of_scope": "Orders", "brings_1": "Texts and two people",
    "brings_2": "The interface of the stock system",
}  # fmt: skip


def written(company: Company, key: str, by: str = "cmo", **changes: Any) -> int:
    """The version of the charter after somebody wrote on it."""
    with company.indoors():
        db.session.rollback()
        return chartering.write(company.member(by), key, {**CHARTER, **changes}, now=company.now).version


def laid(company: Company, key: str, by: str = "cmo", **changes: Any) -> int:
    """The number of the sheet of a charter that was written and laid out."""
    written(company, key, by, **changes)
    with company.indoors():
        return chartering.lay(company.member(by), key, now=company.now)


def signed(company: Company, number: int, *names: str, source: str = "web") -> bool:
    """These people sign a sheet; whether it is valid."""
    valid = False
    for name in names:
        with company.indoors():
            db.session.rollback()
            seen = sheet(company, number).version
            valid = service.sign(
                company.member(name), number, seen_version=seen, source=source, now=company.later()
            ).valid
    return valid


def sheet(company: Company, number: int) -> SheetView:
    """A sheet as it stands."""
    with company.indoors():
        db.session.rollback()
        found = queries.find_by_id(number)
        assert found is not None
        return found


def who_signed(company: Company, number: int) -> set[str]:
    """Whose signatures are on it."""
    ids = {company.id(name): name for name in ("cmo", "cio", "mika", "kenji", "ceo", "sales-lead")}
    return {ids[seat.member] for seat in sheet(company, number).seats if seat.signed_at}


def verbs(company: Company, key: str) -> list[str]:
    """What happened to a subject, in order."""
    with company.indoors():
        db.session.rollback()
        return list(db.session.scalars(select(Entry.verb).where(Entry.subject_key == key).order_by(Entry.seq)))


def messages(company: Company, key: str, kind: str) -> list[tuple[str, str | None]]:
    """Who is told what about a subject in one kind of message: name and verb."""
    with company.indoors():
        db.session.rollback()
        ids = {company.id(name): name for name in ("cmo", "cio", "mika", "kenji", "nao", "ceo", "sales-lead")}
        mine = select(Message).where(Message.subject_key == key, Message.kind == kind).order_by(Message.id)
        return [(ids[row.member_id or 0], row.args.get("verb")) for row in db.session.scalars(mine)]
