"""Who answers for goals, in full: what they accepted in which words, who declined, who is gone; and who says what their part is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Table, select

from collab.goals.models import PREFIX, Goal, Owner, Taken
from collab.goals.queries.sight import Held, near
from collab.goals.rules.moves import OPEN
from collab.kernel.db import AnyRow, db
from collab.kernel.keys import key_of
from collab.people import queries as people

_owners: Table = Owner.__table__  # type: ignore[assignment]
_goals: Table = Goal.__table__  # type: ignore[assignment]
_parts: Table = Taken.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Answering:
    """Somebody who answers for a goal. `means` is what it means for their side; `gone` says that they have left the company
    and nobody could take over."""

    id: int
    side: int
    department: str
    member: int
    named_at: datetime
    accepted_at: datetime | None
    means: str | None
    declined_at: datetime | None
    decline_reason: str | None
    gone: bool

    @property
    def state(self) -> str:
        """`gone`, `accepted`, `declined` or `asked`."""
        if self.gone:
            return "gone"
        return "accepted" if self.accepted_at else "declined" if self.declined_at else "asked"


@dataclass(frozen=True)
class Part:
    """What a member says their part in a goal is."""

    member: int
    part: str
    at: datetime


@dataclass(frozen=True)
class Stop:
    """Why a goal does not run: since when it pauses and why, or when and how it ended, with what was learnt."""

    paused_at: datetime | None
    pause_reason: str | None
    closed_at: datetime | None
    result: str | None
    lesson: str | None
    final_progress: Decimal | Fraction | None


def stop_of(goal: int) -> Stop:
    """Why a goal does not run; all None while it does. `goal` exists."""
    columns = [_goals.c[name] for name in Stop.__dataclass_fields__]
    return Stop(*db.session.execute(select(*columns).where(_goals.c.id == goal)).one())


def answering(goals: Iterable[int]) -> Mapping[int, tuple[Answering, ...]]:
    """Who answers for each of these goals, by side. Two statements."""
    rows = db.session.execute(
        select(_owners)
        .where(_owners.c.goal_id.in_(list(goals)), _owners.c.removed_at.is_(None))
        .order_by(_owners.c.goal_id, _owners.c.side)
    ).all()
    here = people.list_active(row.member_id for row in rows)
    found: dict[int, tuple[Answering, ...]] = {}
    for row in rows:
        found[row.goal_id] = (*found.get(row.goal_id, ()), _answering(row, gone=row.member_id not in here))
    return found


def answering_as_read(owners: Iterable[Held]) -> tuple[Answering, ...]:
    """The same of one goal whose owners were read just now. One statement."""
    rows = [held.row for held in owners if held.row is not None]
    here = people.list_active(row.member_id for row in rows) if rows else set()
    return tuple(_answering(row, gone=row.member_id not in here) for row in rows)


def _answering(row: AnyRow, *, gone: bool) -> Answering:
    return Answering(
        row.id, row.side, row.department_code, row.member_id, row.named_at, row.accepted_at, row.means, row.declined_at,
        row.decline_reason, gone,
    )  # fmt: skip


def list_parts(goal: int) -> list[Part]:
    """Who says what their part is, the latest first."""
    rows = db.session.execute(select(_parts).where(_parts.c.goal_id == goal).order_by(_parts.c.at.desc()))
    return [Part(row.member_id, row.part, row.at) for row in rows]


def find_part(goal: int, member: int) -> str | None:
    """What somebody said their part is; None if they have not."""
    mine = (_parts.c.goal_id == goal) & (_parts.c.member_id == member)
    return db.session.scalar(select(_parts.c.part).where(mine))


def list_keys_of(member: int) -> Sequence[str]:
    """Goals that are not closed for which somebody answers or contributes, by key."""
    wanted = select(_goals.c.id).where(near(member), _goals.c.state.in_(OPEN)).order_by(_goals.c.id)
    return [key_of(PREFIX, number) for number in db.session.scalars(wanted)]
