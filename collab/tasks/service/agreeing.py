"""Agreeing on who does it by when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.tasks.rules import clocks
from collab.tasks.rules.moves import ACCEPTED, ASKED, COUNTERED, landing
from collab.tasks.service.clocks import given_back, kept
from collab.tasks.service.moving import Act, Moved, Said, Turn, begin, bring_in, settle
from collab.tasks.service.seating import When, calendar_of, due_by, moment, policy

NO_PROPOSAL = dict.fromkeys(("proposed_at", "proposed_scope", "proposed_note", "proposed_by_id"))
NO_QUESTION = dict.fromkeys(("question_text", "question_by_id", "question_to_id", "question_at", "question_rest"))


def accept(
    actor: Actor, key: str, *, due: When, note: str | None = None, seen: int | None = None, now: datetime
) -> Moved:
    """Take it, with a date. Of two who take it at once one wins; the other learns who, and when."""
    with atomic():
        act = begin(actor, key, "accept", seen=seen, now=now)
        promised = moment(due, calendar_of(actor.id, actor, now), now)
        former = act.row.responsible_id
        change: dict[str, Any] = {
            "state": ACCEPTED, "assignee_id": actor.id, "responsible_id": actor.id, "instead_of_id": None,
            "promised_at": promised, "accepted_at": now, "answered_at": act.row.answered_at or now, **NO_QUESTION,
        }  # fmt: skip
        if former not in (None, actor.id):
            bring_in(act, former, "former")
        turn = Turn(actor.id, act.row.to_department, promised)
        return settle(act, change, turn, said=Said(note), former=[former])


def decline(actor: Actor, key: str, *, reason: str, seen: int | None = None, now: datetime) -> Moved:
    """Say no, with the reason."""
    with atomic():
        act = begin(actor, key, "decline", seen=seen, now=now)
        change = {"state": "declined", "answered_at": act.row.answered_at or now, **NO_QUESTION}
        return settle(act, change, None, said=Said(needed(reason)))


def counter(
    actor: Actor, key: str, *, due: When | None = None, scope: str | None = None, note: str | None = None,
    seen: int | None = None, now: datetime,
) -> Moved:  # fmt: skip
    """Propose another date and/or another scope in words; from accepted or started: ask for more time."""
    with atomic():
        act = begin(actor, key, "counter", seen=seen, now=now)
        row = act.row
        proposed = _proposed(act, due, scope)
        change = {
            "state": COUNTERED, "returns_to": row.state, "rest_minutes": kept(act), "proposed_at": proposed,
            "proposed_scope": scope, "proposed_note": note, "proposed_by_id": actor.id, "counters": row.counters + 1,
            "answered_at": row.answered_at or now, **NO_QUESTION,
        }  # fmt: skip
        asker = calendar_of(row.confirmer_id, actor, now)
        turn = Turn(row.confirmer_id, row.from_department, due_by(policy().span(row.severity, "counter"), asker, now))
        said = Said(note, after={"proposed_at": proposed.isoformat(), **({"scope": scope} if scope else {})})
        return settle(act, change, turn, said=said)


def agree(actor: Actor, key: str, *, note: str | None = None, seen: int | None = None, now: datetime) -> Moved:
    """The asker agrees to what was proposed."""
    with atomic():
        act = begin(actor, key, "agree", seen=seen, now=now)
        row = act.row
        state = landing("agree", row.state, row.returns_to)
        due_at = _not_past(act, row.proposed_at)
        taker = {"accepted_at": now, "assignee_id": row.proposed_by_id, "responsible_id": row.proposed_by_id}
        change = {
            "state": state, "returns_to": None, "rest_minutes": None, "promised_at": row.proposed_at,
            "agreed_scope": row.proposed_scope or row.agreed_scope, **NO_PROPOSAL, **NO_QUESTION,
            **({**taker, "instead_of_id": None} if row.returns_to == ASKED else {}),
        }  # fmt: skip
        owner = change.get("responsible_id", row.responsible_id)
        return settle(act, change, Turn(owner, row.to_department, due_at), said=Said(note))


def ask_again(actor: Actor, key: str, *, reason: str, seen: int | None = None, now: datetime) -> Moved:
    """The asker does not agree: the ask (or the promise) stands as it was, with the time that was left."""
    with atomic():
        act = begin(actor, key, "ask_again", seen=seen, now=now)
        row = act.row
        change = {
            "state": landing("ask_again", row.state, row.returns_to), "returns_to": None, "rest_minutes": None,
            **NO_PROPOSAL, **NO_QUESTION,
        }  # fmt: skip
        due_at = given_back(act, row.responsible_id, row.rest_minutes)
        return settle(act, change, Turn(row.responsible_id, row.to_department, due_at), said=Said(needed(reason)))


def needed(text: str | None, field: str = "reason") -> str:
    """Words that must be said. Raises Invalid."""
    said = (text or "").strip()
    if not said:
        raise Invalid({field: Text("field.required")})
    return said


def _proposed(act: Act, due: When | None, scope: str | None) -> datetime:
    """The date proposed; where only the scope is another, the promised one, the day it is needed, or the usual time."""
    if due is None and not scope:
        raise Invalid({"due": Text("task.refused.propose_something")})
    assert act.actor is not None  # noqa: S101 - the system proposes nothing
    calendar, row = calendar_of(act.actor.id, act.actor, act.now), act.row
    if due is not None:
        return moment(due, calendar, act.now)
    wanted = row.promised_at or (clocks.closing_of(calendar, row.needed_by_on) if row.needed_by_on else None)
    if wanted is not None and wanted > act.now:
        return wanted
    return due_by(policy().span(row.severity, "promise"), calendar, act.now)


def _not_past(act: Act, proposed_at: datetime) -> datetime:
    """A date that passed while it was being agreed leaves an hour."""
    return max(proposed_at, given_back(act, act.row.responsible_id, 0)) if proposed_at <= act.now else proposed_at
