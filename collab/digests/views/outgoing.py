"""Issues and choices as the API says them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.digests import queries
from collab.digests.messages.issue import Ask, Part, Shown
from collab.digests.queries import Edition
from collab.digests.rules.due import WEEKDAYS
from collab.kernel.actor import Actor
from collab.nudges.rules.times import said_time


def choice_out(member: Actor, now: datetime) -> dict[str, Any]:
    """How a member gets the digest, and when the next issue comes."""
    choice, coming = queries.get_choice(member), queries.next_issue(member, now)
    own = [name for name, value in (("weekday", choice.own_weekday), ("at", choice.own_minute)) if value is not None]
    return {
        "wanted": choice.wanted, "weekday": WEEKDAYS[choice.when.weekday], "at": said_time(choice.when.minute),
        "zone": member.zone, "off": list(choice.off), "own": own,
        "next": {"week": coming[0], "at": coming[1].isoformat()} if coming else None,
    }  # fmt: skip


def issue_out(edition: Edition, issue: Shown) -> dict[str, Any]:
    """An issue in its reader's words."""
    return {
        "week": edition.week, "title": issue.title, "made_at": edition.made_at.isoformat(), "via": edition.via,
        "said_at": edition.said_at.isoformat() if edition.said_at else None, "path": f"/digests/{edition.week}",
        "needs": {"items": [_ask_out(ask) for ask in issue.asks or ()], "more": issue.asks_more},
        "sections": [_section_out(part) for part in issue.parts],
    }  # fmt: skip


def _ask_out(ask: Ask) -> dict[str, Any]:
    return {
        "key": ask.key, "title": ask.title, "path": ask.address, "ask": ask.ask, "when": ask.when, "late": ask.late,
        "by": ask.by,
    }  # fmt: skip


def _section_out(part: Part) -> dict[str, Any]:
    items = [{"key": row.key, "title": row.title, "path": row.address, "said": row.said} for row in part.rows]
    return {"code": part.code, "title": part.name, "items": items, "more": part.more}
