"""What comes in and goes out about escalations."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.escalations.rules.people import SKIPS, WHYS
from collab.escalations.rules.states import STATES
from collab.kernel.fields import Day, Input, OneOf, Words

REASON, CODE = 500, 40


class WhichIn(Input):
    """Which of what escalates: in one state, or where one department is late or waits."""

    state = OneOf(STATES[:-1])
    department = Words(CODE)


class EscalateIn(Input):
    """Why it cannot wait; whoever is told reads it."""

    reason = Words(REASON, required=True)


class SpanIn(Input):
    """From which day until which, both counted; without them the last ninety days. `from` is a word of Python's, hence the name."""

    from_on = Day(data_key="from")
    until_on = Day(data_key="until")


class SubjectOut(Schema):
    """What it is about; without title and path where the caller may not see it."""

    key = fields.String()
    title = fields.String(allow_none=True)
    path = fields.String(allow_none=True)


class TakenOut(Schema):
    """Who sees to it, and until when that is trusted."""

    by = fields.String(metadata={"description": "e-mail"})
    until = fields.DateTime()


class ManualOut(Schema):
    """Who asked those above for help, and why."""

    by = fields.String(metadata={"description": "e-mail"})
    reason = fields.String()
    at = fields.DateTime()


class NoticeOut(Schema):
    """Somebody was told at a rung, or skipped (`skipped` says why); `read_at` is when it could be read, outside closed hours."""

    rung = fields.Integer()
    loop = fields.Integer()
    member = fields.String(allow_none=True, metadata={"description": "e-mail; null: nobody was there"})
    why = fields.String(metadata={"enum": list(WHYS)})
    instead_of = fields.String(allow_none=True)
    skipped = fields.String(allow_none=True, metadata={"enum": [*SKIPS, None]})
    at = fields.DateTime()
    read_at = fields.DateTime(allow_none=True)


class EscalationOut(Schema):
    """A wait that nobody ended in time: who is late, who heard and why, what happens next. `rung` is the next one to run of
    `rungs` (0 is the last chance of whoever is late)."""

    id = fields.Integer()
    key = fields.String(metadata={"example": "T-31:answer"})
    subject = fields.Nested(SubjectOut)
    watch = fields.String(metadata={"example": "task.answer"})
    waits_for = fields.String(metadata={"description": "in the caller's language"})
    severity = fields.String(metadata={"enum": ["normal", "urgent", "brand"]})
    state = fields.String(metadata={"enum": list(STATES)})
    late = fields.String(allow_none=True, metadata={"description": "e-mail"})
    other = fields.String(allow_none=True, metadata={"description": "e-mail"})
    department = fields.String(allow_none=True)
    other_department = fields.String(allow_none=True)
    due_at = fields.DateTime()
    started_at = fields.DateTime()
    next_at = fields.DateTime(allow_none=True)
    rung = fields.Integer()
    rungs = fields.Integer()
    loop = fields.Integer()
    loops = fields.Integer()
    policy = fields.String()
    acknowledged = fields.Nested(TakenOut, allow_none=True)
    owner = fields.String(allow_none=True, metadata={"description": "e-mail; whose it is when all loops are used up"})
    manual = fields.Nested(ManualOut, allow_none=True)
    notices = fields.List(fields.Nested(NoticeOut))
    ended_at = fields.DateTime(allow_none=True)
    end_reason = fields.String(allow_none=True)


class PairOut(Schema):
    """What one department asked of another: minutes are working time of whoever was asked."""

    asker = fields.String(metadata={"description": "department code"})
    asked = fields.String(metadata={"description": "department code"})
    asks = fields.Integer()
    answered = fields.Integer()
    in_time = fields.Integer()
    median_minutes = fields.Integer(allow_none=True)
    open = fields.Integer()
    oldest_open_at = fields.DateTime(allow_none=True)


class AnswersOut(Schema):
    """Answer times per pair of departments, by the day an ask began."""

    from_on = Day(data_key="from")
    until_on = Day(data_key="until")
    pairs = fields.List(fields.Nested(PairOut))
