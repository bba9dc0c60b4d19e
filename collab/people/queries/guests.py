"""Partner companies and everybody who was ever a guest of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from collab.kernel.db import AnyRow, db
from collab.kernel.reading import once
from collab.people.models import Member, Partner


@dataclass(frozen=True)
class GuestView:
    """A guest as partners' pages list them; `left_at` where they may not come any more."""

    id: int
    email: str
    name_en: str
    name_ja: str
    locale: str
    partner: str | None
    left_at: datetime | None


_GUESTS = select(
    Member.id, Member.email, Member.name_en, Member.name_ja, Member.locale, Member.partner_code, Member.deactivated_at
).where(Member.partner_code.is_not(None))


def list_partners() -> list[AnyRow]:
    """Every partner company, by code: `code`, `name_en`, `name_ja`."""
    return [*db.session.execute(select(Partner.code, Partner.name_en, Partner.name_ja).order_by(Partner.code))]


@once
def partners_by_code() -> Mapping[str, AnyRow]:
    """The same, by code."""
    return {row.code: row for row in list_partners()}


def find_partner(code: str) -> AnyRow | None:
    """One of them."""
    return next((row for row in list_partners() if row.code == code), None)


def list_all_guests() -> list[GuestView]:
    """Everybody who is or was a guest, by partner and address."""
    return [GuestView(*row) for row in db.session.execute(_GUESTS.order_by(Member.partner_code, Member.email))]


def find_guest(member: int) -> GuestView | None:
    """A guest, here or gone; None for anybody else."""
    row = db.session.execute(_GUESTS.where(Member.id == member)).one_or_none()
    return GuestView(*row) if row else None


def find_guest_by_email(email: str) -> GuestView | None:
    """The same by address."""
    row = db.session.execute(_GUESTS.where(Member.email == email.strip().lower())).one_or_none()
    return GuestView(*row) if row else None


def own_domains() -> set[str]:
    """The domains of the addresses of the company's own members who are here."""
    here = select(Member.email).where(Member.partner_code.is_(None), Member.deactivated_at.is_(None))
    return {email.rpartition("@")[2] for email in db.session.scalars(here)}
