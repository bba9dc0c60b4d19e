"""Read-only answers about signatures."""

from collab.signatures.models import Sheet, Signature
from collab.signatures.queries.sheets import (
    SeatView,
    SheetView,
    find_by_id,
    find_sheet,
    get_sheet,
    last_signed,
    list_of_signer,
    list_sheets,
    may_see,
    may_see_paper,
    may_sign,
    newest_of,
    papers_in_force,
    relations,
)

__all__ = [
    "SeatView",
    "Sheet",
    "SheetView",
    "Signature",
    "find_by_id",
    "find_sheet",
    "get_sheet",
    "last_signed",
    "list_of_signer",
    "list_sheets",
    "may_see",
    "may_see_paper",
    "may_sign",
    "newest_of",
    "papers_in_force",
    "relations",
]
