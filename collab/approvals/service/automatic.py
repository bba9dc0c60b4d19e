"""Requests that decide themselves: under the requester's own authority (専決), or below a limit; a sample is read afterwards."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from flask import current_app

from collab.approvals.rules.plan import Plan
from collab.approvals.service import reading
from collab.approvals.service.ended import RoundEnded
from collab.audit import service as audit
from collab.kernel import reactions
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people

TOLD = "approval.told"
OWN_AUTHORITY = "own_authority"
_BITS = 64


def draw(key: str, number: int) -> float:
    """Whether a submission falls into a sample, as a number from 0 to below 1: the same each time it is asked, and nobody who
    does not know the installation's secret can tell it beforehand or fish for a better one."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    found = hmac.new(secret, f"after-review {key} {number}".encode(), hashlib.sha256).digest()
    return int.from_bytes(found[: _BITS // 8], "big") / (1 << _BITS)


def conclude(
    key: str, number: int, round_id: int, requester: int, plan: Plan, due: Mapping[int, datetime], *, now: datetime
) -> None:
    """Within a submission: the trail says by which rule it is decided, the requester hears, the sampled are put before whoever
    reads them after, each until the moment in `due`."""
    verb = str(plan.auto)
    actor = people.get_actor(requester, now) if verb == OWN_AUTHORITY else None
    audit.record(verb, key, actor=actor, at=now, details={"round": number, "rule": plan.route})
    args = {"verb": verb, "by": requester, "comment": None, "round": number}
    outbox.enqueue(Note(TOLD, key, f"{key}:r{number}:{verb}:{requester}", member=requester, args=args), now=now)
    for seat in plan.review:
        reading.put_review(key, round_id, [seat.member], due[seat.member], now=now)
    reactions.emit(RoundEnded(key, "approved", actor, now))
