"""What people do about delivery is permitted in one place, and leaves a trail of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.permits import permits
from collab.subjects import service as subjects

SUBJECT = "delivery"
"""Stopping, starting and mending delivery is told in one chain; what is sent about a subject is no change of it."""


def check(by: Actor | None) -> None:
    """Raise NotAllowed unless this person may act; nobody is whoever may type on the server."""
    if by is not None:
        permits.check("outbox.operate", by.roles)


def record(verb: str, *, by: Actor | None, now: datetime, reason: str | None = None, **details: Any) -> None:
    """Write down, in the open transaction, what somebody did."""
    subjects.lock_or_introduce(SUBJECT, "delivery")
    audit.record(verb, SUBJECT, actor=by, at=now, reason=reason or None, details=details)
