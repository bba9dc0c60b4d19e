"""Read-only answers about data-sharing agreements."""

from collab.agreements.models import PREFIX
from collab.agreements.queries.agreements import (
    Filter,
    content_of,
    find_agreement,
    get_agreement,
    list_agreements,
    list_of_member,
    relations,
)
from collab.agreements.queries.deliveries import (
    Pair,
    expected,
    find_delivery,
    history,
    last_delivery,
    list_deliveries,
    list_pairs,
    still_awaited,
)
from collab.agreements.queries.subject import face, facts, inbox, related, summaries, words

__all__ = [
    "PREFIX",
    "Filter",
    "Pair",
    "content_of",
    "expected",
    "face",
    "facts",
    "find_agreement",
    "find_delivery",
    "get_agreement",
    "history",
    "inbox",
    "last_delivery",
    "list_agreements",
    "list_deliveries",
    "list_of_member",
    "list_pairs",
    "related",
    "relations",
    "still_awaited",
    "summaries",
    "words",
]
