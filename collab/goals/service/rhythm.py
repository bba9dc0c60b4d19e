"""Who is asked to check in when: beginning, ending and answering asks, and a department's own rhythm.

Callers hold the goal. What is open runs as a wait of the engine of escalations; that nobody answered never closes a goal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update

from collab.audit import service as audit
from collab.escalations import service as escalations
from collab.goals.models import PREFIX, Goal, Owner, Rhythm
from collab.goals.queries.habits import habits
from collab.goals.queries.rhythm import IS_ASKED, away_until, cadence_in, cadences, places_of, relations_to, wait_key
from collab.goals.rules import rhythm as rules
from collab.goals.rules.habits import Cadence
from collab.goals.rules.rhythm import Place
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, Moment, db, run
from collab.kernel.errors import NotFound, Stale
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.outbox.registry import REPAINT
from collab.outbox.service import Note
from collab.outbox.service.enqueueing import enqueue_once
from collab.people import queries as people
from collab.subjects import service as subjects

CHECKED_IN, SILENT, AWAY = "checked_in", "silent", "away"
"""Why a clock ends: somebody checked in; the goal is paused or closed, or they answer for it no longer; they went away."""
AT_ONCE = 500
GONE = timedelta(days=28)
"""Whoever left is looked at again so much later: by then somebody else should answer for the goal."""
FIELDS = ("every_weeks", "weekday", "hour", "fresh_days", "grace_days")
_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_rhythms: Table = Rhythm.__table__  # type: ignore[assignment]
_SET = (
    update(_owners)
    .where(_owners.c.id == bindparam("owner"))
    .values(asks_at=bindparam("next", type_=Moment), asked_at=None, due_at=None)
)
_ASKABLE = (_goals.c.id == _owners.c.goal_id) & _owners.c.removed_at.is_(None) & _owners.c.accepted_at.is_not(None)
_RUNS = _ASKABLE & (_goals.c.state == "active")
_FORGOTTEN = _RUNS & _owners.c.asks_at.is_(None) & _owners.c.asked_at.is_(None)


def begin(goal_id: int, *, now: datetime) -> None:
    """A goal runs (again): whoever answers for it is asked at the next moment of their department's rhythm."""
    waiting = _ASKABLE & (_owners.c.goal_id == goal_id) & _owners.c.asks_at.is_(None) & _owners.c.asked_at.is_(None)
    with atomic():
        _ask_next(_rows(waiting), now)


def stop(goal_id: int, *, now: datetime, reason: str = SILENT) -> None:
    """A goal is paused or closed: nobody is asked, and no clock runs on it."""
    _end(_owners.c.goal_id == goal_id, reason, now)


def drop(owners: Iterable[int], *, now: datetime, reason: str = SILENT) -> None:
    """These owners (ids of rows of owners) answer for their goal no longer: nobody asks them, and their clocks end."""
    _end(_owners.c.id.in_(sorted(set(owners))), reason, now)


def answered(owners: Iterable[int], *, now: datetime) -> None:
    """These owners (ids of rows of owners) checked in: what was asked is answered, its clock ends, and they are asked next at
    the next moment of their rhythm."""
    with atomic():
        rows = _rows((_goals.c.id == _owners.c.goal_id) & _owners.c.id.in_(sorted(set(owners))))
        _end_clocks(rows, CHECKED_IN, now)
        _ask_next([row for row in rows if row.state == "active" and row.removed_at is None], now)


def away(member: int, *, now: datetime) -> int:
    """Somebody goes away while they are asked: they are asked on their first open day back, and no clock runs meanwhile. What
    is overdue already stays so. Returns how many asks moved."""
    mine = IS_ASKED & (_owners.c.member_id == member) & (_owners.c.due_at > now)
    with atomic():
        for goal in sorted({key_of(PREFIX, row.goal_id) for row in _rows(mine)}):
            subjects.lock(goal)
        rows, places = _rows(mine), places_of([member], now)
        until = away_until(places, now).get(member)
        if not rows or until is None:
            return 0
        _end_clocks(rows, AWAY, now)
        _write({row.id: rules.back_from(_cadence_of(row), places[member], until, now) for row in rows})
        return len(rows)


def repair(now: datetime, *, limit: int = AT_ONCE) -> int:
    """Owners of running goals whom nobody would ever ask (they came from another version, or accepted later) are asked at the
    next moment of their rhythm; returns how many."""
    found = select(_owners.c.id).join(_goals, _goals.c.id == _owners.c.goal_id).where(_FORGOTTEN).limit(limit)
    if run(found.limit(1)).scalar() is None:
        return 0
    with atomic():
        ids = run(found.with_for_update(skip_locked=True, of=_owners)).scalars().all()
        return _ask_next(_rows((_goals.c.id == _owners.c.goal_id) & _owners.c.id.in_(ids)), now)


