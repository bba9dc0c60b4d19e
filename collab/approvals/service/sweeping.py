"""What is looked at again and again: seats whose holder is away, seats that may go home, holds that have run out, clocks."""

from __future__ import annotations

from datetime import datetime

from collab.approvals.service import clocks, holding, moving


def sweep(*, now: datetime) -> int:
    """Move what must move, end what has run out, then set clocks; returns how many seats moved. Running it twice moves nothing twice."""
    moved = moving.look_again(now=now)
    holding.end_due(now=now)
    clocks.keep(now=now)
    return moved
