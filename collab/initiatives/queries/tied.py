"""The initiative something else is tied to, as whoever looks at that something may see it: a tie tells of no initiative that is
hidden from them, neither its title nor its key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from collab.initiatives.models import PREFIX
from collab.initiatives.queries.initiatives import InitiativeView, find_initiative, get_initiative, list_seen
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of

HIDDEN = Text("initiative.hidden")
"""What stands in the place of an initiative the reader may not see."""
NARROWED = Text("initiative.narrowed")
"""The same where nobody knows who will read it."""
_IS_KEY = re.compile(rf"{PREFIX}-[0-9]{{1,9}}")


def find_seen(viewer: Actor | None, key: str) -> InitiativeView | None:
    """The initiative of a key as far as the viewer may see it; None is also one hidden from them. Without a viewer it is for
    whoever may read: then only what the whole company sees."""
    if viewer is None:
        found = find_initiative(key)
        return found if found and found.visibility == "company" else None
    try:
        return get_initiative(viewer, key)
    except NotFound:
        return None


def find_tied(viewer: Actor | None, number: int | None) -> InitiativeView | None:
    """The same by the initiative's number, as other features keep it."""
    return find_seen(viewer, key_of(PREFIX, number)) if number else None


def said_of(viewer: Actor | None, number: int | None) -> str | Text | None:
    """What a card says of a tie: key and title, that there is one nobody tells them of, or nothing."""
    if not number:
        return None
    found = find_tied(viewer, number)
    return f"{found.key} {found.title}" if found else HIDDEN


def shown_key(key: str) -> str | Text:
    """An initiative's key where nobody knows who will read it."""
    return key if find_seen(None, key) else NARROWED


def without_hidden(viewer: Actor, contents: Sequence[Any]) -> list[Any]:
    """Contents (of an API or an audit entry) without the keys of initiatives the viewer may not see: `initiative` is None there."""
    keys = {key for content in contents if (key := _key(content))}
    hidden = keys - list_seen(viewer, sorted(keys)).keys() if keys else set()
    return [{**content, "initiative": None} if _key(content) in hidden else content for content in contents]


def _key(content: Any) -> str | None:
    found = content.get("initiative") if isinstance(content, Mapping) else None
    return found if isinstance(found, str) and _IS_KEY.fullmatch(found) else None
