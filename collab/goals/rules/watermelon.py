"""Green against the rule: when owners have claimed more than the figures say, cycle after cycle (green outside, red inside)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from collab.goals.rules.pace import greener

RUNNING = 2
"""So many cycles in a row move a goalpost."""


class Claim(Protocol):
    """A check-in, as far as it is judged here; `status` None claims nothing beside the figures."""

    @property
    def member_id(self) -> int:
        """Who made it."""

    @property
    def status(self) -> str | None:
        """What they say."""

    @property
    def suggested(self) -> str:
        """What the figures said then."""


def is_greener(claim: Claim) -> bool:
    """Whether one check-in claims more than the figures said."""
    return claim.status is not None and greener(claim.status, claim.suggested)


def cycles(claims: Iterable[Claim]) -> list[bool]:
    """Whether each cycle ended greener than the rule, the oldest first. `claims` come oldest first too.

    A cycle is one round of check-ins: it ends when somebody checks in who has done so in it already. So two owners who
    both see it greener in the same week are one cycle, not two.
    """
    found: list[bool] = []
    here: set[int] = set()
    for claim in claims:
        if not here or claim.member_id in here:
            here = set()
            found.append(False)
        here.add(claim.member_id)
        found[-1] = is_greener(claim)
    return found


def streak(claims: Sequence[Claim]) -> int:
    """How many cycles in a row, up to the last one, ended greener than the rule."""
    length = 0
    for green in reversed(cycles(claims)):
        if not green:
            break
        length += 1
    return length


def crosses(claims: Sequence[Claim]) -> bool:
    """Whether the newest check-in, the last of `claims`, makes the streak one that counts: true once per streak."""
    return streak(claims) >= RUNNING > streak(claims[:-1]) if claims else False
