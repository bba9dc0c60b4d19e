"""What initiatives may spend now, and what they have spent, as far as the feature that keeps purchases says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Table, select

from collab.initiatives.models import Initiative
from collab.initiatives.queries.charters import charter_state
from collab.initiatives.queries.initiatives import InitiativeView, relations_of, whole
from collab.initiatives.queries.pilots import PilotView, pilots_of
from collab.initiatives.queries.sight import visible
from collab.initiatives.rules.moves import CHARTERED, PILOT, RUNNING
from collab.initiatives.rules.spending import Limit, Spent, counted
from collab.kernel.actor import Actor
from collab.kernel.db import AnySelect, run
from collab.kernel.money import Money
from collab.kernel.permits import permits

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
SPENDING = (CHARTERED, *RUNNING)
SpentOn = Callable[[Collection[int]], Mapping[int, Sequence[Spent]]]
"""By initiative, the requests that cite it and count, whoever may see them. One statement."""


def _nothing(_initiatives: Collection[int]) -> Mapping[int, Sequence[Spent]]:
    return {}


@dataclass
class Books:
    """A feature above knows what was bought."""

    spent_on: SpentOn = _nothing


books = Books()


def limit_of(initiative: InitiativeView) -> Limit:
    """What bounds the spending of an initiative; under its lock nothing of it changes."""
    return limits_of([initiative])[initiative.id]


def limits_of(initiatives: Collection[InitiativeView]) -> Mapping[int, Limit]:
    """The same of many."""
    charters = charter_state([one.id for one in initiatives])
    pilots = pilots_of([one.id for one in initiatives if one.state == PILOT])
    return {one.id: _limit(one, charters.get(one.id) == "valid", pilots.get(one.id)) for one in initiatives}


def _limit(initiative: InitiativeView, chartered: bool, pilot: PilotView | None) -> Limit:  # noqa: FBT001 - a fact
    bare = Limit(initiative.key, initiative.state, chartered)
    if pilot is None or not pilot.running:
        return bare
    return Limit(initiative.key, initiative.state, chartered, pilot.cap, pilot.started_at, pilot.ends_on, pilot.ends_at)


def list_spending(viewer: Actor) -> list[InitiativeView]:
    """The initiatives a viewer sees and for which something may be bought as far as their state says, by key."""
    return whole(run(_spending_of(viewer)).all())


@lru_cache(maxsize=128)
def _spending_of(viewer: Actor) -> AnySelect:
    """The statement; only its words are kept, by what a viewer is."""
    chosen = visible(viewer) & _initiatives.c.state.in_(SPENDING)
    return select(_initiatives).where(chosen).order_by(_initiatives.c.id)


def find_spent(viewer: Actor, initiative: InitiativeView, pilot: PilotView) -> Money | None:
    """What a running pilot has taken, for whoever may know; it is made of requests whose amounts not everybody sees."""
    may = permits.allows("initiative.show_spending", relations_of(viewer, initiative))
    return spent_in_pilot(initiative, pilot) if pilot.running and may else None


def spent_in_pilot(initiative: InitiativeView, pilot: PilotView) -> Money:
    """What its requests take of a pilot's cap: asked, decided or ordered."""
    limit = Limit(initiative.key, PILOT, chartered=True, cap=pilot.cap, since=pilot.started_at)
    return counted(limit, books.spent_on([initiative.id]).get(initiative.id, ()))
