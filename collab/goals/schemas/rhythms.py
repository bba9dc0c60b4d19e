"""A department's rhythm of check-ins as it comes in, and goes out."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from collab.goals.rules.habits import WEEKDAYS
from collab.kernel.fields import Input, OneOf, Whole


class RhythmIn(Input):
    """Every how many weeks, on which weekday, at which hour of each member's own zone; how recent a check-in makes the next one
    unnecessary, in days; how many business days there are to answer. What is left out stays as it is."""

    every_weeks = Whole(1, 13)
    weekday = OneOf(WEEKDAYS)
    hour = Whole(0, 23)
    fresh_days = Whole(0, 90)
    grace_days = Whole(0, 20)


class RhythmOut(Schema):
    """A department's rhythm. `own` is false where it has the company's; `owners` is how many people it asks."""

    department = fields.String()
    every_weeks = fields.Integer()
    weekday = fields.String()
    hour = fields.Integer()
    fresh_days = fields.Integer()
    grace_days = fields.Integer()
    own = fields.Boolean()
    owners = fields.Integer()
    version = fields.Integer()
    set_by = fields.String(allow_none=True)
    set_at = fields.String(allow_none=True)


class DarkOut(Schema):
    """A goal of which nobody knows: whose check-in is missing, since when, when they last checked in."""

    goal = fields.String()
    title = fields.String()
    member = fields.String()
    department = fields.String()
    asked_at = fields.String()
    due_at = fields.String()
    checked_in_at = fields.String(allow_none=True)


def as_cadence(wanted: dict[str, Any]) -> dict[str, Any]:
    """What came in, as the service takes it."""
    return {**wanted, **({"weekday": WEEKDAYS.index(wanted["weekday"])} if "weekday" in wanted else {})}
