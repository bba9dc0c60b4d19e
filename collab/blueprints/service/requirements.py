"""What one side needs of the other: asked, answered by the other side with a date or in words, agreed to, and met.

Nobody answers what they asked, and nobody of one side answers for the other: every verb looks at which side the actor stands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, update

from collab.blueprints.models import Requirement
from collab.blueprints.queries.blueprints import requirement_content
from collab.blueprints.queries.items import RequirementView, find_requirement
from collab.blueprints.rules import requirements as rules
from collab.blueprints.service import telling
from collab.blueprints.service.drawing import Drawn, changed, draw, look, own_side, sides_here
from collab.blueprints.service.justifying import Problems, justification, refuse
from collab.blueprints.service.standing import check
from collab.initiatives.queries import relations_of
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.business_time import BusinessTimeError
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.people import queries as people

_requirements: Table = Requirement.__table__  # type: ignore[assignment]


def ask(actor: Actor, key: str, fields: Mapping[str, Any], *, seen: int | None = None, now: datetime) -> int:
    """Ask the other side for something: `title`, `detail`, `needed_by_on`, whom it serves; `side` where one stands on both.
    Returns its number.

    Raises:
        Invalid: no journey stage and goal, and no reason why not; a day that is over.
        NotAllowed: not on that side of the initiative.
        NotFound, NotNow, Stale.
    """
    with atomic():
        held = draw(actor, key, "ask", seen=seen)
        side = own_side(actor, held, fields.get("side"))
        values = _asked(actor, fields, now)
        lead = held.initiative.lead(rules.other(side))
        due = telling.answer_due(lead.member if lead else None, now)
        row = insert(_requirements).values(
            initiative_id=held.initiative.id, side=side, state=rules.ASKED, asker_id=actor.id, asked_at=now, due_at=due,
            **values,
        )  # fmt: skip
        number = int(db.session.scalar(row.returning(_requirements.c.id)) or 0)
        one = _found(held, number)
        changed(held, "ask", actor, now=now, after=requirement_content(one))
        telling.restart_clock(one, held.initiative, reason="asked", now=now)
        telling.ask(held, one, now=now)
        return number


def commit_to(
    actor: Actor, key: str, number: int, *, on: date, text: str | None = None, now: datetime
) -> RequirementView:
    """Promise it for a day; the promise runs until that day closes on the promiser's calendar.

    Raises:
        NotAllowed: not the other side's lead nor whom they named; what one asked oneself.
        NotNow: (`requirement_answered`) somebody answered already; the initiative is closed.
        Invalid: a day that is over or out of reach. NotFound.
    """
    with atomic():
        held, one = _held(actor, key, number, "commit")
        values = {"answer": text, "promised_on": _day(on, now), **_answered(actor, now)}
        values["due_at"] = _closing(on, actor.id, now)
        return _answer(held, one, "commit", actor, values, said=text, now=now)


def decline(actor: Actor, key: str, number: int, *, reason: str, now: datetime) -> RequirementView:
    """Say no, and why. Raises as `commit_to`."""
    with atomic():
        held, one = _held(actor, key, number, "decline")
        values = {"answer": reason, "promised_on": None, "due_at": None, **_answered(actor, now)}
        return _answer(held, one, "decline", actor, values, said=reason, now=now)


def counter(actor: Actor, key: str, number: int, *, text: str, on: date, now: datetime) -> RequirementView:
    """Offer something else, or another day: the asking side agrees or takes the requirement back. A promise that will not hold is
    countered too. Raises as `commit_to`."""
    with atomic():
        held, one = _held(actor, key, number, "counter")
        values = {"answer": text, "promised_on": _day(on, now), **_answered(actor, now)}
        values["due_at"] = telling.answer_due(one.asker, now)
        return _answer(held, one, "counter", actor, values, said=text, now=now)


def agree(actor: Actor, key: str, number: int, *, now: datetime) -> RequirementView:
    """Take what the other side offered: it is committed as offered. Raises NotAllowed (the asking side agrees), NotNow, NotFound."""
    with atomic():
        held, one = _held(actor, key, number, "agree")
        due = _closing(one.promised_on or people.today(now), one.answerer, now)
        one = _move(held, one, "agree", actor, {"state": rules.COMMITTED, "due_at": due}, now=now)
        telling.told(held, one, "agree", actor, _answering(held, one), now=now)
        return one


def met(actor: Actor, key: str, number: int, *, now: datetime) -> RequirementView:
    """The asking side has what was promised; never said by whoever promised it. Raises NotAllowed, NotNow, NotFound."""
    with atomic():
        held, one = _held(actor, key, number, "met")
        values = {"state": rules.MET, "due_at": None, "met_at": now}
        one = _move(held, one, "met", actor, values, on_paper=False, now=now)
        telling.told(held, one, "met", actor, _answering(held, one), now=now)
        return one


def withdraw(actor: Actor, key: str, number: int, *, reason: str | None = None, now: datetime) -> RequirementView:
    """The asking side needs it no more, or does not want what was offered. Raises NotAllowed, NotNow, NotFound."""
    with atomic():
        held, one = _held(actor, key, number, "withdraw")
        values = {"state": rules.WITHDRAWN, "due_at": None}
        one = _move(held, one, "withdraw", actor, values, reason=reason, now=now)
        telling.told(held, one, "withdraw", actor, _answering(held, one), said=reason, now=now)
        return one


def name_answerer(actor: Actor, key: str, number: int, *, member: str, now: datetime) -> RequirementView:
    """The answering side's lead names who answers for it: somebody of that side alone, who may see it and did not ask.

    Raises:
        Invalid: (`member`) not such a person. NotAllowed: the lead names. NotNow, NotFound.
    """
    with atomic():
        held, one = _held(actor, key, number, "name_answerer")
        found = people.find_actor_by_email(member, now)
        problem = _why_not_answering(held, one, found)
        if found is None or problem:
            raise Invalid({"member": Text(f"blueprint.problem.{problem or 'unknown_member'}")})
        values = {"answerer_id": found.id, "due_at": telling.answer_due(found.id, now)}
        one = _move(held, one, "name_answerer", actor, values, on_paper=False, now=now, after={"answerer": found.email})
        telling.ask(held, one, now=now)
        return one


def may(actor: Actor, key: str, number: int, verb: str) -> None:
    """Raise what the verb itself would, before somebody writes an answer in vain: NotFound, NotAllowed, NotNow."""
    with atomic():
        _held(actor, key, number, verb)


def _held(actor: Actor, key: str, number: int, verb: str) -> tuple[Drawn, RequirementView]:
    """The requirement under the lock, once the verb is permitted."""
    held = look(actor, key)
    one = _found(held, number)
    check(actor, held, one, verb)
    return held, one


def _found(held: Drawn, number: int) -> RequirementView:
    one = find_requirement(held.initiative.id, number)
    if one is None:
        raise NotFound
    return one


def _asked(actor: Actor, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    problems: Problems = {}
    values = {name: fields.get(name) for name in ("title", "detail", "needed_by_on")}
    day = values["needed_by_on"]
    if day and (word := rules.wrong_day(day, people.today(now))):
        problems["needed_by_on"] = Text(f"blueprint.problem.{word}")
    values.update(justification(actor, fields, problems))
    refuse(problems)
    return values


def _answer(
    held: Drawn, one: RequirementView, verb: str, actor: Actor, values: dict[str, Any], *, said: str | None, now: datetime
) -> RequirementView:  # fmt: skip
    one = _move(held, one, verb, actor, {**values, "state": rules.ANSWERS[verb]}, reason=said, now=now)
    lead = held.initiative.lead(one.side)
    if one.state == rules.COUNTERED:
        telling.ask(held, one, now=now)
    telling.told(
        held, one, verb, actor, {one.asker if one.state != rules.COUNTERED else None, lead.member if lead else None}, said=said, now=now
    )  # fmt: skip
    return one


def _move(  # noqa: PLR0913 - what changes, and what is written of it
    held: Drawn, one: RequirementView, verb: str, actor: Actor | None, values: Mapping[str, Any], *, now: datetime,
    on_paper: bool = True, reason: str | None = None, after: Mapping[str, Any] | None = None,
) -> RequirementView:  # fmt: skip
    """Change it, write it down, and start the clock of whoever must act next. Compare-and-set on the state that was read."""
    at = (_requirements.c.id == one.id) & (_requirements.c.state == one.state)
    if db.session.execute(update(_requirements).where(at).values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    fresh = _found(held, one.id)
    changed(
        held, verb, actor, now=now, on_paper=on_paper, reason=reason, before=requirement_content(one),
        after={**requirement_content(fresh), "state": fresh.state, **(after or {})},
    )  # fmt: skip
    telling.restart_clock(fresh, held.initiative, reason=verb, now=now)
    return fresh


def _answered(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"answerer_id": actor.id, "answered_at": now}


def _answering(held: Drawn, one: RequirementView) -> set[int | None]:
    lead = held.initiative.lead(rules.other(one.side))
    return {one.answerer, lead.member if lead else None}


def _why_not_answering(held: Drawn, one: RequirementView, found: Actor | None) -> str:
    if found is None or "member" not in found.roles:
        return "unknown_member"
    if sides_here(found, held.initiative) != {rules.other(one.side)} or found.id == one.asker:
        return "not_of_answering_side"
    sees = permits.allows("blueprint.show", relations_of(found, held.initiative))
    return "" if sees else "does_not_see_it"


def _day(day: date, now: datetime) -> date:
    if word := rules.wrong_day(day, people.today(now)):
        raise Invalid({"on": Text(f"blueprint.problem.{word}")})
    return day


def _closing(day: date, member: int | None, now: datetime) -> datetime:
    """When a promised day closes for whoever promised it; a day that closed already got its promiser the next one. Raises NotNow."""
    calendar = telling.calendar_of(member, now)
    try:
        due = rules.closing(day, calendar)
        tomorrow = now.astimezone(calendar.zone).date() + timedelta(days=1)
        return due if due > now else rules.closing(tomorrow, calendar)
    except BusinessTimeError as error:
        raise NotNow("never_open") from error
