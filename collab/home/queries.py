"""What a page of the whole house needs from several features at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collab.kernel.actor import Actor
from collab.outbox import queries as outbox
from collab.people import queries as people
from collab.purchases import queries as purchases
from collab.purchases.queries import Filter
from collab.purchases.queries.details import find_chain
from collab.slack.client import transport
from collab.subjects import queries as subjects

RUNNING = ("pending", "returned", "draft")
MOST_RUNNING = 5
QUIET = timedelta(minutes=2)
"""A sweep runs every few seconds: two minutes without one means that nobody is sweeping."""
STALE = timedelta(minutes=10)
"""A message that has waited this long is not "on its way" any more."""


@dataclass(frozen=True)
class Guest:
    """A sample member one may enter as, and how much waits for them."""

    actor: Actor
    waiting: int

    @property
    def special(self) -> bool:
        """Whether the service looks different through their eyes: an office, a role of its own."""
        return bool(self.actor.offices) or self.actor.is_auditor or self.actor.is_admin or self.actor.is_partner


@dataclass(frozen=True)
class Running:
    """One of my own requests on its way: with whom it is and since when."""

    key: str
    title: str
    state: str
    path: str
    with_whom: tuple[people.Named, ...] = ()
    since: datetime | None = None


def list_guests(now: datetime) -> list[Guest]:
    """Every active member with the live count of their inbox; the CMO first, then who has most waiting."""
    active = [actor for actor in people.list_actors(now) if actor.active]
    guests = [Guest(actor, len(subjects.inbox(actor, now))) for actor in active]
    return sorted(guests, key=lambda guest: ("CMO" not in guest.actor.offices, -guest.waiting, guest.actor.email))


def list_running(member: Actor) -> list[Running]:
    """My own requests that have not ended, those under way before drafts, and where each stands."""
    if "member" not in member.roles:
        return []
    mine = [
        purchase
        for state in RUNNING
        for purchase in purchases.list_purchases(member, Filter(state=state, mine=True), limit=MOST_RUNNING)[0]
    ]
    return [_running(purchase) for purchase in mine[:MOST_RUNNING]]


def _running(purchase: Any) -> Running:
    chain = find_chain(purchase) if purchase.state == "pending" else None
    seats = chain.waiting() if chain else []
    names = people.names_of(seat.member for seat in seats)
    since = min((seat.opened_at for seat in seats if seat.opened_at), default=None)
    return Running(
        purchase.key, purchase.title, purchase.state, f"/purchases/{purchase.key}",
        tuple(names[seat.member] for seat in seats), since,
    )  # fmt: skip


def status(now: datetime) -> dict[str, Any]:
    """How the service does, for operators: "degraded" with the reasons in plain words."""
    counts, oldest, swept = outbox.counts_by_state(), outbox.oldest_open(), outbox.last_sweep()
    reasons = []
    sweeping = swept is not None and now - swept <= QUIET
    if not sweeping:
        reasons.append("no sweep has finished in the last two minutes: is a worker running, and beat?")
    if oldest is not None and now - oldest > STALE:
        reasons.append("the oldest message has waited more than ten minutes")
    if counts.get("broken"):
        reasons.append(f"{counts['broken']} messages could not be delivered")
    return {
        "state": "degraded" if reasons else "ok",
        "reasons": reasons,
        # A sweep is started by the scheduler, carried by the broker and finished by a worker: one sign for all three.
        "broker": "answers" if sweeping else "unknown",
        "scheduler": "runs" if sweeping else "silent",
        "slack": transport().name,
        "outbox": {"counts": counts, "oldest_open_at": _moment(oldest), "oldest_open_seconds": _seconds(oldest, now)},
        "last_sweep_at": _moment(swept),
        "now": now.isoformat(),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _seconds(since: datetime | None, now: datetime) -> int | None:
    return int((now - since).total_seconds()) if since else None
