"""What is looked at again and again: seats whose holder is away, seats that may go home, clocks of seats."""

from __future__ import annotations

from datetime import datetime

from collab.approvals.service import clocks, moving


def sweep(*, now: datetime) -> int:
    """Move what must move, then set clocks; returns how many seats moved. Running it twice moves nothing twice."""
    moved = moving.look_again(now=now)
    clocks.keep(now=now)
    return moved
