"""What steering an initiative wants of people: a vote on a pilot, a milestone that is due or late, a constraint to lift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Table, or_, select

from collab.calendars.queries import calendar_or_default
from collab.initiatives.models import Constraint, Initiative, Lead, Milestone, Pilot
from collab.initiatives.queries.initiatives import InitiativeView, relations_of, whole
from collab.initiatives.queries.pilots import PilotView, list_running, silent
from collab.initiatives.queries.work import OPEN
from collab.initiatives.rules.moves import CLOSED, PILOT, SIDES
from collab.initiatives.rules.pilots import end_of
from collab.kernel.actor import Actor
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import Text
from collab.kernel.permits import permits
from collab.subjects.registry import InboxRow, by_member
from collab.subjects.signs import ME, only_where

AHEAD = 3
"""Business days before its day a milestone is shown to its owners."""
_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_leads: Table = Lead.__table__  # type: ignore[assignment]
_milestones: Table = Milestone.__table__  # type: ignore[assignment]
_constraints: Table = Constraint.__table__  # type: ignore[assignment]
_pilots: Table = Pilot.__table__  # type: ignore[assignment]


@only_where(
    select(_pilots.c.initiative_id)
    .join(_leads, _leads.c.initiative_id == _pilots.c.initiative_id)
    .where(_pilots.c.ended_at.is_(None), _pilots.c.asked_at.is_not(None), _leads.c.member_id == ME),
    select(_milestones.c.id).where(
        or_(_milestones.c.owner_1_id == ME, _milestones.c.owner_2_id == ME), _milestones.c.state == OPEN
    ),
    select(_constraints.c.id).where(_constraints.c.lifter_id == ME, _constraints.c.lifted_at.is_(None)),
)
def inbox(members: Sequence[Actor], now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """Everything steering wants of these members, whoever may still see the initiative."""
    ids = {member.id for member in members}
    numbers = _pilots_to_vote(ids, now)
    milestones, constraints = _due_milestones(ids, now), _standing(ids)
    wanted = {*numbers, *(row.initiative_id for row in (*milestones, *constraints))}
    if not wanted:
        return {}
    views = {view.id: view for view in whole(_open(wanted))}
    pilots = {one.initiative: one for one in list_running(numbers)} if numbers else {}
    rows = [*_votes(views, pilots), *_milestone_rows(views, milestones), *_constraint_rows(views, constraints)]
    known = {member.id: member for member in members}
    return by_member((who, row) for who, row in rows if who in known and _sees(known[who], views, row))


def _sees(member: Actor, views: Mapping[int, InitiativeView], row: InboxRow) -> bool:
    view = next(view for view in views.values() if view.key == row.key)
    return permits.allows("initiative.show_work", relations_of(member, view))


def _open(numbers: Iterable[int]) -> Sequence[AnyRow]:
    chosen = _initiatives.c.id.in_(list(numbers)) & (_initiatives.c.state != CLOSED)
    return db.session.execute(select(_initiatives).where(chosen)).all()


def _pilots_to_vote(ids: Iterable[int], now: datetime) -> set[int]:
    """Initiatives whose leads were asked for their votes, led by one of these for a side."""
    asked = (
        select(_pilots.c.initiative_id)
        .join(_leads, _leads.c.initiative_id == _pilots.c.initiative_id)
        .where(
            _pilots.c.ended_at.is_(None), _pilots.c.asked_at.is_not(None), _pilots.c.ends_at > now, _leads.c.removed_at.is_(None),
            _leads.c.slot.in_(SIDES), _leads.c.member_id.in_(list(ids)),
        )
    )  # fmt: skip
    return set(db.session.scalars(asked))


def _votes(views: Mapping[int, InitiativeView], pilots: Mapping[int, PilotView]) -> Iterable[tuple[int, InboxRow]]:
    for number, pilot in pilots.items():
        view = views.get(number)
        if view is None or view.state != PILOT:
            continue
        for held in silent(pilot, view):
            yield held.member, _row(view, "vote", "pilot", pilot.asked_at or pilot.asks_at, pilot.due_at)


def _due_milestones(ids: Iterable[int], now: datetime) -> Sequence[AnyRow]:
    """Open ones that one of these owns, and that are late or due within some business days of the company's."""
    mine = or_(_milestones.c.owner_1_id.in_(list(ids)), _milestones.c.owner_2_id.in_(list(ids)))
    soon = mine & (_milestones.c.state == OPEN) & (_milestones.c.due_on <= _last_day(now))
    return db.session.execute(select(_milestones).where(soon).order_by(_milestones.c.due_on, _milestones.c.id)).all()


def _last_day(now: datetime) -> date:
    calendar, day, count = _calendar(), day_in(now, company().zone), AHEAD
    for _looked in range(AHEAD * 10):
        if not count:
            break
        day += timedelta(days=1)
        count -= calendar.is_business_day(day)
    return day


def _calendar() -> BusinessCalendar:
    return calendar_or_default(company().calendar)


def _milestone_rows(views: Mapping[int, InitiativeView], rows: Sequence[AnyRow]) -> Iterable[tuple[int, InboxRow]]:
    calendar = _calendar()
    for row in rows:
        view = views.get(row.initiative_id)
        if view is None:
            continue
        due_at = end_of(row.due_on, calendar)
        about = _row(view, "milestone", "milestones", row.created_at, due_at, title=row.title)
        for member in (row.owner_1_id, row.owner_2_id):
            yield member, about


def _standing(ids: Iterable[int]) -> Sequence[AnyRow]:
    """Constraints that one of these can lift."""
    mine = _constraints.c.lifter_id.in_(list(ids)) & _constraints.c.lifted_at.is_(None)
    return db.session.execute(select(_constraints).where(mine).order_by(_constraints.c.id)).all()


def _constraint_rows(views: Mapping[int, InitiativeView], rows: Sequence[AnyRow]) -> Iterable[tuple[int, InboxRow]]:
    for row in rows:
        view = views.get(row.initiative_id)
        if view is not None:
            yield row.lifter_id, _row(view, "lift", "constraints", row.written_at, title=row.text)


def _row(
    view: InitiativeView, ask: str, part: str, since: datetime, due_at: datetime | None = None, title: str = ""
) -> InboxRow:
    words = f"{view.title}: {title}" if title else view.title
    return InboxRow(
        key=view.key, ask=Text(f"initiative.ask.{ask}"), title=words[:200], path=f"/initiatives/{view.key}#{part}", since=since,
        due_at=due_at, actions=(ask,),
    )  # fmt: skip
