"""Requests as people write them."""

from __future__ import annotations

from datetime import date
from typing import Any


def request_fields(**changes: Any) -> dict[str, Any]:
    """A complete small request: CMO and CIO decide it together; None takes a field away."""
    fields: dict[str, Any] = {
        "title": "Mail campaign tool", "purpose": "To answer customers within a day", "vendor": "Hikari KK",
        "category": "martech", "amount": "500000", "goal": "G-1", **changes,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


LARGE: dict[str, Any] = {
    "cx_impact": "Customers see one face everywhere.", "benefit": {"text": "Half the waiting", "amount": "9000000", "by_on": date(2027, 3, 31)},
    "owners": {"business": "cmo@example.com", "technical": "cio@example.com", "data": "cio@example.com"},
}  # fmt: skip
"""What must be said as well when a request grows."""
