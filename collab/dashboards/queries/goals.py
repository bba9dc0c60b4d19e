"""Goals by status: today, over twelve weeks, by department, side and stage; whose check-in is late, whose owners disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collab.dashboards.rules.figures import GOALS, Figure, figure
from collab.goals.queries.board import Line, list_board, list_stood
from collab.goals.rules import STATUSES
from collab.goals.rules.groups import GROUPS
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.keys import key_of
from collab.nudges.rules.weeks import span_of, week_named
from collab.people import queries as people

WEEKS = 12
"""How many weeks the trend shows, the running one as it stands now."""
NO_STAGE = "-"
"""The row of goals without a journey stage."""
Counts = Mapping[str, Figure]


@dataclass(frozen=True)
class Group:
    """One department, side or journey stage (`of`) and its goals by status. A goal of two departments stands in both."""

    of: str
    counts: Counts


@dataclass(frozen=True)
class Week:
    """How goals stood when a week ended ("2026-W47"), by status; `running` is the present one, as of now;
    `as_of` is the moment either way."""

    week: str
    ends_at: datetime
    counts: Counts
    running: bool = False
    as_of: datetime | None = None


@dataclass(frozen=True)
class GoalsBoard:
    """All of it. `counts` has a figure for each of GROUPS, every goal in exactly one; `stale` are those whose check-in is overdue,
    `apart` those whose two owners are too far apart, the furthest first; `lines` every goal that was counted."""

    counts: Counts
    departments: Sequence[Group]
    sides: Sequence[Group]
    stages: Sequence[Group]
    weeks: Sequence[Week]
    stale: Figure
    apart: Figure
    lines: Sequence[Line]

    @property
    def total(self) -> int:
        """How many goals run or are paused."""
        return len(self.lines)


def goals_by_status(viewer: Actor, *, now: datetime, weeks: int = WEEKS) -> GoalsBoard:
    """Every running goal the viewer may see, counted. Five statements, however many goals there are."""
    lines = list_board(viewer, now=now)
    sides = people.department_sides()
    apart = sorted((one for one in lines if one.standing.diverged), key=lambda one: -(one.standing.divergence or 0))
    return GoalsBoard(
        _counts("goals.status", "", lines),
        _groups("goals.department", lines, lambda one: one.departments),
        _groups("goals.side", lines, lambda one: {sides[code] for code in one.departments if code in sides}),
        _groups("goals.stage", lines, lambda one: (one.goal.journey_stage or NO_STAGE,)),
        _weeks(viewer, lines, weeks, now),
        _figure("goals.stale", "", (one for one in lines if one.standing.dark)), _figure("goals.apart", "", apart), lines,
    )  # fmt: skip


def _figure(code: str, of: str, lines: Iterable[Line]) -> Figure:
    return figure(code, of, (one.goal.key for one in lines), GOALS)


def _counts(code: str, of: str, lines: Sequence[Line]) -> Counts:
    """A figure for every group; of one department (`of`) it is called `it:off_track`."""
    named = f"{of}:" if of else ""
    return {group: _figure(code, f"{named}{group}", (one for one in lines if one.group == group)) for group in GROUPS}


def _groups(code: str, lines: Sequence[Line], where: Callable[[Line], Iterable[str]]) -> list[Group]:
    found: dict[str, list[Line]] = defaultdict(list)
    for one in lines:
        for of in where(one):
            found[of].append(one)
    return [Group(of, _counts(code, of, found[of])) for of in sorted(found)]


def _weeks(viewer: Actor, lines: Sequence[Line], count: int, now: datetime) -> list[Week]:
    """Weeks of the company's zone, the oldest first."""
    spans = week_spans(now, count)
    stood = list_stood(viewer, {week: span for week, span in spans.items() if span[1] <= now})
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in stood:
        found[one.week, one.status].append(key_of("G", one.goal))
    for line in lines:
        if line.group in STATUSES:
            found[week_named(now, _zone()), line.group].append(line.goal.key)
    return [
        Week(
            week, until, {status: figure("goals.week", f"{week}:{status}", sorted(found[week, status], key=_number), GOALS)
                          for status in STATUSES}, until > now, min(until, now),
        )
        for week, (_since, until) in spans.items()
    ]  # fmt: skip


def week_spans(now: datetime, count: int) -> Mapping[str, tuple[datetime, datetime]]:
    """The last so many weeks of the company's zone, the running one last: when each begins and ends."""
    names = [week_named(now - timedelta(days=7 * back), _zone()) for back in range(count - 1, -1, -1)]
    spans = {name: span_of(name, _zone()) for name in names}
    return {name: span for name, span in spans.items() if span is not None}


def _number(key: str) -> int:
    return int(key.rpartition("-")[2])


def _zone() -> ZoneInfo:
    return ZoneInfo(company().zone)
