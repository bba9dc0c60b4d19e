"""What the API says about a purchase request."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.purchases.schemas.after import AmendmentOut, ConditionOut, RevocationOut
from collab.purchases.schemas.beside import QuestionOut


class WaitingOut(Schema):
    """Somebody who is asked right now."""

    member = fields.String(metadata={"description": "e-mail"})
    office = fields.String(allow_none=True)
    step = fields.Integer()
    since = fields.String(metadata={"format": "date-time"})
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    kind = fields.String(metadata={"description": "what is asked: approve, consult, review, advocate"})
    held_until = fields.String(allow_none=True, metadata={"format": "date-time", "description": "on hold until then"})
    held_reason = fields.String(allow_none=True)


class SeatOut(Schema):
    """A seat of a step and what became of it."""

    member = fields.String(metadata={"description": "e-mail"})
    office = fields.String(allow_none=True)
    instead_of = fields.String(allow_none=True, metadata={"description": "e-mail of whom it fell from"})
    why = fields.String(allow_none=True)
    state = fields.String()
    decided_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    decided_by = fields.String(
        allow_none=True, metadata={"description": "e-mail of who decided for the member, or approved over them"}
    )
    acting_for = fields.String(
        allow_none=True, metadata={"description": "e-mail of whose decision it is, where somebody else took it"}
    )
    opinion = fields.String(allow_none=True)
    stage = fields.String(allow_none=True)
    comment = fields.String(allow_none=True)
    turn = fields.Integer(metadata={"description": "how often it was asked"})
    carried = fields.Boolean(metadata={"description": "a decision of the round before that stands"})
    veto = fields.Boolean(metadata={"description": "its no ends the round whatever the rule"})
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    held_until = fields.String(allow_none=True, metadata={"format": "date-time"})
    held_reason = fields.String(allow_none=True)


class StepOut(Schema):
    """A step of the route, why it is there, and its seats."""

    step = fields.Integer()
    name = fields.String()
    kind = fields.String()
    rule = fields.String()
    keys = fields.Boolean()
    needed = fields.Integer(metadata={"description": "how many of its seats must say yes"})
    block = fields.Integer(metadata={"description": "steps of one block run side by side"})
    branch = fields.String(metadata={"description": "steps of one branch of a block run in order"})
    join = fields.String(metadata={"description": "how many branches of the block must be through"})
    lift = fields.Boolean(metadata={"description": "whether a later seat may approve over it"})
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
    goal_hidden = fields.Boolean(metadata={"description": "it names a goal that you may not see"})
    no_goal_reason = fields.String(allow_none=True)
    initiative = fields.String(allow_none=True, metadata={"example": "I-7"})
    initiative_hidden = fields.Boolean(metadata={"description": "it names an initiative that you may not see"})
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
    questions = fields.List(fields.Nested(QuestionOut))
    waiting_for = fields.List(fields.Nested(WaitingOut))
    route = fields.List(fields.Nested(StepOut))
    warnings = fields.List(fields.String(), metadata={"description": "what the routes said when it was submitted"})
    purchased_on = fields.String(allow_none=True, metadata={"format": "date"})
    order_reference = fields.String(allow_none=True)
    amends = fields.String(allow_none=True, metadata={"description": "the decided request this one changes"})
    amended_by = fields.List(fields.Nested(AmendmentOut))
    conditions = fields.List(fields.Nested(ConditionOut))
    revocations = fields.List(fields.Nested(RevocationOut))


class PlanOut(Schema):
    """What a submission would do right now."""

    route = fields.List(fields.Nested(StepOut))
    warnings = fields.List(fields.String())
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


class OutcomeOut(Schema):
    """What became of one of several: done, or refused with a stable code and words."""

    key = fields.String()
    result = fields.String(metadata={"enum": ["done", "refused"]})
    verb = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)


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
    seat = fields.Integer(allow_none=True, metadata={"description": "its place in the step, from 0"})
    turn = fields.Integer(allow_none=True, metadata={"description": "how often this seat had been asked"})
    opinion = fields.String(allow_none=True)
    stage = fields.String(allow_none=True)
    to = fields.Raw(
        allow_none=True, metadata={"description": "where it was sent back to: `requester`, or a step from 1"}
    )
    resume = fields.String(allow_none=True, metadata={"description": "how it goes on after that: here, again"})
    details = fields.Dict(metadata={"description": "everything else that was kept with it"})
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
