"""A member leaves: what they alone proposed is taken back with them."""

from __future__ import annotations

from datetime import datetime

from collab.controls import queries, rules
from collab.controls.service.deciding import end
from collab.subjects import service as subjects


def leave(member: int, *, now: datetime) -> None:
    """Within the transaction in which a member leaves."""
    for found in queries.list_open_of(member):
        subjects.lock(found.key)
        row = queries.find_change(found.key)
        if row is not None and row.state == rules.OPEN:
            end(row, rules.WITHDRAWN, None, now)
