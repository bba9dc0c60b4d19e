"""Showing a draft to people before it is submitted (事前共有, 根回し): they read and comment, and decide nothing by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, Text
from collab.kernel.words import checked_words
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.purchases.models import Purchase, Share
from collab.purchases.queries.sharing import members_shared_with
from collab.purchases.service.filing import locked

SHARED = "purchase.shared"
MOST_AT_ONCE = 30
_shares: Table = Share.__table__  # type: ignore[assignment]


def share(actor: Actor, key: str, members: Sequence[str], note: str | None, *, now: datetime) -> list[Actor]:
    """Show a draft (or a request that was sent back) to members by e-mail; returns those who had not been shown it yet.

    A guest sees it by being named here, and nothing else. Whom it was shown to keeps seeing it.

    Raises:
        Invalid: nobody named, an address nobody active has, too many at once, or words that cannot be kept.
        NotFound, NotAllowed, NotNow: it is not theirs to share, or no draft any more.
    """
    note = checked_words("note", note)
    with atomic():
        purchase = locked(actor, key, "share")
        known = {*members_shared_with(purchase.id), *purchase.barred}
        fresh = [member for member in _named(members, now) if member.id not in known]
        if fresh:
            _write(actor, purchase, fresh, note, now)
        return fresh


def _write(actor: Actor, purchase: Purchase, members: Sequence[Actor], note: str | None, now: datetime) -> None:
    common = {
        "purchase_id": purchase.id, "shared_by_id": actor.id, "shared_at": now, "content_version": purchase.content_version,
        "note": note,
    }  # fmt: skip
    db.session.execute(insert(_shares), [{**common, "member_id": member.id} for member in members])
    after = {"members": [member.email for member in members]}
    details = {"content_version": purchase.content_version}
    audit.record("share", purchase.key, actor=actor, at=now, reason=note, after=after, details=details)
    notes = [
        Note(SHARED, purchase.key, f"{purchase.key}:shared:{member.id}", member=member.id, args={"by": actor.id, "note": note})
        for member in members
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)


def _named(emails: Sequence[str], now: datetime) -> list[Actor]:
    """The active members (or guests) with these addresses, each once. Raises Invalid."""
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails if email.strip()))
    if not wanted:
        raise Invalid({"members": Text("field.required")})
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid({"members": Text("purchase.problem.too_many_members", {"n": MOST_AT_ONCE})})
    found = {email: people.find_actor_by_email(email, now) for email in wanted}
    if unknown := [email for email, member in found.items() if member is None or not member.active]:
        raise Invalid({"members": Text("purchase.problem.unknown_members", {"who": unknown})})
    return [member for member in found.values() if member is not None]
