"""From what a person wrote about a goal to what its row holds, complaints by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, select

from collab.goals.models import Stage
from collab.goals.queries.habits import habits, today
from collab.goals.rules import fiscal
from collab.kernel.db import db
from collab.kernel.errors import Text

_stages: Table = Stage.__table__  # type: ignore[assignment]
PLAIN = ("kind", "title", "outcome", "visibility", "progress_from")
FURTHEST = timedelta(days=36525)
"""A hundred years: a day further away, or longer ago, is a slip of the pen."""


def columns(fields: Mapping[str, Any], problems: dict[str, Text], *, now: datetime) -> dict[str, Any]:
    """The columns that loaded fields set; complaints go to `problems`. `period` stands for both days, a day that is given
    too wins."""
    values = {name: fields[name] for name in PLAIN if name in fields}
    if "title" in fields and not fields["title"]:
        problems["title"] = Text("field.required")
    if "outcome" in values:
        values["outcome"] = values["outcome"] or ""
    if "journey_stage" in fields:
        values["journey_stage"] = _stage(fields["journey_stage"], problems)
    return {**values, **_days(fields, problems, now)}


def check_days(starts_on: date | None, due_on: date | None, problems: dict[str, Text]) -> None:
    """A goal ends after it begins."""
    if starts_on and due_on and due_on <= starts_on:
        problems.setdefault("due_on", Text("goal.problem.days_reversed"))


def _days(fields: Mapping[str, Any], problems: dict[str, Text], now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if fields.get("period"):
        try:
            found["starts_on"], found["due_on"] = fiscal.days_of(fields["period"], habits().starts_month)
        except ValueError:
            problems["period"] = Text("goal.problem.unknown_period")
    for name in ("starts_on", "due_on"):
        if name in fields and (fields[name] is not None or name not in found):
            found[name] = fields[name]
        if found.get(name) and abs(found[name] - today(now)) > FURTHEST:
            problems[name] = Text("goal.problem.too_far")
    return found


def _stage(code: str | None, problems: dict[str, Text]) -> str | None:
    if code and db.session.scalar(select(_stages.c.code).where(_stages.c.code == code)) is None:
        problems["journey_stage"] = Text("goal.problem.unknown_stage")
    return code or None


def plain(value: Any) -> Any:
    """A value as JSON keeps it: days as ISO, figures as decimal strings."""
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value
