"""Approving several at once: only plain approvals at a step of the same name, of routes that allow it; each is a decision of
its own with its own transaction, and each says what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules import together as rules
from collab.approvals.rules.together import MOST, StepName
from collab.approvals.service.deciding import Decision, DoneBefore, decide, locked, overruled, own_kept
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import DomainError, Invalid, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_words

MINE = "approval.done.approved"


@dataclass(frozen=True)
class Outcome:
    """What became of one of them: the decision, or why not. One's own yes of before stands, and counts as done."""

    key: str
    decision: Decision | None = None
    refusal: DomainError | None = None

    @property
    def done(self) -> bool:
        """Whether the yes stands now."""
        return self.decision is not None or _stood(self.refusal)


def approve_together(
    items: Sequence[tuple[str, int]], *, actor: Actor, now: datetime, comment: str | None = None
) -> list[Outcome]:
    """Approve each of these on the seat the actor holds; an item is a key and the content version it was looked at in. The
    first that may be approved together sets the step, others of another step are refused.

    Raises:
        Invalid: none or too many, one of them twice, or a comment that cannot be kept.
        NotAllowed: the actor decides nothing at all.
    """
    permits.check("approval.decide", actor.roles)
    _check(items, comment)
    outcomes: list[Outcome] = []
    step: StepName | None = None
    for key, seen in items:
        outcome, here = _approve(key, seen, step, actor=actor, comment=comment, now=now)
        step = step or here
        outcomes.append(outcome)
    return outcomes


def _approve(
    key: str, seen: int, step: StepName | None, *, actor: Actor, comment: str | None, now: datetime
) -> tuple[Outcome, StepName | None]:
    """One of them, whatever becomes of the others; and the step it stands at, if it could go together."""
    try:
        with own_kept(key, actor, "approve", now), atomic():
            here = _check_together(locked(key, actor), actor, step)
            done = decide(key=key, actor=actor, verb="approve", comment=comment, seen_version=seen, now=now)
    except DomainError as refusal:
        return Outcome(key, refusal=refusal), None
    return Outcome(key, done), here


def _check_together(chain: Chain, actor: Actor, step: StepName | None) -> StepName | None:
    """Refuse what must be decided by itself; whoever is not asked at all hears why from `decide`."""
    seat = chain.waiting_seat_of(actor.id)
    if seat is None:
        return None
    if not _may_go(chain, seat):
        raise NotNow("not_together")
    here = rules.step_name(chain.route, seat.step)
    if step not in (None, here):
        raise NotNow("other_step")
    return here


def _may_go(chain: Chain, seat: SeatView) -> bool:
    objected = chain.is_final(seat.step) and overruled(chain)
    return rules.allowed(chain.route, seat.step) and seat.held_until is None and not objected


def _stood(refusal: DomainError | None) -> bool:
    return isinstance(refusal, DoneBefore) and refusal.args_said["verb"].key == MINE


def _check(items: Sequence[tuple[str, int]], comment: str | None) -> None:
    keys = [key for key, _seen in items]
    if not 0 < len(keys) <= MOST:
        raise Invalid({"items": Text("error.together_count", {"n": MOST})}, "together_count", n=MOST)
    if len(set(keys)) < len(keys):
        raise Invalid({"items": Text("error.together_twice")}, "together_twice")
    checked_words("comment", comment)
