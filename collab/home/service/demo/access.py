"""A review of who has access in the sample company, from `config/demo/people.toml`: begun some days ago, judged by some of those asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from collab.access.queries import reviewing as queries
from collab.access.rules.reviewing import KEEP, REMOVE
from collab.access.service import reviewing
from collab.home.service.demo.company import address
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.people import queries as people


def review_access(data: Mapping[str, Any], *, now: datetime) -> None:
    """Begin it, and say what was said. Raises KeyError for somebody who is no member."""
    told = data.get("access_review")
    if told is None:
        return
    begun_at = now - timedelta(days=told["days_ago"])
    key = reviewing.begin(_actor(told["by"], begun_at), now=begun_at).key
    db.session.flush()
    removed = {address(entry["who"]): entry["note"] for entry in told.get("remove", ())}
    for number, name in enumerate(told["judged_by"], start=1):
        _judge(key, _actor(name, begun_at), removed, begun_at + timedelta(days=number, hours=2))


def _judge(key: str, reviewer: Actor, removed: Mapping[str, str], at: datetime) -> None:
    """Keep everybody of theirs but those who are to go."""
    review = queries.get_review(reviewer, key)
    lines = [row for row in queries.list_lines(reviewer, review) if row.reviewer_id == reviewer.id]
    emails = people.emails_of(row.member_id for row in lines)
    notes = {row.id: removed.get(emails[row.member_id]) for row in lines}
    said = {number: (REMOVE if note else KEEP, note) for number, note in notes.items()}
    reviewing.judge(reviewer, key, said, now=at)
    db.session.flush()


def _actor(name: str, at: datetime) -> Actor:
    found = people.find_actor_by_email(address(name), at)
    if found is None:
        raise KeyError(name)
    return found
