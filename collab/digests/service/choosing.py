"""How a member wants the digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, update

from collab.audit import service as audit
from collab.digests import queries
from collab.digests.models import Choice as Row
from collab.digests.rules.content import SECTIONS
from collab.digests.rules.due import LAST_MINUTE, WEEKDAYS, next_week
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once, run
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.nudges.rules.times import said_time
from collab.people.service.access import subject_of
from collab.subjects import service as subjects

_choices: Table = Row.__table__  # type: ignore[assignment]
NAMES = ("wanted", "weekday", "minute", "off")


def choose(member: Actor, change: Mapping[str, Any], *, now: datetime) -> None:
    """Change some of `wanted`, `weekday` (0 is Monday), `minute` (local) and `off` (sections that do not come); None gives the
    matter back to the company. What is left out stays as it is.

    Turned on again, the digest begins with the next issue that falls due; nothing is made good. Raises Invalid, NotAllowed.
    """
    permits.check("digest.own", member.roles)
    _check(change)
    if not change:
        return
    key = subject_of(member.email)
    with atomic():
        subjects.lock_or_introduce(key, "member")
        values = {name: change[name] for name in NAMES if name in change}
        if values.get("wanted") and not queries.get_choice(member).wanted:
            values["first_week"] = _next(member, values, now)
        if not insert_once(_choices, member_id=member.id, changed_at=now, **{"wanted": True, **values}):
            run(update(_choices).where(_choices.c.member_id == member.id).values(changed_at=now, **values))
        audit.record("digest_set", key, actor=member, at=now, after=_said(values))


def _next(member: Actor, values: Mapping[str, Any], now: datetime) -> str:
    """The first week whose issue falls due from now on, at the time that is chosen at the same moment."""
    when = queries.get_choice(member).when
    usual = queries.pattern().when
    chosen = {
        name: getattr(usual, name) if values[name] is None else values[name]
        for name in ("weekday", "minute")
        if name in values
    }
    when = type(when)(**{"weekday": when.weekday, "minute": when.minute, **chosen})
    return next_week(now, when, queries.place_of(member), queries.away_of(member, now))


def _check(change: Mapping[str, Any]) -> None:
    weekday, minute, off = (change.get(name) for name in ("weekday", "minute", "off"))
    wrong: dict[str, Text] = {}
    if weekday is not None and weekday not in range(7):
        wrong["weekday"] = Text("field.not_a_choice", {"choices": ", ".join(WEEKDAYS)})
    if minute is not None and not 0 <= minute <= LAST_MINUTE:
        wrong["at"] = Text("field.not_a_time")
    if any(code not in SECTIONS for code in off or ()):
        wrong["off"] = Text("field.not_a_choice", {"choices": ", ".join(SECTIONS)})
    if wrong:
        raise Invalid(wrong)


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the trail keeps it: in the words of the API."""
    said = dict(values)
    if said.get("weekday") is not None:
        said["weekday"] = WEEKDAYS[said["weekday"]]
    if "minute" in said:
        minute = said.pop("minute")
        said["at"] = said_time(minute) if minute is not None else None
    return said
