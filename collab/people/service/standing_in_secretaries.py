"""Secretaries (秘書): they see a principal's inbox and say when the principal is away; they decide nothing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Table

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.people.models import Secretary
from collab.people.queries.actors import find_actor_by_email
from collab.people.queries.standing_in import get_secretary
from collab.people.service import staffing
from collab.people.service.access import subject_of
from collab.people.service.standing_in import relations_to
from collab.people.service.standing_in_leaving import end_one
from collab.subjects import service as subjects

_secretaries: Table = Secretary.__table__  # type: ignore[assignment]


def name_secretary(actor: Actor, *, secretary: str, now: datetime, principal: str | None = None) -> None:
    """Name a secretary: one's own, or as an administrator somebody else's, but never oneself: an administrator sees nobody's
    inbox by being one.

    Raises:
        NotAllowed: somebody else's, or a guest's or an auditor's own.
        Invalid: nobody who could be one has this address.
        NotNow: they are already.
    """
    own = principal is None or principal.strip().lower() == actor.email
    if own and "member" not in actor.roles:
        raise NotAllowed("not_allowed", verb="secretary.name")
    whom = actor if own or principal is None else find_actor_by_email(principal, now)
    # before anything is said about the address: for whoever may name nobody it is not told whether somebody has it
    permits.check("secretary.name", (relations_to(actor, whom.id) if whom else frozenset()) | actor.roles)
    if whom is None or "member" not in whom.roles:
        raise Invalid({"principal": Text("people.problem.bad_principal")})
    assistant = find_actor_by_email(secretary, now)
    if assistant is None or "member" not in assistant.roles or assistant.id in (whom.id, actor.id):
        raise Invalid({"secretary": Text("people.problem.bad_secretary")})
    with atomic():
        subjects.lock_or_introduce(subject_of(whom.email), "member")
        row = {"principal_id": whom.id, "secretary_id": assistant.id, "made_by_id": actor.id, "made_at": now}
        if not insert_once(_secretaries, **row):
            raise NotNow("secretary_already", who=assistant)
        after = {"secretary": assistant.email}
        audit.record("secretary_named", subject_of(whom.email), actor=actor, at=now, after=after)


def end_secretary(actor: Actor, arrangement: int, *, now: datetime) -> None:
    """They assist no longer. Raises NotFound, NotAllowed."""
    with atomic():
        row = get_secretary(arrangement)
        here = relations_to(actor, row.principal_id) | actor.roles
        if row.ended_at is not None or not permits.allows("secretary.end", here):
            raise NotFound
        end_one(row, actor, now)


def principal_of(secretary: Actor, email: str, now: datetime, verb: str) -> Actor:
    """The principal a secretary means. Raises NotFound where they are not that member's secretary: nobody learns who is."""
    found = find_actor_by_email(email, now)
    if (
        found is None
        or not found.active
        or not permits.allows(verb, relations_to(secretary, found.id) | secretary.roles)
    ):
        raise NotFound
    return found


def set_absence(secretary: Actor, *, of: str, from_on: date, until_on: date, deputy: str | None, now: datetime) -> None:
    """Say for a principal that they are away. Raises NotFound, Invalid."""
    principal = principal_of(secretary, of, now, "absence.for")
    staffing.be_away(principal, from_on=from_on, until_on=until_on, deputy=deputy, now=now, by=secretary)


def end_absence(secretary: Actor, *, of: str, now: datetime) -> None:
    """Say for a principal that they are back. Raises NotFound."""
    staffing.be_back(principal_of(secretary, of, now, "absence.for"), now=now, by=secretary)
