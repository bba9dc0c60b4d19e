"""Read-only answers about goals."""

from collab.goals.models import PREFIX
from collab.goals.queries.goals import GoalView, find_goal, get_goal, list_goals, relations_of
from collab.goals.queries.subject import summaries, words
from collab.goals.queries.tied import HIDDEN, find_seen, find_tied, list_tied, said_of, shown_key, without_hidden

__all__ = [
    "HIDDEN",
    "PREFIX",
    "GoalView",
    "find_goal",
    "find_seen",
    "find_tied",
    "get_goal",
    "list_goals",
    "list_tied",
    "relations_of",
    "said_of",
    "shown_key",
    "summaries",
    "without_hidden",
    "words",
]
