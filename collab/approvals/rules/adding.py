"""A step added while a round runs (add-only): where it goes in the frozen route, and the route with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from collab.approvals.rules.progress import StepNow, blocks
from collab.kernel.business_time import BadSpan, parse_span

KINDS = ("approve", "review", "consult")
MOST_STEPS, MOST_PEOPLE = 5, 5
"""Steps added in one round, and people in one of them."""
LONGEST_DAYS = 30
_A_DAY = {"bd": 1, "d": 1, "bh": 8, "h": 24, "m": 24 * 60}
"""How much of each unit a day has."""
_RULE = re.compile(r"all|any|quorum:([1-9][0-9]?)")


def place(steps: Sequence[StepNow], step: int, *, before: bool) -> int:
    """The number the new step gets: beside the whole block that `step` stands in, never inside it."""
    block = next(found for found in blocks(steps) if step in found)
    return block[0] if before else block[-1] + 1


def with_step(route: Mapping[str, Any], at: int, step: Mapping[str, Any]) -> dict[str, Any]:
    """The frozen route with `step` at number `at`, in a block of its own."""
    steps = [{**frozen, "block": frozen.get("block", number)} for number, frozen in enumerate(route["steps"])]
    fresh = max(frozen["block"] for frozen in steps) + 1
    return {**route, "steps": [*steps[:at], {**step, "block": fresh, "branch": "added"}, *steps[at:]]}


def count_added(route: Mapping[str, Any]) -> int:
    """How many steps of a frozen route were added after it was submitted."""
    return sum(bool(step.get("added_by")) for step in route["steps"])


def is_rule(rule: str, people: int) -> bool:
    """Whether a rule can be met by so many people: all, any or quorum:N."""
    found = _RULE.fullmatch(rule)
    return found is not None and int(found[1] or 1) <= people


def is_due(written: str) -> bool:
    """Whether somebody can be given so long: at least something, and no longer than anybody can wait for."""
    try:
        wait = parse_span(written)
    except BadSpan:
        return False
    return 0 < wait.amount <= LONGEST_DAYS * _A_DAY[wait.unit]
