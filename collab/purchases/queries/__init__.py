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
from collab.purchases.queries.rounds import Version, changed_between, get_version, list_versions, material_fields
from collab.purchases.queries.sharing import Shared, list_shared
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
    "Shared",
    "ToMend",
    "Version",
    "amounts_visible",
    "brief",
    "changed_between",
    "content_of",
    "emails_in",
    "face",
    "facts_of",
    "find_purchase",
    "find_to_mend",
    "get_purchase",
    "get_version",
    "history",
    "inbox",
    "list_purchases",
    "list_shared",
    "list_versions",
    "material_fields",
    "mending_due",
    "owners",
    "related",
    "relations",
    "round_version",
    "summaries",
    "vendor_year",
    "words",
]
