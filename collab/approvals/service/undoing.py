"""Taking things back: one's own approval while nobody acted after it, and the end its owner puts to a round."""

from __future__ import annotations

from datetime import datetime

from collab.approvals import queries
from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules import progress
from collab.approvals.rules.progress import LIFTED, PLANNED, SeatNow
from collab.approvals.service import moving, reading, telling
from collab.approvals.service.applying import apply
from collab.approvals.service.deciding import Decision, locked, record
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotAllowed, NotNow
from collab.kernel.permits import permits
from collab.people import queries as people


def undo(*, key: str, actor: Actor, now: datetime) -> Decision:
    """Take back one's own decision while nobody acted after it; whoever was approved over is asked again too.

    Raises:
        NotNow: somebody acted after.
        NotAllowed: the actor decided nothing here, or no longer holds the office they decided for.
    """
    with atomic():
        chain = locked(key, actor)
        permits.check("approval.undo", chain.relations_of(actor.id) | actor.roles, chain.state)
        seat = chain.decided()[-1]
        at = seat.decided_at or now
        if seat.decider != actor.id or seat.carried_from is not None or queries.acted_after(chain, at):
            raise NotNow("acted_after", who=people.get_actor(seat.decider, now), at=at)
        _check_still_in_office(seat, actor, now)
        rows = _not_lifted(chain, seat)
        change = progress.undo(chain.spec, rows, seat.id)
        back = progress.since(chain.now(), change, rows)
        apply(chain, back, now)
        record(chain, "undo", actor, seat, None, now)
        if any(row.instead_of for row in chain.seats if row.id in back.seats):
            moving.let_go(now=now, key=key)
        reading.take_back(chain)
        telling.undone(chain, actor, seat, now=now)
    return Decision(key, "undo", chain.number, seat.step + 1, "pending", now)


def _not_lifted(chain: Chain, seat: SeatView) -> list[SeatNow]:
    """The seats as they were before whoever was approved over with this decision."""
    over = {
        row.id
        for row in chain.seats
        if row.state == LIFTED and (row.decided_by, row.lifted_at) == (seat.decider, seat.decided_at)
    }
    return [progress.with_state(row, PLANNED) if row.id in over else row for row in chain.now()]


def end_round(chain: Chain, verb: str, *, now: datetime) -> None:
    """End a round for its owner (withdrawing), inside the owner's transaction."""
    apply(chain, progress.end(chain.now(), verb), now)
    telling.closed(chain, verb, now=now)


def _check_still_in_office(seat: SeatView, actor: Actor, now: datetime) -> None:
    """A yes given for an office stands once somebody else holds it: the former holder is not asked again."""
    if (
        seat.office is None
        or seat.instead_of is not None
        or seat.office in actor.offices
        or seat.decided_by is not None
    ):
        return
    if people.organisation(now).offices.get(seat.office, actor.id) != actor.id:
        raise NotAllowed("nothing_to_undo", verb="approval.undo")
