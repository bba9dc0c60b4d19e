"""Figures of goals as people read them, in their own language."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel.numbers import format_decimal

from collab.goals.queries.branches import Branch
from collab.goals.queries.goals import GoalView
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.standing import Standing
from collab.goals.rules.progress import shown
from collab.kernel.i18n import Reader
from collab.kernel.units import joined

Exact = Fraction | Decimal
TONES = {"on_track": "ok", "at_risk": "warn", "off_track": "bad"}


def number(exact: Exact, how: Reader, places: int = 1) -> str:
    """Rounded half up to so many places, without zeros that say nothing: "62", "16.5", "1,204"."""
    return _rounded(*exact.as_integer_ratio(), places, how.locale)


def figure(metric: MetricView, exact: Exact | None, how: Reader) -> str:
    """A value of a metric with its unit: "78.4%", "12件"; nothing for nothing."""
    if exact is None:
        return ""
    digits = (
        "#,##0." + "0" * metric.places if metric.places and metric.is_ratio else "#,##0." + "#" * max(metric.places, 1)
    )
    return joined(_formatted(shown(exact, metric.places), digits, how.locale), metric.unit)


@lru_cache(maxsize=4096)
def _rounded(numerator: int, denominator: int, places: int, locale: str) -> str:
    digits = "#,##0." + "#" * places if places else "#,##0"
    return _formatted(shown(Fraction(numerator, denominator), places), digits, locale)


@lru_cache(maxsize=4096)
def _formatted(figure: Decimal, digits: str, locale: str) -> str:
    """A page of fifty goals says the same few figures again and again."""
    return str(format_decimal(figure, format=digits, locale=locale))


def limit(metric: MetricView, how: Reader) -> str:
    """Where a metric has to stay, in words; nothing where it may go anywhere."""
    low, high = metric.course.lowest, metric.course.highest
    if low is not None and high is not None:
        return how.say("goal.see.metric.between", low=figure(metric, low, how), high=figure(metric, high, how))
    if low is not None:
        return how.say("goal.see.metric.at_least", n=figure(metric, low, how))
    return "" if high is None else how.say("goal.see.metric.at_most", n=figure(metric, high, how))


def way(goal: GoalView, standing: Standing, how: Reader) -> str:
    """How far it is and how far it should be, in words; of what is judged by a threshold, whether it is within."""
    main = standing.main
    if main is not None and thresholded(goal, standing):
        word = "unmeasured" if standing.progress is None else "outside" if main.broken else "within"
        return how.say(f"goal.see.word.{word}")
    word = "unmeasured" if standing.progress is None else "measured"
    said = {} if standing.progress is None else {"progress": number(standing.progress, how)}
    if standing.expected is None or goal.state not in ("active", "paused"):
        return how.say(f"goal.see.word.{word}", **said)
    return how.say(f"goal.see.word.{word}_expected", **said, expected=number(standing.expected, how))


def distance(goal: GoalView, standing: Standing, how: Reader) -> str:
    """How far behind or ahead, in words; of what a threshold judges, how far outside it is; nothing where no pace is asked for."""
    if thresholded(goal, standing):
        return beyond(standing.main, how) if standing.main else ""
    if standing.gap is None or standing.progress is None:
        return ""
    points = number(abs(standing.gap), how)
    if points == "0":
        return how.say("goal.see.word.even")
    return how.say(f"goal.see.word.{'behind' if standing.gap > 0 else 'ahead'}", n=points)


def beyond(metric: MetricView, how: Reader) -> str:
    """How far a metric is outside where it has to stay, in its own unit; nothing where it is within."""
    low, high, value = metric.course.lowest, metric.course.highest, metric.figure
    if value is not None and high is not None and value > high:
        over = figure(metric, value - Fraction(high), how)
        return how.say("goal.see.word.above", n=over, limit=figure(metric, high, how))
    if value is not None and low is not None and value < low:
        under = figure(metric, Fraction(low) - value, how)
        return how.say("goal.see.word.below", n=under, limit=figure(metric, low, how))
    return ""


def tied(branch: Branch, how: Reader) -> str:
    """How a goal is tied to what it is listed under."""
    if branch.kind is None:
        return ""
    return how.say(f"goal.see.tree.{branch.kind}", n=branch.share or 0)


def part(branch: Branch, how: Reader) -> str:
    """The same as briefly as a table asks for."""
    if branch.kind is None:
        return ""
    return how.say("goal.see.chart.per_cent", n=branch.share) if branch.share else how.say("goal.see.tree.support")


def judged(goal: GoalView, standing: Standing) -> bool:
    """Whether a status says anything: of what runs or stands still, and has figures or a pace to be judged by."""
    by_time = standing.expected is not None and not thresholded(goal, standing)
    return goal.state in ("active", "paused") and (by_time or standing.progress is not None or standing.overridden)


def thresholded(goal: GoalView, standing: Standing) -> bool:
    """Whether a threshold judges it, whatever the day."""
    return standing.main is not None and standing.main.course.control and goal.progress_from == "metric"
