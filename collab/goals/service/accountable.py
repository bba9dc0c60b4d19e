"""Who answers for a goal: one person, or two people of two different departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.people import queries as people

MOST = 2


@dataclass(frozen=True)
class Accountable:
    """Somebody named to answer for a goal, and for which department: their side of it."""

    side: int
    department: str
    member: int


def accountable_of(
    actor: Actor, named: Sequence[Mapping[str, Any]] | None, problems: dict[str, Text], *, now: datetime
) -> list[Accountable]:
    """Whom `accountable` names; nobody named is the actor, for their own department. Complaints go to `problems`."""
    wanted = list(named or [{"department": actor.department, "member": actor.email}])
    if len(wanted) > MOST:
        problems["accountable"] = Text("goal.problem.two_at_most")
        return []
    known = people.department_sides()
    found = [_one(number, entry, known, problems, now) for number, entry in enumerate(wanted)]
    two = [one for one in found if one]
    if len(two) == MOST:
        _different(two, problems)
    return two


def _one(
    number: int, entry: Mapping[str, Any], known: Mapping[str, str], problems: dict[str, Text], now: datetime
) -> Accountable | None:
    at = f"accountable.{number}"
    member = people.find_actor_by_email(entry.get("member") or "", now)
    if member is None or "member" not in member.roles:  # guests, auditors and leavers are none
        problems[f"{at}.member"] = Text("goal.problem.unknown_member" if entry.get("member") else "field.required")
        return None
    department = entry.get("department") or member.department
    if not department or department not in known:
        problems[f"{at}.department"] = Text("goal.problem.unknown_department" if department else "field.required")
        return None
    if department not in (*member.departments, *member.leads):
        problems[f"{at}.member"] = Text("goal.problem.other_department")
        return None
    return Accountable(number + 1, department, member.id)


def _different(two: Sequence[Accountable], problems: dict[str, Text]) -> None:
    first, second = two
    if first.member == second.member:
        problems["accountable.1.member"] = Text("goal.problem.same_person")
    elif first.department == second.department:
        problems["accountable.1.department"] = Text("goal.problem.same_department")
