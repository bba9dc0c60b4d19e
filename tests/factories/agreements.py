"""Data-sharing agreements as people write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from collab.agreements import service
from collab.agreements.models import Agreement, Delivery
from collab.kernel.db import db
from tests.factories.company import Company, address


def agreement_fields(**changes: Any) -> dict[str, Any]:
    """Sales (Emma, London) gives marketing (Mika, Tokyo) its store visits at the end of every month."""
    fields: dict[str, Any] = {
        "title": "Store visits", "data": "Visits per store and day", "purpose": "To plan campaigns", "goal": "G-1",
        "giver": {"department": "it", "member": address("kenji")},
        "receiver": {"department": "marketing", "member": address("mika")},
        "cadence": {"every": 1, "unit": "month", "day": 31}, **changes,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def proposed(company: Company, by: str = "mika", **changes: Any) -> str:
    """The key of a proposal; Mika's own side has agreed by proposing."""
    with company.indoors():
        return service.propose(company.member(by), agreement_fields(**changes), now=company.now).key


def active(company: Company, **changes: Any) -> str:
    """The key of an agreement both sides agreed to."""
    key = proposed(company, **changes)
    with company.indoors():
        service.agree(company.member("kenji"), key, now=company.now)
    return key


def delivered(company: Company, key: str, by: str = "kenji", **fields: Any) -> None:
    """The data comes."""
    with company.indoors():
        service.deliver(company.member(by), key, fields, now=company.now)


def row(company: Company, key: str) -> Agreement:
    """The row as it stands."""
    with company.indoors():
        db.session.rollback()
        found = db.session.get(Agreement, int(key.partition("-")[2]))
        assert found is not None
        db.session.refresh(found)
        return found


def deliveries(company: Company, key: str) -> list[Delivery]:
    """Every delivery, the oldest first."""
    with company.indoors():
        db.session.rollback()
        mine = select(Delivery).where(Delivery.agreement_id == int(key.partition("-")[2])).order_by(Delivery.id)
        return list(db.session.scalars(mine))


def at(written: str) -> datetime:
    """A moment, as "2026-11-30 18:00+09:00"."""
    return datetime.fromisoformat(written)
