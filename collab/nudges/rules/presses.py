"""What stands on the button of a thing that needs somebody: the shortest way to do it, in Slack where it can be done there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LOOK, PAGE = "inbox.look", "inbox.page"
DECIDED = frozenset({"approve", "consult", "advocate"})
ELSEWHERE = {
    "acknowledge": "escalation.take", "check_in": "goal.checkin", "discuss": "goal.discuss",
    "acknowledge_checkin": "goal.acknowledge",
}  # fmt: skip
"""What is asked that has a button of its own feature, by what is offered first: one tap, no card in between."""
WHATEVER_IS_ASKED = "all"
ON_CARD = frozenset({"accept", "agree", "answer", "done", "unblock", "confirm", "read"})
"""What is answered on its card, by what is offered first."""


@dataclass(frozen=True)
class Press:
    """A button: its action, the value that comes back, the key of its words; `here`: it is done in Slack, else it is a link."""

    action: str
    value: str
    word: str
    here: bool


def press_of(key: str, actions: Sequence[str]) -> Press:
    """The button of an inbox row."""
    first = actions[0] if actions else ""
    if DECIDED & set(actions):
        return Press(f"{LOOK}:{key}", key, "home.decide", here=True)
    if "acknowledge" in actions:
        return Press(f"{ELSEWHERE['acknowledge']}:{key}", key, "home.act.acknowledge", here=True)
    if first in ELSEWHERE:
        about = WHATEVER_IS_ASKED if first == "check_in" else key
        return Press(f"{ELSEWHERE[first]}:{key}", about, f"home.act.{first}", here=True)
    if first in ON_CARD:
        return Press(f"{LOOK}:{key}", key, f"home.act.{first}", here=True)
    return Press(f"{PAGE}:{key}", key, "home.mend" if "edit" in actions else "home.open", here=False)
