"""Joint initiatives as a file: what the list shows under the same tab and filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from collab.exports.registry import Export, every
from collab.initiatives.queries.initiatives import InitiativeView
from collab.initiatives.queries.lists import list_initiatives
from collab.initiatives.rules.moves import SIDES
from collab.initiatives.views.pages import NARROWED, TABS, filter_of
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell
from collab.people import queries as people


def initiatives(me: Actor, filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """The initiatives of a tab, what needs attention first."""
    narrowed = filter_of(filters["view"] if filters.get("view") in TABS else "all", filters)
    units = {row.code: how.name(row) for row in people.list_departments()}
    for some in every(lambda offset, limit: list_initiatives(me, narrowed, offset=offset, limit=limit)[0]):
        names = people.names_of(held.member for one in some for held in one.leads)
        yield from (_row(one, names, units, how) for one in some)


def _row(
    one: InitiativeView, names: Mapping[int, people.Named], units: Mapping[str, str], how: Reader
) -> Sequence[Cell]:
    return [
        one.key, one.title, how.say(f"initiative.state.{one.state}"), one.problem,
        *(cell for slot in SIDES for cell in _side(one, slot, names, units, how)),
        one.stops_on, one.created_at, one.started_at, one.closed_at, one.lesson,
    ]  # fmt: skip


def _side(
    one: InitiativeView, slot: int, names: Mapping[int, people.Named], units: Mapping[str, str], how: Reader
) -> Sequence[Cell]:
    """Who leads for a side, of which department, and how they say it goes."""
    held = one.lead(slot)
    if held is None:
        return ["", "", ""]
    health = how.say(f"web.status.{held.health}") if held.health else ""
    return [how.name(names[held.member]), units.get(held.department, held.department), health]


COLUMNS = (
    "key", "title", "state", "problem", "lead_one", "department_one", "health_one", "lead_two", "department_two", "health_two",
    "stops_on", "created_at", "started_at", "closed_at", "lesson",
)  # fmt: skip
EXPORTS = (Export("initiatives", "initiative.list", COLUMNS, initiatives, ("view", *NARROWED)),)
