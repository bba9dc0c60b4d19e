"""What comes in and goes out about alignment pulses."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from collab.kernel.errors import Text
from collab.kernel.fields import Input, Words
from collab.pulses.rules.habits import MOST_QUESTIONS
from collab.pulses.rules.hiding import RATINGS

REASON = 2000


class Ratings(fields.Field[dict[str, int]]):
    """One rating of 1 to 5 for each question, by its code."""

    default_error_messages = {"required": "field.required", "null": "field.required"}  # noqa: RUF012 - as marshmallow has it

    def __init__(self, **options: Any) -> None:
        super().__init__(
            metadata={
                "type": "object", "maxProperties": MOST_QUESTIONS,
                "additionalProperties": {"type": "integer", "minimum": RATINGS[0], "maximum": RATINGS[-1]},
                "description": "a rating of 1 (strongly disagree) to 5 (strongly agree) for every question, by its code",
            },
            **options,
        )  # fmt: skip

    def _deserialize(self, value: Any, *_where: Any, **_options: Any) -> dict[str, int]:
        if not isinstance(value, dict) or len(value) > MOST_QUESTIONS:
            raise ValidationError("field.invalid")
        wrong = [code for code, rating in value.items() if _whole(rating) is None]
        if wrong:
            problem = Text("field.out_of_range", {"least": RATINGS[0], "most": RATINGS[-1]})
            raise ValidationError({str(code)[:30]: [problem] for code in wrong})
        return {str(code): int(rating) for code, rating in value.items()}


def _whole(rating: Any) -> int | None:
    """A rating, written as a number or as its digit."""
    if isinstance(rating, bool):
        return None
    if isinstance(rating, str) and len(rating) == 1 and rating.isascii() and rating.isdigit():
        rating = int(rating)
    return rating if isinstance(rating, int) and rating in RATINGS else None


class AnswersIn(Input):
    """All answers of one member at once."""

    answers = Ratings(required=True)


class PulseCancelIn(Input):
    """Why."""

    reason = Words(REASON, required=True)


class PulseQuestionOut(Schema):
    """One question in both languages."""

    code = fields.String()
    en = fields.String()
    ja = fields.String()


class PulsePairOut(Schema):
    """Two groups and how far apart they are."""

    between = fields.List(fields.String(), metadata={"description": "departments, or sides, by code"})
    index = fields.String(metadata={"description": "gap index, 0 to 100, rounded half up to one place"})
    questions = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "the same by question"}
    )


class PulseGroupOut(Schema):
    """A group that is shown."""

    side = fields.String()
    department = fields.String(
        allow_none=True, metadata={"description": "null: the small departments of the side together"}
    )
    n = fields.Integer(metadata={"description": "how many answered"})
    means = fields.Dict(keys=fields.String(), values=fields.String())
    counts = fields.Dict(
        keys=fields.String(), values=fields.Dict(), metadata={"description": "by question, how many gave each rating"}
    )


class PulseHiddenOut(Schema):
    """A department that is not shown by itself."""

    department = fields.String()
    side = fields.String()
    why = fields.String(metadata={"enum": ["pooled", "hidden"]})


class PulseResultsOut(Schema):
    """What a closed pulse says: of groups of at least `minimum`, totals included."""

    index = fields.String(allow_none=True)
    low_share = fields.String(
        allow_none=True, metadata={"description": "per cent who say goals and metrics do not match"}
    )
    answered = fields.Integer(metadata={"description": "in the groups that are shown"})
    pairs = fields.List(fields.Nested(PulsePairOut))
    sides = fields.List(fields.Nested(PulsePairOut))
    groups = fields.List(fields.Nested(PulseGroupOut))
    hidden = fields.List(fields.Nested(PulseHiddenOut))


class PulseOut(Schema):
    """An alignment pulse. `results` is null until it closes; `mine` is what the caller answered, while it is open."""

    key = fields.String(metadata={"example": "AP-3"})
    state = fields.String(metadata={"enum": ["open", "closed", "cancelled"]})
    version = fields.Integer()
    opened_at = fields.String(metadata={"format": "date-time"})
    closes_at = fields.String(metadata={"format": "date-time"})
    ended_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    opened_by = fields.String(allow_none=True, metadata={"description": "e-mail; null: it opened by itself"})
    minimum = fields.Integer()
    asked = fields.Integer(metadata={"description": "how many people are asked"})
    questions = fields.List(fields.Nested(PulseQuestionOut))
    mine = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    results = fields.Nested(PulseResultsOut, allow_none=True)
