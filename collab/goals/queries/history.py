"""Everything that happened to a goal, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from collab.audit.queries import Event, list_events
from collab.goals.queries.goals import GoalView, get_goal, list_seen, relations_of
from collab.kernel.actor import Actor
from collab.kernel.permits import permits

SUBSTANCE = frozenset({"change", "add_metric", "change_metric", "remove_metric", "set_parents"})
"""Verbs that change what owners say yes to."""


def list_history(viewer: Actor, key: str) -> list[Event]:
    """Complete and in order. Raises NotFound; NotAllowed for a guest, who sees a goal but not how it came about."""
    goal = get_goal(viewer, key)
    permits.check("goal.history", relations_of(viewer, goal))
    return list_events(goal.key, partial(_shown, viewer))


def may_read(viewer: Actor, key: str) -> bool:
    """Whether somebody reads what happened to a goal they see."""
    return permits.allows("goal.history", relations_of(viewer, get_goal(viewer, key)))


def list_changes_since_yes(viewer: Actor, goal: GoalView) -> list[Event]:
    """What was changed of what an owner is asked to accept since they last said yes; nothing where they never did."""
    events = list_history(viewer, goal.key)
    yes = max((one.seq for one in events if one.verb == "accept" and one.actor == viewer.email), default=None)
    return [one for one in events if yes is not None and one.seq > yes and one.verb in SUBSTANCE]


def _shown(viewer: Actor, contents: Sequence[Any]) -> list[Any]:
    """Without the parents the viewer may not see: a tie tells of no hidden goal."""
    keys = {one["goal"] for content in contents for one in (content or {}).get("parents") or ()}
    seen = set(list_seen(viewer, sorted(keys))) if keys else set()
    return [_without(content, seen) for content in contents]


def _without(content: Mapping[str, Any] | None, seen: set[str]) -> Mapping[str, Any] | None:
    if not content or not content.get("parents"):
        return content
    return {**content, "parents": [one for one in content["parents"] if one["goal"] in seen]}
