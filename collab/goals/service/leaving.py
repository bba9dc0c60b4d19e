"""Whoever leaves the company answers for nothing any more: their side goes to the lead of its department, who has to accept."""

from __future__ import annotations

from collab.audit import service as audit
from collab.goals.queries import GoalView
from collab.goals.queries.owning import list_keys_of
from collab.goals.queries.sight import Held
from collab.goals.rules.moves import OPEN
from collab.goals.service import holding, owning, rhythm, sharing, telling
from collab.goals.service.accountable import Accountable
from collab.goals.service.naming import Turnover, turn_over
from collab.people import queries as people
from collab.people.service import MemberLeft
from collab.subjects import service as subjects


def leave(left: MemberLeft) -> None:
    """Pass on every open goal of a member who left, within the transaction in which they leave (registered at start-up).

    Where the department has no lead to take over, they stay named and the goal is flagged: its other owner and whoever set
    it are told, and find it in their inbox until somebody is named.
    """
    keys = list_keys_of(left.member)
    subjects.lock_all(keys)  # every subject before the tree: nobody waits for a subject while they hold the tree
    for key in keys:
        goal = holding.locked(key)
        if goal.state not in OPEN:
            continue
        held = next((one for one in goal.owners if one.member == left.member), None)
        if held is not None:
            _pass_on(goal, held, left)
        sharing.drop(goal, left.member, now=left.at)


def _pass_on(goal: GoalView, held: Held, left: MemberLeft) -> None:
    heir = people.organisation(left.at).leads.get(held.department)
    others = tuple(one for one in goal.owners if one is not held)
    if heir is None or heir == left.member or heir in {one.member for one in others}:
        _flag(goal, held, left)
        return
    turn_over(
        goal, Turnover(others, (held,), (Accountable(held.side, held.department, heir),)), None, now=left.at, verb="owner_left"
    )  # fmt: skip


def _flag(goal: GoalView, held: Held, left: MemberLeft) -> None:
    """Nobody takes over by themselves. Their yes is void: nobody stands behind it."""
    rhythm.drop([held.id], now=left.at)
    owning.change([held.id], {"accepted_at": None, "means": None})
    audit.record(
        "owner_gone", goal.key, actor=None, at=left.at, details={"side": held.side, "department": held.department}
    )
    values = {"state": "draft"} if goal.state == "accepted" else {}
    holding.move(goal, values)
    fresh = holding.locked(goal.key)
    whom = telling.owners(fresh) - {left.member}
    telling.told(fresh, "owner_gone", None, now=left.at, whom=whom, went=[left.member])
    telling.repaint(fresh, now=left.at)
