"""Channels that want the digest."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, select

from collab.channels.models import Channel
from collab.kernel.db import AnyRow, db

_channels: Table = Channel.__table__  # type: ignore[assignment]


def list_with_digest() -> Sequence[AnyRow]:
    """Every open channel that wants the digest."""
    wanted = _channels.c.closed_at.is_(None) & _channels.c.digest
    return db.session.execute(select(_channels).where(wanted).order_by(_channels.c.id)).all()
