"""An agreement in the API's shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.agreements import queries
from collab.agreements.rules import ACTIVE, Kept
from collab.goals import queries as goals
from collab.kernel.actor import Actor
from collab.people import queries as people


def line(agreement: Any, viewer: Actor, now: datetime) -> dict[str, Any]:
    """One line of a list, as the viewer may see it."""
    (content,) = goals.without_hidden(viewer, [queries.content_of(agreement)])
    for side in ("giver", "receiver"):
        content[side] = {**content[side], "agreed_at": _iso(getattr(agreement, f"{side}_agreed_at"))}
    proposer = people.emails_of([agreement.proposer_id]).get(agreement.proposer_id)
    return {
        "key": agreement.key, "state": agreement.state, "version": agreement.version, **content,
        "goal_hidden": content["goal"] is None and agreement.goal_id is not None,
        "due_on": agreement.due_on.isoformat() if agreement.due_on else None, "due_at": _iso(agreement.due_at),
        "late": is_late(agreement, now), "postponed": agreement.postponed, "proposer": proposer,
        "created_at": _iso(agreement.created_at), "ended_at": _iso(agreement.ended_at), "end_reason": agreement.end_reason,
    }  # fmt: skip


def details(agreement: Any, viewer: Actor, now: datetime) -> dict[str, Any]:
    """The whole, with every delivery, the newest first."""
    rows = queries.list_deliveries(agreement)
    emails = people.emails_of(one for row in rows for one in (row.delivered_by_id, row.judged_by_id) if one)
    told = [_delivery(row, emails) for row in rows]
    return {**line(agreement, viewer, now), "last": told[0] if told else None, "deliveries": told}


def is_late(agreement: Any, now: datetime) -> bool:
    """Whether something is awaited that should be here."""
    return agreement.state == ACTIVE and agreement.due_at is not None and agreement.due_at < now


def _delivery(row: Any, emails: Mapping[int, str]) -> dict[str, Any]:
    return {
        "due_on": row.due_on.isoformat(), "due_at": _iso(row.due_at), "attempt": row.attempt, "state": row.state,
        "on_time": row.attempt == 1 and Kept(row.due_at, row.delivered_at, row.state == "disputed").on_time,
        "at": _iso(row.delivered_at), "by": emails[row.delivered_by_id], "note": row.note, "link": row.link, "rows": row.rows,
        "judged_at": _iso(row.judged_at), "judged_by": emails.get(row.judged_by_id or 0), "reason": row.reason,
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
