"""How a member wants to be told things: their daily reminder, their quiet time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, insert_once
from collab.kernel.permits import permits
from collab.nudges.models import Habit
from collab.nudges.rules.times import Window, said_time
from collab.outbox import service as outbox
from collab.people.service.access import subject_of
from collab.subjects import service as subjects

_habits: Table = Habit.__table__  # type: ignore[assignment]


def choose_reminder(member: Actor, *, daily: bool, at: int | None, now: datetime) -> None:
    """Be reminded daily or not, at a local minute of the day (None: as the team or the company does). Raises NotAllowed."""
    said = {"daily": daily, "at": said_time(at) if at is not None else None}
    _choose(member, "reminder_set", {"daily": daily, "at_minute": at}, said, now)


def choose_quiet(member: Actor, window: Window | None, *, now: datetime) -> None:
    """Be disturbed by nothing but what is urgent in this window; None: at any hour. What waited is looked at again.

    Raises NotAllowed.
    """
    change = {
        "quiet_from": window.starts if window else None, "quiet_until": window.ends if window else None,
        "never_quiet": window is None,
    }  # fmt: skip
    with atomic():
        _choose(member, "quiet_set", change, {"quiet": str(window) if window else None}, now)
        outbox.disturb_again(member.id, now=now)


def choose_mail(member: Actor, by_mail: bool, *, now: datetime) -> None:  # noqa: FBT001 - it is the one thing chosen
    """Be asked to act by mail rather than in Slack, and get the digest so. Raises NotAllowed."""
    _choose(member, "mail_set", {"by_mail": by_mail}, {"by_mail": by_mail}, now)


def _choose(member: Actor, verb: str, change: dict[str, Any], said: dict[str, Any], now: datetime) -> None:
    permits.check("nudge.own", member.roles)
    key = subject_of(member.email)
    with atomic():
        subjects.lock_or_introduce(key, "member")
        first = {"daily": True, "never_quiet": False, **change}
        if not insert_once(_habits, member_id=member.id, changed_at=now, **first):
            mine = update(_habits).where(_habits.c.member_id == member.id)
            db.session.execute(mine.values(changed_at=now, **change))
        audit.record(verb, key, actor=member, at=now, after=said)
