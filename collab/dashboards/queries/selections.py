"""The rows behind a figure, found again by counting again: a list that is opened from a dashboard shows what the dashboard counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from collab.dashboards.queries.approvals import (
    approval_shares,
    approvals_by_age,
    approvals_by_step,
    read_approvals,
    route_times,
    slowest_seats,
)
from collab.dashboards.queries.flow import flow
from collab.dashboards.queries.goals import goals_by_status
from collab.dashboards.queries.spend import spend
from collab.dashboards.rules.figures import Figure
from collab.kernel.actor import Actor
from collab.kernel.permits import permits

CODES: Mapping[str, tuple[str, ...]] = {
    "goals": ("status", "department", "side", "stage", "week", "stale", "apart"),
    "approvals": ("age", "step", "late", "seat", "route", "share"),
    "flow": ("open", "late", "answered", "all"),
    "spend": ("total", "side", "category", "month", "bypass", "renewals"),
}
"""The kinds of figures each dashboard has; `goals.status` is how one of them is called."""


def find_figure(viewer: Actor, code: str, of: str, now: datetime) -> Figure | None:
    """The figure as it stands now for this viewer; None where there is none of this name. Raises NotAllowed."""
    permits.check("dashboard.show", viewer.roles)
    board, _, kind = code.partition(".")
    found = (one for one in _EVERY[board](viewer, kind, now) if one.code == code and one.of == of)
    return next(found, None)


def _goals(viewer: Actor, _kind: str, now: datetime) -> Iterator[Figure]:
    board = goals_by_status(viewer, now=now)
    yield from (board.stale, board.apart)
    grouped = (one.counts for one in (*board.departments, *board.sides, *board.stages))
    for counts in (board.counts, *grouped, *(week.counts for week in board.weeks)):
        yield from counts.values()


def _approvals(viewer: Actor, kind: str, now: datetime) -> Iterator[Figure]:
    reading = read_approvals(viewer, now=now)
    match kind:
        case "age":
            yield from (one.figure for one in approvals_by_age(reading))
        case "step":
            yield from (one.figure for one in approvals_by_step(reading))
        case "late":
            yield from (one.overdue for one in approvals_by_step(reading))
        case "seat":
            yield from (one.figure for one in slowest_seats(reading))
        case "route":
            yield from (one.figure for one in route_times(reading))
        case _:
            shares = approval_shares(reading)
            yield from (shares.submitted, shares.returned, shares.after_the_fact)


def _flow(viewer: Actor, _kind: str, now: datetime) -> Iterator[Figure]:
    found = flow(viewer, now=now)
    yield from (found.open, found.late, found.stuck)
    for cell in found.cells.values():
        yield from (cell.open, cell.late)
    yield from (one.answered for one in found.answers.values())


def _spend(viewer: Actor, _kind: str, now: datetime) -> Iterator[Figure]:
    found = spend(viewer, now=now)
    yield found.renewing
    rows = (row.sums for row in (*found.totals, *found.sides, *found.categories))
    for sums in (*rows, *(month.sums for month in found.months)):
        yield from (one.figure for one in sums.values())
    for one in found.bypass:
        yield from (one.decided.figure, one.late.figure)


_EVERY = {"goals": _goals, "approvals": _approvals, "flow": _flow, "spend": _spend}
