"""What the items of a blueprint name: asked for once for a whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from collab.blueprints.queries.blueprints import BlueprintView
from collab.blueprints.queries.waiting import waits_for
from collab.initiatives.queries import InitiativeView
from collab.signatures import queries as sheets
from collab.signatures.queries import SheetView


def goals_in(whole: BlueprintView | None) -> Iterable[int | None]:
    """The numbers of the goals its items serve."""
    if whole is None:
        return
    yield from (one.goal for one in (*whole.points, *whole.requirements, *whole.sources))
    yield from (goal for one in whole.definitions for goal in one.goals)


def people_in(initiative: InitiativeView, whole: BlueprintView | None) -> Iterable[int]:
    """The members its items name, and whom they wait for."""
    if whole is None:
        return
    yield from (one for point in whole.points for one in (point.owner_1, point.owner_2))
    yield from (one.owner for one in whole.sources)
    for row in whole.requirements:
        yield from (one for one in (row.asker, row.answerer, waits_for(row, initiative)) if one)


def definition_sheets(initiative: InitiativeView, whole: BlueprintView | None) -> Mapping[str, SheetView]:
    """By paper, the newest sheet of each definition."""
    words = whole.definitions if whole else ()
    return sheets.newest_of(initiative.key, (one.paper for one in words))