def set_rhythm(
    actor: Actor, department: str, fields: Mapping[str, Any], *, now: datetime, version: int | None = None
) -> int:
    """Give a department a rhythm of its own: `fields` are those of a cadence, `weekday` 0 to 6; what is left out stays as it
    was. Whoever is asked later than now is asked by the new one. `version` is what the actor saw (0: the company's). Returns
    the new version.

    Raises:
        NotFound: no such department.
        NotAllowed: neither its lead nor an administrator.
        Stale: somebody else set it meanwhile.
    """
    if department not in people.open_departments():
        raise NotFound
    permits.check("rhythm.set", relations_to(actor, department))
    with atomic():
        key = f"rhythm:{department}"
        subjects.lock_or_introduce(key, "rhythm")
        row = db.session.execute(select(_rhythms).where(_rhythms.c.department_code == department)).one_or_none()
        if version is not None and version != (row.version if row else 0):
            raise Stale
        before = vars(cadence_in(row) if row else habits().cadence)
        after = {**before, **{name: fields[name] for name in FIELDS if name in fields}}
        made = _keep(row, department, after, actor, now)
        audit.record("set_rhythm", key, actor=actor, at=now, before=dict(before), after=after)
        _reset(department, Cadence(**after), now)
    return made


def _keep(row: AnyRow | None, department: str, cadence: Mapping[str, Any], actor: Actor, now: datetime) -> int:
    values = {**cadence, "set_by_id": actor.id, "set_at": now, "version": row.version + 1 if row else 1}
    if row:
        run(update(_rhythms).where(_rhythms.c.department_code == department).values(**values))
    else:
        run(insert(_rhythms).values(department_code=department, **values))
    return int(values["version"])


def _reset(department: str, cadence: Cadence, now: datetime) -> None:
    """Whoever is to be asked later is asked by the new rhythm. Who is asked already keeps the deadline they were told."""
    later = (_owners.c.asks_at > now) & _owners.c.removed_at.is_(None)
    mine = select(_owners.c.member_id).where(later, _owners.c.department_code == department)
    places = places_of(db.session.scalars(mine.distinct()).all(), now)
    for moment, members in _by(places, lambda member: rules.next_ask(cadence, places[member], now)).items():
        theirs = later & (_owners.c.department_code == department) & _owners.c.member_id.in_(members)
        run(update(_owners).where(theirs).values(asks_at=moment))


def _by(places: Mapping[int, Place], moment_of: Callable[[int], datetime]) -> dict[datetime, list[int]]:
    found: dict[datetime, list[int]] = {}
    for member in places:
        found.setdefault(moment_of(member), []).append(member)
    return found


def _rows(which: ColumnElement[bool]) -> Sequence[AnyRow]:
    columns = select(
        _owners.c.id, _owners.c.goal_id, _owners.c.member_id, _owners.c.department_code, _owners.c.asks_at, _owners.c.asked_at,
        _owners.c.due_at, _owners.c.removed_at, _goals.c.state,
    )  # fmt: skip
    return run(columns.where(_goals.c.id == _owners.c.goal_id, which).order_by(_owners.c.id)).all()


def _ask_next(rows: Sequence[AnyRow], now: datetime) -> int:
    """Have these asked at the next moment of their rhythm. Returns how many."""
    known, places = cadences(), places_of({row.member_id for row in rows}, now)
    ours, nexts = habits().cadence, {}
    for row in rows:
        place = places.get(row.member_id)
        cadence = known.get(row.department_code, ours)
        nexts[row.id] = rules.next_ask(cadence, place, now) if place else now + GONE
    _write(nexts)
    return len(nexts)


def _cadence_of(row: AnyRow) -> Cadence:
    return cadences().get(row.department_code, habits().cadence)


def _write(nexts: Mapping[int, datetime | None]) -> None:
    if nexts:
        run(_SET, [{"owner": owner, "next": moment} for owner, moment in nexts.items()])


def _end(which: ColumnElement[bool], reason: str, now: datetime) -> None:
    with atomic():
        busy = _owners.c.asks_at.is_not(None) | _owners.c.asked_at.is_not(None)
        rows = _rows(which & busy)
        _end_clocks(rows, reason, now)
        _write({row.id: None for row in rows})


def _end_clocks(rows: Sequence[AnyRow], reason: str, now: datetime) -> None:
    """End the clocks of open asks and clear the asks; every card that shows one says what is true now."""
    asked = [row for row in rows if row.asked_at is not None]
    if not asked:
        return
    escalations.end([wait_key(row.goal_id, row.member_id) for row in asked], reason=reason, now=now)
    _write({row.id: None for row in asked})
    shown = {subject_of(row.member_id) for row in asked} | {key_of(PREFIX, row.goal_id) for row in asked}
    late = {row.member_id for row in asked if row.due_at <= now}
    repaint(shown | _spoken_of(late), turn=f"asks:{reason}:{now.isoformat()}", now=now)


def _spoken_of(members: Collection[int]) -> set[str]:
    """The running goals of members who were late: a last chance stands on one of them and speaks of several."""
    if not members:
        return set()
    mine = select(_owners.c.goal_id).where(_RUNS, _owners.c.member_id.in_(sorted(members)))
    return {key_of(PREFIX, goal) for goal in run(mine).scalars()}


def subject_of(member: int) -> str:
    """What a member's card of open check-ins is about: it speaks of all their goals at once."""
    return f"checkins:{member}"


def repaint(keys: Iterable[str], *, turn: str, now: datetime) -> None:
    """Have the cards about these painted anew, once per turn."""
    enqueue_once(*(Note(REPAINT, key, f"repaint:{key}:{turn}") for key in sorted(set(keys))), now=now)
