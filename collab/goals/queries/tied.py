"""The goal something else is tied to, as whoever looks at that something may see it: a tie tells of no goal that is hidden
from them, neither its title nor its key."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from collab.goals.models import PREFIX
from collab.goals.queries.goals import GoalView, find_brief, find_goal, list_briefs
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of, number_of

HIDDEN = Text("goal.hidden")
"""What stands in the place of a goal the reader may not see."""

NARROWED = Text("goal.narrowed")
"""The same where nobody knows who will read it."""

_LISTS = ("goals", "links")
_IS_KEY = re.compile(rf"{PREFIX}-[0-9]{{1,9}}")


def find_seen(viewer: Actor | None, key: str) -> GoalView | None:
    """The goal of a key as far as the viewer may see it; None is also a goal hidden from them.

    Without a viewer it is for whoever may read: then only what the whole company sees. Its owners are not read.
    """
    if viewer is None:
        goal = find_goal(key)
        return goal if goal and goal.visibility == "company" else None
    try:
        return find_brief(viewer, key)
    except NotFound:
        return None


def find_tied(viewer: Actor | None, number: int | None) -> GoalView | None:
    """The same by the goal's number, as other features keep it."""
    return find_seen(viewer, key_of(PREFIX, number)) if number else None


def list_tied(viewer: Actor, numbers: Iterable[int | None]) -> Mapping[int, GoalView]:
    """Many of them at once: those the viewer may see, by number."""
    return list_briefs(viewer, (number for number in numbers if number))


def said_of(viewer: Actor | None, number: int | None) -> str | Text | None:
    """What a card says of a tie: key and title, that there is one nobody tells them of, or nothing."""
    if not number:
        return None
    goal = find_tied(viewer, number)
    return f"{goal.key} {goal.title}" if goal else HIDDEN


def shown_key(key: str) -> str | Text:
    """A goal's key where nobody knows who will read it."""
    return key if find_seen(None, key) else NARROWED


def without_hidden(viewer: Actor, contents: Sequence[Any]) -> list[Any]:
    """Contents (of an API or an audit entry) without the keys of goals the viewer may not see: `goal` is None there, and
    lists of keys are shorter."""
    keys = {key for content in contents for key in _keys(content)}
    seen = frozenset(goal.key for goal in list_briefs(viewer, map(_number, keys)).values())
    hidden = keys - seen
    return [_less(content, hidden) if hidden & set(_keys(content)) else content for content in contents]


def _number(key: str) -> int:
    return number_of(PREFIX, key)


def _keys(content: Any) -> list[str]:
    if not isinstance(content, Mapping):
        return []
    lists = [one for name in _LISTS for one in content.get(name) or () if isinstance(one, str)]
    return [key for key in (content.get("goal"), *lists) if isinstance(key, str) and _IS_KEY.fullmatch(key)]


def _less(content: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    lists = {name: [one for one in content[name] if one not in hidden] for name in _LISTS if content.get(name)}
    one = {"goal": None} if content.get("goal") in hidden else {}
    return {**content, **lists, **one}
