"""What comes in about an incident, from any edge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from collab.agreements.schemas.incoming import Address
from collab.incidents.rules import STATES
from collab.kernel.errors import Text
from collab.kernel.fields import Day, Input, OneOf, Part, Words, YesNo

LINE, LONG, TITLE = 200, 4000, 120
MOST_ACTIONS = 20
FIRST_YEAR = 1970
"""Nothing anybody writes down happened before."""


class Moment(fields.Field[datetime]):
    """A moment with its offset, as ISO 8601."""

    default_error_messages = {"required": "field.required", "null": "field.required"}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "string", "format": "date-time"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:  # noqa: ARG002 - as marshmallow calls it
        try:
            written = datetime.fromisoformat(value)
            moment = written.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):  # the calendar's last days are in no other zone
            raise ValidationError(Text("incident.problem.not_a_moment")) from None  # type: ignore[arg-type]
        if written.tzinfo is None or moment.year < FIRST_YEAR:
            raise ValidationError(Text("incident.problem.not_a_moment"))  # type: ignore[arg-type]
        return moment


class IncidentIn(Input):
    """An alert: what happened is enough."""

    text = Words(LONG, required=True)
    department = Words(LINE, allow_none=True)
    link = Address(2000, allow_none=True)
    since_at = Moment(allow_none=True)


class AnswerIn(Input):
    """What the public was told, and where."""

    text = Words(LONG, required=True)
    link = Address(2000, allow_none=True)


class NoteIn(Input):
    """A free entry of the timeline; `at` is when it happened, if that was before."""

    text = Words(LONG, required=True)
    at = Moment(allow_none=True)


class CloseIn(Input):
    """What happened and why, in words."""

    what_happened = Words(LONG, required=True)
    root_cause = Words(LONG, required=True)
    no_answer_reason = Words(LONG, allow_none=True)


class FalseAlarmIn(Input):
    """Why it was none."""

    reason = Words(LONG, required=True)


class ActionIn(Input):
    """Something to be done: it becomes a task."""

    title = Words(TITLE, required=True)
    to_department = Words(LINE, required=True)
    assignee = Words(LINE, allow_none=True)
    detail = Words(LONG, allow_none=True)
    due = Words(40, allow_none=True)


class NewGoalIn(Input):
    """A goal to be drafted."""

    title = Words(TITLE, required=True)
    outcome = Words(LONG, allow_none=True)
    target = Words(LINE, allow_none=True)
    due_on = Day(allow_none=True)


class ReviewIn(Input):
    """What we learnt and what follows from it."""

    findings = Words(LONG, required=True)
    actions = fields.List(
        Part(ActionIn), validate=validate.Length(max=MOST_ACTIONS, error="field.invalid"),
        error_messages={"invalid": "field.invalid"},
    )  # fmt: skip
    goal = Words(LINE, allow_none=True)
    new_goal = Part(NewGoalIn, allow_none=True)


class IncidentQuery(Input):
    """How a list is narrowed."""

    state = OneOf(STATES)
    open = YesNo()
    mine = YesNo()
