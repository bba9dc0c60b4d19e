"""Read-only answers about brand incidents."""

from collab.incidents.models import PREFIX
from collab.incidents.queries.incidents import (
    Filter,
    Person,
    count_open_of,
    find_incident,
    get_incident,
    list_incidents,
    list_open_of,
    list_people,
    list_taken_by,
    names,
    relations,
)
from collab.incidents.queries.subject import (
    concerned,
    expected,
    facts,
    history,
    inbox,
    news,
    still_acked,
    still_replied,
    still_reviewed,
)

__all__ = [
    "PREFIX",
    "Filter",
    "Person",
    "concerned",
    "count_open_of",
    "expected",
    "facts",
    "find_incident",
    "get_incident",
    "history",
    "inbox",
    "list_incidents",
    "list_open_of",
    "list_people",
    "list_taken_by",
    "names",
    "news",
    "relations",
    "still_acked",
    "still_replied",
    "still_reviewed",
]
