"""Check-ins as they come in, from any edge, and go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from collab.goals.queries.checkins import CheckInView
from collab.goals.rules import STATUSES
from collab.goals.schemas.outgoing import points
from collab.goals.service.checking_in import CheckedIn
from collab.kernel.errors import Text
from collab.kernel.fields import Day, Decimal, Input, OneOf, Whole, Words, YesNo

NOTE = 2000
MOST_GOALS = 50
_KEY = 20


class CheckInIn(Input):
    """A check-in: confidence in tens of per cent; a value or the two numbers of a ratio; or no change."""

    confidence = Whole(0, 100, allow_none=True)
    note = Words(NOTE, allow_none=True)
    status = OneOf(STATUSES, allow_none=True)
    reason = Words(NOTE, allow_none=True)
    value = Decimal(allow_none=True)
    numerator = Decimal(allow_none=True)
    denominator = Decimal(allow_none=True)
    on = Day(allow_none=True)
    no_change = YesNo()


class ByGoal(fields.Field[dict[str, Any]]):
    """Check-ins by the key of their goal; what is wrong is said as `G-3.confidence`."""

    default_error_messages = {"required": "field.required", "null": "field.required"}  # noqa: RUF012 - as marshmallow declares it

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "object", "additionalProperties": {"type": "object"}}, **options)

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("field.not_an_object")
        if len(value) > MOST_GOALS:
            raise ValidationError(Text("field.too_many", {"n": MOST_GOALS}))  # type: ignore[arg-type]
        if not value:
            raise ValidationError("field.required")
        if any(len(key) > _KEY for key in value):
            raise ValidationError("field.invalid")
        found, problems = {}, {}
        for key, given in value.items():
            try:
                found[key] = CheckInIn().load(given)
            except ValidationError as error:
                problems[key] = error.normalized_messages()
        if problems:
            raise ValidationError(problems)
        return found


class CheckInsIn(Input):
    """Check-ins on several goals: all of them or none."""

    goals = ByGoal(required=True)


class DiscussionIn(Input):
    """What two owners made of seeing a goal differently."""

    note = Words(NOTE, required=True)


class CheckInOut(Schema):
    """A check-in. Progress and what should have been done are those of that moment; `projection` is where it ends at the pace so
    far, 0.0 to 1.0, told when it is made."""

    id = fields.Integer()
    goal = fields.String()
    by = fields.String(allow_none=True)
    side = fields.Integer(allow_none=True)
    at = fields.String()
    confidence = fields.Integer(allow_none=True)
    note = fields.String(allow_none=True)
    status = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    suggested_status = fields.String()
    overridden = fields.Boolean()
    watermelon = fields.Boolean()
    progress = fields.Float(allow_none=True)
    expected = fields.Float(allow_none=True)
    no_change = fields.Boolean()
    acknowledged_at = fields.String(allow_none=True)
    acknowledged_by = fields.String(allow_none=True)


class CheckedInOut(Schema):
    """What a check-in did. `divergence` is how many points both owners now have to talk over, null where they need not."""

    id = fields.Integer()
    goal = fields.String()
    confidence = fields.Integer(allow_none=True)
    status = fields.String(allow_none=True)
    suggested_status = fields.String()
    progress = fields.Float(allow_none=True)
    expected = fields.Float(allow_none=True)
    projection = fields.Float(allow_none=True)
    no_change = fields.Boolean()
    divergence = fields.Integer(allow_none=True)


class AcknowledgedOut(Schema):
    """How many check-ins of others were read just now."""

    acknowledged = fields.Integer()


class DiscussedOut(Schema):
    """How many points apart both owners were when they talked it over."""

    divergence = fields.Integer()


def checked_in(done: CheckedIn) -> dict[str, Any]:
    """As the API writes it."""
    return {
        "id": done.id, "goal": done.key, "confidence": done.confidence, "status": done.status,
        "suggested_status": done.suggested, "progress": points(done.progress), "expected": points(done.expected),
        "projection": None if done.score is None else float(done.score), "no_change": done.no_change,
        "divergence": done.points,
    }  # fmt: skip


def check_in_row(one: CheckInView, key: str, emails: Mapping[int, str]) -> dict[str, Any]:
    """As the API writes it."""
    acknowledged = one.acknowledged_by
    return {
        "id": one.id, "goal": key, "by": emails.get(one.member), "side": one.side, "at": one.at.isoformat(),
        "confidence": one.confidence, "note": one.note, "status": one.status, "reason": one.reason,
        "suggested_status": one.suggested, "overridden": one.overridden, "watermelon": one.watermelon,
        "progress": points(one.progress), "expected": points(one.expected), "no_change": one.no_change,
        "acknowledged_at": one.acknowledged_at.isoformat() if one.acknowledged_at else None,
        "acknowledged_by": emails.get(acknowledged) if acknowledged else None,
    }  # fmt: skip
