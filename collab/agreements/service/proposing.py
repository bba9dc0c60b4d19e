"""Proposing an agreement: the proposer who is named on it has agreed by proposing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.agreements import rules
from collab.agreements.models import Agreement
from collab.agreements.queries import content_of
from collab.agreements.service import telling
from collab.agreements.service.content import columns
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.permits import permits
from collab.subjects import service as subjects

_agreements: Table = Agreement.__table__  # type: ignore[assignment]


def propose(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> Agreement:
    """Write an agreement down and ask the named persons who have not agreed yet.

    Raises:
        Invalid: no such department, member or goal; one person or one department on both sides; days that cannot be.
        NotAllowed: guests and auditors propose nothing.
    """
    permits.check("agreement.propose", actor.roles)
    with atomic():
        agreement = written(actor, columns(actor, fields, now=now), now=now)
        missing = {agreement.giver_id, agreement.receiver_id} - {actor.id}
        telling.ask(agreement, sorted(missing), now=now)
        return agreement


def written(actor: Actor, values: Mapping[str, Any], *, now: datetime, **details: Any) -> Agreement:
    """A new row with the first entry of its chain."""
    agreed = {f"{side}_agreed_at": now for side in ("giver", "receiver") if values[f"{side}_id"] == actor.id}
    start = {"state": rules.PROPOSED, "version": 1, "postponed": 0, "proposer_id": actor.id, "created_at": now}
    row = insert(_agreements).values(**values, **start, **agreed).returning(_agreements.c.id)
    agreement = db.session.get_one(Agreement, db.session.scalar(row))
    subjects.introduce(agreement.key, "agreement")
    audit.record(
        "propose", agreement.key, actor=actor, at=now, after=content_of(agreement), details=details or None
    )  # fmt: skip
    return agreement
