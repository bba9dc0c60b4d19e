"""What the API says about an incident."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.audit.schemas import HistoryEventOut

_MOMENT = {"format": "date-time"}


class PagedOut(Schema):
    """Somebody who was paged."""

    role = fields.String(metadata={"enum": ["cx_owner", "lead", "communications"]})
    member = fields.String(metadata={"description": "e-mail"})
    instead_of = fields.String(allow_none=True)
    at = fields.String(metadata=_MOMENT)


class IncidentOut(Schema):
    """An incident: what happened, where it stands, who was paged."""

    key = fields.String(metadata={"example": "T-9", "description": "the key of its task"})
    state = fields.String()
    version = fields.Integer()
    title = fields.String()
    text = fields.String()
    link = fields.String(allow_none=True)
    department = fields.String()
    since_at = fields.String(metadata=_MOMENT)
    raised_by = fields.String(metadata={"description": "e-mail"})
    raised_at = fields.String(metadata=_MOMENT)
    ack_due_at = fields.String(metadata=_MOMENT)
    reply_due_at = fields.String(metadata={**_MOMENT, "description": "by when the public has an answer"})
    taken_by = fields.String(allow_none=True)
    taken_at = fields.String(allow_none=True, metadata=_MOMENT)
    answered_by = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True, metadata=_MOMENT)
    answer = fields.String(allow_none=True)
    answer_link = fields.String(allow_none=True)
    closed_by = fields.String(allow_none=True)
    closed_at = fields.String(allow_none=True, metadata=_MOMENT)
    what_happened = fields.String(allow_none=True)
    root_cause = fields.String(allow_none=True)
    no_answer_reason = fields.String(allow_none=True)
    review_due_at = fields.String(allow_none=True, metadata=_MOMENT)
    reviewed_by = fields.String(allow_none=True)
    reviewed_at = fields.String(allow_none=True, metadata=_MOMENT)
    findings = fields.String(allow_none=True)
    false_alarm_reason = fields.String(allow_none=True)
    paged = fields.List(fields.Nested(PagedOut))


class LearntOut(Schema):
    """What a review led to."""

    tasks = fields.List(fields.String())
    goals = fields.List(fields.String())


class TimelineOut(HistoryEventOut):
    """One line of the timeline."""

    details = fields.Raw(allow_none=True)
