"""How often departments check in, where members' clocks run, and who is asked to check in now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, Table, select

from collab.calendars.queries import calendar_or_default
from collab.goals.models import PREFIX, Goal, Owner, Rhythm
from collab.goals.queries.habits import habits
from collab.goals.queries.sight import visible
from collab.goals.rules.habits import WEEKDAYS, Cadence
from collab.goals.rules.rhythm import Place
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits
from collab.people import queries as people

WATCH = "goal.checkin"
"""What the engine of waits calls a check-in that is waited for."""
_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_rhythms: Table = Rhythm.__table__  # type: ignore[assignment]


def is_asked(owners: FromClause) -> ColumnElement[bool]:
    """On rows of owners and goals: a check-in is open."""
    held = owners.c.asked_at.is_not(None) & owners.c.removed_at.is_(None)
    return held & (_goals.c.id == owners.c.goal_id) & (_goals.c.state == "active")


IS_ASKED = is_asked(_owners)
"""The same on the table itself."""


@dataclass(frozen=True)
class RhythmView:
    """A department's rhythm. Where it has the company's, `version` is 0 and nobody set it."""

    department: str
    cadence: Cadence
    version: int
    set_by: int | None
    set_at: datetime | None
    owners: int
    may_set: bool

    @property
    def own(self) -> bool:
        """Whether it is the department's, not the company's."""
        return self.version > 0

    @property
    def weekday(self) -> str:
        """`mon`."""
        return WEEKDAYS[self.cadence.weekday]


@dataclass(frozen=True)
class Asked:
    """An open check-in: who was asked about which goal, when, and until when it is to come."""

    owner: int
    goal: int
    member: int
    asked_at: datetime
    due_at: datetime

    @property
    def key(self) -> str:
        """`G-3`."""
        return key_of(PREFIX, self.goal)

    @property
    def wait(self) -> str:
        """The name of its clock."""
        return wait_key(self.goal, self.member)


def wait_key(goal: int, member: int) -> str:
    """The name of the clock that runs on an owner's check-in: `G-3:checkin:7`."""
    return f"{key_of(PREFIX, goal)}:checkin:{member}"


def cadences() -> Mapping[str, Cadence]:
    """The departments that have a rhythm of their own; all others have the company's."""
    return {row.department_code: cadence_in(row) for row in db.session.execute(select(_rhythms))}


def cadence_in(row: AnyRow) -> Cadence:
    """A row of rhythms as the rules read it."""
    return Cadence(row.every_weeks, row.weekday, row.hour, row.fresh_days, row.grace_days)


def list_rhythms(viewer: Actor) -> list[RhythmView]:
    """Every department's rhythm, in the order of departments, and how many owners of running goals it asks. Raises NotAllowed."""
    permits.check("rhythm.show", viewer.roles)
    rows = {row.department_code: row for row in db.session.execute(select(_rhythms))}
    asks = _owners_by_department(viewer)
    return [_view(viewer, row.code, rows.get(row.code), asks.get(row.code, 0)) for row in people.list_departments()]


def get_rhythm(viewer: Actor, department: str) -> RhythmView:
    """One department's rhythm. Raises NotFound, NotAllowed."""
    found = next((one for one in list_rhythms(viewer) if one.department == department), None)
    if found is None:
        raise NotFound
    return found


def relations_to(viewer: Actor, department: str) -> frozenset[str]:
    """What a viewer is to a department's rhythm, as the permit table names it."""
    return viewer.roles | ({"department_lead"} if department in viewer.leads else frozenset())


def _view(viewer: Actor, code: str, row: AnyRow | None, owners: int) -> RhythmView:
    may_set = permits.allows("rhythm.set", relations_to(viewer, code))
    if row is None:
        return RhythmView(code, habits().cadence, 0, None, None, owners, may_set)
    return RhythmView(code, cadence_in(row), row.version, row.set_by_id, row.set_at, owners, may_set)


def _owners_by_department(viewer: Actor) -> dict[str, int]:
    """Owners of running goals the viewer may see: nobody is counted for a hidden one."""
    held = _owners.alias()  # another name than the one by which it is asked who may see a goal
    running = select(held.c.department_code, held.c.member_id).join(_goals, _goals.c.id == held.c.goal_id)
    pairs = db.session.execute(
        running.where(held.c.removed_at.is_(None), _goals.c.state == "active", visible(viewer)).distinct()
    )
    counted: dict[str, int] = {}
    for department, _member in pairs:
        counted[department] = counted.get(department, 0) + 1
    return counted


