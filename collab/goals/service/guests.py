"""Goals that guests of partners are invited to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Table, select

from collab.access.registry import Sharing
from collab.goals.models import PREFIX, Contributor
from collab.goals.queries import get_goal, relations_of
from collab.goals.service import holding
from collab.goals.service.sharing import add_contributor, drop
from collab.kernel.actor import Actor
from collab.kernel.db import run
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.subjects import service as subjects

_contributors: Table = Contributor.__table__  # type: ignore[assignment]


def check(actor: Actor, key: str) -> None:
    """Whether somebody may name others who help. Raises NotFound, NotAllowed, NotNow."""
    goal = get_goal(actor, key)
    permits.check("goal.share", relations_of(actor, goal), goal.state)


def give(actor: Actor, key: str, email: str, now: datetime) -> None:
    """Name a guest as one who helps."""
    add_contributor(actor, key, email, now=now)


def shared(members: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The goals each of these helps with."""
    held = _contributors.c.member_id.in_(list(members)) & _contributors.c.removed_at.is_(None)
    rows = select(_contributors.c.member_id, _contributors.c.goal_id).where(held).order_by(_contributors.c.goal_id)
    found: dict[int, list[str]] = defaultdict(list)
    for member, goal in run(rows):
        found[member].append(key_of(PREFIX, goal))
    return found


def end(member: int, now: datetime) -> None:
    """They help with none of them any more, within the transaction in which they leave."""
    keys = shared([member]).get(member, ())
    subjects.lock_all(keys)
    for key in keys:
        drop(holding.locked(key), member, now=now)


SHARING = Sharing(PREFIX, check, give, shared, end)
