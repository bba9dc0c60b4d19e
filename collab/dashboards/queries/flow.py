"""What flows between departments: who waits on whom, how fast they answer each other, what blocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from collab.dashboards.rules.figures import TASKS, Figure, figure
from collab.escalations.queries.answers import list_stretches
from collab.escalations.rules.answers import Pair, Stretch, answered_keys, pairs
from collab.kernel.actor import Actor
from collab.tasks.queries.flow import Open, list_hidden, list_open_between

OVER = timedelta(days=90)
Way = tuple[str, str]
"""Two departments: who waits or asked, and who must act or was asked."""


@dataclass(frozen=True)
class Cell:
    """What one department waits for from another: open tasks, and those of them past their due moment."""

    waits: str
    on: str
    open: Figure
    late: Figure


@dataclass(frozen=True)
class Answers:
    """What one department asked of another in the time, as answer times are counted everywhere; `answered` are the tasks."""

    pair: Pair
    answered: Figure


@dataclass(frozen=True)
class Flow:
    """All of it: cells and answers by the two departments, blocked tasks (those waiting longest first), totals."""

    departments: Sequence[str]
    cells: Mapping[Way, Cell]
    answers: Mapping[Way, Answers]
    blocked: Sequence[Open]
    open: Figure
    late: Figure
    stuck: Figure


def flow(viewer: Actor, *, now: datetime, since: datetime | None = None, until: datetime | None = None) -> Flow:
    """Tasks between departments as far as the viewer may see them: open ones now, answers between two moments (the last 90 days).
    Four statements, however many there are."""
    tasks = list_open_between(viewer, now=now)
    stretches = list_stretches(since or now - OVER, until or now, now, hidden=list_hidden(viewer))
    cells, answers = _cells(tasks), _answers(stretches)
    named = {code for way in (*cells, *answers) for code in way}
    blocked = sorted((one for one in tasks if one.blocked), key=lambda one: (one.since or now, one.key))
    return Flow(
        sorted(named), cells, answers, blocked, _figure("flow.all", "open", tasks),
        _figure("flow.all", "late", (one for one in tasks if one.late)), _figure("flow.all", "blocked", blocked),
    )  # fmt: skip


def _figure(code: str, of: str, tasks: Iterable[Open]) -> Figure:
    return figure(code, of, (one.key for one in tasks), TASKS)


def _cells(tasks: Sequence[Open]) -> dict[Way, Cell]:
    found: dict[Way, list[Open]] = defaultdict(list)
    for one in tasks:
        if one.waits != one.on:
            found[one.waits, one.on].append(one)
    return {
        (waits, on): Cell(
            waits, on, _figure("flow.open", f"{waits}>{on}", some),
            _figure("flow.late", f"{waits}>{on}", (one for one in some if one.late)),
        )
        for (waits, on), some in sorted(found.items())
    }  # fmt: skip


def _answers(stretches: Sequence[Stretch]) -> dict[Way, Answers]:
    keys = answered_keys(stretches)
    found = {}
    for pair in pairs(stretches):
        way = (pair.asker, pair.asked)
        if pair.asker != pair.asked:
            asks = (key.partition(":")[0] for key in keys.get(way, ()))
            found[way] = Answers(pair, figure("flow.answered", ">".join(way), asks, TASKS))
    return found
