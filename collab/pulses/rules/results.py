"""What a closed pulse says. Everything shown anywhere is made of `Results`: of its groups and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from collab.pulses.rules import gap
from collab.pulses.rules.gap import Pair
from collab.pulses.rules.habits import METRICS, Question
from collab.pulses.rules.hiding import Group, standing_of


@dataclass(frozen=True)
class Results:
    """A closed pulse: its questions, the groups that are shown, every department that was asked (code, side), and how many
    people were."""

    key: str
    opened_at: datetime
    ended_at: datetime
    minimum: int
    questions: Sequence[Question]
    groups: Sequence[Group]
    departments: Sequence[tuple[str, str]]
    asked: int = 0

    @cached_property
    def codes(self) -> list[str]:
        """The codes of its questions."""
        return [one.code for one in self.questions]

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every pair of departments that are shown, the furthest apart first."""
        return gap.departments(self.groups, self.codes)

    @cached_property
    def sides(self) -> list[Pair]:
        """Every pair of sides, the furthest apart first."""
        return gap.sides(self.groups, self.codes)

    @cached_property
    def index(self) -> Fraction | None:
        """The company's gap index: the mean over all pairs of departments; None with fewer than two."""
        return gap.company(self.groups, self.codes)

    @cached_property
    def answered(self) -> int:
        """How many answered, in the groups that are shown."""
        return sum(group.n for group in self.groups)

    @cached_property
    def low(self) -> Fraction | None:
        """Per cent of answers that say goals and metrics do not match; None where that is not asked."""
        return gap.low_share(gap.together(self.groups), METRICS)

    def standing(self, department: str, side: str) -> str:
        """How a department appears: shown, pooled or hidden."""
        return standing_of(department, side, self.groups)

    def widest(self) -> tuple[Pair, str] | None:
        """Where the sides are furthest apart: the pair (sides if there are two, else departments) and the question."""
        pairs = self.sides or self.pairs
        found = [(pair.by_question[code], pair, code) for pair in pairs for code in pair.by_question]
        best = max(found, key=lambda one: one[0], default=None)
        return (best[1], best[2]) if best else None
