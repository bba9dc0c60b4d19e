"""What is asked of calendars and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from collab.calendars.rules import LONGEST
from collab.kernel.errors import Text
from collab.kernel.fields import Input, Whole, Words

LONGEST_MINUTES, LONGEST_DAYS = 20 * 366 * 24 * 60, 20 * 366


class Moment(fields.Field[datetime]):
    """A moment with its zone, ISO 8601; a `+` that a query turned into a blank is understood."""

    default_error_messages = {"required": "field.required", "null": "field.required"}  # noqa: RUF012 - marshmallow's own

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> datetime:  # type: ignore[override]
        try:
            moment = datetime.fromisoformat(str(value).strip().replace(" ", "+"))
        except ValueError:
            raise ValidationError("field.not_a_moment") from None
        if moment.tzinfo is None:
            raise ValidationError("field.not_a_moment")
        return moment


class AddIn(Input):
    """From a moment on, either minutes or days."""

    start = Moment(required=True, metadata={"format": "date-time"})
    minutes = Whole(0, LONGEST_MINUTES)
    days = Whole(0, LONGEST_DAYS)

    @validates_schema(skip_on_field_errors=True)
    def _one_of_both(self, data: Mapping[str, Any], **_more: Any) -> None:
        if ("minutes" in data) == ("days" in data):
            text = Text("calendar.problem.one_of_both")
            raise ValidationError({"minutes": [text], "days": [text]})


class BetweenIn(Input):
    """Two moments."""

    start = Moment(required=True, metadata={"format": "date-time"})
    end = Moment(required=True, metadata={"format": "date-time"})


class CalendarOut(Schema):
    """A calendar in force; the digest changes with what it means."""

    code = fields.String()
    zone = fields.String()
    digest = fields.String()


class VersionIn(Input):
    """A new version of a calendar, as the text of its file."""

    text = Words(LONGEST, required=True)


class CalendarBodyOut(CalendarOut):
    """What the version in force says, as its file does."""

    holidays = fields.Raw()
    closed = fields.List(fields.String())
    open = fields.Dict(keys=fields.String())
    hours = fields.Dict(keys=fields.String())


class EndOut(Schema):
    """A moment, with the offset of the calendar's zone."""

    end = fields.DateTime()


class MinutesOut(Schema):
    """Whole business minutes."""

    minutes = fields.Integer()
