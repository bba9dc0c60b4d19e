"""What the audit trail keeps of access: on the member's own chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.people.service.access import subject_of
from collab.subjects import service as subjects


def lock(email: str) -> str:
    """Lock a member's chain in the open transaction: what one member opens and ends happens in turn."""
    subject = subject_of(email)
    subjects.lock_or_introduce(subject, "member")
    return subject


def record(
    verb: str, by: Actor | None, email: str, now: datetime, details: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    """Write what happened with a member's access; never a secret."""
    audit.record(verb, lock(email), actor=by, at=now, details=details)
