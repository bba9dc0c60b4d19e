"""A review of who has access: what stands out, what a round seals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

UNSEEN_AFTER = timedelta(days=90)
OLD_TOKEN = timedelta(days=180)
REMIND_AFTER = 7
"""Business days until whoever has not looked is reminded."""
OPEN, SIGNED = "open", "signed"
KEEP, REMOVE = "keep", "remove"
VERDICTS = (KEEP, REMOVE)
FLAGS = ("never_seen", "unseen", "admin_decides", "guest_done", "old_token", "no_department")


@dataclass(frozen=True)
class Standing:
    """What flags are judged by. `since` is when they were added, `work` whether a guest still has anything to do here."""

    since: datetime
    seen_at: datetime | None
    admin: bool
    auditor: bool
    offices: int
    departments: int
    guest: bool
    until_on: date | None
    work: bool
    tokens: tuple[datetime, ...] = ()


def flags(one: Standing, now: datetime, today: date) -> list[str]:
    """What stands out, in the order of FLAGS. Whoever was added less than 90 days ago had little time to come."""
    new = now - one.since < UNSEEN_AFTER
    found = {
        "never_seen": one.seen_at is None,
        "unseen": one.seen_at is not None and now - one.seen_at > UNSEEN_AFTER and not new,
        "admin_decides": one.admin and one.offices > 0,
        "guest_done": one.guest and (not one.work or (one.until_on is not None and one.until_on < today)),
        "old_token": any(now - made_at > OLD_TOKEN for made_at in one.tokens),
        "no_department": not (one.guest or one.auditor or one.departments),
    }
    return [flag for flag in FLAGS if found[flag]]


def seal(review: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over a round and its lines in the order of members: one spelling only."""
    content = {"review": dict(review), "lines": sorted((dict(line) for line in lines), key=lambda line: line["member"])}
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def moment_seen(written: str | None) -> datetime | None:
    """When a line had been judged on the page somebody looked at, as they send it back; nonsense is never."""
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        return None
