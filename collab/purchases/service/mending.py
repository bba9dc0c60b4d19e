"""A request that was sent back waits for whoever mends it, on their clock: its requester, else whom it was filed for, else,
when both have left, the lead of its department."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Table, or_, select, update

from collab.approvals.service import RoundEnded
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.escalations.service import waits
from collab.escalations.service.waits import Wait
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.business_time import parse_span
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotNow
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.purchases.models import PREFIX, Purchase
from collab.purchases.queries import MENDING, get_purchase, mending_due, relations
from collab.purchases.rules import EXTENSION, MEND_WITHIN, MOST_EXTENSIONS, RETURNED
from collab.subjects import service as subjects

PASSED_ON = "purchase.passed_on"
_purchases: Table = Purchase.__table__  # type: ignore[assignment]
_OWNED = select(
    _purchases.c.id, _purchases.c.requester_id, _purchases.c.on_behalf_of_id, _purchases.c.department_code,
    _purchases.c.version,
)  # fmt: skip


def wait_key(key: str) -> str:
    """How the wait is called: `PR-12:returned`."""
    return f"{key}:returned"


def expect(ended: RoundEnded) -> None:
    """It was sent back: whoever mends it has so long, on their own calendar. Runs in the returning transaction."""
    row = db.session.execute(_OWNED.where(_purchases.c.id == number_of(PREFIX, ended.subject))).one()
    _watch(row, ended.actor, ended.at)


def mended(key: str, *, now: datetime) -> None:
    """It was submitted again, taken back or given up: nobody waits for it any more."""
    waits.end([wait_key(key)], reason="mended", now=now)


def hand_on(member: int, *, now: datetime) -> int:
    """A member has left: what was sent back to them is somebody else's to mend, who hears of it; returns how many."""
    mine = or_(_purchases.c.requester_id == member, _purchases.c.on_behalf_of_id == member)
    keys = [key_of(PREFIX, row.id) for row in db.session.execute(_OWNED.where(mine, _purchases.c.state == RETURNED))]
    return sum(_hand_on(key, member, now) for key in sorted(keys))


def more_time(actor: Actor, key: str, *, now: datetime) -> datetime:
    """One business day more to mend it, on the actor's calendar; returns the new deadline.

    Raises:
        NotNow: it was not sent back, or more time was taken as often as it may be.
        NotFound, NotAllowed: it is not theirs.
    """
    with atomic():
        subjects.lock(key)
        purchase = get_purchase(actor, key)
        permits.check("purchase.more_time", relations(actor, purchase), purchase.state)
        taken = purchase.extensions or 0
        if taken >= MOST_EXTENSIONS:
            raise NotNow("no_more_time", n=MOST_EXTENSIONS)
        due_at = parse_span(EXTENSION).due(
            max(now, mending_due([key]).get(key) or now), calendar_or_default(actor.calendar)
        )
        at = update(_purchases).where(_purchases.c.id == purchase.id)
        db.session.execute(at.values(extensions=taken + 1))
        waits.put_off(wait_key(key), due_at, late=actor.id, now=now)
        audit.record("more_time", key, actor=actor, at=now, after={"due_at": due_at.isoformat()})
        outbox.repaint(key, turn=f"p{purchase.version}:time{taken + 1}", now=now)
    return due_at


def still(keys: Sequence[str]) -> frozenset[str]:
    """Those waits whose request is still sent back."""
    numbers = {number_of(PREFIX, key.partition(":")[0]): key for key in keys}
    rows = select(_purchases.c.id).where(_purchases.c.id.in_(numbers), _purchases.c.state == RETURNED)
    return frozenset(numbers[number] for number in db.session.scalars(rows))


def expected(_now: datetime) -> Collection[str]:
    """The waits that ought to be running: of every request that was sent back."""
    rows = select(_purchases.c.id).where(_purchases.c.state == RETURNED)
    return [wait_key(key_of(PREFIX, number)) for number in db.session.scalars(rows)]


def _hand_on(key: str, leaver: int, now: datetime) -> int:
    subjects.lock(key)
    row = db.session.execute(_OWNED.where(_purchases.c.id == number_of(PREFIX, key))).one()
    if leaver != row.requester_id and people.list_active([row.requester_id]):
        return 0  # whom it was filed for has left; its requester mends it
    db.session.execute(update(_purchases).where(_purchases.c.id == row.id).values(extensions=None))
    waits.end([wait_key(key)], reason="moved", now=now)
    heir = _watch(row, None, now)
    details = {"from": people.email_of(leaver), "to": heir.email if heir else None}
    audit.record("passed_on", key, actor=None, at=now, after=details)
    if heir is not None:
        outbox.enqueue(Note(PASSED_ON, key, f"{key}:v{row.version}:passed_on:{heir.id}", member=heir.id), now=now)
    return 1


def _watch(row: AnyRow, by: Actor | None, now: datetime) -> Actor | None:
    """Start the clock of whoever mends it; with nobody left, administrators hear at once."""
    mender = _mender(row, now)
    due_at = parse_span(MEND_WITHIN).due(now, calendar_or_default(mender.calendar if mender else ""))
    key = key_of(PREFIX, row.id)
    wait = Wait(
        wait_key(key), key, MENDING, due_at, mender.id if mender else None, by.id if by else None, row.department_code,
        by.department if by else None,
    )  # fmt: skip
    waits.watch(wait, now=now)
    return mender


def _mender(row: AnyRow, now: datetime) -> Actor | None:
    lead = people.organisation(now).leads.get(row.department_code)
    order = [member for member in (row.requester_id, row.on_behalf_of_id, lead) if member is not None]
    active = {actor.id: actor for actor in people.list_actors(now, ids=order) if _may_mend(actor)}
    return next((active[member] for member in order if member in active), None)


def _may_mend(actor: Actor) -> bool:
    return "member" in actor.roles
