"""Approving over a pending lower seat (引上げ): never over a key, a review or an opinion; whoever was skipped reads after."""

from __future__ import annotations

from datetime import datetime

from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules import progress
from collab.approvals.rules.progress import APPROVED, PLANNED, NotLiftable
from collab.approvals.service import proxying
from collab.approvals.service.deciding import Decision, Said, check_seen, conclude, locked, overruled
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_words


def lift(
    *, key: str, actor: Actor, now: datetime, comment: str | None = None, seen_version: int | None = None
) -> Decision:
    """Approve from a later seat over everybody who waits before it.

    Raises:
        NotAllowed: the actor sits nowhere later, or a step before may not be approved over.
        Invalid: words that cannot be kept, or none where an advocate's "worse" is overruled.
        NotNow: the round has ended, or the content changed since the actor looked.
    """
    said = Said("lift", checked_words("comment", comment))
    with atomic():
        chain = locked(key, actor)
        permits.check("approval.lift", chain.relations_of(actor.id) | actor.roles, chain.state)
        seat = later_seat(chain, actor.id)
        if seat is None:
            raise NotNow("not_your_turn")
        check_seen(chain, seen_version)
        try:
            change = progress.lift(chain.spec, chain.now(), seat.id)
        except NotLiftable as refused:
            step = chain.steps[refused.step]
            name = Text("route.step_name", {"en": step["name_en"], "ja": step["name_ja"]})
            raise NotAllowed("not_liftable", step=name) from None
        proxying.check_final(chain, seat, actor, now=now)
        if change.ends == APPROVED and said.comment is None and overruled(chain):
            raise Invalid({"comment": Text("error.override_needed")}, "override_needed")
        return conclude(chain, seat, change, said, actor, now)


def later_seat(chain: Chain, member: int) -> SeatView | None:
    """The nearest planned seat of a member from which they could approve over those before."""
    mine = [seat for seat in chain.seats if seat.member == member and seat.state == PLANNED]
    return next((seat for seat in mine if _above(chain, seat)), None)


def _above(chain: Chain, seat: SeatView) -> bool:
    """Whether the route itself puts a seat above those before it. Whoever was added on the way is not above anybody: one of
    several who must agree could name somebody to approve over the others."""
    step = chain.steps[seat.step]
    return step["kind"] == "approve" and not step["keys"] and not step.get("added_by")
