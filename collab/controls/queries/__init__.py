"""Read-only answers about changes of controls."""

from collab.controls.queries.asking import asked, asked_at, due_for, inbox, relations_to, seconds
from collab.controls.queries.changes import (
    PAGE,
    count_waiting,
    find_change,
    get_change,
    list_changes,
    list_expired,
    list_open,
    list_open_of,
    list_running,
    summaries,
    words,
)
from collab.controls.queries.standing import Standing, around, described, standing, title_of

__all__ = [
    "PAGE",
    "Standing",
    "around",
    "asked",
    "asked_at",
    "count_waiting",
    "described",
    "due_for",
    "find_change",
    "get_change",
    "inbox",
    "list_changes",
    "list_expired",
    "list_open",
    "list_open_of",
    "list_running",
    "relations_to",
    "seconds",
    "standing",
    "summaries",
    "title_of",
    "words",
]
