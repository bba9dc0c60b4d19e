"""Doing it, being stopped, and the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.kernel.money import BadAmount, Money
from collab.tasks.rules.moves import BLOCKED, CONFIRMED, DONE, STARTED, WITHDRAWN, landing
from collab.tasks.service.agreeing import NO_PROPOSAL, NO_QUESTION, needed
from collab.tasks.service.clocks import given_back, kept
from collab.tasks.service.moving import Act, Moved, Said, Turn, begin, bring_in, settle
from collab.tasks.service.naming import somebody
from collab.tasks.service.seating import When, calendar_of, due_by, moment, policy

NO_BLOCK = dict.fromkeys(
    ("block_reason", "lifter_id", "lifter_department", "cost_minor", "cost_currency", "cost_per", "cost_text")
)
ASKER = "asker"


def start(actor: Actor, key: str, *, seen: int | None = None, now: datetime) -> Moved:
    """Work has begun; the clock runs as before."""
    with atomic():
        return settle(begin(actor, key, "start", seen=seen, now=now), {"state": STARTED}, None)


def block(
    actor: Actor, key: str, *, reason: str, lifter: str | None = None, cost: Mapping[str, Any] | None = None,
    seen: int | None = None, now: datetime,
) -> Moved:  # fmt: skip
    """Stopped: why, who can lift it (an e-mail; None or "asker": the asking side), and what the delay costs
    ({amount, currency, per: day | week}, or {text}). The clock is theirs until it is lifted."""
    with atomic():
        act = begin(actor, key, "block", seen=seen, now=now)
        row, why = act.row, needed(reason)
        who, department = row.confirmer_id, row.from_department
        if lifter not in (None, ASKER):
            named = somebody(str(lifter), now, field="lifter", task=row)
            who, department = named.id, named.department or row.from_department
            bring_in(act, named.id, "lifter")
        change = {
            "state": BLOCKED, "returns_to": row.state, "rest_minutes": kept(act), "block_reason": why, "lifter_id": who,
            "lifter_department": department,
            **_cost(cost or {}), **NO_QUESTION,
        }  # fmt: skip
        due_at = due_by(policy().span(row.severity, "unblock"), calendar_of(who, actor, now), now)
        said = Said(why, after={name: value for name, value in (cost or {}).items() if value is not None})
        return settle(act, change, Turn(who, department, due_at), said=said)


def unblock(actor: Actor, key: str, *, note: str | None = None, seen: int | None = None, now: datetime) -> Moved:
    """It can go on; the owner gets back the time that was left."""
    with atomic():
        act = begin(actor, key, "unblock", seen=seen, now=now)
        row = act.row
        change = {
            "state": landing("unblock", row.state, row.returns_to), "returns_to": None, "rest_minutes": None,
            **NO_BLOCK, **NO_QUESTION,
        }  # fmt: skip
        turn = Turn(row.responsible_id, row.to_department, given_back(act, row.responsible_id, row.rest_minutes))
        return settle(act, change, turn, said=Said(note))


def done(actor: Actor, key: str, *, note: str | None = None, seen: int | None = None, now: datetime) -> Moved:
    """Done, as the owner sees it; the asker confirms."""
    with atomic():
        act = begin(actor, key, "done", seen=seen, now=now)
        row = act.row
        due_at = due_by(policy().span(row.severity, "confirm"), calendar_of(row.confirmer_id, actor, now), now)
        change = {"state": DONE, "done_at": now, **NO_QUESTION}
        return settle(act, change, Turn(row.confirmer_id, row.from_department, due_at), said=Said(note))


def confirm(actor: Actor, key: str, *, note: str | None = None, seen: int | None = None, now: datetime) -> Moved:
    """The asker agrees that it is done."""
    with atomic():
        act = begin(actor, key, "confirm", seen=seen, now=now)
        return settle(act, {"state": CONFIRMED, **NO_QUESTION}, None, said=Said(note))


def reopen(
    actor: Actor, key: str, *, reason: str, due: When | None = None, seen: int | None = None, now: datetime
) -> Moved:
    """Not done yet, and why; by another date, or within the usual time of an answer."""
    with atomic():
        act = begin(actor, key, "reopen", seen=seen, now=now)
        row, why = act.row, needed(reason)
        calendar = calendar_of(row.responsible_id, actor, now)
        due_at = moment(due, calendar, now) if due else due_by(policy().span(row.severity, "answer"), calendar, now)
        promised = {"promised_at": due_at} if due else {}
        change = {"state": STARTED, "done_at": None, **promised, **NO_QUESTION}
        return settle(act, change, Turn(row.responsible_id, row.to_department, due_at), said=Said(why))


def withdraw(actor: Actor, key: str, *, reason: str | None = None, seen: int | None = None, now: datetime) -> Moved:
    """The asker needs it no more."""
    with atomic():
        act = begin(actor, key, "withdraw", seen=seen, now=now)
        change = {
            "state": WITHDRAWN, "returns_to": None, "rest_minutes": None, **NO_BLOCK, **NO_PROPOSAL, **NO_QUESTION,
        }  # fmt: skip
        return settle(act, change, None, said=Said(reason), former=_concerned(act))


def _concerned(act: Act) -> list[int]:
    """Whoever was asked something, or to lift something, need not any more."""
    return [member for member in (act.row.question_to_id, act.row.lifter_id) if member is not None]


def _cost(cost: Mapping[str, Any]) -> dict[str, Any]:
    """The cost of delay as columns. Raises Invalid."""
    words = {"cost_text": cost.get("text")}
    given = {name: cost.get(name) for name in ("amount", "currency", "per")}
    if not any(given.values()):
        return words
    missing = {f"cost.{name}": Text("field.required") for name, value in given.items() if not value}
    if missing:
        raise Invalid(missing)
    if given["per"] not in ("day", "week"):
        raise Invalid({"cost.per": Text("field.not_a_choice", {"choices": "day, week"})})
    try:
        money = Money.parse(str(given["amount"]), str(given["currency"]).upper())
    except BadAmount as error:
        field = "cost.currency" if error.reason == "unknown_currency" else "cost.amount"
        raise Invalid({field: Text(f"field.{error.reason}")}) from error
    return {"cost_minor": money.minor, "cost_currency": money.currency, "cost_per": given["per"], **words}
