"""The task of an incident goes where the incident goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.escalations.service import put_off
from collab.incidents.models import Incident
from collab.incidents.service.moving import plan
from collab.kernel.actor import Actor
from collab.kernel.atomic import current
from collab.tasks.queries.rows import read
from collab.tasks.rules.moves import ACCEPTED, ASKED, CLOSED, CONFIRMED, WITHDRAWN
from collab.tasks.service.agreeing import NO_PROPOSAL, NO_QUESTION
from collab.tasks.service.doing import NO_BLOCK
from collab.tasks.service.moving import Act, Said, Turn, settle
from collab.tasks.service.seating import calendar_of

_CLEAR = {**NO_BLOCK, **NO_PROPOSAL, **NO_QUESTION, "returns_to": None, "rest_minutes": None}


def close_due(now: datetime) -> datetime:
    """By when an incident raised now is to be closed."""
    return plan().close.due(now, calendar_of(None, None, now))


def wait_for_it(incident: Incident, *, now: datetime) -> None:
    """The incident's own clocks count minutes. The task's counts until the incident ought to be closed."""
    put_off(f"{incident.key}:answer", close_due(incident.raised_at), now=now)
    hush(incident.key)


def taken(incident: Incident, actor: Actor, *, now: datetime) -> None:
    """The task is theirs now."""
    row = read(incident.key)
    if row.state != ASKED:
        return
    due_at = max(close_due(incident.raised_at), incident.reply_due_at)
    change = {
        **_CLEAR, "state": ACCEPTED, "assignee_id": actor.id, "responsible_id": actor.id, "instead_of_id": None,
        "promised_at": due_at, "accepted_at": now, "answered_at": row.answered_at or now,
    }  # fmt: skip
    _follow(Act(row, "accept", actor, now), change, Turn(actor.id, row.to_department, due_at))


def closed(incident: Incident, actor: Actor, *, said: str, now: datetime) -> None:
    """The task is confirmed."""
    row = read(incident.key)
    if row.state not in CLOSED:
        change = {**_CLEAR, "state": CONFIRMED, "done_at": row.done_at or now}
        _follow(Act(row, "confirm", actor, now), change, None, said)


def withdrawn(incident: Incident, actor: Actor, *, said: str, now: datetime) -> None:
    """There is nothing to do."""
    row = read(incident.key)
    if row.state not in CLOSED:
        _follow(Act(row, "withdraw", actor, now), {**_CLEAR, "state": WITHDRAWN}, None, said)


def _follow(act: Act, change: dict[str, Any], turn: Turn | None, said: str | None = None) -> None:
    following: set[str] = current().notes.setdefault("incident.following", set())
    following.add(act.key)
    settle(act, change, turn, said=Said(said))
    following.discard(act.key)
    hush(act.key)


def hush(key: str) -> None:
    """The cards of an incident are its own: what its task would say beside them in this transaction is not said."""
    rows: list[dict[str, Any]] = current().notes.get("outbox.rows", [])
    rows[:] = [row for row in rows if row["subject_key"] != key or not row["kind"].startswith("task.")]


def is_following(key: str) -> bool:
    """Whether the task moves because its incident does."""
    return key in current().notes.get("incident.following", ())
