"""Who is paged: the CX owner, the owning department's lead, communications; whoever stands in where one of them is away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Table

from collab.audit import service as audit
from collab.incidents.models import Incident, IncidentPerson
from collab.incidents.queries import Person, list_open_of, list_people, list_taken_by
from collab.incidents.rules import Plan
from collab.incidents.service.moving import PAGE, fresh, move, plan, run_clocks
from collab.kernel.db import insert_once
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.people.queries.organisation import Holding
from collab.people.service import AbsenceStarted, MemberLeft
from collab.subjects import service as subjects

_people: Table = IncidentPerson.__table__  # type: ignore[assignment]


def page(incident: Incident, *, now: datetime) -> list[Person]:
    """Page everybody who belongs to an incident today and was not paged before: at once, at any hour, one card each."""
    known = {(one.role, one.member) for one in list_people(incident)}
    heard = {member for _role, member in known}
    found = [one for one in _wanted(incident.department_code, now) if (one.role, one.member) not in known]
    for one in found:
        insert_once(
            _people, incident_id=incident.task_id, role=one.role, member_id=one.member, instead_of_id=one.instead_of,
            paged_at=now,
        )  # fmt: skip
    roles: dict[int, str] = {}
    for one in found:
        if one.member not in heard:
            roles.setdefault(one.member, one.role)
    notes = [
        Note(PAGE, incident.key, f"{incident.key}:page:{member}", member=member, args={"role": role}, urgent=True)
        for member, role in roles.items()
    ]
    outbox.enqueue(*notes, now=now)
    _record(incident, found, now)
    return found


def _record(incident: Incident, found: list[Person], now: datetime) -> None:
    emails = people.emails_of(one for person in found for one in (person.member, person.instead_of) if one)
    said = [
        {
            "role": one.role,
            "member": emails[one.member],
            **({"instead_of": emails[one.instead_of]} if one.instead_of else {}),
        }
        for one in found
    ]
    if said:
        audit.record("incident.page", incident.key, actor=None, at=now, details={"people": said})


def _wanted(department: str, now: datetime) -> Iterable[Person]:
    """Role by role who is to hear today; nobody twice in one role."""
    chosen: Plan = plan()
    org = people.organisation(now)
    members = {
        "cx_owner": _named(chosen.cx_owner, org, now),
        "lead": [org.leads[department]] if department in org.leads else [],
        "communications": next(filter(None, (_named(word, org, now) for word in chosen.communications)), []),
    }
    for role, named in members.items():
        seen: set[int] = set()
        for member in named:
            here = _present(member, org, now)
            if here not in seen:
                seen.add(here)
                yield Person(role, here, member if here != member else None, now)


def _named(word: str, org: Holding, now: datetime) -> list[int]:
    """The members a word of the configuration names, those who may decide at all."""
    kind, _, code = word.partition(":")
    if kind == "office":
        return [org.offices[code]] if code in org.offices else []
    if kind == "department":
        return [org.leads[code]] if code in org.leads else []
    if kind == "member":
        found = people.find_actor_by_email(code, now)
        ids = [found.id] if found else []
    else:
        ids = people.groups([code]).get(code, [])
    return [actor.id for actor in people.list_actors(now, ids=ids) if "member" in actor.roles] if ids else []


def _present(member: int, org: Holding, now: datetime) -> int:
    """The member, or who stands in while they are away: their deputy, else the next above who is here. A page is better read
    late than by nobody: with nobody at all it goes to the member."""
    if member not in org.absent:
        return member
    deputy = org.absent[member]
    if deputy is not None and deputy not in org.absent:
        return deputy
    above: int | None = member
    while above is not None and above in org.absent:
        above = people.find_manager(above, people.today(now))
    return member if above is None else above


def left(event: MemberLeft) -> None:
    """Whoever leaves is paged for nothing any more: whoever holds their place now is, and what they took is theirs."""
    _again(event.member, event.at)
    for row in list_taken_by(event.member):
        subjects.lock(row.key)
        incident = fresh(row.key)
        paged = [one.member for one in list_people(incident) if one.member != event.member]
        here = (
            {actor.id for actor in people.list_actors(event.at, ids=paged) if "member" in actor.roles}
            if paged
            else set()
        )
        heir = next((member for member in paged if member in here), None)
        if heir is not None:
            emails = people.emails_of([event.member, heir])
            audit.record(
                "incident.handover", row.key, actor=None, at=event.at, before={"taken_by": emails[event.member]},
                after={"taken_by": emails[heir]},
            )  # fmt: skip
            incident = move(incident, {"taken_by_id": heir})
            run_clocks(incident, reason="handed_over", now=event.at)


def went_away(event: AbsenceStarted) -> None:
    """Whoever stands in is paged for what is still open."""
    _again(event.member, event.at)


def _again(member: int, now: datetime) -> None:
    for row in list_open_of(member):
        subjects.lock(row.key)
        incident = fresh(row.key)
        if page(incident, now=now):
            run_clocks(move(incident, {}), reason="people_changed", now=now)
