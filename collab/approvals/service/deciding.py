"""Deciding on a seat: under the subject's lock, guarded by the round's version, with the words the verb demands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from collab.approvals.queries import Chain, SeatView, get_chain, proxies
from collab.approvals.rules import progress, verbs
from collab.approvals.rules.progress import AGAIN, ANSWERED, APPROVED, HERE, LIFTED, REJECTED, Change
from collab.approvals.service import conditions, moving, proxying, reading, telling
from collab.approvals.service.applying import Taken, apply
from collab.approvals.service.ended import RoundEnded
from collab.approvals.service.opening import step_details
from collab.audit import service as audit
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_words
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.subjects.queries import get_summary

REQUESTER = "requester"
"""Where a request goes back to unless a step is named."""


@dataclass(frozen=True)
class Decision:
    """What a decision did: the verb as recorded (`decide` for the last yes), and where the round stands now."""

    subject: str
    verb: str
    round: int
    step: int
    state: str
    at: datetime


class DoneBefore(NotNow):
    """One's own decision stands already: a repeat, often of one whose answer was lost on the way. Said as done."""

    code = "already_decided"

    @property
    def text(self) -> Text:
        """To others the same code says who was first."""
        return Text("error.decided_before", self.args_said)


@dataclass(frozen=True)
class Said:
    """What somebody says on a seat; `to` is where a return goes (`requester` or a step from 1), `resume` how it goes on;
    `seen_seat` is the seat they look at: asked anew, they hold another one."""

    verb: str
    comment: str | None = None
    to: str | int = REQUESTER
    resume: str | None = None
    opinion: str | None = None
    stage: str | None = None
    conditions: Sequence[Mapping[str, Any]] = field(default=())
    seen_version: int | None = None
    seen_seat: int | None = None
    acting_for: int | None = None


def decide(*, key: str, actor: Actor, verb: str, now: datetime, comment: str | None = None, **more: Any) -> Decision:
    """Say what the seat the actor holds (or may decide on for somebody) is asked for; `more` is the rest of `Said`.

    Raises:
        Invalid: a verb this seat does not have, or no reason, opinion or condition where one must be given.
        NotFound: no such subject, or not visible to the actor.
        NotAllowed: the actor has no seat here, or may never decide this one.
        NotNow: somebody decided first, or the content changed since the actor looked.
    """
    said = _checked(Said(verb, comment, **more))
    with own_kept(key, actor, verb, now), atomic():
        chain = locked(key, actor, judged_later=True)
        seat = _permitted_seat(chain, actor, said, now)
        _check_words(chain, seat, said)
        change = _change(chain, seat, said)
        return conclude(chain, seat, change, said, actor, now)


def own_kept(key: str, actor: Actor, verb: str, now: datetime) -> AbstractContextManager[None]:
    """Who tries to approve what they may never decide (their own request, or one filed for them), or a second seat of a step they
    have approved already, is in the trail."""
    return audit.refusals_kept(key, actor, verb, now=now, counts=lambda: verb == "approve" and _is_control(key, actor))


def _is_control(key: str, actor: Actor) -> bool:
    try:
        chain = get_chain(key)
    except NotFound:
        return False
    here = {seat.step for seat in chain.waiting()}
    twice = any(seat.step in here and seat.decided_at and seat.concerns(actor.id) for seat in chain.seats)
    return chain.state == "pending" and (actor.id in chain.barred or twice)


def conclude(chain: Chain, seat: SeatView, change: Change, said: Said, actor: Actor, now: datetime) -> Decision:
    """Write a decision and everything that follows from it; runs inside the caller's transaction."""
    now = _after_the_last(chain, now)
    recorded = _recorded(chain, seat, change, said)
    record(chain, recorded, actor, seat, said, now, after=_over(chain, change))
    if said.conditions:
        conditions.put(chain, seat, actor, said.conditions, now=now)
    taken = Taken(seat, actor.id, now, said.comment, said.opinion, said.stage)
    apply(chain, change, now, taken=taken, resume=(said.resume or HERE) if said.verb == "return" else None)
    if said.opinion == verbs.DISAGREE or any(row.instead_of for row in chain.seats if row.id in change.renewed):
        moving.let_go(now=now, key=chain.subject)
    reading.put_after(chain, seat, change, actor, now=now)
    telling.decided(chain, recorded, actor, said.comment, now=now, **_heard(seat, said))
    if change.ends == APPROVED and (chain.conditioned or said.conditions):
        conditions.promise(chain, now=now)
    if change.ends:
        reactions.emit(RoundEnded(chain.subject, change.ends, actor, now))
    return Decision(chain.subject, recorded, chain.number, seat.step + 1, change.ends or "pending", now)


