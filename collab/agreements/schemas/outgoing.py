"""What the API says about an agreement."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.audit.schemas import HistoryEventOut

_MOMENT = {"format": "date-time"}


class AgreementSideOut(Schema):
    """A department, its person, and whether they have agreed."""

    department = fields.String()
    member = fields.String(metadata={"description": "e-mail"})
    agreed_at = fields.String(allow_none=True, metadata=_MOMENT)


class CadenceOut(Schema):
    """How often."""

    every = fields.Integer()
    unit = fields.String()
    weekday = fields.String()
    day = fields.Integer()


class AgreementDeliveryOut(Schema):
    """One delivery: which day's, when it came, what became of it."""

    due_on = fields.String(metadata={"format": "date"})
    due_at = fields.String(metadata={**_MOMENT, "description": "when it was promised for"})
    attempt = fields.Integer()
    state = fields.String(metadata={"enum": ["delivered", "confirmed", "disputed"]})
    on_time = fields.Boolean()
    at = fields.String(metadata=_MOMENT)
    by = fields.String(metadata={"description": "e-mail"})
    note = fields.String(allow_none=True)
    link = fields.String(allow_none=True)
    rows = fields.Integer(allow_none=True)
    judged_at = fields.String(allow_none=True, metadata=_MOMENT)
    judged_by = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class AgreementOut(Schema):
    """An agreement: what was promised, what is awaited, what came last."""

    key = fields.String(metadata={"example": "DA-3"})
    state = fields.String()
    version = fields.Integer()
    title = fields.String()
    data = fields.String()
    purpose = fields.String(allow_none=True)
    goal = fields.String(allow_none=True)
    goal_hidden = fields.Boolean(metadata={"description": "it names a goal that you may not see"})
    giver = fields.Nested(AgreementSideOut)
    receiver = fields.Nested(AgreementSideOut)
    cadence = fields.Nested(CadenceOut)
    starts_on = fields.String(metadata={"format": "date"})
    ends_on = fields.String(allow_none=True, metadata={"format": "date"})
    due_on = fields.String(
        allow_none=True, metadata={"description": "the business day of the delivery that is awaited"}
    )
    due_at = fields.String(allow_none=True, metadata=_MOMENT)
    late = fields.Boolean()
    postponed = fields.Integer()
    proposer = fields.String(metadata={"description": "e-mail"})
    created_at = fields.String(metadata=_MOMENT)
    ended_at = fields.String(allow_none=True, metadata=_MOMENT)
    end_reason = fields.String(allow_none=True)
    last = fields.Nested(AgreementDeliveryOut, allow_none=True)
    deliveries = fields.List(fields.Nested(AgreementDeliveryOut))


class AgreementPairOut(Schema):
    """How regularly one department gives to another: facts, no ranks."""

    giver = fields.String()
    receiver = fields.String()
    streak = fields.Integer(metadata={"description": "deliveries on time, one after another, up to the latest"})
    on_time = fields.Integer()
    due = fields.Integer()
    late_now = fields.Integer()


class AgreementEventOut(HistoryEventOut):
    """One line of the history."""
