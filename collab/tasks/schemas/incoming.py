"""What comes in about a task, from any edge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from collab.kernel.business_time import BadSpan, parse_span
from collab.kernel.errors import Text
from collab.kernel.fields import Day, Decimal, Input, OneOf, Part, Words, YesNo
from collab.tasks.rules.moves import CLOSED, OPEN, PRESETS, SEVERITIES, VISIBILITIES

TITLE, LINE, LONG = 200, 200, 5000
MOST_SHARED = 50
_SPAN = re.compile(r"\s*[0-9]+\s*[a-z]{1,2}\s*", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


class Moment(Words):
    """A moment with its offset, ISO 8601."""

    def __init__(self, **options: Any) -> None:
        super().__init__(40, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        return None if written is None else _moment(written)


class Due(Moment):
    """By when: a span such as `8bh` or `2bd`, or a moment with its offset."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, str) and _SPAN.fullmatch(value):
            return _span(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Until(Moment):
    """Until when something is put off: a preset or a moment."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return value if value in PRESETS else super()._deserialize(value, attr, data, **kwargs)


class Several(fields.List):
    """A short list of words."""

    default_error_messages = {"invalid": "field.invalid"}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(Words(longest, required=True), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > MOST_SHARED:
            raise ValidationError("field.invalid")
        if self.required and not value:
            raise ValidationError("field.required")
        return super()._deserialize(value, attr, data, **kwargs)


def _span(text: str) -> str:
    try:
        return str(parse_span(text))
    except BadSpan:
        raise ValidationError(Text("task.refused.bad_span")) from None  # type: ignore[arg-type]


def _moment(text: str) -> datetime:
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or the last ones of the calendar in a zone that has them no more
        pass
    raise ValidationError(Text("task.refused.bad_due"))  # type: ignore[arg-type]


class TaskIn(Input):
    """What is asked; a title and a department are enough (or somebody, whose department it is then)."""

    title = Words(TITLE, required=True)
    to_department = Words(LINE, allow_none=True)
    detail = Words(LONG, allow_none=True)
    from_department = Words(LINE, allow_none=True)
    assignee = Words(LINE, allow_none=True)
    severity = OneOf(SEVERITIES)
    due = Due(allow_none=True)
    needed_by_on = Day(allow_none=True)
    visibility = OneOf(VISIBILITIES)
    shared_with = Several(LINE)
    links = Several(LINE)


class TaskWhen(Input):
    """A date one of three ways: a span, a moment, or a day (its closing)."""

    due = Due(allow_none=True)
    due_at = Moment(allow_none=True)
    on = Day(allow_none=True)
    note = Words(LONG, allow_none=True)

    @validates_schema
    def _one_way(self, data: Mapping[str, Any], **_options: Any) -> None:
        if len([name for name in ("due", "due_at", "on") if data.get(name)]) > 1:
            raise ValidationError(Text("task.refused.one_date"), "due")  # type: ignore[arg-type]


def when_of(data: Mapping[str, Any]) -> Any:
    """The date somebody gave, whichever way; None for none."""
    return data.get("due") or data.get("due_at") or data.get("on")


class TaskAcceptIn(TaskWhen):
    """Yes, by then."""

    @validates_schema
    def _dated(self, data: Mapping[str, Any], **_options: Any) -> None:
        if when_of(data) is None:
            raise ValidationError("field.required", "due")


class TaskCounterIn(TaskWhen):
    """Another date and/or another scope in words."""

    scope = Words(LONG, allow_none=True)


class TaskReasonIn(Input):
    """Why."""

    reason = Words(LONG, required=True)


class TaskWithdrawIn(Input):
    """Why, if there is something to say."""

    reason = Words(LONG, allow_none=True)


class TaskNoteIn(Input):
    """A word, if there is something to say."""

    note = Words(LONG, allow_none=True)


class TaskReopenIn(TaskWhen):
    """Why it is not done, and perhaps by when it should be."""

    reason = Words(LONG, required=True)


class TaskQuestionIn(Input):
    """What is asked back, and of whom (e-mail; the other side where nobody is named)."""

    text = Words(LONG, required=True)
    to = Words(LINE, allow_none=True)


class TaskTextIn(Input):
    """What is said."""

    text = Words(LONG, required=True)


class TaskCommentIn(Input):
    """What is said about it."""

    body = Words(LONG, required=True)


class TaskCost(Input):
    """What each day or week of delay costs, in money or in words."""

    amount = Decimal(allow_none=True)
    currency = Words(3, allow_none=True)
    per = OneOf(("day", "week"), allow_none=True)
    text = Words(LINE, allow_none=True)


class TaskBlockIn(Input):
    """What stops it, who can lift it (e-mail; the asking side where nobody is named), what the delay costs."""

    reason = Words(LONG, required=True)
    lifter = Words(LINE, allow_none=True)
    cost = Part(TaskCost, allow_none=True)


class TaskSnoozeIn(Input):
    """Until when: a moment, or a preset."""

    until = Until(allow_none=True)
    preset = OneOf(PRESETS, allow_none=True)

    @validates_schema
    def _one_way(self, data: Mapping[str, Any], **_options: Any) -> None:
        if bool(data.get("until")) == bool(data.get("preset")):
            raise ValidationError("field.required" if not data.get("until") else Text("task.refused.one_date"), "until")  # type: ignore[arg-type]


class TaskHandOverIn(Input):
    """To whom: a member's e-mail or a department's code."""

    to = Words(LINE, required=True)
    note = Words(LONG, allow_none=True)


class TaskShareIn(Input):
    """Who may see it from now on (e-mails)."""

    members = Several(LINE, required=True)


class TaskQuery(Input):
    """How a list is narrowed."""

    mine = YesNo()
    asked_by_me = YesNo()
    to_department = Words(LINE)
    from_department = Words(LINE)
    state = OneOf(("open", "closed", *OPEN, *CLOSED))
    late = YesNo()
    cross_silo = YesNo()
    q = Words(LINE)
