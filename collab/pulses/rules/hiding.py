"""Which groups are shown: those of at least `minimum` answers, none of them inside another.

What is published, sides and the company included, is made of these groups and of nothing else. They share no member, so no sum
or difference of published figures says anything of fewer people than the smallest group (docs/pulse.md has the argument).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

OTHERS = "*"
"""In the place of a department: the small departments of a side, together."""
RATINGS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Answer:
    """One member's answers, of whom only department and side are known."""

    department: str
    side: str
    ratings: Mapping[str, int]


@dataclass(frozen=True)
class Group:
    """A group that is shown: by question, how many gave each rating. `n` is how many answered."""

    side: str
    department: str
    counts: Mapping[str, Mapping[int, int]]

    @property
    def n(self) -> int:
        """How many answered; everybody answers every question."""
        return max((sum(by.values()) for by in self.counts.values()), default=0)

    @property
    def pooled(self) -> bool:
        """Whether it is the small departments of its side together."""
        return self.department == OTHERS


def shown(answers: Iterable[Answer], minimum: int) -> list[Group]:
    """The groups that may be shown, in order. What belongs to none of them is never looked at again."""
    by_department: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers:
        by_department[answer.side, answer.department].append(answer)
    small: dict[str, list[Answer]] = defaultdict(list)
    found = []
    for (side, department), given in by_department.items():
        if len(given) >= minimum:
            found.append(_group(side, department, given))
        else:
            small[side] += given
    # each of the small ones is under the minimum, so that a pool which reaches it is never one department by another name
    found += [_group(side, OTHERS, given) for side, given in small.items() if len(given) >= minimum]
    return sorted(found, key=lambda group: (group.side, group.pooled, group.department))


def _group(side: str, department: str, given: Sequence[Answer]) -> Group:
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for answer in given:
        for question, rating in answer.ratings.items():
            counts[question][rating] += 1
    return Group(side, department, {question: dict(by) for question, by in counts.items()})


SHOWN, POOLED, HIDDEN = "shown", "pooled", "hidden"


def standing_of(department: str, side: str, groups: Sequence[Group]) -> str:
    """How a department that was asked appears: by itself, among the others of its side, or not at all."""
    if any(group.department == department for group in groups):
        return SHOWN
    return POOLED if any(group.pooled and group.side == side for group in groups) else HIDDEN
