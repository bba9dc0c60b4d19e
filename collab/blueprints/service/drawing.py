"""What every change of a blueprint shares: the lock, the permit under the lock, the next version once one was laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.blueprints.models import Blueprint
from collab.blueprints.queries.blueprints import PAPER, BlueprintRow, find_row, may_see
from collab.blueprints.rules.sides import sides_of
from collab.initiatives.queries import InitiativeView, relations_of
from collab.initiatives.rules.moves import OPEN, SIDES
from collab.initiatives.service.holding import locked
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotFound, NotNow, Stale
from collab.kernel.permits import permits
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.signatures import queries as sheets
from collab.signatures.service.voiding import void_open

_blueprints: Table = Blueprint.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Drawn:
    """A blueprint under the lock of its initiative, and what the actor is to it."""

    initiative: InitiativeView
    row: BlueprintRow
    relations: frozenset[str]
    sides: Mapping[int, frozenset[int]]
    """Of whom was asked about: the sides they stand on (see `sides_here`)."""

    @property
    def key(self) -> str:
        """`I-7`."""
        return self.initiative.key


def draw(actor: Actor, key: str, verb: str, *, seen: int | None = None) -> Drawn:
    """The blueprint, locked, once the verb is permitted. `seen` is the revision the actor looked at.

    Raises:
        NotFound: no such initiative, no blueprint of it, or the actor may not see it.
        NotAllowed, NotNow: not theirs, or the initiative is closed.
        Stale: somebody changed it since they looked.
    """
    held = look(actor, key)
    permits.check(f"blueprint.{verb}", held.relations, held.initiative.state)
    if seen is not None and seen != held.row.revision:
        raise Stale
    return held


def look(actor: Actor, key: str) -> Drawn:
    """The same without a verb: for those whose permit hangs on one item. Raises NotFound; NotNow once the initiative is closed."""
    initiative = locked(key)
    row = find_row(initiative.id)
    if row is None or not may_see(actor, initiative):
        raise NotFound
    return Drawn(initiative, row, relations_of(actor, initiative), {actor.id: sides_here(actor, initiative)})


def check_open(initiative: InitiativeView) -> None:
    """Raise NotNow once nothing is worked on any more."""
    if initiative.state not in OPEN:
        raise NotNow("blueprint_closed", key=initiative.key)


def sides_here(member: Actor, initiative: InitiativeView) -> frozenset[int]:
    """The sides a member stands on in an initiative; nobody who left, reads only or is a guest stands on one."""
    if "member" not in member.roles:
        return frozenset()
    leads = {held.slot: (held.member, held.department) for held in initiative.leads if held.slot in SIDES}
    took_part = {one.department for one in initiative.parts if one.member == member.id and one.department}
    return sides_of(member.id, {*member.departments, *member.leads, *took_part}, leads, people.department_sides())


def own_side(actor: Actor, held: Drawn, wanted: int | None) -> int:
    """The side somebody speaks for: the one they say, if they stand on it; else the only one they stand on.

    Raises NotAllowed: they stand on neither, or not on that one; on both and said nothing.
    """
    mine = held.sides.get(actor.id, frozenset())
    side = wanted if wanted is not None else next(iter(mine)) if len(mine) == 1 else None
    if side not in mine:
        raise NotAllowed("blueprint_no_side", verb="blueprint.ask")
    return side


def changed(held: Drawn, verb: str, actor: Actor | None, *, now: datetime, on_paper: bool = True, **trail: Any) -> int:
    """Write down that the blueprint changed: the audit entry (`before`, `after`, `reason`), the revision, and, where this version
    was laid out already, the next version: an open sheet is void, one both signed stays. What stands on no paper (`on_paper`
    False: a promise was kept) begins no version. Returns the version being written."""
    audit.record(f"blueprint_{verb}", held.key, actor=actor, at=now, **trail)
    version = next_version(held, actor, now) if on_paper else held.row.version
    values = {"version": version, "revision": held.row.revision + 1, "changed_at": now}
    at = (_blueprints.c.initiative_id == held.row.initiative) & (_blueprints.c.revision == held.row.revision)
    if db.session.execute(update(_blueprints).where(at).values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")
    repaint(held, now=now)
    return version


def next_version(held: Drawn, actor: Actor | None, now: datetime) -> int:
    """The version being written: the next one, once this one was laid out."""
    sheet = sheets.find_sheet(held.key, PAPER, held.row.version)
    if sheet is None:
        return held.row.version
    if sheet.state == "open":
        void_open(held.key, PAPER, reason="content", actor=actor, now=now)
    return held.row.version + 1


def repaint(held: Drawn, *, now: datetime) -> None:
    """Every card about the initiative says what is true now."""
    outbox.repaint(held.key, turn=f"blueprint:{held.row.revision + 1}", now=now)
