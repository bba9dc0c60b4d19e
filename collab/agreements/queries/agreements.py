"""Agreements as rows, who may see which, and how somebody stands to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from collab.agreements.models import PREFIX, Agreement
from collab.agreements.rules import ENDED, WEEKDAYS
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits
from collab.people import queries as people


@dataclass(frozen=True)
class Filter:
    """How a list is narrowed; None leaves a column alone. `department` is on either side."""

    state: str | None = None
    mine: bool = False
    department: str | None = None
    late_at: datetime | None = None


def find_agreement(key: str) -> Agreement | None:
    """The agreement of a key, whoever asks."""
    try:
        return db.session.get(Agreement, number_of(PREFIX, key))
    except NotFound:
        return None


def get_agreement(viewer: Actor, key: str) -> Agreement:
    """One agreement. Raises NotFound, also when the viewer may not see it."""
    agreement = find_agreement(key)
    if agreement is None or not permits.allows("agreement.show", viewer.roles):
        raise NotFound
    return agreement


def relations(viewer: Actor, agreement: Agreement, now: datetime) -> frozenset[str]:
    """How somebody stands to an agreement, in the words of the permit rows."""
    here = set(viewer.roles)
    named = {"giver": agreement.giver_id, "receiver": agreement.receiver_id}
    here |= {side for side, member in named.items() if member == viewer.id}
    led = {"giver": agreement.giver_code, "receiver": agreement.receiver_code}
    here |= {f"{side}_lead" for side, code in led.items() if code in viewer.leads}
    if viewer.id not in named.values():
        there = people.presence(named.values(), now)
        here |= {
            f"{side}_deputy"
            for side, member in named.items()
            if member in there and there[member].away and there[member].deputy == viewer.id
        }
    return frozenset(here)


def list_agreements(
    viewer: Actor, narrowed: Filter, *, offset: int = 0, limit: int = 50
) -> tuple[list[Agreement], int]:
    """The agreements a viewer may see: what is due first, then the rest, newest first; and how many there are in all."""
    permits.check("agreement.list", viewer.roles)
    wanted = select(Agreement).where(*_chosen(viewer, narrowed))
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    order = (Agreement.state == ENDED, Agreement.due_at.is_(None), Agreement.due_at, Agreement.id.desc())
    return list(db.session.scalars(wanted.order_by(*order).offset(offset).limit(limit))), count


def _chosen(viewer: Actor, narrowed: Filter) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [true()]
    if narrowed.state:
        chosen.append(Agreement.state == narrowed.state)
    if narrowed.mine:
        chosen.append(or_(Agreement.giver_id == viewer.id, Agreement.receiver_id == viewer.id))
    if narrowed.department:
        department = narrowed.department
        chosen.append(or_(Agreement.giver_code == department, Agreement.receiver_code == department))
    if narrowed.late_at:
        chosen += [Agreement.due_at < narrowed.late_at, Agreement.state == "active"]
    return chosen


def list_of_member(member: int) -> Sequence[Agreement]:
    """Agreements that have not ended and in which this member is named."""
    named = or_(Agreement.giver_id == member, Agreement.receiver_id == member)
    return db.session.scalars(select(Agreement).where(named, Agreement.state != ENDED).order_by(Agreement.id)).all()


def content_of(agreement: Agreement) -> dict[str, Any]:
    """What was agreed, in the API's shape; also what an audit entry keeps."""
    emails = people.emails_of([agreement.giver_id, agreement.receiver_id])
    cadence = {"every": agreement.every, "unit": agreement.unit}
    if agreement.weekday is not None:
        cadence["weekday"] = WEEKDAYS[agreement.weekday]
    if agreement.day is not None:
        cadence["day"] = agreement.day
    return {
        "title": agreement.title, "data": agreement.data, "purpose": agreement.purpose,
        "goal": key_of("G", agreement.goal_id) if agreement.goal_id else None,
        "giver": {"department": agreement.giver_code, "member": emails.get(agreement.giver_id)},
        "receiver": {"department": agreement.receiver_code, "member": emails.get(agreement.receiver_id)},
        "cadence": cadence, "starts_on": agreement.starts_on.isoformat(),
        "ends_on": agreement.ends_on.isoformat() if agreement.ends_on else None,
    }  # fmt: skip
