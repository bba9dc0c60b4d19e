"""The life of an agreement: both sides say yes, it pauses and goes on, it ends, it passes into other hands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.agreements import rules
from collab.agreements.models import Agreement
from collab.agreements.queries import list_of_member, relations
from collab.agreements.service import telling
from collab.agreements.service.content import SIDES, why_not_named
from collab.agreements.service.moving import awaited, calendar_of, fresh, locked, move, restart_clock, wait_key
from collab.audit import service as audit
from collab.escalations.service import pass_on
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Text
from collab.people import queries as people
from collab.people.service import MemberLeft
from collab.subjects import service as subjects


def agree(actor: Actor, key: str, *, now: datetime) -> Agreement:
    """Say yes for one's side; with both it is active and the first delivery is awaited. Saying it again is once.

    Raises:
        NotNow: it is not a proposal any more, or its last day is over.
        NotFound, NotAllowed.
    """
    with atomic():
        agreement = locked(actor, key, "agree", now)
        side = "giver" if agreement.giver_id == actor.id else "receiver"
        if getattr(agreement, f"{side}_agreed_at") is not None:
            return agreement
        other_agreed = agreement.receiver_agreed_at if side == "giver" else agreement.giver_agreed_at
        values: dict[str, Any] = {f"{side}_agreed_at": now}
        if other_agreed is not None:
            values.update(state=rules.MOVES.after("agree", agreement.state), **awaited(agreement, after=None, now=now))
            if values["due_at"] is None:
                raise NotNow("agreement_over")
        audit.record("agree", key, actor=actor, at=now, details={"side": side})
        agreement = move(agreement, values)
        restart_clock(agreement, reason="agreed", now=now)
        telling.told(agreement, "agree", actor, now=now)
        return agreement


def pause(actor: Actor, key: str, *, reason: str, now: datetime) -> Agreement:
    """Nothing is awaited until it goes on."""
    with atomic():
        agreement = locked(actor, key, "pause", now)
        return _turn(agreement, "pause", actor, {"paused_at": now}, reason=reason, now=now)


def resume(actor: Actor, key: str, *, now: datetime) -> Agreement:
    """It goes on with what is due next; what was late already when it paused is still owed, by the next business day."""
    with atomic():
        agreement = locked(actor, key, "resume", now)
        values: dict[str, Any] = {"paused_at": None}
        if agreement.due_at and agreement.paused_at and agreement.due_at <= agreement.paused_at:
            values["due_at"] = rules.soon(calendar_of(agreement.giver_id, now), now).at
        elif agreement.due_at is None or agreement.due_at <= now:
            values.update(awaited(agreement, after=agreement.due_on, now=now))
        return _turn(agreement, "resume", actor, values, now=now)


def end(actor: Actor, key: str, *, reason: str, now: datetime) -> Agreement:
    """For good, with a reason; a proposal is declined or taken back this way."""
    with atomic():
        agreement = locked(actor, key, "end", now)
        values = {
            "ended_at": now,
            "end_reason": reason,
            "paused_at": None,
            "due_on": None,
            "due_at": None,
            "promised_at": None,
        }
        return _turn(agreement, "end", actor, values, reason=reason, now=now)


def hand_over(actor: Actor, key: str, *, to: str, side: str | None = None, now: datetime) -> Agreement:
    """Another person of the same department stands for a side. In a proposal they have to agree themselves.

    Raises:
        Invalid: not a member of that department, or the person on the other side; no side said by who stands on both.
    """
    with atomic():
        agreement = locked(actor, key, "handover", now)
        side = _side_of(actor, agreement, side, now)
        member = people.find_actor_by_email(to, now)
        problem = why_not_named(member, getattr(agreement, f"{side}_code"))
        if member is not None and member.id in (agreement.giver_id, agreement.receiver_id):
            problem = Text("agreement.problem.named_already")
        if member is None or problem:
            raise Invalid({"to": problem or Text("agreement.problem.unknown_member")})
        return _hand_to(agreement, side, member.id, actor, now)


def leave(left: MemberLeft) -> None:
    """Whoever leaves hands over to their department's lead, else to their manager (registered at start-up)."""
    for row in list_of_member(left.member):
        subjects.lock(row.key)
        agreement = fresh(row.key)
        side = "giver" if agreement.giver_id == left.member else "receiver"
        heir = _heir(agreement, side, left)
        if heir is not None:
            _hand_to(agreement, side, heir, None, left.at)


def _heir(agreement: Agreement, side: str, left: MemberLeft) -> int | None:
    lead = people.organisation(left.at).leads.get(getattr(agreement, f"{side}_code"))
    manager = people.find_manager(left.member, people.today(left.at))
    taken = {agreement.giver_id, agreement.receiver_id}
    return next((one for one in (lead, manager) if one is not None and one not in taken), None)


def _side_of(actor: Actor, agreement: Agreement, side: str | None, now: datetime) -> str:
    """The side somebody hands over: the one they say, else the one they stand on."""
    here = relations(actor, agreement, now)
    own = [one for one in SIDES if one in here] or [one for one in SIDES if f"{one}_lead" in here]
    if side is not None and not {side, f"{side}_lead"} & here:
        raise NotAllowed("only_sides", verb="agreement.handover")
    if side is None and len(own) > 1:
        raise Invalid({"side": Text("field.required")})
    return side or own[0]


def _hand_to(agreement: Agreement, side: str, member: int, actor: Actor | None, now: datetime) -> Agreement:
    emails = people.emails_of([getattr(agreement, f"{side}_id"), member])
    values: dict[str, Any] = {f"{side}_id": member}
    if agreement.state == rules.PROPOSED:
        values[f"{side}_agreed_at"] = None
    elif side == "giver":
        values.update(_on_their_calendar(agreement, member, now))
    audit.record(
        "handover", agreement.key, actor=actor, at=now,
        before={side: emails[getattr(agreement, f"{side}_id")]}, after={side: emails[member]},
    )  # fmt: skip
    agreement = move(agreement, values)
    if side == "receiver" and agreement.state == rules.ACTIVE:
        pass_on(wait_key(agreement), other=member, other_department=agreement.receiver_code)  # the giver stays as late
    else:
        restart_clock(agreement, reason="handed_over", now=now)
    if agreement.state == rules.PROPOSED:
        telling.ask(agreement, [member], now=now)
    telling.told(agreement, "handover", actor, now=now, to=member)
    return agreement


def _on_their_calendar(agreement: Agreement, giver: int, now: datetime) -> dict[str, Any]:
    """The same delivery, by the closing of the new giver's day; what is late already gets their next business day."""
    if agreement.due_on is None or agreement.due_at is None:
        return {}
    calendar = calendar_of(giver, now)
    due = rules.due_on(agreement.due_on, calendar)
    if agreement.due_at <= now or due.at <= now:
        return {"due_at": rules.soon(calendar, now).at}
    return {"due_at": max(due.at, agreement.due_at)}


def _turn(
    agreement: Agreement, verb: str, actor: Actor, values: dict[str, Any], *, now: datetime, reason: str | None = None
) -> Agreement:
    state = rules.MOVES.after(verb, agreement.state)
    audit.record(verb, agreement.key, actor=actor, at=now, reason=reason)
    agreement = move(agreement, {**values, "state": state})
    restart_clock(agreement, reason=verb, now=now)
    telling.told(agreement, verb, actor, now=now, said=reason)
    return agreement
