"""Stopping somebody's clock and giving back what was left."""

from __future__ import annotations

from datetime import datetime

from collab.tasks.rules import clocks
from collab.tasks.service.moving import Act
from collab.tasks.service.seating import calendar_of


def kept(act: Act) -> int:
    """Minutes the owner has left: of the running clock, or, while a question stopped it, what was kept then."""
    if act.row.question_to_id is not None:
        return int(act.row.question_rest or 0)
    return left(act)


def left(act: Act) -> int:
    """Minutes whoever must act next has left, in their own business time."""
    calendar = calendar_of(act.row.waiting_id, act.actor, act.now)
    return clocks.rest(calendar, act.now, act.row.due_at, always=act.always)


def given_back(act: Act, member: int | None, minutes: int | None) -> datetime:
    """Until when somebody has who gets their minutes back, an hour at the least."""
    calendar = calendar_of(member, act.actor, act.now)
    return clocks.give_back(calendar, act.now, minutes or 0, always=act.always)
