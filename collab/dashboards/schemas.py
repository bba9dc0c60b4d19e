"""What the API says of dashboards."""

from __future__ import annotations

from marshmallow import Schema, fields

MINUTES = {"description": "business minutes; null: nothing was measured"}


class FigureOut(Schema):
    """How many there are, which ones, and the list that shows exactly these (null: there are none)."""

    n = fields.Integer()
    keys = fields.List(fields.String())
    path = fields.String(allow_none=True)


class StatusOut(FigureOut):
    """Goals of one status."""

    status = fields.String(
        metadata={"description": "on_track, at_risk, off_track, paused, unsaid (never checked in on)"}
    )


class GoalGroupOut(Schema):
    """A department, side or journey stage; a goal of two departments stands in both."""

    of = fields.String()
    statuses = fields.List(fields.Nested(StatusOut))


class GoalWeekOut(Schema):
    """How goals stood when a week ended; the running one as of now."""

    week = fields.String()
    running = fields.Boolean()
    statuses = fields.List(fields.Nested(StatusOut))


class GoalsBoardOut(Schema):
    """Running goals you may see."""

    total = fields.Integer()
    statuses = fields.List(fields.Nested(StatusOut))
    departments = fields.List(fields.Nested(GoalGroupOut))
    sides = fields.List(fields.Nested(GoalGroupOut))
    stages = fields.List(fields.Nested(GoalGroupOut))
    weeks = fields.List(fields.Nested(GoalWeekOut))
    stale = fields.Nested(FigureOut, metadata={"description": "a check-in is overdue"})
    apart = fields.Nested(FigureOut, metadata={"description": "the two owners' confidence is too far apart"})


class AgeOut(FigureOut):
    """Pending requests of one age in business days."""

    age = fields.String(metadata={"description": "0-2, 3-5, 6-10, 11 (and more)"})


class DashboardStepOut(FigureOut):
    """A step requests wait at now."""

    name_en = fields.String()
    name_ja = fields.String()
    late = fields.Integer(metadata={"description": "seats past their due moment"})
    overdue = fields.Nested(FigureOut, metadata={"description": "the requests of those seats"})
    oldest_at = fields.String()


class HolderOut(Schema):
    """One person's answers."""

    member = fields.String()
    answers = fields.Integer()
    median_minutes = fields.Integer()


class SeatTimesOut(FigureOut):
    """How long a seat takes, on the calendar of whoever held it."""

    seat = fields.String(metadata={"description": "office:CMO, lead:it, step:NAME"})
    answers = fields.Integer()
    in_time = fields.Integer()
    median_minutes = fields.Integer(metadata=MINUTES)
    holders = fields.List(fields.Nested(HolderOut))


class RouteTimesOut(FigureOut):
    """How long a route takes, and how often its clocks were kept."""

    route = fields.String()
    name_en = fields.String()
    name_ja = fields.String()
    rounds = fields.Integer()
    answers = fields.Integer()
    in_time = fields.Integer()
    median_minutes = fields.Integer(allow_none=True, metadata=MINUTES)


class ApprovalsBoardOut(Schema):
    """Approvals of the requests whose course you may read."""

    since = fields.String()
    pending = fields.Integer()
    ages = fields.List(fields.Nested(AgeOut))
    steps = fields.List(fields.Nested(DashboardStepOut))
    seats = fields.List(fields.Nested(SeatTimesOut))
    routes = fields.List(fields.Nested(RouteTimesOut))
    submitted = fields.Nested(FigureOut)
    returned = fields.Nested(FigureOut)
    after_the_fact = fields.Nested(FigureOut)


class FlowCellOut(Schema):
    """What one department waits for from another."""

    waits = fields.String()
    on = fields.String()
    open = fields.Nested(FigureOut)
    late = fields.Nested(FigureOut)


class FlowAnswersOut(Schema):
    """What one department asked of another."""

    asker = fields.String()
    asked = fields.String()
    asks = fields.Integer()
    in_time = fields.Integer()
    open = fields.Integer()
    median_minutes = fields.Integer(allow_none=True, metadata=MINUTES)
    answered = fields.Nested(FigureOut)


class FlowOut(Schema):
    """Tasks between departments you may see."""

    open = fields.Nested(FigureOut)
    late = fields.Nested(FigureOut)
    blocked = fields.Nested(FigureOut)
    cells = fields.List(fields.Nested(FlowCellOut))
    answers = fields.List(fields.Nested(FlowAnswersOut))


class SumOut(FigureOut):
    """What some requests come to, in one currency."""

    total = fields.String()
    currency = fields.String()


class SpendRowOut(Schema):
    """A side, or a category of it, in one currency."""

    side = fields.String()
    category = fields.String(allow_none=True)
    currency = fields.String()
    pending = fields.Nested(SumOut)
    decided = fields.Nested(SumOut)
    ordered = fields.Nested(SumOut)


class SpendMonthOut(Schema):
    """What was decided in a month."""

    month = fields.String()
    sums = fields.List(fields.Nested(SumOut))


class BypassOut(Schema):
    """What of the decided was filed after the fact, in per cent."""

    currency = fields.String()
    decided = fields.Nested(SumOut)
    after_the_fact = fields.Nested(SumOut)
    by_count = fields.Integer(allow_none=True)
    by_amount = fields.Integer(allow_none=True)


class RenewalOut(Schema):
    """What was bought for a term that runs out soon."""

    key = fields.String()
    title = fields.String()
    on = fields.String()
    total = fields.String()
    currency = fields.String()


class SpendOut(Schema):
    """Spending of the requests whose amounts you may see; currencies are never added together."""

    departments = fields.List(fields.String(), allow_none=True)
    sides = fields.List(fields.Nested(SpendRowOut))
    months = fields.List(fields.Nested(SpendMonthOut))
    bypass = fields.List(fields.Nested(BypassOut))
    renewals = fields.List(fields.Nested(RenewalOut))
