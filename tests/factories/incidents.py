"""Brand incidents as people raise them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from collab.escalations.models import Escalation
from collab.incidents import service
from collab.incidents.models import Incident, IncidentPerson
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.people import models as tables
from tests.factories.company import Company

TEXT = "A customer posts that the anniversary gift never came, and nobody answers."


def communications(company: Company, *names: str) -> None:
    """The group that speaks to the public."""
    with company.indoors(), atomic() as unit:
        unit.session.add(tables.Group(code="communications", name_en="Communications", name_ja="広報"))
        unit.session.flush()
        unit.session.add_all(
            tables.GroupMember(group_code="communications", member_id=company.id(name)) for name in names
        )


def alerted(company: Company, by: str = "mika", text: str = TEXT, **more: Any) -> str:
    """The key of an incident somebody raised; customer service owns it unless said otherwise."""
    with company.indoors():
        fields = {"text": text, "department": "service", **more}
        return service.raise_alert(company.member(by), fields, now=company.now).key


def incident(company: Company, key: str) -> Incident:
    """The row as it stands."""
    with company.indoors():
        db.session.rollback()
        found = db.session.get(Incident, int(key.partition("-")[2]))
        assert found is not None
        db.session.refresh(found)
        return found


def paged(company: Company, key: str) -> dict[str, list[str]]:
    """Who was paged in which role, with "for NAME" where they stand in."""
    with company.indoors():
        db.session.rollback()
        rows = db.session.scalars(
            select(IncidentPerson)
            .where(IncidentPerson.incident_id == int(key.partition("-")[2]))
            .order_by(IncidentPerson.id)
        ).all()
        names = {company.id(name): name for name in _names()}
        found: dict[str, list[str]] = {}
        for row in rows:
            instead = f" for {names[row.instead_of_id]}" if row.instead_of_id else ""
            found.setdefault(row.role, []).append(names[row.member_id] + instead)
        return found


def _names() -> tuple[str, ...]:
    from tests.factories.company import NAMES

    return NAMES


def notes(company: Company, key: str, kind: str = "incident.page") -> list[tuple[str, bool]]:
    """Messages of a kind about an incident: to whom, and whether at once."""
    with company.indoors():
        db.session.rollback()
        names = {company.id(name): name for name in _names()}
        mine = select(Message).where(Message.subject_key == key, Message.kind == kind).order_by(Message.id)
        return [(names[one.member_id], one.urgent) for one in db.session.scalars(mine) if one.member_id]


def clocks(company: Company, key: str) -> dict[str, str]:
    """The running waits about an incident: its part of the key, and its due moment."""
    with company.indoors():
        db.session.rollback()
        mine = select(Escalation).where(Escalation.subject_key == key, Escalation.ended_at.is_(None))
        return {one.key.partition(":")[2]: one.due_at.isoformat() for one in db.session.scalars(mine)}
