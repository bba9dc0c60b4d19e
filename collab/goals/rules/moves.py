"""The life of a goal, as data: each verb with the states it leaves, where it leads, who may, and what must be said.

candidate (planned ahead) > draft (being written) > accepted (by everybody who answers for it) > active <> paused > closed.
"""

from __future__ import annotations

from dataclasses import dataclass

OPEN = ("candidate", "draft", "accepted", "active", "paused")
BEFORE = ("candidate", "draft", "accepted")
"""States in which a goal may still be changed without anybody's goalposts moving."""


@dataclass(frozen=True)
class Move:
    """One verb. `to` None: the state stays, or follows from what all owners said. `must` names what has to be written."""

    verb: str
    states: tuple[str, ...]
    to: str | None
    who: tuple[str, ...]
    must: tuple[str, ...] = ()


_ALL = (
    Move("plan", ("candidate",), "draft", ("owner", "creator", "home_lead")),
    Move("accept", ("draft", "accepted", "active", "paused"), None, ("asked",), ("means",)),
    Move("decline", ("draft", "accepted", "active", "paused"), None, ("asked",), ("reason",)),
    Move("activate", ("accepted",), "active", ("owner",)),
    Move("pause", ("active",), "paused", ("owner",), ("reason",)),
    Move("resume", ("paused",), "active", ("owner",)),
    Move("close", OPEN, "closed", ("owner", "creator", "home_lead"), ("result", "lesson")),
)
MOVES = {move.verb: move for move in _ALL}
