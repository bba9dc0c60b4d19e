"""How incidents appear elsewhere: the inbox, the banner of those concerned, what superiors read, the timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.audit.queries import Event, list_events
from collab.goals.queries import without_hidden
from collab.incidents.models import PREFIX, Incident, IncidentPerson
from collab.incidents.queries.incidents import RELATION, find_incident, get_incident, list_paged, names, relations
from collab.incidents.rules import CLOSED, OPEN, RAISED, TAKEN
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects.registry import InboxRow, by_member, verbs_told
from collab.subjects.signs import may_stir, only_where

AWAITED: Mapping[str, ColumnElement[bool]] = {
    "ack": Incident.state == RAISED,
    "reply": Incident.state.in_((RAISED, TAKEN)),
    "review": (Incident.state == CLOSED) & Incident.review_due_at.is_not(None),
}
"""While what is waited for."""
CONCERNED = frozenset({"raiser", "owner_lead", *RELATION.values()})
"""Whoever has to do with an incident stands so to it, or took it."""
READ = 400
"""Characters of an alert that superiors read on their card."""


def still_acked(waits: Sequence[str]) -> frozenset[str]:
    """Those waits whose incident nobody has taken."""
    return _still(waits, AWAITED["ack"])


def still_replied(waits: Sequence[str]) -> frozenset[str]:
    """Those waits whose incident has no public answer yet."""
    return _still(waits, AWAITED["reply"])


def still_reviewed(waits: Sequence[str]) -> frozenset[str]:
    """Those waits whose incident is closed and not reviewed."""
    return _still(waits, AWAITED["review"])


def expected(name: str, _now: datetime) -> Collection[str]:
    """The waits of one kind (ack, reply, review) that ought to be running, as the incidents themselves say."""
    rows = db.session.scalars(select(Incident.task_id).where(AWAITED[name]))
    return [f"{key_of(PREFIX, number)}:{name}" for number in rows]


def _still(waits: Iterable[str], awaited: ColumnElement[bool]) -> frozenset[str]:
    wanted = {}
    for wait in waits:
        try:
            wanted[number_of(PREFIX, wait.partition(":")[0])] = wait
        except NotFound:
            continue
    open_ones = select(Incident.task_id).where(Incident.task_id.in_(wanted), awaited)
    return frozenset(wanted[number] for number in db.session.scalars(open_ones))


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read: what happened, where, since when, by when the public needs an answer, whose it is."""
    found = {wait: find_incident(wait.partition(":")[0]) for wait in waits}
    return {wait: list(_facts(incident)) for wait, incident in found.items() if incident}


def _facts(incident: Incident) -> Iterable[tuple[Text, Any]]:
    named = names(incident)
    unit = next(row for row in people.list_departments() if row.code == incident.department_code)
    yield Text("incident.field.text"), incident.text[:READ]
    if incident.link:
        yield Text("incident.field.link"), incident.link
    yield Text("incident.field.department"), unit
    yield Text("incident.field.since"), incident.since_at
    yield Text("incident.field.reply_due"), incident.reply_due_at
    yield (
        Text("incident.field.taken"),
        named[incident.taken_by_id] if incident.taken_by_id else Text("incident.nobody_yet"),
    )


def concerned(member: Actor) -> list[Incident]:
    """Open incidents this member has to do with: they raised it, were paged, took it, or lead the owning department. A page
    that has looked for signs and seen none asks no further."""
    return list(db.session.scalars(_around([member], Incident.state.in_(OPEN)))) if may_stir(inbox, member) else []


def _around(members: Sequence[Actor], awaited: ColumnElement[bool]) -> Any:
    """The incidents any of these members has to do with."""
    ids = [member.id for member in members]
    paged = select(IncidentPerson.incident_id).where(
        or_(IncidentPerson.member_id.in_(ids), IncidentPerson.instead_of_id.in_(ids))
    )
    theirs = or_(
        Incident.task_id.in_(paged), Incident.raised_by_id.in_(ids), Incident.taken_by_id.in_(ids),
        Incident.department_code.in_({unit for member in members for unit in member.leads}),
    )  # fmt: skip
    return select(Incident).where(awaited, theirs).order_by(Incident.task_id)


@only_where(select(Incident.task_id).where(Incident.state.in_((*OPEN, CLOSED))))
def inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """To take it, to answer publicly and to close it (whoever took it), to review what was learnt."""
    found = db.session.scalars(_around(members, Incident.state.in_((*OPEN, CLOSED)))).all()
    paged, raisers = list_paged(found) if found else {}, people.names_of(row.raised_by_id for row in found)
    return by_member(
        (member.id, row)
        for incident in found
        for member in members
        for row in _row(incident, member, relations(member, incident, paged[incident.task_id]), raisers)
    )


def _row(
    incident: Incident, member: Actor, here: frozenset[str], raisers: Mapping[int, people.Named]
) -> Iterable[InboxRow]:
    mine = incident.taken_by_id == member.id
    if not mine and not here & CONCERNED:
        return
    asks = {
        RAISED: ("take", incident.raised_at, incident.ack_due_at, not mine),
        TAKEN: ("answer", incident.taken_at, incident.reply_due_at, mine),
        "answered": ("close", incident.answered_at, None, mine),
        CLOSED: ("review", incident.closed_at, incident.review_due_at, mine),
    }
    ask, since, due_at, theirs = asks[incident.state]
    raiser = raisers[incident.raised_by_id]
    if theirs and permits.allows(f"incident.{ask}", here, incident.state):
        yield InboxRow(
            key=incident.key, ask=Text(f"incident.ask.{ask}"), title=incident.title, path=f"/incidents/{incident.key}",
            since=since or incident.raised_at, due_at=due_at, by_en=raiser.name_en, by_ja=raiser.name_ja, actions=(ask,),
        )  # fmt: skip


news = verbs_told(
    "incident.news", "incident.raise", "incident.take", "incident.answer", "incident.close", "incident.false_alarm",
    "incident.review",
)  # fmt: skip
"""What shared channels may say of an entry."""


def history(viewer: Actor, key: str) -> list[Event]:
    """The timeline: every event and every free entry, complete and in order. Of what others wrote into the trail (comments
    that were taken back since) the details are for auditors of the trail alone. Raises NotFound, NotAllowed."""
    incident = get_incident(viewer, key)
    permits.check("incident.history", relations(viewer, incident), incident.state)
    events = list_events(key, partial(without_hidden, viewer))
    return [one if one.verb.startswith("incident.") else replace(one, details=None) for one in events]
