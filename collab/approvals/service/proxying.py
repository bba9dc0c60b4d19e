"""Deciding for somebody: under a delegation while they are there (代理承認), as a deputy named beforehand while they are not (代決)."""

from __future__ import annotations

from datetime import datetime

from collab.approvals.queries import Chain, SeatView, proxies
from collab.approvals.rules.seating import deputy_refusal
from collab.approvals.service.opening import organisation
from collab.kernel.actor import Actor
from collab.kernel.errors import NotAllowed, NotNow, Text
from collab.people import queries as people
from collab.subjects.queries import get_summary


def find_seat(
    chain: Chain, actor: Actor, acting_for: int | None, *, seen: int | None = None, now: datetime
) -> SeatView | None:
    """The waiting seat the actor may decide on for its holder under a delegation that covers this request; None without
    one. `acting_for`, or the seat they have `seen`, narrows it to one principal. Nobody decides twice in a step, no key is
    turned for somebody.

    Raises:
        NotFound: nothing here is open to the actor.
        NotAllowed: something is delegated to the actor, but not this.
        NotNow: somebody was first.
    """
    if not actor.acts_for:
        return None
    seat = None if actor.id in chain.barred else _find(chain, actor, acting_for, seen, now)
    if seat is None and not chain.relations_of(actor.id):
        get_summary(actor, chain.subject)
    if seat is None and actor.id not in chain.barred:
        _say_why_not(chain, actor, acting_for, now)
    return seat


def _find(chain: Chain, actor: Actor, acting_for: int | None, seen: int | None, now: datetime) -> SeatView | None:
    acting_for = acting_for or next((seat.member for seat in chain.waiting() if seat.id == seen), None)
    if not _is_free(chain, actor, acting_for):
        return None
    return proxies.find_proxied(chain, actor, now, acting_for=acting_for)


def _say_why_not(chain: Chain, actor: Actor, acting_for: int | None, now: datetime) -> None:
    """Something is delegated, but not this; or somebody was first."""
    if not _is_free(chain, actor, acting_for):
        return
    code = proxies.why_not(chain, actor, now, acting_for=acting_for) if chain.state == "pending" else None
    if code is not None and code != "barred":
        raise NotAllowed(code)
    if not any(row.concerns(actor.id) for row in chain.seats):
        _refuse_late(chain, actor, now)


def check_final(chain: Chain, seat: SeatView, actor: Actor, *, now: datetime) -> None:
    """Raises NotAllowed when the actor is a deputy and this final decision is not one a deputy may take: an important or
    unusual matter, one a department consulted disagrees with, or one submitted before they were named."""
    owner = seat.member if seat.member != actor.id else seat.instead_of
    if owner is None or (actor.offices and not people.list_active([owner])):
        return  # whoever it belonged to has left: an office holds it for good
    matter = proxies.matter_of(chain, seat.step)
    if matter.final or matter.keys:
        code = deputy_refusal(organisation(None, now), owner, actor.id, matter, chain.barred)
        if code is not None:
            raise NotAllowed(code, who=people.get_actor(owner, now))


def _is_free(chain: Chain, actor: Actor, acting_for: int | None) -> bool:
    """A second press of whoever decided in this round is a repeat, never a yes for somebody else: that they must say."""
    return acting_for is not None or all(seat.decider != actor.id for seat in chain.decided())


def _refuse_late(chain: Chain, actor: Actor, now: datetime) -> None:
    """The principal, or another deputy, was first: say who."""
    done = proxies.find_answered(chain, actor, now)
    if done is not None and done.decided_at is not None:
        who, verb = people.get_actor(done.decider, now), Text(f"approval.done.{done.state}")
        raise NotNow("already_decided", who=who, at=done.decided_at, verb=verb)
