"""How much of the company stands behind the customer, counted over the goals a viewer may see: a hidden goal is neither named
nor counted, as if it were not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Float, Table, case, cast, select

from collab.goals.models import PREFIX, Contributor, Goal, Metric, Owner, Parent, Taken
from collab.goals.queries.habits import habits
from collab.goals.queries.metrics import MetricView, metrics_of
from collab.goals.queries.sight import visible
from collab.goals.rules import coverage as rules
from collab.goals.rules.coverage import Fact, Measure, Share, Side
from collab.goals.rules.moves import OPEN
from collab.goals.rules.progress import Course
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.people import queries as people

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_metrics: Table = Metric.__table__  # type: ignore[assignment]
_parents: Table = Parent.__table__  # type: ignore[assignment]
_parts: Table = Taken.__table__  # type: ignore[assignment]
_helpers: Table = Contributor.__table__  # type: ignore[assignment]
MOST = 500
"""How many goals a list of the report names at most; its figure counts all."""
NAMED = 5
"""How many goals a line names; the rest are counted."""
_SOME = Decimal(1)


@dataclass(frozen=True)
class Counted:
    """A running goal in the report. `main` is its main metric, None without one; `measurable` as `rules.Fact` says."""

    id: int
    title: str
    main: MetricView | None
    measurable: bool
    others: tuple[MetricView, ...] = ()

    @property
    def key(self) -> str:
        """`G-3`."""
        return key_of(PREFIX, self.id)


@dataclass(frozen=True)
class Firm:
    """A partner whose guests help with goals. `channel_only`: all that is measured there is a channel or a campaign."""

    code: str
    name_en: str
    name_ja: str
    goals: tuple[int, ...]
    channel_only: bool


@dataclass(frozen=True)
class Coverage:
    """The report. `aim` is what the company wants of `departments`, in per cent; `goals` has every goal that is named.

    `unmeasured` are running goals whose progress cannot be said, `elsewhere` metrics of running goals that count something
    other than customers, `moved` running goals with a figure: the first so many of each, `totals` says how many there are.
    """

    aim: int
    departments: Share
    measurable: Share
    customers: Share
    parts: Share
    sides: tuple[Side, ...]
    firms: tuple[Firm, ...]
    goals: Mapping[int, Counted]
    unmeasured: tuple[Counted, ...]
    elsewhere: tuple[tuple[Counted, MetricView], ...]
    moved: tuple[Counted, ...]
    totals: Mapping[str, int]

    @property
    def met(self) -> bool:
        """Whether as many departments are covered as the company wants."""
        share = self.departments.per_cent
        return share is not None and share >= self.aim


@dataclass(frozen=True)
class _Seen:
    """Every open goal the viewer may see: title and fact by id, and of which the main metric has a figure."""

    titles: Mapping[int, str]
    facts: Mapping[int, Fact]
    figured: Collection[int]


def find_coverage(viewer: Actor, now: datetime, *, most: int = MOST) -> Coverage:
    """The report as of now; `most` is how many goals a list names. Raises NotAllowed."""
    permits.check("goal.report", viewer.roles)
    seen = visible(viewer) & _goals.c.state.in_(OPEN)
    every = _read(seen)
    staff, told = _staff(now), _told(seen)
    facts = every.facts
    sides, firms = rules.sides(facts, staff, told), _firms(facts, seen)
    everybody = {member for members in staff.values() for member in members}
    running = rules.counted(facts.values())
    unmeasured = [goal.id for goal in running if not goal.measurable]
    moved = [goal.id for goal in running if goal.id in every.figured]
    others = [goal.id for goal in running for one in goal.measures if one.about != rules.CUSTOMER]
    named = _first(
        {goal.id for goal in running}, [*(s.tied for s in sides), *(s.untied for s in sides), *(f.goals for f in firms)]
    )
    goals = _counted(every, {*named, *unmeasured[:most], *moved[:most], *others[:most]})
    elsewhere = [(goals[one], metric) for one in dict.fromkeys(others[:most]) for metric in goals[one].others]
    return Coverage(
        habits().coverage, Share(sum(side.covered for side in sides), len(sides)), rules.measurable(running),
        rules.about_customers(running), Share(len(told & everybody), len(everybody)), sides, firms, goals,
        tuple(goals[one] for one in unmeasured[:most]), tuple(elsewhere[:most]), tuple(goals[one] for one in moved[:most]),
        {"unmeasured": len(unmeasured), "elsewhere": len(others), "moved": len(moved)},
    )  # fmt: skip


def _read(seen: ColumnElement[bool]) -> _Seen:
    """Four statements of a few plain columns each: figures and words are read of the goals that are named."""
    rows = db.session.execute(
        select(
            _goals.c.id, _goals.c.title, _goals.c.kind, _goals.c.state, _goals.c.journey_stage.is_not(None),
            _goals.c.progress_from == "children", _goals.c.progress.is_not(None),
        ).where(seen).order_by(_goals.c.id)
    ).all()  # fmt: skip
    departments = _many(_owners.c.goal_id, _owners.c.department_code, seen, _owners.c.removed_at.is_(None))
    parents = _many(_parents.c.child_id, _parents.c.parent_id, seen)
    measures, figured = _measures(seen)
    titles: dict[int, str] = {row[0]: row[1] for row in rows}
    facts = {
        goal: Fact(
            goal, kind, state, tuple(departments.get(goal, ())), staged,
            tuple(parent for parent in parents.get(goal, ()) if parent in titles), tuple(measures.get(goal, ())),
            by_children, progressed,
        )
        for goal, _title, kind, state, staged, by_children, progressed in rows
    }  # fmt: skip
    return _Seen(titles, facts, figured)


def _measures(seen: ColumnElement[bool]) -> tuple[Mapping[int, Sequence[Measure]], Collection[int]]:
    """The metrics of each goal as far as coverage asks, the main one first; and the goals whose main one has a figure."""
    ratio = _metrics.c.is_ratio & _metrics.c.numerator.is_not(None) & _metrics.c.denominator.is_not(None)
    figure = case((ratio, cast(_metrics.c.denominator, Float) != 0), else_=_metrics.c.value.is_not(None))
    ends = (_metrics.c.baseline, _metrics.c.target, _metrics.c.floor, _metrics.c.ceiling)
    wanted = (
        select(_metrics.c.goal_id, _metrics.c.about, _metrics.c.kind, *(end.is_not(None) for end in ends), figure)
        .join(_goals, _goals.c.id == _metrics.c.goal_id)
        .where(seen, _metrics.c.removed_at.is_(None))
        .order_by(_metrics.c.goal_id, _metrics.c.position)
    )
    found: dict[int, list[Measure]] = defaultdict(list)
    figured = set()
    for goal, *about in db.session.execute(wanted):
        if about[-1] and goal not in found:
            figured.add(goal)
        found[goal].append(_measure(*about))
    return found, figured


@lru_cache(maxsize=1024)
def _measure(about: str, kind: str, *known: bool) -> Measure:
    """Whether a metric is whole rests on what is known of it, not on how much it is: any figure stands for what is known."""
    *ends, figure = (_SOME if one else None for one in known)
    return Measure(about, rules.is_whole(Course(kind, *ends), None if figure is None else Fraction(figure)))


def _first(counted: Collection[int], lists: Iterable[Sequence[int]]) -> set[int]:
    """The goals that lines name: of each list the first few that are counted."""
    return {goal for some in lists for goal in islice((one for one in some if one in counted), NAMED)}


def _counted(every: _Seen, wanted: Collection[int]) -> dict[int, Counted]:
    metrics = metrics_of(wanted) if wanted else {}
    return {
        goal: Counted(
            goal, every.titles[goal], next(iter(metrics.get(goal, ())), None), every.facts[goal].measurable,
            tuple(one for one in metrics.get(goal, ()) if one.about != rules.CUSTOMER),
        )
        for goal in sorted(wanted)
    }  # fmt: skip


def _many(of: Any, what: Any, seen: ColumnElement[bool], *more: ColumnElement[bool]) -> dict[int, list[Any]]:
    """Values by goal, of the goals that are seen."""
    found: dict[int, list[Any]] = defaultdict(list)
    within = select(_goals.c.id).where(seen)
    for goal, value in db.session.execute(select(of, what).where(of.in_(within), *more).order_by(of, what)):
        found[goal].append(value)
    return found


def _told(seen: ColumnElement[bool]) -> frozenset[int]:
    """Members who wrote down their part in a running goal."""
    running = _goals.c.state == rules.COUNTED
    told = select(_parts.c.member_id).join(_goals, _goals.c.id == _parts.c.goal_id).where(seen, running).distinct()
    return frozenset(db.session.scalars(told))


def _staff(now: datetime) -> dict[str, list[int]]:
    """The members of each department; neither guests nor those who have left."""
    found: dict[str, list[int]] = {row.code: [] for row in people.list_departments()}
    for member in people.list_actors(now):
        for code in member.departments if "member" in member.roles else ():
            found.setdefault(code, []).append(member.id)
    return found


def _firms(facts: Mapping[int, Fact], seen: ColumnElement[bool]) -> tuple[Firm, ...]:
    helps = _many(_helpers.c.goal_id, _helpers.c.member_id, seen, _helpers.c.removed_at.is_(None))
    of: dict[int, list[int]] = defaultdict(list)
    for goal, members in helps.items():
        for member in members if facts[goal].live else ():
            of[member].append(goal)
    guests: dict[str, list[people.Guest]] = defaultdict(list)
    for guest in people.list_guests():
        guests[guest.partner].append(guest)
    firms = (_firm(code, members, of, facts) for code, members in guests.items())
    return tuple(firm for firm in firms if firm.goals)


def _firm(
    code: str, members: Sequence[people.Guest], of: Mapping[int, Iterable[int]], facts: Mapping[int, Fact]
) -> Firm:
    goals = tuple(sorted({goal for guest in members for goal in of.get(guest.member, ())}))
    return Firm(
        code, members[0].name_en, members[0].name_ja, goals, rules.channel_only(facts[goal] for goal in goals)
    )  # fmt: skip
