"""Who is asked for an answer, who hears of one, and the clock that runs on whoever must act next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app

from collab.blueprints.queries.items import RequirementView
from collab.blueprints.queries.waiting import WATCH, wait_key, waits_for
from collab.blueprints.rules.requirements import ANSWERING, OPEN, Policy, other
from collab.blueprints.service.drawing import Drawn
from collab.calendars.queries import calendar_or_default
from collab.escalations.service import Wait, watch
from collab.escalations.service import end as end_waits
from collab.initiatives.queries import InitiativeView
from collab.kernel.actor import Actor
from collab.kernel.business_time import BusinessCalendar, BusinessTimeError
from collab.kernel.errors import NotNow
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people

ASKED, TOLD, LAST_CHANCE = "blueprint.asked", "blueprint.told", "blueprint.last_chance"
SETTING = "blueprints.policy"


def calendar_of(member: int | None, now: datetime) -> BusinessCalendar:
    """The business calendar of a member's site; of nobody, the default one."""
    there = people.presence([member], now).get(member) if member is not None else None
    return calendar_or_default(there.calendar if there else "")


def answer_due(member: int | None, now: datetime) -> datetime:
    """By when an answer is asked of somebody, on their own calendar. Raises NotNow: it never opens."""
    policy: Policy = current_app.extensions[SETTING]
    try:
        return policy.answer.due(now, calendar_of(member, now))
    except BusinessTimeError as error:
        raise NotNow("never_open") from error


def restart_clock(one: RequirementView, initiative: InitiativeView, *, reason: str, now: datetime) -> None:
    """What was waited for is over; what is waited for now runs on whoever must act, and both lines climb."""
    end_waits([wait_key(one)], reason=reason, now=now)
    if one.state not in OPEN or one.due_at is None:
        return
    late, asking, answering = waits_for(one, initiative), initiative.lead(one.side), initiative.lead(other(one.side))
    sides = (answering, asking) if ANSWERING[one.state] else (asking, answering)
    here, there = (held.department if held else None for held in sides)
    across = one.asker if ANSWERING[one.state] else one.answerer
    watch(
        Wait(wait_key(one), initiative.key, WATCH, one.due_at, late=late, other=across, department=here,
             other_department=there),
        now=now,
    )  # fmt: skip


def ask(held: Drawn, one: RequirementView, *, now: datetime) -> None:
    """Ask whoever must act next."""
    member = waits_for(one, held.initiative)
    if member is not None:
        _say(ASKED, held, one, one.state, [member], {}, now)


def told(
    held: Drawn, one: RequirementView, verb: str, actor: Actor | None, members: Iterable[int | None], *,
    said: str | None = None, now: datetime,
) -> None:  # fmt: skip
    """Tell these, never anybody of their own act."""
    whom = sorted({member for member in members if member is not None} - ({actor.id} if actor else set()))
    _say(TOLD, held, one, verb, whom, {"verb": verb, "by": actor.id if actor else None, "said": said}, now)


def _say(
    kind: str, held: Drawn, one: RequirementView, turn: str, members: Iterable[int], args: dict[str, Any], now: datetime
) -> None:  # fmt: skip
    notes = [
        Note(
            kind, held.key, f"{kind}:{one.id}:{turn}:r{held.row.revision}:{member}", member=member,
            args={"requirement": one.id, **args},
        )
        for member in members
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)