def places_of(members: Iterable[int], now: datetime) -> dict[int, Place]:
    """Where the clocks of these members run; whoever left, or may not answer for a goal, is left out."""
    actors = people.list_actors(now, ids=sorted(set(members)))
    return {
        actor.id: Place(ZoneInfo(actor.zone), calendar_or_default(actor.calendar))
        for actor in actors
        if actor.active and not actor.is_partner and not actor.is_auditor
    }


def away_until(places: Mapping[int, Place], now: datetime) -> dict[int, date]:
    """Those of these members who are away on their own day today, and the last day of it; absences that follow each other are
    one."""
    found: dict[int, date] = {}
    for member, days in people.list_absent(places, now).items():
        day = now.astimezone(places[member].zone).date()
        for from_on, until_on in days:
            if from_on <= found.get(member, day - timedelta(days=1)) + timedelta(days=1) <= until_on:
                found[member] = until_on
    return found


def list_asked(member: int) -> list[Asked]:
    """The check-ins that are open for a member, by deadline."""
    mine = select(_owners).where(IS_ASKED, _owners.c.member_id == member)
    return _asked(db.session.execute(mine.order_by(_owners.c.due_at, _owners.c.id)).all())


def next_ask(member: int) -> tuple[str, datetime] | None:
    """The goal and the moment of the check-in that is asked of this member next; None: of none."""
    theirs = _owners.c.member_id == member, _owners.c.removed_at.is_(None), _owners.c.asks_at.is_not(None)
    runs = _goals.c.id == _owners.c.goal_id, _goals.c.state == "active"
    wanted = select(_owners.c.goal_id, _owners.c.asks_at).where(*theirs, *runs).order_by(_owners.c.asks_at)
    row = db.session.execute(wanted.limit(1)).one_or_none()
    return (key_of(PREFIX, row.goal_id), row.asks_at) if row else None


def next_asks(member: int, goals: Iterable[int]) -> Mapping[int, datetime]:
    """By goal, when its next check-in is asked of this member; goals of which it is not are left out."""
    rows = db.session.execute(
        select(_owners.c.goal_id, _owners.c.asks_at).where(
            _owners.c.member_id == member,
            _owners.c.goal_id.in_(list(goals)),
            _owners.c.removed_at.is_(None),
            _owners.c.asks_at.is_not(None),
        )
    )
    return {row.goal_id: row.asks_at for row in rows}


def asked_of(waits: Iterable[str]) -> dict[str, Asked]:
    """The open check-ins behind these clocks; one that nobody waits for any more is not among them."""
    pairs = {wait: pair for wait in waits if (pair := _pair(wait))}
    goals = {goal for goal, _member in pairs.values()}
    rows = db.session.execute(select(_owners).where(IS_ASKED, _owners.c.goal_id.in_(goals))).all() if goals else []
    found = {(one.goal, one.member): one for one in _asked(rows)}
    return {wait: found[pair] for wait, pair in pairs.items() if pair in found}


def still_awaited(waits: Sequence[str]) -> frozenset[str]:
    """Those of these clocks that still wait for a check-in."""
    return frozenset(asked_of(waits))


def expected(_now: datetime) -> Collection[str]:
    """Every clock that ought to be running: one for each open check-in."""
    rows = db.session.execute(select(_owners.c.goal_id, _owners.c.member_id).where(IS_ASKED))
    return [wait_key(row.goal_id, row.member_id) for row in rows]


def late_together(wait: str) -> list[Asked]:
    """Every check-in of the same member that became late with this one and is still open: one card speaks of them all, and the
    first of them is the one that does. Empty when this one is answered."""
    mine = asked_of([wait]).get(wait)
    if mine is None:
        return []
    together = (one for one in list_asked(mine.member) if one.due_at == mine.due_at)
    return sorted(together, key=lambda one: one.owner)


def _asked(rows: Sequence[AnyRow]) -> list[Asked]:
    return [Asked(row.id, row.goal_id, row.member_id, row.asked_at, row.due_at) for row in rows]


def _pair(wait: str) -> tuple[int, int] | None:
    key, _, member = wait.partition(":checkin:")
    try:
        return (number_of(PREFIX, key), int(member)) if member.isdigit() else None
    except NotFound:
        return None
