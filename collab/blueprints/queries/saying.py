"""What a finding of the drift report needs to be said to one reader: the goal as far as they may see it, people and departments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from collab.goals import queries as goals
from collab.goals.queries import GoalView
from collab.goals.queries.goals import list_seen
from collab.initiatives.queries import InitiativeView
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.people import queries as people


def findings_said(
    viewer: Actor, initiative: InitiativeView, findings: Sequence[Mapping[str, Any]], how: Reader
) -> list[tuple[Mapping[str, Any], dict[str, str]]]:
    """Each finding with its words `goal`, `who` and `unit`."""
    seen = list_seen(viewer, sorted({key for one in findings for key in _keys(one) if key}))
    names = people.names_by_email({one["member"] for one in findings if one.get("member")})
    units = {row.code: how.name(row) for row in people.list_departments()}
    led = {held.slot: units[held.department] for held in initiative.leads}
    return [
        (
            one,
            {
                "goal": goal_said(seen, one, how),
                "who": how.name(names[one["member"]]) if one.get("member") in names else "",
                "unit": led.get(one.get("side") or 0, ""),
            },
        )
        for one in findings
    ]


def goal_said(seen: Mapping[str, GoalView], finding: Mapping[str, Any], how: Reader) -> str:
    """The goals of a finding (of those a reader may see), or that there is one nobody tells them of; empty where it is about none."""
    keys = _keys(finding)
    if not keys and not finding.keys() & {"goal", "goals"}:
        return ""
    shown = (seen.get(key or "") for key in keys)
    told = (f"{one.key} {one.title}" if one else how.say(goals.HIDDEN) for one in shown)
    return how.say("list.comma").join(told) or how.say(goals.HIDDEN)


def _keys(finding: Mapping[str, Any]) -> list[str | None]:
    return list(finding["goals"]) if "goals" in finding else [finding["goal"]] if "goal" in finding else []
