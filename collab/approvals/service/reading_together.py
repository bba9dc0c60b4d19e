"""Confirming several circulated requests at once: each is confirmed in its own transaction with its own entry in the trail, and each
says what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.approvals import queries
from collab.approvals.rules import reading as rules
from collab.approvals.rules.together import MOST
from collab.approvals.service.circulating import Read, read
from collab.approvals.service.deciding import locked
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import DomainError, Invalid, NotNow, Text
from collab.kernel.permits import permits


@dataclass(frozen=True)
class ReadOutcome:
    """What became of one of them: that it is read, or why not. What was confirmed before stays so, and counts as done."""

    key: str
    read: Read | None = None
    refusal: DomainError | None = None

    @property
    def done(self) -> bool:
        """Whether it is confirmed now."""
        return self.read is not None


def read_together(keys: Sequence[str], *, actor: Actor, now: datetime) -> list[ReadOutcome]:
    """Confirm that the actor read each of these; only what was circulated to them, by hand or by a step.

    Raises:
        Invalid: none or too many, or one of them twice.
        NotAllowed: the actor confirms nothing at all.
    """
    permits.check("approval.read", actor.roles | {"reader"})
    if not 0 < len(keys) <= MOST:
        raise Invalid({"items": Text("error.together_count", {"n": MOST})}, "together_count", n=MOST)
    if len(set(keys)) < len(keys):
        raise Invalid({"items": Text("error.together_twice")}, "together_twice")
    return [_read(key, actor, now) for key in keys]


def _read(key: str, actor: Actor, now: datetime) -> ReadOutcome:
    """One of them, whatever becomes of the others."""
    try:
        with atomic():
            locked(key, actor)
            unread = [row.why for row in queries.list_readings(key) if row.member == actor.id and not row.read_at]
            if unread and not rules.together(unread):
                raise NotNow("read_alone")
            return ReadOutcome(key, read(key=key, actor=actor, now=now))
    except DomainError as refusal:
        return ReadOutcome(key, refusal=refusal)
