"""The week of connected channels, as facts of the departments they belong to: a number of statements that does not grow with
channels, goals or tasks. Only what the whole company may see; departments, nobody by name; no amounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from collab.calendars.queries import calendar_or_default
from collab.digests.rules.channel import AnswerTime, Blocker, ChannelFacts, Divergence, GoalAtRisk
from collab.digests.rules.content import Content, Named, Span
from collab.goals.queries import PREFIX as GOAL
from collab.goals.queries.channel_week import GoalWeek, list_weeks
from collab.kernel.company import company
from collab.kernel.db import AnyRow
from collab.kernel.keys import key_of
from collab.people import queries as people
from collab.tasks.queries import PREFIX as TASK
from collab.tasks.queries.channel_week import Stuck, list_answered, list_stuck

LEADERS = "leaders"
RANK = {"off_track": 0, "at_risk": 1}


@dataclass(frozen=True)
class Week:
    """What there is to tell of all departments."""

    goals: Sequence[GoalWeek]
    stuck: Sequence[Stuck]
    minutes: Mapping[tuple[str, str], Sequence[int]]
    names: Mapping[str, Named]
    sides: Mapping[str, str] = field(default_factory=dict)

    def concerns(self, channel: Any, departments: frozenset[str]) -> bool:
        """Whether something of these departments is a channel's matter: for the leaders, if two sides have to do with it."""
        if channel.purpose == LEADERS:
            return len({self.sides[code] for code in departments if code in self.sides}) > 1
        return channel.department_code in departments


def gather_channels(channels: Sequence[Any], span: Span, now: datetime) -> Mapping[int, Content]:
    """The week of each of these channels (rows of `channels`), which live in one zone, by the channel's row id."""
    rows = people.list_departments()
    week = Week(
        list_weeks(span.week, now), list_stuck(now), _minutes(list_answered(span.starts_at, span.ends_at), now),
        {row.code: Named(row.name_en, row.name_ja) for row in rows}, {row.code: str(row.side) for row in rows},
    )  # fmt: skip
    return {channel.id: _facts(channel, week).content for channel in channels}


def _facts(channel: Any, week: Week) -> ChannelFacts:
    goals = [goal for goal in week.goals if week.concerns(channel, goal.departments)]
    apart = sorted((goal for goal in goals if goal.apart), key=lambda goal: (-goal.apart, goal.id))
    risky = sorted((goal for goal in goals if goal.risky), key=lambda goal: (RANK[str(goal.status)], goal.id))
    stuck = next((one for one in week.stuck if week.concerns(channel, frozenset({one.asked_by, one.waits_on}))), None)
    return ChannelFacts(
        tuple(_divergence(goal, week) for goal in apart),
        _blocker(stuck, week) if stuck else None,
        tuple(_answers(channel, week)),
        tuple(_at_risk(goal) for goal in risky),
    )


def _divergence(goal: GoalWeek, week: Week) -> Divergence:
    key = key_of(GOAL, goal.id)
    said = [(side.department, side.confidence) for side in goal.sides if side.confidence is not None]
    (one, a), (other, b) = said[0], said[-1]
    return Divergence(key, goal.title, f"/goals/{key}", week.names[one], a, week.names[other], b)


def _blocker(stuck: Stuck, week: Week) -> Blocker:
    key, names = key_of(TASK, stuck.id), week.names
    return Blocker(key, stuck.title, f"/tasks/{key}", names[stuck.asked_by], names[stuck.waits_on], stuck.since)


def _at_risk(goal: GoalWeek) -> GoalAtRisk:
    key = key_of(GOAL, goal.id)
    return GoalAtRisk(key, goal.title, f"/goals/{key}", str(goal.status), goal.was, goal.now)


def _answers(channel: Any, week: Week) -> Sequence[AnswerTime]:
    """The slowest pair first: that is where two departments have something to talk about."""
    found = [
        AnswerTime(week.names[by], week.names[to], round(median(taken)), len(taken))
        for (by, to), taken in week.minutes.items()
        if week.concerns(channel, frozenset({by, to}))
    ]
    return sorted(found, key=lambda one: (-one.minutes, one.by.name_en, one.to.name_en))


def _minutes(rows: Sequence[AnyRow], now: datetime) -> Mapping[tuple[str, str], Sequence[int]]:
    """Business minutes from asking to the first answer, on the calendar of whoever answered, by who asked whom."""
    ids = sorted({row.responsible_id for row in rows if row.responsible_id is not None})
    calendars = {one.id: one.calendar for one in people.list_actors(now, ids=ids)} if ids else {}
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        calendar = calendar_or_default(calendars.get(row.responsible_id, company().calendar))
        found[row.from_department, row.to_department].append(calendar.between(row.asked_at, row.answered_at))
    return found
