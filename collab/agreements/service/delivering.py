"""The data came, or did not: the giver says it is there, the receiver may confirm it or send the clock back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.agreements import rules
from collab.agreements.models import Agreement, Delivery
from collab.agreements.queries import find_delivery, last_delivery
from collab.agreements.service import telling
from collab.agreements.service.moving import awaited, calendar_of, locked, move, restart_clock
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Text
from collab.people import queries as people

_deliveries: Table = Delivery.__table__  # type: ignore[assignment]


def deliver(
    actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime, due_on: date | None = None
) -> Agreement:
    """The data is there (note, link, rows). `due_on` names the delivery that was looked at, so that a second press does
    not count for the next one.

    Raises:
        NotNow: it came already (who, when), or nothing is awaited.
        NotFound, NotAllowed.
    """
    with atomic():
        agreement = locked(actor, key, "deliver", now)
        _check_awaited(agreement, due_on, now)
        delivery = _written(agreement, fields, actor, now)
        details = {"due_on": delivery.due_on.isoformat(), "late": now > delivery.due_at, **_said(fields)}
        audit.record(
            "deliver", key, actor=actor, at=now, acting_for=_acting_for(actor, agreement.giver_id), after=details
        )  # fmt: skip
        agreement = _go_on(agreement, delivery, now)
        telling.told(agreement, "deliver", actor, now=now, said=fields.get("note"), link=fields.get("link"))
        return agreement


def confirm(actor: Actor, key: str, *, now: datetime) -> Agreement:
    """The receiver says that it is there and whole; confirming it again is once."""
    with atomic():
        agreement = locked(actor, key, "confirm", now)
        delivery = _to_judge(agreement, actor)
        if delivery.state == "confirmed":
            return agreement
        _judge(delivery, "confirmed", actor, now)
        audit.record(
            "confirm", key, actor=actor, at=now, acting_for=_acting_for(actor, agreement.receiver_id),
            after={"due_on": delivery.due_on.isoformat()},
        )  # fmt: skip
        agreement = move(agreement, {})
        telling.repaint(agreement, now=now)
        return agreement


def dispute(actor: Actor, key: str, *, reason: str, now: datetime) -> Agreement:
    """It did not arrive, or not whole: the clock goes back to the giver, who has until the next business day.

    Raises:
        NotNow: it was confirmed, or the agreement was ended by somebody.
    """
    with atomic():
        agreement = locked(actor, key, "dispute", now)
        delivery = _to_judge(agreement, actor)
        if delivery.state == "confirmed" or agreement.end_reason is not None:
            raise NotNow("nothing_to_dispute")
        _judge(delivery, "disputed", actor, now, reason)
        audit.record(
            "dispute", key, actor=actor, at=now, acting_for=_acting_for(actor, agreement.receiver_id), reason=reason,
            after={"due_on": delivery.due_on.isoformat()},
        )  # fmt: skip
        again = rules.soon(calendar_of(agreement.giver_id, now), now).at
        agreement = move(
            agreement,
            {
                "state": rules.MOVES.after("dispute", agreement.state), "ended_at": None, "due_on": delivery.due_on,
                "due_at": min(again, agreement.due_at or again), "promised_at": delivery.due_at, "postponed": 0,
            },
        )  # fmt: skip
        restart_clock(agreement, reason="disputed", now=now)
        telling.told(agreement, "dispute", actor, now=now, said=reason)
        return agreement


def postpone(actor: Actor, key: str, *, on: date, reason: str, now: datetime) -> Agreement:
    """A new date for what is awaited now, with a reason, before what comes after it is due.

    Raises:
        Invalid: the day is over, or later than the following delivery.
        NotNow: it got its new dates already, or nothing is awaited.
    """
    with atomic():
        agreement = locked(actor, key, "postpone", now)
        if agreement.due_on is None or agreement.due_at is None:
            raise NotNow("nothing_awaited")
        if agreement.postponed >= rules.MOST_POSTPONED:
            raise NotNow("postponed_enough", n=agreement.postponed)
        due_at = _new_date(agreement, on, now)
        audit.record(
            "postpone", key, actor=actor, at=now, acting_for=_acting_for(actor, agreement.giver_id), reason=reason,
            before={"due_at": agreement.due_at.isoformat()}, after={"due_at": due_at.isoformat()},
        )  # fmt: skip
        agreement = move(agreement, {"due_at": due_at, "postponed": agreement.postponed + 1})
        restart_clock(agreement, reason="new_date", now=now)
        telling.told(agreement, "postpone", actor, now=now, said=reason, until=due_at.isoformat())
        return agreement


def _new_date(agreement: Agreement, on: date, now: datetime) -> datetime:
    calendar = calendar_of(agreement.giver_id, now)
    following = rules.next_due(agreement.cadence, calendar, after=agreement.due_on, now=now)
    if abs((on - now.date()).days) > rules.MOST_RARELY:
        raise Invalid({"on": Text("agreement.problem.too_far")})
    due = rules.due_on(on, calendar)
    if due.at <= now:
        raise Invalid({"on": Text("agreement.problem.over_already")})
    if following is not None and due.on >= following.on:
        raise Invalid({"on": Text("agreement.problem.beyond_next", {"day": following.on})})
    return due.at


def _check_awaited(agreement: Agreement, due_on: date | None, now: datetime) -> None:
    """Raise NotNow unless the delivery meant is the one that is awaited."""
    last = last_delivery(agreement)
    if due_on is not None and due_on != agreement.due_on:
        found = find_delivery(agreement, due_on)
        raise _already(found) if found else NotNow("nothing_awaited")
    if agreement.due_on is None:
        raise _already(last) if last else NotNow("nothing_awaited")
    if due_on is None and last is not None and last.state != "disputed" and _just_came(agreement, last, now):
        raise _already(last)


def _just_came(agreement: Agreement, last: Delivery, now: datetime) -> bool:
    """Whether a delivery that names no day could still mean the last one: it is the same day, or that was not due yet."""
    zone = calendar_of(agreement.giver_id, now).zone
    return now <= last.due_at or now.astimezone(zone).date() == last.delivered_at.astimezone(zone).date()


def _already(delivery: Delivery) -> NotNow:
    who = people.names_of([delivery.delivered_by_id])[delivery.delivered_by_id]
    return NotNow("already_delivered", who=who, at=delivery.delivered_at)


def _written(agreement: Agreement, fields: Mapping[str, Any], actor: Actor, now: datetime) -> Delivery:
    before = find_delivery(agreement, agreement.due_on) if agreement.due_on else None
    row = {
        "agreement_id": agreement.id, "due_on": agreement.due_on, "due_at": agreement.promised_at,
        "attempt": before.attempt + 1 if before else 1, "state": "delivered", "delivered_at": now,
        "delivered_by_id": actor.id, **_said(fields),
    }  # fmt: skip
    number = db.session.scalar(insert(_deliveries).values(**row).returning(_deliveries.c.id))
    return db.session.get_one(Delivery, number)


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields.get(name) for name in ("note", "link", "rows")}


def _go_on(agreement: Agreement, delivery: Delivery, now: datetime) -> Agreement:
    """What is due after it is awaited; when nothing is, the agreement has run out."""
    values = {"delivered_at": now, **awaited(agreement, after=delivery.due_on, now=now)}
    if values["due_at"] is None:
        values.update(state=rules.ENDED, ended_at=now)
    agreement = move(agreement, values)
    restart_clock(agreement, reason="delivered", now=now)
    return agreement


def _to_judge(agreement: Agreement, actor: Actor) -> Delivery:
    """The newest delivery, which its giver never judges themselves. Raises NotNow, NotAllowed."""
    delivery = last_delivery(agreement)
    if delivery is None or delivery.state == "disputed":
        raise NotNow("nothing_came")
    if delivery.delivered_by_id == actor.id:
        raise NotAllowed("own_delivery")
    return delivery


def _judge(delivery: Delivery, state: str, actor: Actor, now: datetime, reason: str | None = None) -> None:
    at = (_deliveries.c.id == delivery.id) & (_deliveries.c.state == delivery.state)
    values = {"state": state, "judged_at": now, "judged_by_id": actor.id, "reason": reason}
    db.session.execute(update(_deliveries).where(at).values(**values))
    db.session.refresh(delivery)


def _acting_for(actor: Actor, named: int) -> str | None:
    """Whom somebody does it for, where they are not the named person."""
    return None if actor.id == named else people.email_of(named)
