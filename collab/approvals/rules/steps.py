"""The steps of a round as planned: who is asked once instead of twice, and whether anybody is left to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from collab.approvals.rules.book import StepRule
from collab.approvals.rules.progress import count_needed
from collab.approvals.rules.seating import Seat
from collab.kernel.errors import Text

_ASKED_ONCE = ("circulate", "consult", "review", "approve")
"""Whom two neighbours of different kinds ask is asked at the later of these; an advocate says what nobody else does."""


@dataclass(frozen=True)
class Step:
    """A step of one round, as frozen at submit. Neighbours of one `parallel` label run side by side."""

    name_en: str
    name_ja: str
    kind: str
    rule: str
    keys: bool
    due: str
    why: tuple[Text, ...]
    seats: tuple[Seat, ...]
    parallel: str = ""
    branch: str = ""
    join: str = "all"
    lift: bool = True
    confirm: bool = False


def asked_once(steps: Sequence[Step]) -> list[Step]:
    """Somebody seated in two steps that follow each other directly is asked once: at the key, else at the later step; a plain
    yes gives way to a review only while somebody else still approves, and any opinion gives way to a yes.

    A step left without seats is gone, and brings its neighbours together: so again, until nothing changes.
    """
    kept = list(steps)
    for number in range(len(kept) - 1):
        both = {seat.member for seat in kept[number].seats} & {seat.member for seat in kept[number + 1].seats}
        loser = _loser(kept, number) if both and _follows(kept, number) else None
        if loser is not None and not kept[loser].keys and kept[loser].rule == "all":
            seats = tuple(seat for seat in kept[loser].seats if seat.member not in both)
            kept[loser] = replace(kept[loser], seats=seats)
    left = [step for step in kept if step.seats]
    return left if left == list(steps) else asked_once(left)


def somebody_decides(steps: Sequence[Step]) -> bool:
    """Whether no way through these steps ends without a yes from somebody asked to approve."""
    return any(_must_approve(block) for block in blocks_of(steps))


def is_last(steps: Sequence[StepRule | Step], number: int) -> bool:
    """Whether nobody is asked after a step as written or planned: its yes is the decision, alone or beside others of its block."""
    label = steps[number].parallel
    return all(later.kind == "circulate" or (label and later.parallel == label) for later in steps[number + 1 :])


def blocks_of(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Steps side by side, block after block; a step without a label stands alone."""
    for _label, found in groupby(enumerate(steps), key=lambda at: at[1].parallel or f"#{at[0]}"):
        yield [step for _number, step in found]


def _must_approve(block: Sequence[Step]) -> bool:
    branches: dict[str, bool] = {}
    for number, step in enumerate(block):
        name = step.branch or f"#{number}"
        branches[name] = branches.get(name, False) or step.kind == "approve"
    return count_needed(block[0].join, len(branches)) > list(branches.values()).count(False)


def _follows(steps: Sequence[Step], number: int) -> bool:
    """Whether a step opens because the one before it is through: not so side by side, nor at the edge of several."""
    here, there = steps[number], steps[number + 1]
    if here.parallel and here.parallel == there.parallel:
        return bool(here.branch) and here.branch == there.branch
    return all(
        not step.parallel or [other.parallel for other in steps].count(step.parallel) == 1 for step in (here, there)
    )


def _loser(steps: Sequence[Step], number: int) -> int | None:
    """Which of two neighbours gives a person up; None if neither does."""
    here, there = steps[number], steps[number + 1]
    if "advocate" in (here.kind, there.kind):
        return None
    if here.kind == there.kind or {here.kind, there.kind} == {"approve", "review"}:
        others = [step for step in steps if step.kind == "approve" and step is not here]
        gives_way = (here.keys and not there.keys) or (
            here.kind != there.kind and here.kind == "approve" and not others
        )
        return number + 1 if gives_way else number
    return number if _ASKED_ONCE.index(here.kind) < _ASKED_ONCE.index(there.kind) else number + 1


def misplaced(steps: Sequence[StepRule]) -> Iterator[str]:
    """Labels of steps side by side that stand in more than one place."""
    labels = [label for label, _found in groupby(step.parallel for step in steps) if label]
    for label in sorted({label for label in labels if labels.count(label) > 1}):
        yield f"the label {label!r} stands in more than one place: steps side by side follow each other"


def blocks_written(steps: Sequence[StepRule]) -> Iterator[str]:
    """What is wrong with steps that are to run side by side."""
    for label, found in groupby(steps, key=lambda step: step.parallel):
        block = list(found)
        joins = {step.join for step in block} - {""}
        if not label or not joins:
            continue
        if len(joins) > 1:
            yield f"the block {label!r} is joined in two ways: {', '.join(sorted(joins))}"
        yield from _join_problems(label, min(joins), block)


def _join_problems(label: str, join: str, block: Sequence[StepRule]) -> Iterator[str]:
    branches: dict[str, bool] = {}
    for number, step in enumerate(block):
        name = step.branch or f"#{number}"
        branches[name] = branches.get(name, False) or step.kind == "approve"
    word, _, wanted = join.partition(":")
    if word == "quorum" and int(wanted) > len(branches):
        yield f"the block {label!r} joins {wanted} of {len(branches)} branches"
    if join != "all" and not all(branches.values()):
        yield f"the block {label!r} could be through without anybody's approval: every branch of such a join approves"
