"""What a page of the whole house needs from several features at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.approvals.queries import SeatView, list_latest
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.outbox import messages
from collab.outbox import queries as outbox
from collab.people import queries as people
from collab.purchases import queries as purchases
from collab.purchases.queries import Filter
from collab.subjects import queries as subjects

RUNNING = ("pending", "returned", "draft")
MOST_RUNNING = 5
MOST_LOOKED_AT = 50
"""Of so many of the newest, those under way come first."""


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
    waiting = subjects.inboxes(active, now)
    guests = [Guest(actor, len(waiting[actor.id])) for actor in active]
    return sorted(guests, key=lambda guest: ("CMO" not in guest.actor.offices, -guest.waiting, guest.actor.email))


def list_running(member: Actor) -> list[Running]:
    """My own requests that have not ended, those under way before drafts, the newest first, and where each stands. At most four
    statements."""
    if "member" not in member.roles:
        return []
    mine, _total = purchases.list_purchases(member, Filter(states=RUNNING, mine=True), limit=MOST_LOOKED_AT)
    first = sorted(mine, key=lambda one: RUNNING.index(one.state))[:MOST_RUNNING]
    pending = [one.key for one in first if one.state == "pending"]
    seats = {chain.subject: chain.waiting() for chain in list_latest(keys=pending)} if pending else {}
    names = people.names_of(seat.member for some in seats.values() for seat in some)
    return [_running(purchase, seats.get(purchase.key, ()), names) for purchase in first]


def _running(purchase: Any, seats: Sequence[SeatView], names: Mapping[int, people.Named]) -> Running:
    since = min((seat.opened_at for seat in seats if seat.opened_at), default=None)
    return Running(
        purchase.key, purchase.title, purchase.state, f"/purchases/{purchase.key}",
        tuple(names[seat.member] for seat in seats), since,
    )  # fmt: skip


def why_unreached(member: Actor) -> Text | None:
    """Why Slack does not reach a member, said to them; None while it does, or where it is not about them."""
    problem = outbox.unreached(member.id)
    return messages.unreached(problem) if problem else None
