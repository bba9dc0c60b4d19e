"""Contents of requests without what their reader may not see of other things: a goal, an initiative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.kernel.actor import Actor


def without_hidden(viewer: Actor, contents: Sequence[Any]) -> list[Any]:
    """The same contents; the keys of goals and initiatives the viewer may not see are None."""
    return initiatives.without_hidden(viewer, goals.without_hidden(viewer, contents))
