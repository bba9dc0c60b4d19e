"""Read-only answers about tasks."""

from collab.tasks.models import PREFIX
from collab.tasks.queries.lists import Filter, list_tasks, list_waiting
from collab.tasks.queries.subject import face, inbox, listeners, summaries, words
from collab.tasks.queries.view import (
    Block,
    Escalation,
    Event,
    LastMove,
    Proposal,
    Question,
    TaskView,
    WaitingOn,
)
from collab.tasks.queries.viewing import find_task, get_task, list_history, list_views
from collab.tasks.queries.waiting import expected, facts, still

__all__ = [
    "PREFIX", "Block", "Escalation", "Event", "Filter", "LastMove", "Proposal", "Question", "TaskView", "WaitingOn", "expected",
    "face", "facts", "find_task", "get_task", "inbox", "list_history", "list_tasks", "list_views", "list_waiting", "listeners", "still",
    "summaries", "words",
]  # fmt: skip
