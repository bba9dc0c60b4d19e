"""In which one group a goal is counted where goals are counted by status."""

from __future__ import annotations

from collab.goals.rules import STATUSES

PAUSED, UNSAID = "paused", "unsaid"
GROUPS = (*STATUSES, PAUSED, UNSAID)
"""Every running goal is in exactly one: paused, never checked in on, or its status."""


def group_of(state: str, status: str, *, said: bool) -> str:
    """`said`: whether one of its owners has ever checked in. A status nobody has looked at yet is no status."""
    if state == "paused":
        return PAUSED
    return status if said else UNSAID
