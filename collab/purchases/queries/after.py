"""What follows a decision: its amendments (変更稟議), and what ordering still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, select

from collab.approvals.queries.conditions import list_conditions
from collab.approvals.queries.revocations import RevocationView, list_revocations
from collab.kernel.actor import Actor
from collab.kernel.db import db, run
from collab.kernel.keys import key_of
from collab.kernel.permits import permits
from collab.kernel.reading import once
from collab.people import queries as people
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries.requests import relations
from collab.purchases.rules import APPROVED, DRAFT, PENDING, PURCHASED, RETURNED
from collab.subjects.traces import NUMBER, trace

OPEN = (DRAFT, PENDING, RETURNED)
"""States of an amendment that may still take its original's place."""
TAKEN = (APPROVED, PURCHASED)
_purchases: Table = Purchase.__table__  # type: ignore[assignment]
AMENDED = trace(select(_purchases.c.id).where(_purchases.c.amends_id == NUMBER), prefix=PREFIX)
_AMENDED = (
    select(_purchases.c.id, _purchases.c.state)
    .where(_purchases.c.amends_id == bindparam("number"))
    .order_by(_purchases.c.id)
)


@dataclass(frozen=True)
class Amendment:
    """A request that changes a decided one, and where it stands."""

    key: str
    state: str


@once
def list_amendments(purchase: Purchase) -> list[Amendment]:
    """Every amendment of a request ever begun, the oldest first; whoever asks has been checked by the caller."""
    rows = run(_AMENDED, {"number": purchase.id}) if AMENDED.may_be_on(purchase.key) else ()
    return [Amendment(key_of(PREFIX, row.id), row.state) for row in rows]


def list_visible_amendments(viewer: Actor, purchase: Purchase) -> list[Amendment]:
    """Those of its amendments the viewer may see; a draft is its owners' alone."""
    found = list_amendments(purchase)
    return [row for row in found if _visible(viewer, row.key)]


def find_amended(viewer: Actor, purchase: Purchase) -> Purchase | None:
    """The request this one amends, if it amends one and the viewer may see that."""
    original = db.session.get(Purchase, purchase.amends_id) if purchase.amends_id else None
    return original if original is not None and _visible(viewer, original.key) else None


def _visible(viewer: Actor, key: str) -> bool:
    purchase = db.session.get(Purchase, int(key.partition("-")[2]))
    return purchase is not None and permits.allows("purchase.show_amount", relations(viewer, purchase), purchase.state)


def after_details(viewer: Actor, purchase: Purchase, *, shown: bool) -> dict[str, Any]:
    """What followed the decision, in the API's shape; nothing to somebody who only sees that the request exists."""
    if not shown:
        return {}
    amended = find_amended(viewer, purchase)
    return {
        "purchased_on": purchase.purchased_on.isoformat() if purchase.purchased_on else None,
        "order_reference": purchase.order_reference,
        "amends": amended.key if amended else None,
        "amended_by": [{"key": row.key, "status": row.state} for row in list_visible_amendments(viewer, purchase)],
        "conditions": _conditions(purchase.key) if purchase.round else [],
        "revocations": _revocations(purchase.key) if purchase.round else [],
    }


def _conditions(key: str) -> list[dict[str, Any]]:
    found = list_conditions(key)
    emails = people.emails_of(
        member for one in found for member in (one.owner, one.set_by, one.ended_by) if member is not None
    )
    return [
        {
            "number": one.number, "text": one.text, "owner": emails.get(one.owner), "due_on": one.due_on.isoformat(),
            "before_order": one.before_order, "state": one.state, "set_by": emails.get(one.set_by), "office": one.office,
            "set_at": one.set_at.isoformat(), "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "ended_by": emails.get(one.ended_by or 0), "note": one.note,
        }
        for one in found
    ]  # fmt: skip


def _revocations(key: str) -> list[dict[str, Any]]:
    found = list_revocations(key)
    emails = people.emails_of({member for one in found for member in (one.requested_by, *_members(one))})
    return [
        {
            "state": one.state, "requested_by": emails.get(one.requested_by), "reason": one.reason,
            "requested_at": one.requested_at.isoformat(), "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "voices": [
                {
                    "member": emails.get(voice.member), "office": voice.office, "answer": voice.answer, "comment": voice.comment,
                    "answered_at": voice.answered_at.isoformat() if voice.answered_at else None,
                }
                for voice in one.voices
            ],
        }
        for one in found
    ]  # fmt: skip


def _members(one: RevocationView) -> list[int]:
    return [voice.member for voice in one.voices]
