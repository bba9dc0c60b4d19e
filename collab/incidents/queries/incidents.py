"""Incidents as rows, who was paged, and how somebody stands to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.sql.elements import ColumnElement

from collab.incidents.models import PREFIX, Incident, IncidentPerson
from collab.incidents.rules import CLOSED, OPEN
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.keys import number_of
from collab.kernel.permits import permits
from collab.people import queries as people

RELATION = {"cx_owner": "cx_owner", "lead": "owner_lead", "communications": "comms"}
"""What a role on an incident is called in the permit rows."""


@dataclass(frozen=True)
class Person:
    """Somebody who was paged, in which role, instead of whom."""

    role: str
    member: int
    instead_of: int | None
    paged_at: datetime


@dataclass(frozen=True)
class Filter:
    """How a list is narrowed. `open`: somebody is still needed."""

    state: str | None = None
    open: bool = False
    mine: bool = False


def find_incident(key: str) -> Incident | None:
    """The incident of a task's key, whoever asks; None where the task is none."""
    try:
        return db.session.get(Incident, number_of(PREFIX, key))
    except NotFound:
        return None


def count_open_of(member: int) -> int:
    """How many incidents somebody raised that nobody has ended yet."""
    mine = select(func.count()).where(Incident.raised_by_id == member, Incident.state.in_(OPEN))
    return db.session.scalar(mine) or 0


def get_incident(viewer: Actor, key: str) -> Incident:
    """One incident. Raises NotFound, also when the viewer may not see it."""
    incident = find_incident(key)
    if incident is None or not permits.allows("incident.show", relations(viewer, incident)):
        raise NotFound
    return incident


def relations(viewer: Actor, incident: Incident, paged: Sequence[Person] | None = None) -> frozenset[str]:
    """How somebody stands to an incident, in the words of the permit rows. In lists `paged` spares a look-up."""
    here = set(viewer.roles)
    if viewer.id == incident.raised_by_id:
        here.add("raiser")
    if incident.department_code in viewer.leads:
        here.add("owner_lead")
    paged = list_people(incident) if paged is None else paged
    here |= {RELATION[one.role] for one in paged if viewer.id in (one.member, one.instead_of)}
    return frozenset(here)


def list_people(incident: Incident) -> list[Person]:
    """Everybody who was paged, in the order of paging."""
    return list_paged([incident])[incident.task_id]


def list_paged(incidents: Iterable[Incident]) -> dict[int, list[Person]]:
    """The same of several incidents, by task."""
    found: dict[int, list[Person]] = {incident.task_id: [] for incident in incidents}
    told = (IncidentPerson.role, IncidentPerson.member_id, IncidentPerson.instead_of_id, IncidentPerson.paged_at)
    of_these = IncidentPerson.incident_id.in_(found)
    rows = select(IncidentPerson.incident_id, *told).where(of_these).order_by(IncidentPerson.id)
    for row in db.session.execute(rows):
        found[row.incident_id].append(Person(row.role, row.member_id, row.instead_of_id, row.paged_at))
    return found


def list_incidents(viewer: Actor, narrowed: Filter, *, offset: int = 0, limit: int = 50) -> tuple[list[Incident], int]:
    """The incidents a viewer may see: open ones first, then the newest; and how many there are in all."""
    permits.check("incident.list", viewer.roles)
    wanted = select(Incident).where(*_chosen(viewer, narrowed))
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = wanted.order_by(Incident.state.not_in(OPEN), Incident.raised_at.desc(), Incident.task_id.desc())
    return list(db.session.scalars(rows.offset(offset).limit(limit))), count


def _chosen(viewer: Actor, narrowed: Filter) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [true()]
    if not viewer.roles & {"member", "auditor"}:
        chosen.append(Incident.raised_by_id == viewer.id)
    if narrowed.state:
        chosen.append(Incident.state == narrowed.state)
    if narrowed.open:
        chosen.append(Incident.state.in_(OPEN))
    if narrowed.mine:
        paged = select(IncidentPerson.incident_id).where(
            (IncidentPerson.member_id == viewer.id) | (IncidentPerson.instead_of_id == viewer.id)
        )
        chosen.append((Incident.raised_by_id == viewer.id) | Incident.task_id.in_(paged))
    return chosen


def list_open_of(member: int) -> Sequence[Incident]:
    """Open incidents for which this member was paged."""
    paged = select(IncidentPerson.incident_id).where(IncidentPerson.member_id == member)
    mine = select(Incident).where(Incident.task_id.in_(paged), Incident.state.in_(OPEN)).order_by(Incident.task_id)
    return db.session.scalars(mine).all()


def list_taken_by(member: int) -> Sequence[Incident]:
    """Incidents this member took that are not at their end."""
    mine = select(Incident).where(Incident.taken_by_id == member, Incident.state.in_((*OPEN, CLOSED)))
    return db.session.scalars(mine.order_by(Incident.task_id)).all()


def names(incident: Incident) -> dict[int, people.Named]:
    """Everybody named on an incident."""
    ids = [one for person in list_people(incident) for one in (person.member, person.instead_of)]
    ids += [
        incident.raised_by_id,
        incident.taken_by_id,
        incident.answered_by_id,
        incident.closed_by_id,
        incident.reviewed_by_id,
    ]
    return people.names_of(one for one in ids if one is not None)
