"""How long sessions and tokens live, and what a token may do. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

ABSOLUTE, IDLE, TOUCHED_EVERY = timedelta(hours=12), timedelta(hours=4), timedelta(minutes=5)
"""A session ends 12 hours after it began or 4 hours after it was last used; use is noted every five minutes."""

MEASUREMENTS, READ = "measurements", "read"
"""Scopes of tokens: a machine's that measures goals in its owner's name; one that reads all its owner may and changes nothing."""
SCOPES = (MEASUREMENTS, READ)

LIVES, LIVES_UNLESS_SAID = (30, 90, 365), 90
"""Days a token may be made for by its owner; never is not offered."""
MOST_TOKENS = 20
WARNED_BEFORE = timedelta(days=7)
READING = frozenset({"GET", "HEAD", "OPTIONS"})

SAMPLE, COMPANY, GUESTS, LINK = "sample", "company", "guests", "link"
"""Ways in: by picking a name in the sample company, at the company's provider, at the guests', by a link in a letter."""


def is_touched(used_on: date | None, now: datetime) -> bool:
    """Whether a token's use is noted already for this day (UTC): once a day is enough to see which one is forgotten."""
    return used_on is not None and used_on >= now.date()


def is_expiring(expires_at: datetime | None, now: datetime) -> bool:
    """Whether a token's owner should hear that it ends soon."""
    return expires_at is not None and now < expires_at <= now + WARNED_BEFORE
