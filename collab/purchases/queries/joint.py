"""Requests that wait for a key of one of two sides, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from collab.approvals.queries import seated_members, standing_of
from collab.approvals.queries.keys import Key, KeyStep, list_key_steps
from collab.kernel.actor import Actor
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases.models import Purchase
from collab.purchases.queries.requests import relations
from collab.purchases.queries.sharing import shared_with
from collab.purchases.queries.subject import by_keys

Units = Mapping[int, AbstractSet[str]]
"""The departments of members, by id."""


@dataclass(frozen=True)
class KeyWait:
    """A request whose step needs a key of either side. Whoever only sees that the request exists reads neither the amount nor
    whose key is missing: both are None then."""

    key: str
    title: str
    path: str
    since: datetime | None
    total: Money | None
    missing: tuple[Key, ...] | None


def list_waiting_for_keys(
    viewer: Actor, one: Collection[str], other: Collection[str], *, now: datetime
) -> list[KeyWait]:
    """Those whose keys are held in two sets of departments, the longest waiting first. Six statements, however many wait."""
    steps = list_key_steps()
    units = _units(steps, now)
    ours = {step.subject: step for step in steps if _joins(step, units, one) and _joins(step, units, other)}
    found = [_wait(purchase, ours[purchase.key], here) for purchase, here in _seen(viewer, sorted(ours))]
    return sorted(found, key=lambda wait: (wait.since is None, wait.since, wait.key))


def _units(steps: Sequence[KeyStep], now: datetime) -> Units:
    holders = {key.holder for step in steps for key in step.keys}
    actors = people.list_actors(now, ids=sorted(holders)) if holders else []
    return {actor.id: {*actor.departments, *actor.leads} for actor in actors}


def _joins(step: KeyStep, units: Units, departments: Collection[str]) -> bool:
    return any(not units.get(key.holder, set()).isdisjoint(departments) for key in step.keys)


def _seen(viewer: Actor, keys: Sequence[str]) -> list[tuple[Purchase, frozenset[str]]]:
    """The requests the viewer may see, and what they are to each."""
    purchases = by_keys(keys) if keys else []
    if not purchases:
        return []
    seated = seated_members(keys)
    shared = shared_with([viewer.id], [purchase.id for purchase in purchases])[viewer.id]
    beside = standing_of([(viewer, keys)])[viewer.id]
    here = [(row, relations(viewer, row, seated[row.key], shared, beside[row.key], here_still=())) for row in purchases]
    return [(purchase, found) for purchase, found in here if permits.allows("purchase.show", found, purchase.state)]


def _wait(purchase: Purchase, step: KeyStep, here: frozenset[str]) -> KeyWait:
    open_ = permits.allows("purchase.show_amount", here, purchase.state)
    return KeyWait(
        purchase.key, purchase.title, f"/purchases/{purchase.key}", step.since, purchase.total if open_ else None,
        step.missing if open_ else None,
    )  # fmt: skip