def _after_the_last(chain: Chain, now: datetime) -> datetime:
    """Whoever waited for the lock decided after whoever had it: the order of decisions is that of the trail."""
    last = max((seat.decided_at for seat in chain.seats if seat.decided_at), default=None)
    return max(now, last + timedelta(microseconds=1)) if last else now


def _over(chain: Chain, change: Change) -> dict[str, Any] | None:
    """Who was approved over, as the trail names them."""
    over = [seat for seat in chain.seats if change.seats.get(seat.id) == LIFTED]
    known = people.addresses(seat.member for seat in over)
    named = [{"step": seat.step + 1, "seat": seat.position, "member": known.get(seat.member)} for seat in over]
    return {"over": named} if named else None


def locked(key: str, actor: Actor, *, judged_later: bool = False) -> Chain:
    """Lock first, read after: on PostgreSQL a row read before the lock may be old. A stranger learns nothing; whether it is
    open to somebody who acts for others may be `judged_later`, with the seat."""
    subjects.lock(key)
    try:
        chain = get_chain(key)
    except NotFound:
        get_summary(actor, key)
        raise NotNow("not_submitted") from None
    later = judged_later and actor.acts_for
    if not chain.relations_of(actor.id) and not later and not proxies.sees(chain, actor):
        get_summary(actor, key)
    return chain


def record(
    chain: Chain,
    verb: str,
    actor: Actor,
    seat: SeatView,
    said: Said | None,
    now: datetime,
    *,
    after: Mapping[str, Any] | None = None,
) -> None:
    """The audit entry of something done on a seat; in whose place, if it is somebody else's."""
    details = {
        **step_details(chain.route, chain.number, seat.step),
        "office": seat.office,
        "seat": seat.position,
        "turn": seat.turn,
    }
    if said is not None:
        extra = {
            "opinion": said.opinion,
            "stage": said.stage,
            "resume": said.resume,
            "conditions": list(said.conditions),
            "lifted": said.verb == "lift" and verb == "decide",
        }
        details |= {name: value for name, value in extra.items() if value}
        details |= {"to": said.to} if said.verb == "return" else {}
    owner = seat.instead_of or (seat.member if seat.member != actor.id else None)
    instead = people.addresses([owner]).get(owner) if owner else None
    comment = said.comment if said else None
    audit.record(
        verb, chain.subject, actor=actor, at=now, acting_for=instead, reason=comment, after=after, details=details
    )


def _checked(said: Said) -> Said:
    """What can be said without looking at the round. Raises Invalid."""
    comment = checked_words("comment", said.comment)
    if said.verb not in verbs.ON_SEATS:
        raise Invalid({"verb": Text("field.not_a_choice", {"choices": ", ".join(verbs.ON_SEATS)})})
    if comment is None and (said.verb in ("return", "reject") or said.opinion in verbs.WORDED):
        raise Invalid({"comment": Text("error.reason_needed")}, "reason_needed")
    opinions = verbs.OPINIONS.get(said.verb, ())
    if opinions and said.opinion not in opinions:
        raise Invalid({"opinion": Text("field.not_a_choice", {"choices": ", ".join(opinions)})})
    if said.verb == "advocate" and not said.stage:
        raise Invalid({"stage": Text("error.stage_needed")}, "stage_needed")
    if said.resume not in (None, HERE, AGAIN):
        raise Invalid({"resume": Text("field.not_a_choice", {"choices": f"{HERE}, {AGAIN}"})})
    opinion = said.opinion if opinions else None
    return replace(said, comment=comment, opinion=opinion, conditions=conditions.checked(said.conditions, said.verb))


def _check_words(chain: Chain, seat: SeatView, said: Said) -> None:
    """What can only be judged with the round in hand: the verbs of this seat, where it goes back to, what is overruled."""
    choices = verbs.OF_KIND[chain.kind(seat)]
    if said.verb not in choices:
        raise Invalid({"verb": Text("field.not_a_choice", {"choices": ", ".join(choices)})}, "other_verb_here")
    if said.verb == "return" and said.to != REQUESTER and _target(said) not in progress.earlier(chain.spec, seat.step):
        raise Invalid({"return_to": Text("error.no_such_step")}, "no_such_step")
    if said.verb == "approve" and said.comment is None and chain.is_final(seat.step) and overruled(chain):
        raise Invalid({"comment": Text("error.override_needed")}, "override_needed")


