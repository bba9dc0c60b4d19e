"""Whom a change of a goal is told to, and who is asked: written in the transaction of its cause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from collab.goals.queries import GoalView
from collab.goals.queries.sight import contributors_of
from collab.kernel.actor import Actor
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.subjects.queries import followers, muted_by

ASKED, TOLD = "goal.asked", "goal.told"


def ask(goal: GoalView, members: Iterable[int], *, now: datetime) -> None:
    """Ask owners to answer for it. `goal` is as it stands after the change: its version names the occasion."""
    notes = [
        Note(ASKED, goal.key, f"{goal.key}:asked:v{goal.version}:{one}", member=one) for one in sorted(set(members))
    ]
    outbox.enqueue(*notes, now=now)


def told(
    goal: GoalView, verb: str, actor: Actor | None, *, now: datetime, whom: Iterable[int] | None = None,
    said: str | None = None, **more: Any,
) -> None:  # fmt: skip
    """Tell what was done: `whom`, else everybody it concerns; never anybody of their own act. `goal` is as it stands
    after the change, `said` the reason or lesson in their words, `more` what the words of the verb name (see
    `goal.told.VERB`). Every card is repainted."""
    args = {"verb": verb, "by": actor.id if actor else None, "said": said, **more}
    members = set(concerned(goal, now) if whom is None else whom) - ({actor.id} if actor else set())
    notes = [
        Note(TOLD, goal.key, f"{goal.key}:v{goal.version}:{verb}:{member}", member=member, args=args)
        for member in sorted(members)
    ]
    outbox.enqueue(*notes, now=now)


def repaint(goal: GoalView, *, now: datetime) -> None:
    """Every card says what is true now; once per change."""
    outbox.repaint(goal.key, turn=f"v{goal.version}", now=now)


def owners(goal: GoalView) -> set[int]:
    """Who answers for it, and who set it: they hear who says yes and who does not."""
    return {held.member for held in goal.owners} | ({goal.creator} if goal.creator else set())


def concerned(goal: GoalView, now: datetime) -> set[int]:
    """Who answers for it, who contributes, who follows, but for whoever wants to hear nothing of it."""
    helpers = {one.member for one in contributors_of([goal.id]).get(goal.id, ())}
    near = {held.member for held in goal.owners} | helpers | set(followers(goal.key, now))
    return near - muted_by(goal.key)
