"""Milestones: one thing to reach by a day, with an owner from either side; reached, or given up with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.initiatives.models import Milestone
from collab.initiatives.queries import InitiativeView
from collab.initiatives.queries.work import OPEN, MilestoneView, get_milestone
from collab.initiatives.rules.moves import SIDES
from collab.initiatives.service import holding, settling, telling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason, checked_words
from collab.people import queries as people

_milestones: Table = Milestone.__table__  # type: ignore[assignment]
TITLE = 120
FURTHEST_DAYS = 3660
"""Ten years: no plan reaches further, and no calendar is asked for more."""
REACHED, DROPPED = "reached", "dropped"


def add_milestone(actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime) -> MilestoneView:
    """Set one: title, due_on, and `owners`, an e-mail for either side (first side 1, then side 2).

    Raises:
        Invalid: no title or day, or an owner who is not of a department that takes part for that side.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        held = holding.hold(actor, key, "initiative.milestone")
        values = _columns(held.initiative, fields, {}, now)
        row = {
            "initiative_id": held.initiative.id,
            "created_by_id": actor.id,
            "created_at": now,
            "state": OPEN,
            **values,
        }
        number = db.session.scalar(insert(_milestones).values(**row).returning(_milestones.c.id))
        found = get_milestone(held.initiative.id, number or 0)
        audit.record("milestone", key, actor=actor, at=now, after=content_of(found), details={"milestone": found.id})
        changed = settling.keep(held.initiative, now=now)
        telling.told(changed, "milestone", actor, now=now, whom=found.owners, title=found.title, on=str(found.due_on))
        return found


def change_milestone(actor: Actor, key: str, number: int, fields: Mapping[str, Any], *, now: datetime) -> MilestoneView:
    """Another title, day or owner of an open one. Raises Invalid, NotFound, NotAllowed, NotNow."""
    with atomic():
        held = holding.hold(actor, key, "initiative.milestone")
        before = _open(held.initiative, number)
        old = {
            "title": before.title, "due_on": before.due_on, "owner_1_id": before.owners[0], "owner_2_id": before.owners[1],
        }  # fmt: skip
        values = _columns(held.initiative, fields, old, now)
        if values == old:
            return before
        found = _write(before, values)
        audit.record(
            "milestone_changed", key, actor=actor, at=now, before=content_of(before), after=content_of(found),
            details={"milestone": number},
        )  # fmt: skip
        settling.keep(held.initiative, now=now)
        return found


def reach_milestone(actor: Actor, key: str, number: int, *, note: str | None = None, now: datetime) -> MilestoneView:
    """It is reached: said by one of its owners or a lead. Raises NotFound, NotAllowed, NotNow."""
    return _end(actor, key, number, REACHED, note, now)


def drop_milestone(actor: Actor, key: str, number: int, *, note: str | None, now: datetime) -> MilestoneView:
    """It is given up, with a reason. Raises Invalid, NotFound, NotAllowed, NotNow."""
    return _end(actor, key, number, DROPPED, note, now)


def _end(actor: Actor, key: str, number: int, state: str, note: str | None, now: datetime) -> MilestoneView:
    with atomic():
        held = holding.hold(actor, key, "initiative.show")
        found = get_milestone(held.initiative.id, number)
        here = held.relations | ({"owner"} if actor.id in found.owners else set())
        permits.check("initiative.milestone_end", here, held.initiative.state)
        note = checked_reason(note, "note") if state == DROPPED else checked_words("note", note)
        if found.state == state:
            return found
        _open(held.initiative, number)
        ended = _write(found, {"state": state, "note": note, "ended_at": now})
        after = {"title": found.title, "due_on": found.due_on.isoformat()}
        audit.record(
            f"milestone_{state}", key, actor=actor, at=now, after=after, reason=note, details={"milestone": number}
        )
        changed = settling.keep(held.initiative, now=now)
        telling.told(
            changed, f"milestone_{state}", actor, now=now, whom=_near(changed, found), said=note, title=found.title
        )
        return ended


def _near(initiative: InitiativeView, found: MilestoneView) -> set[int]:
    return {*found.owners, *telling.leads(initiative)}


def _open(initiative: InitiativeView, number: int) -> MilestoneView:
    found = get_milestone(initiative.id, number)
    if found.state != OPEN:
        raise NotNow(f"milestone_{found.state}", at=found.ended_at)
    return found


def _write(found: MilestoneView, values: Mapping[str, Any]) -> MilestoneView:
    at = (_milestones.c.id == found.id) & (_milestones.c.state == found.state)
    row = db.session.execute(
        update(_milestones).where(at).values(**values).returning(_milestones.c.initiative_id)
    ).one()
    return get_milestone(row.initiative_id, found.id)


def _columns(
    initiative: InitiativeView, fields: Mapping[str, Any], old: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The columns of what was written over what was there. Raises Invalid."""
    problems: dict[str, Text] = {}
    title = checked_words("title", fields["title"], longest=TITLE) if "title" in fields else old.get("title")
    due_on: date | None = fields.get("due_on") or old.get("due_on")
    problems |= {name: Text("field.required") for name, value in (("title", title), ("due_on", due_on)) if not value}
    if due_on and abs((due_on - people.today(now)).days) > FURTHEST_DAYS:
        problems["due_on"] = Text("initiative.problem.milestone_far")
    owners = _owners(initiative, fields.get("owners"), old, problems, now)
    if problems:
        raise Invalid(problems)
    return {"title": title, "due_on": due_on, "owner_1_id": owners[0], "owner_2_id": owners[1]}


def _owners(
    initiative: InitiativeView, given: Any, old: Mapping[str, Any], problems: dict[str, Text], now: datetime
) -> list[int]:
    """Who owns it for either side; who is not named stays, or is the side's lead."""
    emails = [*(given or []), None, None][: len(SIDES)]
    found = []
    for side, email in zip(SIDES, emails, strict=True):
        lead = initiative.lead(side)
        kept = old.get(f"owner_{side}_id") or (lead.member if lead else None)
        member = _of_side(initiative, side, email, now) if email else kept
        if member is None:
            problems[f"owners.{side - 1}"] = Text("initiative.problem.owner_of_side" if email else "field.required")
        found.append(member or 0)
    return found


def _of_side(initiative: InitiativeView, side: int, email: str, now: datetime) -> int | None:
    """A member of a department that takes part on a side: its lead's side of the company."""
    member = people.find_actor_by_email(email, now)
    lead = initiative.lead(side)
    if member is None or lead is None or "member" not in member.roles:
        return None
    sides = people.department_sides()
    theirs = {code for code in initiative.departments if sides.get(code) == sides.get(lead.department)}
    return member.id if theirs & {*member.departments, *member.leads} else None


def content_of(found: MilestoneView) -> dict[str, Any]:
    """One as the API writes it and an audit entry keeps it."""
    emails = people.emails_of(found.owners)
    return {
        "title": found.title,
        "due_on": found.due_on.isoformat(),
        "owners": [emails.get(one) for one in found.owners],
    }
