"""Deliveries: the latest, all of them, what is still awaited, and how regularly departments give to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import select

from collab.agreements.models import PREFIX, Agreement, Delivery
from collab.agreements.queries.agreements import get_agreement
from collab.agreements.rules import ACTIVE, ENDED, PROPOSED, Kept, streak
from collab.audit.queries import Event, list_events
from collab.goals.queries import without_hidden
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.kernel.keys import key_of, number_of
from collab.kernel.permits import permits


def list_deliveries(agreement: Agreement, *, limit: int = 100) -> Sequence[Delivery]:
    """The newest first."""
    mine = select(Delivery).where(Delivery.agreement_id == agreement.id)
    return db.session.scalars(mine.order_by(Delivery.id.desc()).limit(limit)).all()


def last_delivery(agreement: Agreement) -> Delivery | None:
    """The newest, whatever became of it."""
    found = list_deliveries(agreement, limit=1)
    return found[0] if found else None


def find_delivery(agreement: Agreement, due_on: date) -> Delivery | None:
    """The newest try at what was due on a day."""
    mine = (Delivery.agreement_id == agreement.id) & (Delivery.due_on == due_on)
    return db.session.scalars(select(Delivery).where(mine).order_by(Delivery.id.desc()).limit(1)).first()


def still_awaited(waits: Iterable[str]) -> frozenset[str]:
    """Those of the waits ("DA-3:delivery") whose data has not come."""
    wanted = {}
    for wait in waits:
        try:
            wanted[number_of(PREFIX, wait.partition(":")[0])] = wait
        except NotFound:
            continue
    running = select(Agreement.id).where(Agreement.id.in_(wanted), _AWAITED)
    return frozenset(wanted[number] for number in db.session.scalars(running))


def expected(_now: datetime) -> Collection[str]:
    """The waits that ought to be running: of every agreement whose next delivery is awaited."""
    rows = db.session.scalars(select(Agreement.id).where(_AWAITED))
    return [f"{key_of(PREFIX, number)}:delivery" for number in rows]


_AWAITED = (Agreement.state == ACTIVE) & Agreement.due_at.is_not(None)


@dataclass(frozen=True)
class Pair:
    """Two departments, in the direction in which data goes: how many deliveries in a row came on time, and of how many."""

    giver: str
    receiver: str
    streak: int
    on_time: int
    due: int
    late_now: int


def list_pairs(viewer: Actor, now: datetime) -> list[Pair]:
    """Every pair of departments that agreed on something, as facts: no ranks. Raises NotAllowed."""
    permits.check("agreement.list", viewer.roles)
    agreements = db.session.scalars(select(Agreement).where(Agreement.state != PROPOSED)).all()
    kept = _kept(agreements)
    of_pair: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    late: dict[tuple[str, str], int] = defaultdict(int)
    for one in agreements:
        pair = (one.giver_code, one.receiver_code)
        of_pair[pair] += kept.get(one.id, [])
        if one.state == ACTIVE and one.promised_at and one.due_at and one.promised_at < now:
            of_pair[pair].append(Kept(one.promised_at, None))
            late[pair] += one.due_at < now
    return [
        Pair(*pair, streak(found), sum(one.on_time for one in found), len(found), late[pair])
        for pair, found in sorted(of_pair.items())
        if found or any((one.giver_code, one.receiver_code) == pair and one.state != ENDED for one in agreements)
    ]


def _kept(agreements: Sequence[Agreement]) -> dict[int, list[Kept]]:
    """Of each agreement every delivery that was due and came, judged by its first try."""
    ids = [one.id for one in agreements]
    first = select(Delivery).where(Delivery.agreement_id.in_(ids), Delivery.attempt == 1)
    found: dict[int, list[Kept]] = defaultdict(list)
    for one in db.session.scalars(first):
        found[one.agreement_id].append(Kept(one.due_at, one.delivered_at, one.state == "disputed"))
    return found


def history(viewer: Actor, key: str) -> list[Event]:
    """Everything that happened to an agreement, complete and in order. Raises NotFound."""
    get_agreement(viewer, key)
    permits.check("agreement.history", viewer.roles)
    return list_events(key, partial(without_hidden, viewer))
