"""Read-only answers about initiatives."""

from collab.initiatives.models import PREFIX
from collab.initiatives.queries.history import list_history
from collab.initiatives.queries.inbox import inbox, unlearnt
from collab.initiatives.queries.initiatives import (
    InitiativeView,
    find_initiative,
    get_initiative,
    list_seen,
    relations_of,
)
from collab.initiatives.queries.lists import Filter, list_initiatives, list_of_member
from collab.initiatives.queries.standing import lacks_of
from collab.initiatives.queries.subject import face, related, summaries, words

__all__ = [
    "PREFIX",
    "Filter",
    "InitiativeView",
    "face",
    "find_initiative",
    "get_initiative",
    "inbox",
    "lacks_of",
    "list_history",
    "list_initiatives",
    "list_of_member",
    "list_seen",
    "related",
    "relations_of",
    "summaries",
    "unlearnt",
    "words",
]
