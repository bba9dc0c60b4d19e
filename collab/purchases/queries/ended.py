"""Requests that came to an end in a time, for whoever looks back on it; whoever reads it asks who may see which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, select

from collab.kernel.db import AnyRow, run
from collab.purchases.models import Purchase
from collab.purchases.rules import APPROVED, PURCHASED, REJECTED, REVOKED

ENDS = (APPROVED, PURCHASED, REJECTED, REVOKED)
_purchases: Table = Purchase.__table__  # type: ignore[assignment]


def list_ended(since: datetime, until: datetime) -> Sequence[AnyRow]:
    """Rows of requests decided, rejected or revoked between two moments, by number. One statement."""
    within = (_purchases.c.ended_at >= since) & (_purchases.c.ended_at < until) & _purchases.c.state.in_(ENDS)
    return run(select(_purchases).where(within).order_by(_purchases.c.id)).all()
