"""What a step asks of whoever sits in it, in one word: what the sentence above the buttons, the inbox and a card go by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from collab.approvals.rules.plan import Step
from collab.approvals.rules.verbs import OF_KIND

KEY, DECIDE = "key", "decide"


def way_of(route: Mapping[str, Any], step: int) -> str:
    """`key`, `decide` for the last yes, else the kind of the step: approve, review, consult, advocate."""
    frozen = route["steps"][step]
    if frozen["keys"]:
        return KEY
    kind = str(frozen["kind"])
    return DECIDE if kind == "approve" and is_final(route, step) else kind


def is_final(route: Mapping[str, Any], step: int) -> bool:
    """Whether nobody is asked after this step: its yes is the decision."""
    steps = route["steps"]
    here = steps[step].get("block", step)
    after = [(number, later) for number, later in enumerate(steps) if number > step]
    return all(later["kind"] == "circulate" or later.get("block", number) == here for number, later in after)


def actions_of(route: Mapping[str, Any], step: int) -> tuple[str, ...]:
    """What can be said there, the yes first."""
    return OF_KIND[str(route["steps"][step]["kind"])]


def numbered(steps: Sequence[Step]) -> Iterator[tuple[Step, int, int]]:
    """Planned steps with their number and that of their block: neighbours of the same `parallel` stand in one."""
    block = 0
    for number, step in enumerate(steps):
        if number and not (step.parallel and step.parallel == steps[number - 1].parallel):
            block += 1
        yield step, number, block
