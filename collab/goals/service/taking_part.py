"""A member has read a goal and says what they do for it ("my part is …"), once; they may put it better later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.goals.models import Taken
from collab.goals.queries.owning import find_part
from collab.goals.service import holding
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.words import needed_words

_parts: Table = Taken.__table__  # type: ignore[assignment]


def take_part(actor: Actor, key: str, part: str | None, *, now: datetime) -> str:
    """Say what one's part in a goal is; saying it again replaces it. Nobody is disturbed. Returns the words as kept.

    Raises:
        Invalid: no words.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        goal = holding.hold(actor, key, "take_part").goal
        words, before = needed_words("part", part), find_part(goal.id, actor.id)
        if before == words:
            return words
        if before is None:
            run(insert(_parts), {"goal_id": goal.id, "member_id": actor.id, "part": words, "at": now})
        else:
            mine = (_parts.c.goal_id == goal.id) & (_parts.c.member_id == actor.id)
            run(update(_parts).where(mine).values(part=words, at=now))
        audit.record("take_part", key, actor=actor, at=now, before={"part": before} if before else None, after={"part": words})  # fmt: skip
        return words
