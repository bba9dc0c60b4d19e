"""The life of an initiative, as data: each verb with the states it leaves, where it leads, who may, and what must be said.

idea > chartered (both leads signed the charter) > active > pilot > scaling > closed. A charter that is changed takes a chartered
initiative back to an idea; work that has begun goes on, and cannot reach the next gate until both have signed again.
"""

from __future__ import annotations

from dataclasses import dataclass

IDEA, CHARTERED, ACTIVE, PILOT, SCALING, CLOSED = "idea", "chartered", "active", "pilot", "scaling", "closed"
STATES = (IDEA, CHARTERED, ACTIVE, PILOT, SCALING, CLOSED)
OPEN = (IDEA, CHARTERED, ACTIVE, PILOT, SCALING)
RUNNING = (ACTIVE, PILOT, SCALING)
RESULTS = ("achieved", "stopped", "silence", "dropped")
HEALTHS = ("on_track", "at_risk", "off_track")
SIDES = (1, 2)
"""The slots of the two leads who sign and vote; slot 3 answers for data or infrastructure and does neither."""
FEWEST_DEPARTMENTS = 2


@dataclass(frozen=True)
class Move:
    """One verb. `to` None: the state stays, or follows from what both sides said. `must` names what has to be written.
    `chartered`: only under a charter both have signed as it stands."""

    verb: str
    states: tuple[str, ...]
    to: str | None
    who: tuple[str, ...]
    must: tuple[str, ...] = ()
    chartered: bool = False


_ALL = (
    Move("start", (CHARTERED,), ACTIVE, ("side_lead",), chartered=True),
    Move("pilot", (CHARTERED, ACTIVE), PILOT, ("side_lead",), ("cap", "ends_on", "question"), chartered=True),
    Move("vote", (PILOT,), None, ("side_lead",), ("choice",)),
    Move("close", OPEN, CLOSED, ("side_lead",), ("result", "outcome", "lesson")),
    Move("learn", (CLOSED,), None, ("side_lead",), ("lesson",)),
)
MOVES = {move.verb: move for move in _ALL}
