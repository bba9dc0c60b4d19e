"""Changing what an initiative says. Whatever its charter shows voids what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.initiatives.queries import InitiativeView
from collab.initiatives.service import content, holding, settling, telling
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text

ON_SHEET = ("title", "problem", "journey_stage")


def change(
    actor: Actor, key: str, fields: Mapping[str, Any], *, now: datetime, version: int | None = None
) -> InitiativeView:
    """Change what `fields` name; what stays the same is no change, and voids nothing.

    Raises:
        Invalid: as `creating.create`.
        NotFound, NotAllowed, NotNow, Stale: as `holding.hold` says.
    """
    with atomic():
        initiative = holding.hold(actor, key, "initiative.edit", version=version).initiative
        values = _values(initiative, fields, now)
        if not values:
            return initiative
        before = content.plain({name: getattr(initiative, name) for name in values})
        audit.record("change", key, actor=actor, at=now, before=before, after=content.plain(values))
        if not set(values) & set(ON_SHEET):
            return settling.keep(initiative, now=now, values=values)
        fresh = settling.settle(initiative, "content", actor, now=now, values=values)
        telling.told(fresh, "change", actor, now=now, whom=telling.leads(fresh))
        return fresh


def _values(initiative: InitiativeView, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The columns that become something else. Raises Invalid."""
    problems: dict[str, Text] = {}
    given = content.columns(fields, problems)
    values = {name: value for name, value in given.items() if value != getattr(initiative, name)}
    whole = {name: values.get(name, getattr(initiative, name)) for name in ("kind", *content.LEARNT_BY)}
    content.check_whole(whole, problems, now=now, new_day="stops_on" in values)
    if problems:
        raise Invalid(problems)
    return values
