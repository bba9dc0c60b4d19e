"""The life of a task (依頼) as one table: who may do what from which state, what must be said, whose clock runs then.

Relations: `asker` (who asked, or whoever confirms in their place), `owner` (who must do it: the assignee, or who answers
for the department), `to_lead` and `from_lead` (lead the departments on both sides), `to_member` (works in the department
asked), `asked` (an open question waits for them), `lifter` (can lift what blocks it), `turn` (must act next), `involved`
(it was shared with them, or they had it before). Somebody who stands in for an absent asker, owner, asked or lifter stands
where they stand. `party` is a party of the clock that runs: whoever must act, who waits for it, and the leads of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collab.kernel.errors import NotNow

ASKED, COUNTERED, ACCEPTED, STARTED, BLOCKED, DONE, CONFIRMED, DECLINED, WITHDRAWN = (
    "asked", "countered", "accepted", "started", "blocked", "done", "confirmed", "declined", "withdrawn",
)  # fmt: skip
STATES = (ASKED, COUNTERED, ACCEPTED, STARTED, BLOCKED, DONE, CONFIRMED, DECLINED, WITHDRAWN)
OPEN = STATES[:6]
CLOSED = STATES[6:]
SEVERITIES = ("normal", "urgent", "brand")
VISIBILITIES = ("company", "parties")
SOURCES = ("web", "slack", "api", "import")
PRESETS = ("2h", "tomorrow", "next_business_day", "after_my_leave")

BACK, SAME = "back", "same"
"""Where a move leads besides a named state: to where the task stood before (`returns_to`), or nowhere."""

OWNER, ASKER, TO_ASKED, LIFTER, REST, NOBODY, KEPT, LATER = (
    "owner", "asker", "asked", "lifter", "rest", "nobody", "kept", "later",
)  # fmt: skip
"""Whose clock runs after a move: the owner's, the asker's, the asked person's, the lifter's; `rest`: whoever was stopped
gets their remaining time back; nobody's; as it ran before; the same person's, later."""

THEIRS, OURS = ("owner", "to_lead"), ("asker", "from_lead")
"""The side asked and the asking side: the owner or the asker, or the lead above them."""
PARTIES = ("asker", "from_lead", "owner", "to_lead", "asked", "lifter")


@dataclass(frozen=True)
class Move:
    """One verb: from which states where to, for whom; fields that must be said; whose clock runs then; who is told besides.

    `tells` names roles (asker, owner); whoever must act next is always asked, whoever acted is never told.
    """

    verb: str
    to: Mapping[str, str]
    who: tuple[str, ...]
    clock: str
    must: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    counts: str | None = field(default=None)

    @property
    def states(self) -> tuple[str, ...]:
        """From where it is possible."""
        return tuple(self.to)


def _all(states: tuple[str, ...], to: str) -> dict[str, str]:
    return dict.fromkeys(states, to)


AT_WORK = (ACCEPTED, STARTED)
MOVES = {
    move.verb: move
    for move in (
        Move("accept", {ASKED: ACCEPTED}, (*THEIRS, "to_member"), OWNER, ("due",), ("asker", "owner")),
        Move("decline", {ASKED: DECLINED}, THEIRS, NOBODY, ("reason",), ("asker", "owner")),
        Move("counter", _all((ASKED, *AT_WORK), COUNTERED), THEIRS, ASKER, ("due_or_scope",), ("owner",), "counters"),
        Move("agree", {COUNTERED: BACK}, OURS, OWNER, (), ("asker",)),
        Move("ask_again", {COUNTERED: BACK}, OURS, REST, ("reason",), ("asker",)),
        Move("start", {ACCEPTED: STARTED}, THEIRS, KEPT, (), ("asker", "owner")),
        Move("question", _all(OPEN, SAME), PARTIES, TO_ASKED, ("text", "to"), ("asker", "owner")),
        Move("answer", _all(OPEN, SAME), ("asked",), REST, ("text",), ("asker", "owner")),
        Move("block", _all(AT_WORK, BLOCKED), THEIRS, LIFTER, ("reason",), ("asker", "owner")),
        Move("unblock", {BLOCKED: BACK}, PARTIES, REST, (), ("asker",)),
        Move("done", _all(AT_WORK, DONE), THEIRS, ASKER, (), ("owner",)),
        Move("confirm", {DONE: CONFIRMED}, OURS, NOBODY, (), ("owner", "asker")),
        Move("reopen", {DONE: STARTED}, OURS, OWNER, ("reason",), ("asker",)),
        Move("hand_over", _all((ASKED, *AT_WORK), ASKED), THEIRS, OWNER, ("to",), ("asker", "former"), "handovers"),
        Move("snooze", _all(OPEN, SAME), ("turn",), LATER, ("until",), ("asker", "owner"), "snoozes"),
        Move("withdraw", _all(OPEN[:5], WITHDRAWN), OURS, NOBODY, (), ("owner", "asker")),
        Move("escalate", _all(OPEN, SAME), (*PARTIES, "party"), KEPT, ("reason",)),
    )
}
"""Every verb after asking."""

ACTS = (*MOVES, "comment", "share")
"""What people do with a task after it was asked."""
WAITS = {
    ASKED: "answer", COUNTERED: "counter", ACCEPTED: "promise", STARTED: "promise", BLOCKED: "blocked", DONE: "confirm",
}  # fmt: skip
QUESTION = "question"
"""What an open task waits for in each state; while a question is open, for its answer."""


def other_side(task: Mapping[str, Any], kind: str) -> tuple[int | None, str]:
    """Who waits: the side that does not have to act; where a third has to, whoever asked the question or is blocked."""
    owner = (task["responsible_id"], task["to_department"])
    asker = (task["confirmer_id"], task["from_department"])
    late = task["waiting_id"]
    if kind in ("answer", "promise"):
        return asker
    if kind in ("counter", "confirm", "blocked"):
        return owner
    if late in (owner[0], asker[0]):
        return asker if late == owner[0] else owner
    return asker if task["question_by_id"] == asker[0] else owner


def landing(verb: str, state: str, returns_to: str | None) -> str:
    """The state a verb leads to; `returns_to` is where a countered or blocked task came from. Raises NotNow."""
    to = MOVES[verb].to.get(state)
    if to is None:
        raise NotNow("wrong_state", verb=verb, state=state)
    if to == SAME:
        return state
    if to == BACK:
        before = returns_to or ACCEPTED
        return ACCEPTED if verb == "agree" and before == ASKED else before
    return to


def wait_of(state: str, *, question: bool) -> str | None:
    """What a task waits for: the second half of the key of its one running clock; None when it is closed."""
    if state not in WAITS:
        return None
    return QUESTION if question else WAITS[state]
