"""Read-only answers about the alignment pulse."""

from collab.pulses.models import PREFIX
from collab.pulses.queries.answers import count_asked, find_own, has_answered, list_asked, list_waiting
from collab.pulses.queries.habits import NAME, habits
from collab.pulses.queries.pulses import (
    CANCELLED,
    CLOSED,
    OPEN,
    STATES,
    find_open,
    find_pulse,
    get_pulse,
    list_closed,
    list_pulses,
    questions_of,
    relations,
)
from collab.pulses.queries.results import find_latest, results_of, trend
from collab.pulses.queries.subject import departments, face, inbox, news, path_of, summaries, title_of, words

__all__ = [
    "CANCELLED",
    "CLOSED",
    "NAME",
    "OPEN",
    "PREFIX",
    "STATES",
    "count_asked",
    "departments",
    "face",
    "find_latest",
    "find_open",
    "find_own",
    "find_pulse",
    "get_pulse",
    "habits",
    "has_answered",
    "inbox",
    "list_asked",
    "list_closed",
    "list_pulses",
    "list_waiting",
    "news",
    "path_of",
    "questions_of",
    "relations",
    "results_of",
    "summaries",
    "title_of",
    "trend",
    "words",
]
