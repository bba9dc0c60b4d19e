"""What the API says about a purchase request."""

from __future__ import annotations

from marshmallow import Schema, fields


class WaitingOut(Schema):
    """Somebody who is asked right now."""

    member = fields.String(metadata={"description": "e-mail"})
    office = fields.String(allow_none=True)
    step = fields.Integer()
    since = fields.String(metadata={"format": "date-time"})
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})


class SeatOut(Schema):
    """A seat of a step and what became of it."""

    member = fields.String(metadata={"description": "e-mail"})
    office = fields.String(allow_none=True)
    instead_of = fields.String(allow_none=True, metadata={"description": "e-mail of whom it fell from"})
    why = fields.String(allow_none=True)
    state = fields.String()
    decided_at = fields.String(allow_none=True, metadata={"format": "date-time"})


class StepOut(Schema):
    """A step of the route, why it is there, and its seats."""

    step = fields.Integer()
    name = fields.String()
    kind = fields.String()
    rule = fields.String()
    keys = fields.Boolean()
    due = fields.String()
    usual_hours = fields.Float(allow_none=True, metadata={"description": "median over half a year"})
    why = fields.List(fields.String())
    state = fields.String()
    seats = fields.List(fields.Nested(SeatOut))


class PurchaseOut(Schema):
    """A request as its viewer may see it; `total` is computed."""

    key = fields.String()
    status = fields.String()
    round = fields.Integer()
    version = fields.Integer()
    seen_version = fields.Integer(metadata={"description": "send it with a decision"})
    requester = fields.String()
    title = fields.String()
    purpose = fields.String(allow_none=True)
    vendor = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    department = fields.String()
    on_behalf_of = fields.String(allow_none=True)
    amount = fields.String(allow_none=True)
    total = fields.String(allow_none=True)
    currency = fields.String()
    tax_included = fields.Boolean()
    billing = fields.String()
    term_months = fields.Integer(allow_none=True)
    affected = fields.Dict()
    personal_data = fields.Boolean()
    goal = fields.String(allow_none=True)
    no_goal_reason = fields.String(allow_none=True)
    cx_impact = fields.String(allow_none=True)
    benefit = fields.Dict()
    owners = fields.Dict()
    after_the_fact = fields.Dict(allow_none=True)
    needed_by_on = fields.String(allow_none=True)
    visibility = fields.String()
    copied_from = fields.String(allow_none=True)
    created_at = fields.String()
    submitted_at = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True)
    waiting_for = fields.List(fields.Nested(WaitingOut))
    route = fields.List(fields.Nested(StepOut))


class PlanOut(Schema):
    """What a submission would do right now."""

    route = fields.List(fields.Nested(StepOut))
    refusal = fields.String(allow_none=True)
    missing = fields.Dict(keys=fields.String(), values=fields.String())


class DecisionOut(Schema):
    """What a decision did."""

    subject = fields.String()
    verb = fields.String()
    round = fields.Integer()
    step = fields.Integer()
    state = fields.String()
    at = fields.String()


class EventOut(Schema):
    """One line of the history."""

    seq = fields.Integer()
    round = fields.Integer(allow_none=True)
    step = fields.Integer(allow_none=True)
    step_name = fields.String(allow_none=True)
    verb = fields.String()
    actor = fields.String(metadata={"description": "e-mail, or system"})
    acting_for = fields.String(allow_none=True)
    office = fields.String(allow_none=True)
    at = fields.String()
    comment = fields.String(allow_none=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