def _heard(seat: SeatView, said: Said) -> dict[str, Any]:
    """What news of a decision says beyond its verb and words."""
    step = said.to if said.verb == "return" and said.to != REQUESTER else None
    about = {"opinion": said.opinion, "stage": said.stage if said.opinion else None, "step": step}
    return {"seat": seat, **about, "conditions": len(said.conditions) or None}


def overruled(chain: Chain) -> list[SeatView]:
    """The advocates who said it is worse for the customer: a final yes says why it is given all the same."""
    return [seat for seat in chain.seats if seat.opinion == "worse"]


def _target(said: Said) -> int:
    return said.to - 1 if isinstance(said.to, int) else -1


def _recorded(chain: Chain, seat: SeatView, change: Change, said: Said) -> str:
    """The verb as GLOSSARY's table names it: the last yes is the decision, a check is a review."""
    if said.verb not in ("approve", "lift"):
        return said.verb
    if change.ends == "approved":
        return "decide"
    if said.verb == "lift":
        return "lift"
    return "review" if chain.kind(seat) == "review" else "approve"


def _permitted_seat(chain: Chain, actor: Actor, said: Said, now: datetime) -> SeatView:
    relations = chain.relations_of(actor.id) | actor.roles
    seat = _own_seat(chain, actor.id, said.verb) if said.acting_for in (None, actor.id) else None
    if seat is None:
        seat = proxying.find_seat(chain, actor, said.acting_for, seen=said.seen_seat, now=now)
        relations |= {"proxy"} if seat else set()
    if seat is None and "barred" not in relations and ("seated" in relations or chain.state != "pending"):
        _refuse_late(chain, actor, now)
    permits.check(f"approval.{said.verb}", relations, chain.state)
    if seat is None:
        raise NotNow("not_your_turn")
    check_seen(chain, said.seen_version)
    if said.seen_seat not in (None, seat.id):
        raise NotNow("asked_anew")
    proxying.check_final(chain, seat, actor, now=now)
    return seat


def _own_seat(chain: Chain, member: int, verb: str) -> SeatView | None:
    """The seat a member is asked on; of several side by side the first where such a thing can be said."""
    mine = [seat for seat in chain.waiting() if seat.member == member]
    return next((seat for seat in mine if verb in verbs.OF_KIND[chain.kind(seat)]), next(iter(mine), None))


def check_seen(chain: Chain, seen: int | None) -> None:
    """Raises NotNow when the content is another by now than the one somebody looked at."""
    if seen is not None and seen != chain.content_version:
        raise NotNow("content_changed", seen=seen, version=chain.content_version)


def _refuse_late(chain: Chain, actor: Actor, now: datetime) -> None:
    """Say who decided and when, kindly: the seat was decided on, moved to a deputy, or the round has ended."""
    mine = [seat for seat in chain.seats if seat.concerns(actor.id)]
    if not mine:
        return
    done = next((seat for seat in mine if seat.decided_at), None) or next(iter(chain.decided()[-1:]), None)
    if done and done.decided_at and (done in mine or chain.state != "pending"):
        verb = Text(f"approval.done.{done.state}")
        refusal = DoneBefore if done.decider == actor.id else NotNow
        raise refusal("already_decided", who=people.get_actor(done.decider, now), at=done.decided_at, verb=verb)
    moved = next((seat for seat in mine if seat.member != actor.id), None)
    if moved:
        raise NotNow("seat_moved", who=people.get_actor(moved.member, now))
    raise NotNow("not_your_turn" if chain.state == "pending" else "round_ended")


def _change(chain: Chain, seat: SeatView, said: Said) -> Change:
    spec, rows = chain.spec, chain.now()
    if said.verb == "return":
        if said.to == REQUESTER:
            return progress.end(rows, "return", seat.id)
        return progress.send_back(spec, rows, seat.id, _target(said), said.resume or HERE)
    state = {"approve": APPROVED, "reject": REJECTED}.get(said.verb, ANSWERED)
    return progress.decide(spec, rows, seat.id, state)
