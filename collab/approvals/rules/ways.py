"""Ways requests go, as far as two route books are compared by them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from collab.approvals.rules.plan import Plan
from collab.kernel.errors import Text


@dataclass(frozen=True)
class WayStep:
    """A step of a way; `seats` are members, each with whether they may veto."""

    name_en: str
    name_ja: str
    kind: str
    rule: str
    keys: bool
    parallel: str
    branch: str
    join: str
    seats: tuple[tuple[int, bool], ...]


@dataclass(frozen=True)
class Way:
    """How a request goes: its steps in order, how it decides itself, or why it is refused."""

    steps: tuple[WayStep, ...] = ()
    auto: str | None = None
    refused: str = ""
    refusal: Text | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Difference:
    """Submissions that would all have gone from one way to the same other one."""

    before: Way
    after: Way
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """How many submissions were tried, how many could not be (from before their facts were kept), and what would have changed;
    `on` is the day whose routes were compared."""

    on: date
    tried: int
    untried: int
    differences: tuple[Difference, ...]

    @property
    def changed(self) -> int:
        """How many submissions would have gone another way."""
        return sum(len(found.subjects) for found in self.differences)

    @property
    def members(self) -> frozenset[int]:
        """Everybody seated in any of the ways."""
        ways = [way for found in self.differences for way in (found.before, found.after)]
        return frozenset(member for way in ways for step in way.steps for member, _veto in step.seats)


def way_of(plan: Plan) -> Way:
    """A plan as a way."""
    steps = (
        WayStep(
            step.name_en, step.name_ja, step.kind, step.rule, step.keys, step.parallel, step.branch, step.join,
            tuple(sorted((seat.member, seat.veto) for seat in step.seats)),
        )
        for step in plan.steps
    )  # fmt: skip
    return Way(tuple(steps), plan.auto)
