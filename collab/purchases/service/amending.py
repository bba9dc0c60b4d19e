"""An amendment (変更稟議): a decided request is never changed, a new one that says what changes goes the whole way again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotNow
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.purchases import rules
from collab.purchases.models import Purchase
from collab.purchases.queries.after import OPEN, TAKEN, list_amendments
from collab.purchases.service import filing, planning

_CONTENT = (*filing.COPIED, "department_code", "benefit_by_on", "needed_by_on")
"""All of the content: only what was ordered before it was decided belongs to the original alone."""


def amend(actor: Actor, key: str, *, now: datetime) -> Purchase:
    """A draft with everything of the decided request in it, to be changed and submitted; both know of each other.

    Raises:
        NotFound, NotAllowed: not visible, or not theirs to amend.
        NotNow: not decided; an amendment is open, or has taken its place (that one is amended then).
    """
    with atomic():
        original = filing.locked(actor, key, "amend")
        permits.check("purchase.draft", actor.roles)
        _check_alone(original)
        fresh = planning.defaults(actor, {"department": original.department_code}, now)
        values = {**fresh, **_content(original), **_whose(actor, original), "amends_id": original.id}
        amendment, _content_now = filing.insert_new(actor, values, "draft", now)
        audit.record(
            "amend", key, actor=actor, at=now, after={"amendment": amendment.key}, details={"round": original.round}
        )
        outbox.repaint(key, turn=f"amended:{amendment.key}", now=now)
        return amendment


def _check_alone(original: Purchase) -> None:
    for found in list_amendments(original):
        if found.state in OPEN:
            raise NotNow("amendment_open", key=found.key)
        if found.state in TAKEN:
            raise NotNow("amended_by", key=found.key)


def _content(original: Purchase) -> dict[str, Any]:
    return {name: getattr(original, name) for name in _CONTENT}


def _whose(actor: Actor, original: Purchase) -> dict[str, Any]:
    """It stays whose it was, also where the one files it for the other: neither decides it. Those who have left drop out."""
    here = people.list_active(original.barred)
    requester = original.requester_id if original.requester_id in here else actor.id
    behalf = original.on_behalf_of_id if original.on_behalf_of_id in here else None
    return {"requester_id": requester, "on_behalf_of_id": behalf if behalf != requester else None, "state": rules.DRAFT}
