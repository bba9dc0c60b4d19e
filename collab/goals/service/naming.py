"""Who answers for a goal, named anew: a second side joins, an owner is replaced, a side leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.goals.queries import GoalView, find_goal
from collab.goals.queries.sight import Held
from collab.goals.rules import RUNNING
from collab.goals.service import holding, living, material, owning, shifting, telling
from collab.goals.service.accountable import Accountable, accountable_of
from collab.goals.service.events import GoalMoved
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, NotFound, Text
from collab.kernel.words import checked_reason, checked_words
from collab.people import queries as people


@dataclass(frozen=True)
class Turnover:
    """Who stays, who goes, who comes (with the side that becomes theirs)."""

    stays: tuple[Held, ...]
    goes: tuple[Held, ...]
    comes: tuple[Accountable, ...]


def name_owners(
    actor: Actor, key: str, accountable: Sequence[Mapping[str, Any]], *, now: datetime, reason: str | None = None
) -> GoalView:
    """Say who answers for a goal: one {department, member}, or two from two departments. Whoever stays keeps their yes on a
    running goal; before it runs, the other side is asked again. Whoever is new has to accept; a running goal stays active
    meanwhile. Naming the same people changes nothing.

    Raises:
        Invalid: nobody, too many, people who cannot; no reason on a running goal.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        goal = holding.hold(actor, key, "name_owners").goal
        turnover = _turnover(goal, _named(actor, accountable, now))
        if not (turnover.goes or turnover.comes):
            return goal
        why = checked_reason(reason) if goal.state in RUNNING else checked_words("reason", reason)
        return turn_over(goal, turnover, actor, now=now, reason=why)


def turn_over(
    goal: GoalView, turnover: Turnover, actor: Actor | None, *, now: datetime, reason: str | None = None, verb: str = "name_owners"
) -> GoalView:  # fmt: skip
    """Write it under the lock, ask who must say yes, tell who stays and who goes."""
    runs = goal.state in RUNNING
    for held in turnover.goes:
        owning.remove(held, now=now)
    for one in turnover.comes:
        owning.name(goal.id, one.side, one.department, one.member, now=now)
    void = [] if runs or actor is None else _void(goal, turnover, actor)
    values = {"state": "draft"} if goal.state == "accepted" and (void or turnover.comes) else {}
    before = {"accountable": _said(goal.owners)}
    after = {"accountable": _said([*turnover.stays, *turnover.comes])}
    audit.record(verb, goal.key, actor=actor, at=now, reason=reason, before=before, after=after)
    if runs and actor is not None:
        shifting.record(goal.id, "owners", by=actor.id, now=now, reason=reason, before=before, after=after)
    holding.move(goal, values)
    fresh = _fresh(goal.key)
    _tell(goal, fresh, turnover, void, actor, now, reason)
    reactions.emit(GoalMoved(fresh.key, verb, actor, now))
    return living.settle(fresh, actor, now=now)


def _void(goal: GoalView, turnover: Turnover, actor: Actor) -> list[int]:
    """With whom one answers is part of what one said yes to."""
    gone = {held.id for held in turnover.goes}
    return [member for member in material.void_others(goal, actor) if member not in {
        held.member for held in goal.owners if held.id in gone
    }]  # fmt: skip


def _named(actor: Actor, accountable: Sequence[Mapping[str, Any]], now: datetime) -> list[Accountable]:
    if not accountable:
        raise Invalid({"accountable": Text("field.required")})
    problems: dict[str, Text] = {}
    named = accountable_of(actor, accountable, problems, now=now)
    if problems:
        raise Invalid(problems)
    return named


def _turnover(goal: GoalView, named: Sequence[Accountable]) -> Turnover:
    """Who is named for the department they answer for already stays; who comes takes a side that is free: that of their own
    department before any other."""
    wanted = {(one.department, one.member) for one in named}
    stays = tuple(held for held in goal.owners if (held.department, held.member) in wanted)
    goes = tuple(held for held in goal.owners if held not in stays)
    here = {(held.department, held.member) for held in stays}
    free = [side for side in (1, 2) if side not in {held.side for held in stays}]
    own = {held.department: held.side for held in goes}
    comes = []
    for one in sorted(
        (one for one in named if (one.department, one.member) not in here),
        key=lambda one: one.department not in own,
    ):
        side = own[one.department] if own.get(one.department) in free else free[0]
        free.remove(side)
        comes.append(Accountable(side, one.department, one.member))
    return Turnover(stays, goes, tuple(comes))


def _tell(
    goal: GoalView, fresh: GoalView, turnover: Turnover, void: Iterable[int], actor: Actor | None, now: datetime,
    reason: str | None,
) -> None:  # fmt: skip
    """Who goes is told so, and the others who came and went; who must say yes is asked (before a candidate is planned,
    nobody is)."""
    comes, goes = [one.member for one in turnover.comes], [held.member for held in turnover.goes]
    stay = telling.concerned(fresh, now) - set(comes) - set(goes)
    telling.told(fresh, "owners", actor, now=now, whom=stay, said=reason, came=comes, went=goes)
    moved = [one for one in goes if one not in comes and actor is not None]  # whoever left the company hears nothing
    telling.told(fresh, "removed", actor, now=now, whom=moved, said=reason, came=comes)
    if goal.state != "candidate":
        telling.ask(fresh, [one for one in {*comes, *void} if actor is None or one != actor.id], now=now)
    telling.repaint(fresh, now=now)


def _said(who: Iterable[Held | Accountable]) -> list[dict[str, Any]]:
    who = sorted(who, key=lambda one: one.side)
    emails = people.emails_of(one.member for one in who)
    return [{"department": one.department, "member": emails.get(one.member)} for one in who]


def _fresh(key: str) -> GoalView:
    found = find_goal(key)
    if found is None:
        raise NotFound
    return found
