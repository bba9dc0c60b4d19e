"""Read-only answers: issues, what happened in a week, how somebody wants the digest, whose is due."""

from __future__ import annotations

from collab.digests import models  # noqa: F401 - its tables are known from here on
from collab.digests.queries.choices import (
    PATTERN,
    away_of,
    get_choice,
    next_issue,
    next_week_of,
    pattern,
    place_at,
    place_of,
)
from collab.digests.queries.due import count_missing, list_due, list_missing
from collab.digests.queries.due_channels import list_due_channels
from collab.digests.queries.issues import (
    Edition,
    find_issue,
    find_latest,
    get_issue,
    is_outdated,
    list_issues,
    list_unread,
)

__all__ = [
    "PATTERN", "Edition", "away_of", "count_missing", "find_issue", "find_latest", "get_choice", "get_issue", "is_outdated",
    "list_due", "list_due_channels", "list_issues", "list_missing", "list_unread", "next_issue", "next_week_of", "pattern", "place_at",
    "place_of",
]  # fmt: skip
