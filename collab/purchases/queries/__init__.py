"""Read-only answers about purchase requests."""

from collab.purchases.queries.history import history
from collab.purchases.queries.requests import (
    Filter,
    content_of,
    facts_of,
    find_purchase,
    get_purchase,
    list_purchases,
    relations,
    vendor_year,
)
from collab.purchases.queries.subject import face, inbox, related, summaries, words

__all__ = [
    "Filter",
    "content_of",
    "face",
    "facts_of",
    "find_purchase",
    "get_purchase",
    "history",
    "inbox",
    "list_purchases",
    "related",
    "relations",
    "summaries",
    "vendor_year",
    "words",
]
