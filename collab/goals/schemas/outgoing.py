"""What the API says about goals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import Schema, fields

from collab.goals.queries.accepting import mark_of
from collab.goals.queries.branches import Branch
from collab.goals.queries.goals import GoalView
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.paper import Paper, Side
from collab.goals.queries.standing import Standing
from collab.goals.rules.progress import shown
from collab.kernel.i18n import Reader

_DAY, _MOMENT = {"format": "date"}, {"format": "date-time"}
_POINTS = "per cent, rounded to one decimal; null as long as it cannot be said"


def _number(text: str) -> fields.Float:
    return fields.Float(allow_none=True, metadata={"description": text})


def _text(**metadata: Any) -> fields.String:
    return fields.String(allow_none=True, metadata=metadata)


class GoalOwnerOut(Schema):
    """One of those who answer for it."""

    department = fields.String()
    member = _text(description="e-mail")
    side = fields.Integer()
    accepted_at = _text(**_MOMENT)
    declined_at = _text(**_MOMENT)
    means = _text(description="what it means for their side, in their words")
    confidence = fields.Integer(allow_none=True, metadata={"description": "per cent; null until they say so"})
    checked_in_at = _text(**_MOMENT)
    due_at = _text(**_MOMENT, description="until when their open check-in is to come")


class GoalMetricOut(Schema):
    """One metric as it stands; the first is the main one. Figures are decimal strings, exact."""

    id = fields.Integer()
    name = fields.String()
    type = fields.String()
    role = fields.String(metadata={"description": "empty, promise or experience"})
    unit = fields.String()
    kind = fields.String()
    baseline = _text()
    baseline_on = _text(**_DAY)
    target = _text()
    floor = _text()
    ceiling = _text()
    ratio = fields.Boolean()
    per = fields.Integer()
    gathers = fields.Boolean(metadata={"description": "computed from its contributing children"})
    period = fields.String()
    about = fields.String(metadata={"description": "the unit of analysis"})
    places = fields.Integer()
    stale_after_days = fields.Integer(allow_none=True)
    value = _text(description="the latest, rounded to `places`")
    numerator = _text()
    denominator = _text()
    measured_on = _text(**_DAY)
    progress = _number(_POINTS)
    broken = fields.Boolean()


class GoalTieOut(Schema):
    """A goal above it."""

    goal = fields.String()
    title = fields.String()
    kind = fields.String()
    share = fields.Integer(allow_none=True)


class GoalHelperOut(Schema):
    """Somebody who contributes."""

    member = _text(description="e-mail")
    may_check_in = fields.Boolean()


class GoalBriefOut(Schema):
    """A goal in a list. `progress` may pass both ends (-100 to 200); `gap` is how many points behind (negative: ahead);
    `status` is what the owners claim, else what the figures suggest."""

    key = fields.String()
    kind = fields.String()
    title = fields.String()
    outcome = fields.String()
    journey_stage = _text()
    starts_on = _text(**_DAY)
    due_on = _text(**_DAY)
    state = fields.String()
    result = _text()
    version = fields.Integer()
    visibility = fields.String()
    progress_from = fields.String()
    progress = _number(_POINTS)
    expected = _number(_POINTS)
    gap = _number("points behind; negative: ahead")
    suggested_status = fields.String()
    status = fields.String()
    overridden = fields.Boolean(metadata={"description": "the status was set against the figures"})
    watermelon = fields.Boolean(metadata={"description": "greener than the figures"})
    stale = fields.Boolean(metadata={"description": "the last figure is too old to be read as current"})
    broken = fields.Boolean(metadata={"description": "a metric is where it may never be"})
    divergence = fields.Integer(allow_none=True, metadata={"description": "points between both owners' confidence"})
    diverged = fields.Boolean()
    dark = fields.Boolean(metadata={"description": "a check-in is overdue"})
    orphan = fields.Boolean(metadata={"description": "it hangs under nothing"})
    children = fields.Integer(metadata={"description": "how many hang under it that you may see"})
    accountable = fields.List(fields.Nested(GoalOwnerOut))


class GoalOut(GoalBriefOut):
    """A goal as its viewer may see it."""

    metrics = fields.List(fields.Nested(GoalMetricOut))
    parents = fields.List(fields.Nested(GoalTieOut))
    contributors = fields.List(fields.Nested(GoalHelperOut))
    related = fields.List(fields.String(), metadata={"description": "keys of what serves it"})
    moved = fields.Integer(metadata={"description": "how often its goalposts were moved"})
    hints = fields.List(fields.String(), metadata={"description": "what could be better; nobody is stopped by it"})
    asked_mark = fields.String(metadata={"description": "of what owners are asked to accept"})
    created_at = _text(**_MOMENT)
    activated_at = _text(**_MOMENT)
    paused_at = _text(**_MOMENT)
    pause_reason = _text()
    closed_at = _text(**_MOMENT)
    lesson = _text()
    final_progress = _number(_POINTS)
    wish = _text(description="follow, mute or null")
    can = fields.List(fields.String(), metadata={"description": "what the caller may do now"})
    why_not = fields.Dict(keys=fields.String(), values=fields.String())


class GoalTreeLineOut(GoalBriefOut):
    """A goal of the tree, and how it is tied to the one above."""

    tie = _text(description="contribute, support or null")
    share = fields.Integer(allow_none=True)


class GoalTreeOut(Schema):
    """One level of the tree: what hangs under a goal, or its roots."""

    under = _text()
    path = fields.List(fields.String(), metadata={"description": "keys from the root down to above `under`"})
    goals = fields.List(fields.Nested(GoalTreeLineOut))
    more = fields.Boolean()
    next = fields.Integer(allow_none=True, metadata={"description": "give it as `from` to read on"})


class GoalFollowOut(Schema):
    """What somebody hears of a goal."""

    key = fields.String()
    wish = _text(description="follow, mute or null")


def brief(one: Branch, emails: Mapping[int, str]) -> dict[str, Any]:
    """A line of a list in the shape of the API."""
    goal = one.goal
    owners = [
        {"department": held.department, "member": emails.get(held.member), "side": held.side} for held in goal.owners
    ]
    return {
        **_plain(goal), **_standing(one.standing), "orphan": one.orphan, "children": one.below, "accountable": owners,
    }  # fmt: skip


def tree_line(one: Branch, emails: Mapping[int, str]) -> dict[str, Any]:
    """A line of the tree in the shape of the API."""
    return {**brief(one, emails), "tie": one.kind, "share": one.share}


def body(paper: Paper, emails: Mapping[int, str], how: Reader) -> dict[str, Any]:
    """A goal in the shape of the API."""
    life = paper.life
    return {
        **_plain(paper.goal), **_standing(paper.standing), "orphan": paper.orphan, "children": paper.below,
        "accountable": [_side(side, emails) for side in paper.sides],
        "metrics": [metric(one) for one in paper.standing.metrics],
        "parents": [
            {"goal": one.goal.key, "title": one.goal.title, "kind": one.kind, "share": one.share} for one in paper.parents
        ],
        "contributors": [{"member": emails.get(one.member), "may_check_in": one.may_check_in} for one in paper.helpers],
        "related": [one.key for one in paper.related], "moved": paper.moved,
        "hints": [how.say(hint) for hint in paper.hints], "asked_mark": mark_of(paper.goal, paper.standing.metrics),
        **{name: _iso(getattr(life, name)) for name in ("created_at", "activated_at", "paused_at", "closed_at")},
        "pause_reason": life.pause_reason, "lesson": life.lesson, "final_progress": points(life.final_progress),
        "wish": paper.wish, "can": sorted(paper.can),
        "why_not": {verb: how.say(why) for verb, why in sorted(paper.why_not.items())},
    }  # fmt: skip


def metric(one: MetricView) -> dict[str, Any]:
    """A metric in the shape of the API."""
    course = one.course
    same = (
        "id",
        "name",
        "type",
        "role",
        "unit",
        "per",
        "gathers",
        "period",
        "about",
        "places",
        "stale_after_days",
        "broken",
    )
    figures = {name: written(getattr(course, name)) for name in ("baseline", "target", "floor", "ceiling")}
    return {
        **{name: getattr(one, name) for name in same}, **figures, "kind": course.kind, "ratio": one.is_ratio,
        "baseline_on": _iso(one.baseline_on), "measured_on": _iso(one.measured_on), "value": written(one.shown),
        "numerator": written(one.numerator), "denominator": written(one.denominator), "progress": points(one.progress),
    }  # fmt: skip


def points(exact: Fraction | Decimal | None) -> float | None:
    """Per cent as the API writes it."""
    return None if exact is None else float(shown(exact))


def written(figure: Decimal | None) -> str | None:
    """An exact figure as a decimal string."""
    return None if figure is None else format(figure, "f")


def _plain(goal: GoalView) -> dict[str, Any]:
    same = (
        "key", "kind", "title", "outcome", "journey_stage", "state", "result", "version", "visibility", "progress_from",
    )  # fmt: skip
    days = {"starts_on": _iso(goal.starts_on), "due_on": _iso(goal.due_on)}
    return {**{name: getattr(goal, name) for name in same}, **days}


def _standing(one: Standing) -> dict[str, Any]:
    same = ("status", "overridden", "watermelon", "stale", "broken", "divergence", "diverged", "dark")
    figures = {name: points(getattr(one, name)) for name in ("progress", "expected", "gap")}
    return {**figures, "suggested_status": one.suggested, **{name: getattr(one, name) for name in same}}


def _side(side: Side, emails: Mapping[int, str]) -> dict[str, Any]:
    held, said = side.held, side.said
    return {
        "department": held.department, "member": emails.get(held.member), "side": held.side, "means": held.means,
        "accepted_at": _iso(held.accepted_at), "declined_at": _iso(held.declined_at), "confidence": said.confidence,
        "checked_in_at": _iso(said.at), "due_at": _iso(said.due_at),
    }  # fmt: skip


def _iso(moment: datetime | date | None) -> str | None:
    return None if moment is None else moment.isoformat()
