"""Who else helps with a goal. A guest sees a goal only by being named here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Table, insert, update

from collab.audit import service as audit
from collab.goals.models import Contributor
from collab.goals.queries import GoalView, find_goal
from collab.goals.queries.sight import contributors_of
from collab.goals.service import holding, telling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, Text
from collab.people import queries as people

_contributors: Table = Contributor.__table__  # type: ignore[assignment]


def add_contributor(
    actor: Actor, key: str, member: str | None, *, may_check_in: bool = False, now: datetime
) -> GoalView:
    """Name somebody who helps, by e-mail: a member, or a guest, who then sees this goal and no other by it. With
    `may_check_in` they also measure and check in. Naming them again only changes that.

    Raises:
        Invalid: nobody we know, an auditor, somebody who left, somebody who answers for it.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        goal = holding.hold(actor, key, "share").goal
        who = _somebody(goal, member, now)
        before = {one.member: one.may_check_in for one in contributors_of([goal.id]).get(goal.id, ())}
        if before.get(who.id) is may_check_in:
            return goal
        if who.id in before:
            run(update(_contributors).where(_here(goal.id, who.id)).values(may_check_in=may_check_in))
        else:
            _add(goal.id, who.id, actor.id, may_check_in=may_check_in, now=now)
        said = {"member": who.email, "may_check_in": may_check_in}
        audit.record("add_contributor", key, actor=actor, at=now, after=said)
        return _done(goal, "shared", actor, who.id, now)


def remove_contributor(actor: Actor, key: str, member: str | None, *, now: datetime) -> GoalView:
    """They help no more; a guest does not see the goal any more. They are told.

    Raises:
        Invalid: somebody who does not help.
        NotFound, NotAllowed, NotNow.
    """
    with atomic():
        goal = holding.hold(actor, key, "share").goal
        who = people.find_actor_by_email(member or "", now)
        if who is None or not _drop(goal, who.id, now):
            raise Invalid({"member": Text("goal.life.problem.helps_not")})
        audit.record("remove_contributor", key, actor=actor, at=now, before={"member": who.email})
        return _done(goal, "unshared", actor, who.id, now)


def drop(goal: GoalView, member: int, *, now: datetime) -> None:
    """Somebody who left the company helps no more; nothing where they did not. Under the goal's lock."""
    if _drop(goal, member, now):
        audit.record("remove_contributor", goal.key, actor=None, at=now, before={"member": people.email_of(member)})


def _somebody(goal: GoalView, member: str | None, now: datetime) -> Actor:
    who = people.find_actor_by_email(member or "", now)
    problem = None
    if who is None or not {"member", "partner"} & who.roles:  # auditors change nothing, leavers are nobody
        problem = "goal.life.problem.unknown_member" if member else "field.required"
    elif who.id in {held.member for held in goal.owners}:
        problem = "goal.life.problem.answers_already"
    if problem or who is None:
        raise Invalid({"member": Text(problem or "goal.life.problem.unknown_member")})
    return who


def _here(goal: int, member: int) -> ColumnElement[bool]:
    return (
        (_contributors.c.goal_id == goal) & (_contributors.c.member_id == member) & _contributors.c.removed_at.is_(None)
    )


def _add(goal: int, member: int, by: int, *, may_check_in: bool, now: datetime) -> None:
    row = {"goal_id": goal, "member_id": member, "may_check_in": may_check_in, "added_by_id": by, "added_at": now}
    run(insert(_contributors), row)


def _drop(goal: GoalView, member: int, now: datetime) -> bool:
    done = run(update(_contributors).where(_here(goal.id, member)).values(removed_at=now))
    return bool(done.rowcount)


def _done(goal: GoalView, verb: str, actor: Actor, member: int, now: datetime) -> GoalView:
    """Who is named, or not any more, is told; nobody else: it changes nothing for them."""
    holding.move(goal, {})
    fresh = find_goal(goal.key) or goal
    telling.told(fresh, verb, actor, now=now, whom=[member])
    telling.repaint(fresh, now=now)
    return fresh
