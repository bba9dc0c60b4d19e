"""Proposing a change of controls, and asking those who may be its second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert

from collab.audit import service as audit
from collab.controls import rules
from collab.controls.models import ControlChange
from collab.controls.queries import list_running
from collab.controls.registry import Around, Control, Picture, registry
from collab.controls.service.telling import ask
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.fields import load
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason
from collab.subjects import service as subjects

_changes: Table = ControlChange.__table__  # type: ignore[assignment]


def propose(
    actor: Actor, code: str, given: Mapping[str, Any], *, reason: str | None, from_on: date | None = None, now: datetime
) -> ControlChange:
    """Put a change before those who may confirm it. `given` is what the control's schema loads; nothing changes yet.

    Raises:
        NotFound: there is no such control.
        NotAllowed.
        Invalid: no reason, a day that has passed, what the control cannot take, or nothing that would change.
        NotNow: the same change waits already.
    """
    control = registry.get(code)
    permits.check(control.propose, actor.roles)
    today = day_in(now, company().zone)
    reason = _checked(reason, from_on, today)
    fields = load(control.schema(), given)
    with atomic():
        picture = control.check(fields, Around(rules.first_day(from_on, today), now, actor))
        if picture.before == picture.after:
            raise Invalid({"_": Text("control.problem.nothing")}, "control_nothing")
        subjects.lock_or_introduce(picture.subject, picture.kind)
        _check_once(code, picture, from_on)
        return _written(actor, control, picture, plain(fields), reason, from_on, now)


def plain(value: Any) -> Any:
    """Loaded fields as plain JSON, which the same schema loads again."""
    match value:
        case Mapping():
            return {name: plain(item) for name, item in value.items() if item is not None}
        case list() | tuple():
            return [plain(item) for item in value]
        case date():
            return value.isoformat()
    return value


def _checked(reason: str | None, from_on: date | None, today: date) -> str:
    problems = {}
    try:
        found = checked_reason(reason)
    except Invalid as missing:
        problems.update(missing.fields)
    if problem := rules.problem_of_day(from_on, today):
        problems["from_on"] = Text(problem)
    if problems:
        raise Invalid(problems)
    return found


def _check_once(code: str, picture: Picture, from_on: date | None) -> None:
    """The same change, twice before the same people, would be taken once and then refused: say so at once."""
    for row in list_running():
        same = (row.code, row.subject_key, row.after, row.from_on) == (code, picture.subject, picture.after, from_on)
        if same:
            raise NotNow("control_waits", key=row.key)


def _written(
    actor: Actor, control: Control, picture: Picture, fields: Mapping[str, Any], reason: str, from_on: date | None, now: datetime
) -> ControlChange:  # fmt: skip
    values = {
        "code": control.code, "subject_key": picture.subject, "fields": fields, "before": picture.before,
        "after": picture.after, "favours": sorted(picture.favours), "reason": reason, "from_on": from_on,
        "state": rules.OPEN, "version": 1, "proposed_by_id": actor.id, "proposed_at": now, "expires_at": now + rules.LASTS,
    }  # fmt: skip
    number = db.session.scalar(insert(_changes).values(**values).returning(_changes.c.id))
    row = db.session.get_one(ControlChange, number)
    subjects.introduce(row.key, "control")
    details = {"control": control.code, "subject": picture.subject, "from_on": from_on.isoformat() if from_on else None}
    audit.record(
        "control_proposed", row.key, actor=actor, at=now, reason=reason, before=picture.before, after=picture.after,
        details=details,
    )  # fmt: skip
    ask(row, now=now)
    return row
