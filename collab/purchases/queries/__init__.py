"""Read-only answers about purchase requests."""

from collab.purchases.models import PREFIX
from collab.purchases.queries.history import history
from collab.purchases.queries.requests import (
    Filter,
    amounts_visible,
    content_of,
    emails_in,
    facts_of,
    find_purchase,
    get_purchase,
    list_purchases,
    relations,
    round_version,
    vendor_year,
)
from collab.purchases.queries.subject import (
    MENDING,
    ToMend,
    brief,
    face,
    find_to_mend,
    inbox,
    mending_due,
    owners,
    related,
    summaries,
    words,
)

__all__ = [
    "MENDING",
    "PREFIX",
    "Filter",
    "ToMend",
    "amounts_visible",
    "brief",
    "content_of",
    "emails_in",
    "face",
    "facts_of",
    "find_purchase",
    "find_to_mend",
    "get_purchase",
    "history",
    "inbox",
    "list_purchases",
    "mending_due",
    "owners",
    "related",
    "relations",
    "round_version",
    "summaries",
    "vendor_year",
    "words",
]
