"""What every verb shares: the lock, the permit under the lock, the move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, update

from collab.initiatives.models import Initiative
from collab.initiatives.queries import InitiativeView, find_initiative, relations_of
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound, NotNow, Stale
from collab.kernel.permits import permits
from collab.subjects import service as subjects

_initiatives: Table = Initiative.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class HeldInitiative:
    """An initiative under its lock, and what the actor is to it."""

    initiative: InitiativeView
    relations: frozenset[str]

    @property
    def key(self) -> str:
        """`I-7`."""
        return self.initiative.key


def hold(actor: Actor, key: str, verb: str, *, version: int | None = None) -> HeldInitiative:
    """The initiative, locked, once the verb (`initiative.edit`, `blueprint.answer`) is permitted. `version` is what the actor saw.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed, NotNow: not theirs, or not in this state.
        Stale: it was changed since they looked.
    """
    found = locked(key)
    here = relations_of(actor, found)
    if not permits.allows("initiative.show", here):
        raise NotFound
    permits.check(verb, here, found.state)
    if version is not None and version != found.version:
        raise Stale
    return HeldInitiative(found, here)


def locked(key: str) -> InitiativeView:
    """The initiative as the database has it under the lock, whoever asks. Raises NotFound."""
    subjects.lock(key)
    found = find_initiative(key)
    if found is None:
        raise NotFound
    return found


def move(initiative: InitiativeView, values: Mapping[str, Any]) -> None:
    """Change a locked initiative: compare-and-set on the version the transaction read."""
    at = (_initiatives.c.id == initiative.id) & (_initiatives.c.version == initiative.version)
    done = db.session.execute(update(_initiatives).where(at).values(**values, version=initiative.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
