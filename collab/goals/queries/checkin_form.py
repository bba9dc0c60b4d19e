"""The goals a member checks in on, each with what is filled in beforehand: the one form of every surface rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Table, or_, select

from collab.goals.models import Contributor, Goal, Owner
from collab.goals.queries.divergence import Gap, gaps_as_read
from collab.goals.queries.goals import ALL, GoalView, with_owners
from collab.goals.queries.habits import habits
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.standing import Said, Standing, standings_as_read
from collab.goals.rules.projection import band, score
from collab.kernel.actor import Actor
from collab.kernel.db import AnySelect, db

_goals: Table = Goal.__table__  # type: ignore[assignment]
_owners: Table = Owner.__table__  # type: ignore[assignment]
_contributors: Table = Contributor.__table__  # type: ignore[assignment]
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """One goal to check in on. `mine` is what this member last said as its owner (None for a helper), `confidence` what is
    filled in, `score` where it ends at the pace so far."""

    goal: GoalView
    standing: Standing
    mine: Said | None
    confidence: int
    score: Decimal | None
    gap: Gap | None

    @property
    def key(self) -> str:
        """`G-3`."""
        return self.goal.key

    @property
    def asked(self) -> bool:
        """Whether a check-in is asked for now."""
        return self.mine is not None and self.mine.asked_at is not None

    @property
    def due_at(self) -> datetime | None:
        """Until when."""
        return self.mine.due_at if self.mine else None

    @property
    def band(self) -> str | None:
        """In which of the three bands its score lies."""
        return band(self.score)

    @property
    def metric(self) -> MetricView | None:
        """The main metric, where its value is somebody's to say: not summed over children."""
        main = self.standing.main
        return None if main is None or main.gathers else main

    @property
    def written(self) -> str:
        """The last value as it would be typed: `4.2`, of a ratio `120/150`; empty before the first."""
        return "" if self.metric is None else as_typed(self.metric)


def as_typed(metric: MetricView) -> str:
    """A metric's last value, exact."""
    if metric.is_ratio:
        both = (metric.numerator, metric.denominator)
        return "/".join(plain(one) for one in both if one is not None)
    return "" if metric.value is None else plain(metric.value)


def plain(figure: Decimal) -> str:
    """A decimal as people type it: no exponent, no idle zeros. Exact, however long."""
    text = format(figure, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def list_turns(member: Actor, now: datetime) -> list[Turn]:
    """Every running goal this member answers for, or helps with and may check in on: what is asked first, by its deadline."""
    if not member.active or member.is_auditor:
        return []
    found = with_owners(db.session.execute(_mine(member)).all())
    stands = standings_as_read(found, now=now)
    apart = gaps_as_read([goal for goal in found if goal.two_sided]) if not member.is_partner else {}
    turns = [_turn(goal, stands[goal.id], member, apart.get(goal.id)) for goal in found]
    return sorted(turns, key=_order)


def list_asked(member: Actor, now: datetime) -> list[Turn]:
    """Those that are asked for."""
    return [turn for turn in list_turns(member, now) if turn.asked]


def _mine(member: Actor) -> AnySelect:
    answers = select(_owners.c.goal_id).where(
        _owners.c.member_id == member.id, _owners.c.removed_at.is_(None), _owners.c.accepted_at.is_not(None)
    )
    checks = select(_contributors.c.goal_id).where(
        _contributors.c.member_id == member.id,
        _contributors.c.removed_at.is_(None),
        _contributors.c.may_check_in.is_(True),
    )
    theirs = _goals.c.id.in_(checks) if member.is_partner else or_(_goals.c.id.in_(answers), _goals.c.id.in_(checks))
    return ALL.where(theirs, _goals.c.state == "active")


def _turn(goal: GoalView, standing: Standing, member: Actor, gap: Gap | None) -> Turn:
    mine = next((one for one in standing.said if one.member == member.id), None)
    told = mine.confidence if mine else None
    reached = score(standing.progress, standing.expected)
    return Turn(goal, standing, mine, habits().start if told is None else told, reached, gap)


def _order(turn: Turn) -> tuple[bool, datetime, date, int]:
    return (not turn.asked, turn.due_at or LAST, turn.goal.due_on or date.max, turn.goal.id)
