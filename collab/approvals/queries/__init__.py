"""Read-only answers about rounds and routes."""

from collab.approvals.queries.chains import (
    Chain,
    SeatView,
    get_chain,
    latest_version,
    list_chains,
    list_waiting,
    seated_members,
    seated_subjects,
)
from collab.approvals.queries.inbox import inbox
from collab.approvals.queries.routes import current_book, files_in_force, usual_times

__all__ = [
    "Chain",
    "SeatView",
    "current_book",
    "files_in_force",
    "get_chain",
    "inbox",
    "latest_version",
    "list_chains",
    "list_waiting",
    "seated_members",
    "seated_subjects",
    "usual_times",
]
