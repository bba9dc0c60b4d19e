"""What comes in and goes out of the reports about goals."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Day, Input, Words

LINE = 200


class GoalpostQuery(Input):
    """Which moved goalposts: `from` and `until` are days (both within), `period` a fiscal year, half or quarter such as
    `FY2026-Q3`."""

    since = Day(data_key="from")
    until = Day()
    period = Words(LINE)
    department = Words(LINE)


class ShareOut(Schema):
    """So many of so many."""

    n = fields.Integer()
    of = fields.Integer()
    per_cent = fields.Float(allow_none=True, metadata={"description": "to one decimal; null of nothing"})


class ReferenceOut(Schema):
    """A figure from elsewhere, of a year gone by: never a measurement of ours."""

    per_cent = fields.Integer()
    year = fields.Integer()
    source = fields.String()


class CoveredSideOut(Schema):
    """A department: its running goals tied to the customer, those that are not, and its people who said their part."""

    department = fields.String()
    covered = fields.Boolean()
    goals = fields.List(fields.String())
    untied = fields.List(fields.String())
    parts = fields.Nested(ShareOut)


class CoveredPartnerOut(Schema):
    """A partner and the running goals its people help with."""

    partner = fields.String()
    goals = fields.List(fields.String())
    channel_only = fields.Boolean(metadata={"description": "all that is measured there is a channel or a campaign"})


class MovedFigureOut(Schema):
    """The main metric of a running goal: from where, where now, where to."""

    goal = fields.String()
    metric = fields.String()
    unit = fields.String()
    baseline = fields.String(allow_none=True)
    baseline_on = fields.String(allow_none=True, metadata={"format": "date"})
    value = fields.String(allow_none=True)
    measured_on = fields.String(allow_none=True, metadata={"format": "date"})
    target = fields.String(allow_none=True)


class OtherMetricOut(Schema):
    """A metric that counts something other than customers."""

    goal = fields.String()
    metric = fields.String()
    about = fields.String()


class CoverageOut(Schema):
    """How much of the company stands behind the customer, counted over the goals you may see."""

    aim = fields.Integer(metadata={"description": "what the company wants of `departments`, in per cent"})
    met = fields.Boolean()
    reference = fields.Nested(ReferenceOut)
    departments = fields.Nested(ShareOut)
    measurable = fields.Nested(ShareOut)
    customer_metrics = fields.Nested(ShareOut)
    parts = fields.Nested(ShareOut)
    by_department = fields.List(fields.Nested(CoveredSideOut))
    unmeasured = fields.List(fields.String())
    other_metrics = fields.List(fields.Nested(OtherMetricOut))
    partners = fields.List(fields.Nested(CoveredPartnerOut))
    figures = fields.List(fields.Nested(MovedFigureOut))


class GoalpostOut(Schema):
    """A moved goalpost: what it was and what it is, as the API writes it; who, when, why."""

    goal = fields.String()
    title = fields.String()
    metric = fields.String(allow_none=True)
    kind = fields.String(
        metadata={"description": "target, baseline, guard, metric, due, owners, late_edit, late_measurement, greener"}
    )
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    reason = fields.String(allow_none=True)
    by = fields.String(allow_none=True, metadata={"description": "e-mail"})
    at = fields.String(metadata={"format": "date-time"})
