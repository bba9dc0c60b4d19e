"""Who else works on an initiative. A guest sees one only by being named here, and little of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, insert, update

from collab.audit import service as audit
from collab.initiatives.models import Participant
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.sight import Part
from collab.initiatives.service import holding, settling, telling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, Text
from collab.kernel.words import checked_words
from collab.people import queries as people

_participants: Table = Participant.__table__  # type: ignore[assignment]
PART = 200


def add_participant(
    actor: Actor, key: str, member: str | None, *, department: str | None = None, part: str | None = None, now: datetime
) -> InitiativeView:  # fmt: skip
    """Name somebody who takes part, by e-mail: a member of one of their departments (the first, where none is said), or a
    guest, who has none. `part` says what they do. Naming them again only changes that.

    Raises:
        Invalid: nobody we know, an auditor, somebody who left or who leads it; a department that is not theirs.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.share").initiative
        words = checked_words("part", part, longest=PART)
        who, home = _somebody(initiative, member, department, now)
        before = next((one for one in initiative.parts if one.member == who.id), None)
        if before == Part(who.id, home, words):
            return initiative
        if before:
            run(update(_participants).where(_here(initiative.id, who.id)).values(department_code=home, part=words))
        else:
            run(insert(_participants), {
                "initiative_id": initiative.id, "member_id": who.id, "department_code": home, "part": words,
                "added_by_id": actor.id, "added_at": now,
            })  # fmt: skip
        said = {"member": who.email, "department": home, "part": words}
        audit.record("add_participant", key, actor=actor, at=now, after=said)
        return _done(initiative, "joined", actor, who.id, now)


def remove_participant(actor: Actor, key: str, member: str | None, *, now: datetime) -> InitiativeView:
    """They take part no more; a guest does not see it any more. They are told.

    Raises:
        Invalid: somebody who does not take part.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.share").initiative
        who = people.find_actor_by_email(member or "", now)
        if who is None or not _drop(initiative, who.id, now):
            raise Invalid({"member": Text("initiative.problem.takes_no_part")})
        audit.record("remove_participant", key, actor=actor, at=now, before={"member": who.email})
        return _done(initiative, "removed", actor, who.id, now)


def drop(initiative: InitiativeView, member: int, *, now: datetime) -> None:
    """Somebody takes part no more because they left, or lead it now; nothing where they did not. Under the lock."""
    if _drop(initiative, member, now):
        before = {"member": people.email_of(member)}
        audit.record("remove_participant", initiative.key, actor=None, at=now, before=before)


def _somebody(
    initiative: InitiativeView, member: str | None, department: str | None, now: datetime
) -> tuple[Actor, str | None]:
    who = people.find_actor_by_email(member or "", now)
    if who is None or not {"member", "partner"} & who.roles:  # auditors change nothing, leavers are nobody
        raise Invalid({"member": Text("initiative.problem.nobody" if member else "field.required")})
    if initiative.slot_of(who.id):
        raise Invalid({"member": Text("initiative.problem.leads_already")})
    if who.is_partner:
        if department:
            raise Invalid({"department": Text("initiative.problem.guest_department")})
        return who, None
    home = department or who.department
    if home not in (*who.departments, *who.leads):
        raise Invalid({"department": Text("initiative.problem.other_department" if home else "field.required")})
    return who, home


def _here(initiative: int, member: int) -> ColumnElement[bool]:
    held = _participants.c.removed_at.is_(None)
    return (_participants.c.initiative_id == initiative) & (_participants.c.member_id == member) & held


def _drop(initiative: InitiativeView, member: int, now: datetime) -> bool:
    done = run(update(_participants).where(_here(initiative.id, member)).values(removed_at=now))
    return bool(done.rowcount)


def _done(initiative: InitiativeView, verb: str, actor: Actor, member: int, now: datetime) -> InitiativeView:
    """Who is named, or not any more, is told; nobody else: it changes nothing for them."""
    fresh = settling.keep(initiative, now=now)
    telling.told(fresh, verb, actor, now=now, whom=[member])
    return fresh
