"""A pilot (お試し): what it may cost, until which day, what it is to find out; and how it ends, by votes or by silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.escalations.service import end as end_waits
from collab.initiatives.models import PREFIX, Pilot
from collab.initiatives.queries.charters import is_chartered
from collab.initiatives.queries.initiatives import InitiativeView
from collab.initiatives.queries.pilots import PilotView, counting, find_pilot, keys_over, keys_to_ask, wait_key
from collab.initiatives.queries.policy import policy
from collab.initiatives.rules import pilots as rules
from collab.initiatives.rules.moves import CLOSED, PILOT, SIDES
from collab.initiatives.service import asking_votes, holding, living
from collab.initiatives.service.events import InitiativeClosed
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotNow, Text
from collab.kernel.keys import key_of
from collab.kernel.money import BadAmount, Money
from collab.kernel.words import needed_words

log = structlog.get_logger(__name__)
_pilots: Table = Pilot.__table__  # type: ignore[assignment]


def pilot(
    actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime, version: int | None = None
) -> InitiativeView:
    """Begin the pilot: `fields` are cap (a decimal string), currency (the company's if not said), ends_on and question.

    Raises:
        Invalid: a cap that is no amount, a last day that is over or more than a year away, no question.
        NotNow: not from this state, or what `living.check_ready` says (`charter_unsigned` ...).
        NotFound, NotAllowed, Stale.
    """
    with atomic():
        held = holding.hold(actor, key, "initiative.pilot", version=version)
        living.check_ready(held.initiative)
        values = _columns(fields, now)
        number = db.session.scalar(
            insert(_pilots)
            .values(initiative_id=held.initiative.id, started_at=now, started_by_id=actor.id, **values)
            .returning(_pilots.c.id)
        )
        holding.move(held.initiative, {"state": PILOT, "started_at": held.initiative.started_at or now})
        after = {
            "cap": str(Money(values["cap_minor"], values["currency"])), "currency": values["currency"],
            "ends_on": values["ends_on"].isoformat(), "question": values["question"],
        }  # fmt: skip
        audit.record("pilot", key, actor=actor, at=now, after=after, details={"pilot": number})
        changed = holding.locked(key)
        asking_votes.told(changed, "pilot", actor, now=now)
        if values["asks_at"] <= now:
            _ask(changed, now)
        return changed


def check_chartered(initiative: InitiativeView) -> None:
    """Raises NotNow (`charter_unsigned`) unless both leads have signed the charter as it stands."""
    if not is_chartered(initiative):
        raise NotNow("charter_unsigned")


def _columns(fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    problems: dict[str, Text] = {}
    cap = _cap(fields, problems)
    ends_on = fields.get("ends_on")
    moments = _moments(ends_on, problems, now)
    question = ""
    try:
        question = needed_words("question", fields.get("question"))
    except Invalid as refused:
        problems.update(refused.fields)
    if problems or cap is None or moments is None:
        raise Invalid(problems)
    return {
        "cap_minor": cap.minor, "currency": cap.currency, "question": question, "ends_on": ends_on, "ends_at": moments.ends_at,
        "asks_at": moments.asks_at, "due_at": moments.due_at,
    }  # fmt: skip


def _cap(fields: Mapping[str, Any], problems: dict[str, Text]) -> Money | None:
    currency = str(fields.get("currency") or company().currency).upper()
    if not fields.get("cap"):
        problems["cap"] = Text("field.required")
        return None
    try:
        cap = Money.parse(str(fields["cap"]), currency)
    except BadAmount as error:
        problems["currency" if error.reason == "unknown_currency" else "cap"] = Text(f"field.{error.reason}")
        return None
    if cap.minor <= 0:
        problems["cap"] = Text("field.not_positive")
    return cap


def _moments(ends_on: date | None, problems: dict[str, Text], now: datetime) -> rules.Moments | None:
    """The last day counts in the company's calendar, not in anybody's own."""
    if ends_on is None:
        problems["ends_on"] = Text("field.required")
        return None
    ahead = (ends_on - day_in(now, company().zone)).days
    if not 0 <= ahead <= rules.LONGEST_DAYS:
        problems["ends_on"] = Text("initiative.problem.pilot_days", {"n": rules.LONGEST_DAYS})
        return None
    found = rules.moments(ends_on, calendar_or_default(company().calendar), policy().vote_before, now)
    if found.ends_at <= now:
        problems["ends_on"] = Text("initiative.problem.pilot_days", {"n": rules.LONGEST_DAYS})
    return found


def sweep(*, now: datetime) -> int:
    """End the pilots whose last day is over and have the votes asked for that are due; returns how many of either.

    Each is a transaction of its own, under the lock of its initiative and judged again there: two sweepers, or a vote that
    comes at the same second, find one end. One that cannot be written must not keep the others.
    """
    return sum([*(_safely(_end_over, key, now) for key in keys_over(now)),
                *(_safely(_ask_due, key, now) for key in keys_to_ask(now))])  # fmt: skip


def _safely(act: Any, key: str, now: datetime) -> bool:
    try:
        with atomic():
            return bool(act(key, now))
    except DomainError as refused:  # somebody writes there just now: the next sweep looks again
        log.info("initiatives.sweep_later", key=key, why=refused.said_code)
    except Exception:
        log.exception("initiatives.sweep_failed", key=key)
    return False


def _end_over(key: str, now: datetime) -> bool:
    initiative = holding.locked(key)
    found = find_pilot(initiative.id)
    if found is None or not found.running or found.ends_at > now:
        return False
    if initiative.state != PILOT:
        _write_end(found, rules.STOP, now)
        return True
    return conclude(initiative, found, None, now=now)


def conclude(initiative: InitiativeView, found: PilotView, actor: Actor | None, *, now: datetime) -> bool:
    """End a pilot if what both sides said, or that it is over, ends it; under the lock. Returns whether it did.

    By silence nobody does it: the trail names the system.
    """
    end = rules.outcome(counting(found, initiative), over=now >= found.ends_at)
    if end is None:
        return False
    _write_end(found, end.verdict, now)
    after = {"verdict": end.verdict, "state": end.state}
    audit.record(f"pilot_{end.verdict}", initiative.key, actor=actor, at=now, after=after, details={"pilot": found.id})
    if end.state == CLOSED:
        closing = {"result": end.result, "outcome": _stops(found, initiative), "lesson": None}
        living.conclude(initiative, closing, actor, now=now)
    else:
        holding.move(initiative, {"state": end.state})
        asking_votes.told(holding.locked(initiative.key), f"pilot_{end.verdict}", actor, now=now)
    return True


def _stops(found: PilotView, initiative: InitiativeView) -> str | None:
    """What those who said "stop" gave as their reason: the outcome in their words."""
    said = counting(found, initiative)
    reasons = [vote.reason for vote in found.votes if said.get(vote.side) == rules.STOP and vote.reason]
    return "\n".join(reasons) or None


def _write_end(found: PilotView, verdict: str, now: datetime) -> None:
    at = (_pilots.c.id == found.id) & _pilots.c.ended_at.is_(None)
    db.session.execute(update(_pilots).where(at).values(ended_at=now, verdict=verdict))
    key = key_of(PREFIX, found.initiative)
    end_waits([wait_key(key, side) for side in SIDES], reason="pilot_ended", now=now)


def closed(event: InitiativeClosed) -> None:
    """Whoever closed the initiative stopped its pilot too (registered at start-up)."""
    found = find_pilot(event.initiative.id)
    if found is not None and found.running:
        _write_end(found, rules.STOP, event.at)


def _ask_due(key: str, now: datetime) -> bool:
    return _ask(holding.locked(key), now)


def _ask(initiative: InitiativeView, now: datetime) -> bool:
    """Ask both leads for their votes, once."""
    found = find_pilot(initiative.id)
    if found is None or not found.running or found.asked_at is not None or initiative.state != PILOT:
        return False
    if not found.asks_at <= now < found.ends_at:
        return False
    db.session.execute(update(_pilots).where(_pilots.c.id == found.id).values(asked_at=now))
    asking_votes.ask(initiative, found, now=now)
    return True
