"""What comes in and goes out about reminders."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from collab.kernel.fields import Input, Part, Words, YesNo
from collab.nudges.rules.times import parse_time


class TimeOfDay(fields.Field[int]):
    """A local time of day, "08:30"; minutes after midnight inside."""

    default_error_messages = {  # noqa: RUF012 - as marshmallow declares it
        "required": "field.required",
        "null": "field.required",
        "validator_failed": "field.invalid",
    }

    def _deserialize(self, value: Any, *_more: Any, **_options: Any) -> int:
        found = parse_time(value) if isinstance(value, str) else None
        if found is None:
            raise ValidationError("field.not_a_time")
        return found


class QuietIn(Input):
    """Quiet time, from a local time to another; past midnight when it ends first."""

    starts = TimeOfDay(required=True, data_key="from")
    ends = TimeOfDay(required=True, data_key="until")


class ReminderIn(Input):
    """The daily reminder: whether it comes, and when (null: as the team or the company does)."""

    daily = YesNo()
    at = TimeOfDay(allow_none=True)


class NotificationsIn(Input):
    """How to be told things; what is left out stays as it is."""

    reminder = Part(ReminderIn)
    quiet = Part(QuietIn, allow_none=True)
    by_mail = YesNo()


class WeekIn(Input):
    """A week, 2026-W47; this one unless given."""

    week = Words(8)


class ReminderOut(Schema):
    """The daily reminder: `own` is whether the member chose its time."""

    daily = fields.Boolean()
    at = fields.String()
    own = fields.Boolean()


class QuietOut(Schema):
    """Quiet time."""

    starts = fields.String(data_key="from")
    ends = fields.String(data_key="until")


class NotificationsOut(Schema):
    """How one is told things, and how often one was asked to act this week."""

    reminder = fields.Nested(ReminderOut)
    quiet = fields.Nested(QuietOut, allow_none=True)
    by_mail = fields.Boolean()
    week = fields.String()
    asked = fields.Integer()
    budget = fields.Integer()


class AttentionOut(Schema):
    """How often a member was asked to act in a week, and on how many days they were reminded of it."""

    member = fields.String(metadata={"description": "e-mail"})
    name_en = fields.String()
    name_ja = fields.String()
    offices = fields.List(fields.String())
    leads = fields.List(fields.String())
    asked = fields.Integer()
    reminded = fields.Integer()
    budget = fields.Integer()
