"""What is done by itself."""

from __future__ import annotations

from datetime import datetime

from collab.reviews.service.opening import open_due
from collab.reviews.service.writing import freeze_due


def sweep(*, now: datetime) -> None:
    """Opens the review of a quarter that is over, and closes drafts whose time is over."""
    open_due(now=now)
    freeze_due(now=now)
