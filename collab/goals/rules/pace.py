"""Where a goal should be by now, how far behind it is, and what status that suggests (docs/goals.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from collab.goals.rules import STATUSES
from collab.goals.rules.progress import NONE, WHOLE


@dataclass(frozen=True)
class Thresholds:
    """From which gap, in points of per cent, a goal is at risk, and beyond which it is off track."""

    at_risk: Fraction = Fraction(33, 2)
    off_track: Fraction = Fraction(33)


def expected(starts_on: date | None, due_on: date | None, today: date) -> Fraction | None:
    """Per cent that should be done by `today`: the share of days that have passed, 0 before the first, 100 from the last.

    None for a goal without days of its own.
    """
    if starts_on is None or due_on is None or due_on <= starts_on:
        return None
    share = Fraction((today - starts_on).days, (due_on - starts_on).days) * 100
    return min(max(share, NONE), WHOLE)


def gap(expected_now: Fraction | None, progress_now: Fraction | None) -> Fraction | None:
    """How many points behind (negative: ahead). What nobody measured counts as nothing done."""
    return None if expected_now is None else expected_now - (progress_now if progress_now is not None else NONE)


def stale(measured_on: date | None, stale_after_days: int | None, today: date) -> bool:
    """Whether the last measurement is too old to be read as current."""
    if measured_on is None or stale_after_days is None:
        return False
    return today - measured_on > timedelta(days=stale_after_days)


def suggested(
    behind: Fraction | None, *, broken: bool = False, old: bool = False, limits: Thresholds | None = None
) -> str:
    """The status the figures suggest: by the gap; off track where a guard or threshold is broken; never on track on old figures."""
    limits = limits or Thresholds()
    if broken or (behind is not None and behind > limits.off_track):
        return "off_track"
    if old or (behind is not None and behind >= limits.at_risk):
        return "at_risk"
    return "on_track"


def greener(claimed: str, by_rule: str) -> bool:
    """Whether somebody claims more than the figures say (a watermelon: green outside, red inside)."""
    return STATUSES.index(claimed) < STATUSES.index(by_rule)
