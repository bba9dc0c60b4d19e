"""Reading the trail: one subject's entries, verification, export (`trail`), its history as others read it (`histories`); all of
it, narrowed and page by page (`looking`); checks that were made of it (`checks`)."""

from collab.audit.queries.checks import find_check, find_running, list_checks
from collab.audit.queries.histories import Event, list_events
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
    "Event", "Fault", "Look", "Page", "Place", "count", "export", "find_check", "find_hashes", "find_running", "last_acts", "list_after", "list_checks",
    "list_entries", "list_events", "list_latest", "look", "look_at_all", "verify",
]  # fmt: skip
