"""Readers and questions of a request in the API's shape."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collab.approvals import queries as approvals
from collab.approvals.queries import QuestionView, ReadingView
from collab.kernel.actor import Actor
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases.queries.requests import get_purchase, relations


def readings(viewer: Actor, key: str, *, unread: bool = False) -> list[dict[str, Any]]:
    """Who has it to read, the first one asked first; `unread` leaves those who have yet to confirm. Raises NotFound, NotAllowed."""
    purchase = get_purchase(viewer, key)
    permits.check("purchase.readings", relations(viewer, purchase), purchase.state)
    found = [row for row in approvals.list_readings(key) if row.waits or not unread]
    emails = people.emails_of(member for row in found for member in (row.member, row.asked_by) if member)
    return [_reading(row, emails) for row in found]


def questions(key: str) -> list[dict[str, Any]]:
    """Every question about a request, the oldest first; the caller has checked that all of it is visible."""
    return asked(approvals.list_questions(key))


def asked(found: Sequence[QuestionView]) -> list[dict[str, Any]]:
    """Questions as the API says them."""
    emails = people.emails_of(member for row in found for member in (row.asker, row.asked))
    return [
        {
            "id": row.id, "round": row.round, "asker": emails[row.asker], "member": emails[row.asked], "question": row.question,
            "asked_at": row.asked_at.isoformat(), "due_at": _moment(row.due_at), "answer": row.answer,
            "answered_at": _moment(row.answered_at), "state": state_of(row),
        }
        for row in found
    ]  # fmt: skip


def state_of(row: QuestionView) -> str:
    """Open, answered, or closed with its round."""
    return "answered" if row.answered_at else "open" if row.open else "closed"


def _reading(row: ReadingView, emails: dict[int, str]) -> dict[str, Any]:
    return {
        "member": emails[row.member], "why": row.why, "round": row.round, "confirm": row.confirm,
        "asked_by": emails.get(row.asked_by or 0), "note": row.note, "asked_at": row.asked_at.isoformat(),
        "due_at": _moment(row.due_at), "read_at": _moment(row.read_at), "answer": row.answer,
    }  # fmt: skip


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
