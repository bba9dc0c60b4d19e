"""Reading the trail: one subject's history, verification, export (`trail`); all of it, narrowed and page by page (`looking`);
checks that were made of it (`checks`)."""

from collab.audit.queries.checks import find_check, find_running, list_checks
from collab.audit.queries.looking import Look, Page, Place, last_acts, look, look_at_all
from collab.audit.queries.trail import (
    Fault,
    count,
    export,
    find_hashes,
    list_after,
    list_entries,
    list_latest,
    verify,
)

__all__ = [
    "Fault", "Look", "Page", "Place", "count", "export", "find_check", "find_hashes", "find_running", "last_acts", "list_after", "list_checks",
    "list_entries", "list_latest", "look", "look_at_all", "verify",
]  # fmt: skip
