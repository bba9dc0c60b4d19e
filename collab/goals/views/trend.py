"""How a goal went, as a drawing and in words: what was measured against pace and target, and what its owners thought of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from collab.goals.queries.goals import GoalView
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.series import Felt, Point, confidences_of, progress_of, series_of
from collab.goals.rules.pace import expected
from collab.goals.views.charts import Line, Panel, drawn
from collab.goals.views.saying import figure, limit, number
from collab.kernel.i18n import Reader


@dataclass(frozen=True)
class Trend:
    """What there is to draw. `metrics` are the main one and, of a promise, its counterpart; `felt` is empty for a guest; `rolled` is the progress of
    a goal that has it from its children."""

    goal: GoalView
    metrics: Sequence[MetricView]
    series: Mapping[int, Sequence[Point]]
    felt: Mapping[int, Sequence[Felt]]
    sides: Mapping[int, str]
    today: date
    rolled: Sequence[tuple[date, Fraction]] = ()

    @property
    def drawn(self) -> bool:
        """Whether there is anything to see."""
        return any(self.series.values()) or any(self.felt.values()) or len(self.rolled) > 1


def trend_of(
    goal: GoalView, metrics: Sequence[MetricView], sides: Mapping[int, str], today: date, *, inside: bool
) -> Trend:
    """What there is to draw of a goal; `sides` names whoever answers for each side. Two statements, and one
    more for a goal that has its progress from its children."""
    shown = _shown(metrics) if goal.progress_from == "metric" else []
    felt = confidences_of(goal.id) if inside else {}
    return Trend(
        goal, shown, series_of(shown), {side: one for side, one in felt.items() if side in sides}, sides, today,
        _rolled(goal, today) if goal.progress_from == "children" else (),
    )  # fmt: skip


def _rolled(goal: GoalView, today: date) -> Sequence[tuple[date, Fraction]]:
    """What its children made of it, at each check-in and today."""
    before = [(day, share) for day, share in progress_of(goal.id) if day < today]
    return before if goal.progress is None or goal.state == "closed" else [*before, (today, Fraction(goal.progress))]


def image(trend: Trend, how: Reader, *, narrow: bool) -> str:
    """The drawing."""
    since, until = _days(trend)
    return drawn(panels(trend, how), since, until, locale=how.locale, narrow=narrow, alt=sentence(trend, how))


def panels(trend: Trend, how: Reader) -> list[Panel]:
    """The figures above, both confidences below."""
    found = [_figures(trend, how)] if trend.metrics else []
    if len(trend.rolled) > 1:
        found.append(_children(trend, how))
    if any(trend.felt.values()):
        told = [
            Line(trend.sides[side], "one" if side == 1 else "two", [(one.on, float(one.confidence)) for one in felt])
            for side, felt in sorted(trend.felt.items())
        ]
        found.append(Panel(how.say("goal.see.chart.confidence"), told, 110, 0, 100))
    return found


def sentence(trend: Trend, how: Reader) -> str:
    """What the drawing shows, for whoever does not see it."""
    said = [_told(trend, metric, how) for metric in trend.metrics]
    if trend.goal.progress_from == "children":
        said.append(_told_rolled(trend, how))
    main = trend.metrics[0] if trend.metrics else None
    if main is not None and main.course.control:
        said.append(how.say("goal.see.chart.alt_limit", limit=limit(main, how)))
    elif main is not None and main.course.target is not None and trend.goal.due_on:
        target = figure(main, main.course.target, how)
        said.append(how.say("goal.see.chart.alt_target", target=target, due=trend.goal.due_on))
        if (now := pace_at(trend.goal, main, trend.today)) is not None:
            said.append(how.say("goal.see.chart.alt_pace", pace=figure(main, now, how)))
    last = [
        how.say("goal.see.chart.alt_said", who=trend.sides[side], n=felt[-1].confidence)
        for side, felt in sorted(trend.felt.items())
    ]
    if last:
        said.append(how.say("goal.see.chart.alt_confidence", said=how.say("list.comma").join(last)))
    return (" " if how.locale == "en" else "").join(said)


def table(trend: Trend, how: Reader) -> list[dict[str, Any]]:
    """The figures by metric, the latest first."""
    return [
        {
            "name": metric.name,
            "rows": [
                {
                    "on": how.day(one.on), "value": figure(metric, one.value, how), "source": _source(one, how),
                    "sample": one.sample or "",
                }
                for one in reversed(trend.series.get(metric.id, ()))
            ],
        }
        for metric in trend.metrics
    ]  # fmt: skip


def felt_table(trend: Trend, how: Reader) -> list[tuple[str, str, str]]:
    """Day, who and how confident, the latest first."""
    said = [one for felt in trend.felt.values() for one in felt]
    return [
        (how.day(one.on), trend.sides[one.side], how.say("goal.see.chart.per_cent", n=one.confidence))
        for one in sorted(said, key=lambda one: (one.on, one.side), reverse=True)
    ]


def pace_at(goal: GoalView, metric: MetricView, day: date) -> Fraction | None:
    """What a timed metric should be on a day; None where it has no way to go."""
    start, target = metric.course.start, metric.course.target
    share = expected(goal.starts_on, goal.due_on, day)
    if metric.course.control or start is None or target is None or share is None:
        return None
    return Fraction(start) + (Fraction(target) - Fraction(start)) * share / 100


def _shown(metrics: Sequence[MetricView]) -> list[MetricView]:
    """The main one; of a promise what is promised and what is experienced, counted in one unit."""
    pair = [one for one in metrics if one.role and one.unit == metrics[0].unit]
    return pair[:2] if len(pair) > 1 and metrics[0] in pair[:2] else list(metrics[:1])


def _figures(trend: Trend, how: Reader) -> Panel:
    main = trend.metrics[0]
    since, until = _days(trend)
    lines = [_measured(trend, metric, place, how) for place, metric in enumerate(trend.metrics)]
    lines += [early for metric in trend.metrics if (early := _early(trend, metric, how)).points]
    flat = _levels(main, how)
    pace = [
        (day, float(value))
        for day in (trend.goal.starts_on, trend.goal.due_on)
        if day and (value := pace_at(trend.goal, main, day)) is not None
    ]
    if len(pace) == 2:
        lines.append(Line(how.say("goal.see.chart.pace"), "pace", pace))
    lines += [Line(label, look, [(since, level), (until, level)]) for label, look, level in flat]
    values = [value for line in lines for _day, value in line.points]
    if since <= trend.today <= until and values and min(values) < max(values):
        lines.append(
            Line(how.say("goal.see.chart.today"), "today", [(trend.today, min(values)), (trend.today, max(values))])
        )
    unit = f" ({main.unit})" if main.unit and how.locale == "en" else f"（{main.unit}）" if main.unit else ""
    return Panel(f"{main.name}{unit}", lines, 200)


def _children(trend: Trend, how: Reader) -> Panel:
    """What the children add up to, and where it should be."""
    lines = [Line(how.say("goal.see.chart.rolled"), "measured", [(day, float(share)) for day, share in trend.rolled])]
    days = trend.goal.starts_on, trend.goal.due_on
    pace = [(day, float(share)) for day in days if day and (share := expected(*days, day)) is not None]
    if pace:
        lines.append(Line(how.say("goal.see.chart.pace"), "pace", pace))
    return Panel(how.say("goal.see.chart.progress"), lines, 160, 0, 100)


def _measured(trend: Trend, metric: MetricView, place: int, how: Reader) -> Line:
    points = [(one.on, float(one.value)) for one in _counted(trend, metric)]
    label = how.say("goal.see.chart.measured") if len(trend.metrics) == 1 else metric.name
    return Line(label, "paired" if place else "measured", points)


def _counted(trend: Trend, metric: MetricView) -> list[Point]:
    """Its figures up to the one that counts: of children, a period that only some have measured yet does not."""
    points = trend.series.get(metric.id, ())
    return [one for one in points if metric.measured_on is None or one.on <= metric.measured_on]


def _early(trend: Trend, metric: MetricView, how: Reader) -> Line:
    """What only some of the children have measured yet."""
    counted = len(_counted(trend, metric))
    points = [(one.on, float(one.value)) for one in trend.series.get(metric.id, ())[counted:]]
    return Line(how.say("goal.see.chart.early"), "early", points)


def _levels(main: MetricView, how: Reader) -> list[tuple[str, str, float]]:
    """Lines that stay where they are: target and baseline, or the limits."""
    course = main.course
    if course.control:
        found = [("limit", "guard", course.lowest), ("limit", "guard", course.highest)]
    else:
        found = [
            ("target", "target", course.target), ("baseline", "baseline", course.baseline),
            ("limit", "guard", course.floor), ("limit", "guard", course.ceiling),
        ]  # fmt: skip
    return [
        (how.say(f"goal.see.chart.{word}", n=figure(main, level, how)), look, float(level))
        for word, look, level in found
        if level is not None
    ]


def _told_rolled(trend: Trend, how: Reader) -> str:
    """What the children made of it, from the first day that is known to the last."""
    if len(trend.rolled) < 2:
        return how.say("goal.see.chart.alt_rolled_none")
    (start, first), (end, last) = trend.rolled[0], trend.rolled[-1]
    told = {"first": number(first, how), "from_on": start, "last": number(last, how), "on": end}
    return how.say("goal.see.chart.alt_rolled", **told)


def _told(trend: Trend, metric: MetricView, how: Reader) -> str:
    points = _counted(trend, metric)
    if not points:
        return how.say("goal.see.chart.alt_none", metric=metric.name)
    first, last = points[0], points[-1]
    told = {"metric": metric.name, "last": figure(metric, last.value, how), "on": last.on}
    if len(points) == 1:
        return how.say("goal.see.chart.alt_one", **told)
    return how.say("goal.see.chart.alt", **told, first=figure(metric, first.value, how), from_on=first.on)


def _source(point: Point, how: Reader) -> str:
    if point.parts is None:
        return point.source
    return how.say("goal.see.chart.of_some")


def _days(trend: Trend) -> tuple[date, date]:
    """From the first to the last day anything is known of."""
    days = [one.on for points in trend.series.values() for one in points]
    days += [day for day, _share in trend.rolled]
    days += [one.on for felt in trend.felt.values() for one in felt]
    days += [day for day in (trend.goal.starts_on, trend.goal.due_on) if day]
    return min(days, default=trend.today), max(days, default=trend.today)
