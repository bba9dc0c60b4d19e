"""The second person's answer: confirm, decline; and taking back what one proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.controls import queries, rules
from collab.controls.models import ControlChange
from collab.controls.registry import Around, Picture, registry
from collab.controls.service.telling import tell
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.db import run
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.fields import load
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason
from collab.subjects import service as subjects

_changes: Table = ControlChange.__table__  # type: ignore[assignment]
Fields = Mapping[str, Any]


def confirm(actor: Actor, key: str, *, seen_version: int, now: datetime) -> ControlChange:
    """Say yes as the second person, in person. It counts from now, or from its day; never from a day that has passed.

    Raises:
        NotFound: no such change, or none of the actor's business.
        NotAllowed: for whoever proposed it and whoever it favours, among others.
        NotNow: it is over, its proposer has left, what it was made for has moved meanwhile, or something must be settled first.
    """
    with audit.refusals_kept(key, actor, "confirm", now=now, counts=lambda: _is_own(actor, key)), atomic():
        row, by = _locked(actor, key, "confirm", now)
        if row.version != seen_version:
            raise NotNow("control_changed")
        if row.expires_at <= now:
            raise NotNow("control_expired")
        proposer = _active(row.proposed_by_id, now)
        if proposer is None or not permits.allows(registry.get(row.code).propose, proposer.roles):
            raise NotNow("control_proposer_left")
        today = day_in(now, company().zone)
        where = Around(rules.first_day(row.from_on, today), now, proposer)
        at_once = where.day <= today or registry.get(row.code).dated
        fields, picture = look(row, where, settled=at_once)
        if by.id in picture.favours:  # what it gives somebody may have become another's while it waited
            permits.check(registry.get(row.code).confirm, queries.relations_to(by, row) | {"favoured"}, row.state)
        move(row, rules.CONFIRMED, second_id=by.id, decided_by_id=by.id, decided_at=now)
        audit.record("control_confirmed", key, actor=by, at=now, details={"proposed_by": proposer.email})
        if at_once:
            take(row, fields, picture, where, proposer=proposer, second=by, actor=by)
        tell(row, by, now=now)
        return row


def _is_own(actor: Actor, key: str) -> bool:
    """Whether it is the change's proposer, or whom it favours, who would be its second person."""
    row = queries.find_change(key)
    return row is not None and bool(queries.relations_to(actor, row) & {"proposer", "favoured"})


def decline(actor: Actor, key: str, *, reason: str | None, now: datetime) -> ControlChange:
    """Turn it down, with the reason; also what is confirmed and waits for its day. Raises NotFound, NotAllowed, NotNow, Invalid."""
    with atomic():
        row, by = _locked(actor, key, "decline", now)
        comment = checked_reason(reason)
        end(row, rules.DECLINED, by, now, comment=comment)
        return row


def withdraw(actor: Actor, key: str, *, now: datetime) -> ControlChange:
    """Take back what one proposed, before it is in force. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        row, by = _locked(actor, key, "withdraw", now)
        end(row, rules.WITHDRAWN, by, now)
        return row


def look(row: ControlChange, where: Around, *, settled: bool) -> tuple[Fields, Picture]:
    """The change as it would be made now; `settled`: nothing may stand in its way any more. Raises NotNow, with what is no longer
    as it was."""
    control = registry.get(row.code)
    fields = load(control.schema(), row.fields)
    try:
        picture = control.check(fields, where)
    except Invalid as refused:
        problem = next(iter(refused.fields.values()), refused.text)
        raise NotNow("control_impossible", problem=problem) from refused
    if rules.moved(row.before, picture.before):
        raise NotNow("control_moved", what=_said(row, picture))
    if settled and (obstacles := registry.obstacles(row.code, fields, where)):
        raise NotNow("control_obstacle", what=obstacles)
    return fields, picture


def _said(row: ControlChange, picture: Picture) -> list[Text]:
    """What was so then, and what is so now, name by name; values as they are kept."""
    names = rules.moved(row.before, picture.before)
    return [
        Text("control.was_and_is", {"what": Text(f"control.fact.{name}"), "was": row.before.get(name) or "–", "is": picture.before.get(name) or "–"})
        for name in names
    ]  # fmt: skip


def take(
    row: ControlChange, fields: Fields, picture: Picture, where: Around, *, proposer: Actor, second: Actor, actor: Actor | None
) -> None:  # fmt: skip
    """Write the change: both are named, on the change and on what it changes. `actor` None: its day has come."""
    subjects.lock_or_introduce(picture.subject, picture.kind)
    registry.get(row.code).apply(fields, where)
    move(row, rules.TAKEN, taken_at=where.now)
    both = {"proposed_by": proposer.email, "confirmed_by": second.email, "control": row.code}
    told: dict[str, Any] = {"actor": actor, "at": where.now, "before": picture.before, "after": picture.after}
    day = {"from_on": where.day.isoformat()}
    audit.record(
        "control_taken", picture.subject, **told, reason=row.reason, details={"change": row.key, **both, **day}
    )
    audit.record("control_taken", row.key, **told, details={**both, **day})


def end(row: ControlChange, state: str, by: Actor | None, now: datetime, *, comment: str | None = None) -> None:
    """A change that will not be made."""
    move(row, state, decided_by_id=by.id if by else None, decided_at=now, comment=comment)
    audit.record(f"control_{state}", row.key, actor=by, at=now, reason=comment)
    tell(row, by, now=now)


def _locked(actor: Actor, key: str, verb: str, now: datetime) -> tuple[ControlChange, Actor]:
    """The change under its lock, and the actor as they are at this moment: a role lost meanwhile counts no more."""
    subjects.lock(key)
    row = queries.get_change(actor, key)
    by = _active(actor.id, now)
    if by is None:
        raise NotFound
    named = registry.get(row.code).confirm if verb == "confirm" else f"control.{verb}"
    relations = queries.relations_to(by, row)
    if verb == "confirm" and row.state != rules.OPEN and permits.allows(named, relations, rules.OPEN):
        raise NotNow("control_over", **_over(row, now))
    permits.check(named, relations, row.state)
    return row, by


def _over(row: ControlChange, now: datetime) -> dict[str, Any]:
    """Who answered it, and when: whoever comes too late is told."""
    by = next((one for one in registry.everybody(now) if one.id == row.decided_by_id), None)
    return {"state": Text(f"control.state.{row.state}"), "who": by or Text("control.nobody"), "at": row.decided_at}


def _active(member: int, now: datetime) -> Actor | None:
    return next((one for one in registry.everybody(now) if one.id == member and one.active), None)


def move(row: ControlChange, state: str, **values: Any) -> None:
    """Another state, inside the open transaction. Compare-and-set: SQLite knows no row locks. Raises NotNow for the second of two."""
    same = (_changes.c.id == row.id) & (_changes.c.version == row.version) & (_changes.c.state == row.state)
    if run(update(_changes).where(same).values(state=state, version=row.version + 1, **values)).rowcount != 1:
        raise NotNow("conflict")
    queries.find_change(row.key)
