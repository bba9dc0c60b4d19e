"""Drawing lines in time as SVG: one panel above the other on the same days. The look follows the reader's light or dark page;
shapes (dashes, dots) differ as well as colours. docs/adr/0021-charts.md says why we draw it ourselves."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import render_template

Point = tuple[date, float]
FONT, ROW = 13, 22
WIDE, NARROW = 720, 340
YEAR = 370
"""Days from which on only months are named."""


@dataclass(frozen=True)
class Look:
    """How a line is drawn: the name of its colour, its width, its dashes (empty: none), whether its points are marked."""

    colour: str
    width: float = 1.5
    dash: str = ""
    dots: bool = False


LOOKS = {
    "measured": Look("main", 2.5, dots=True), "paired": Look("second", 2, "7, 3", dots=True), "pace": Look("soft", 1.5, "6, 4"),
    "target": Look("good", 1.5), "baseline": Look("soft", 1, "1, 4"), "guard": Look("bad", 1.5, "9, 3, 2, 3"),
    "one": Look("main", 2, dots=True), "two": Look("second", 2, "7, 3", dots=True), "today": Look("ink", 1, "2, 3"),
    "early": Look("soft", 1, "1, 4", dots=True),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line: what it is called, how it looks (a name of LOOKS), its points by day."""

    label: str
    look: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Panel:
    """Lines on one scale. `low` and `high` widen the scale where the lines do not reach."""

    title: str
    lines: Sequence[Line]
    height: int
    low: float | None = None
    high: float | None = None

    @property
    def values(self) -> list[float]:
        """Everything the scale has to hold."""
        ends = [end for end in (self.low, self.high) if end is not None]
        return [value for line in self.lines for _day, value in line.points] + ends


@dataclass(frozen=True)
class Field:
    """Where lines are drawn: `left` to `right`, `top` to `bottom`, for these days and values."""

    left: float
    right: float
    top: float
    bottom: float
    since: date
    until: date
    low: float
    high: float

    def x(self, day: date) -> float:
        """Where a day stands."""
        whole = max((self.until - self.since).days, 1)
        return round(self.left + (self.right - self.left) * (day - self.since).days / whole, 1)

    def y(self, value: float) -> float:
        """Where a value stands."""
        return round(self.bottom - (self.bottom - self.top) * (value - self.low) / (self.high - self.low), 1)


def drawn(
    panels: Sequence[Panel], since: date, until: date, *, locale: str, narrow: bool = False, alt: str = ""
) -> str:
    """The SVG. `narrow` is for a phone: the same height, fewer days named, the same size of letters."""
    width = NARROW if narrow else WIDE
    scales = [ticks(panel.values) for panel in panels]
    longest = max((wide(number(tick, locale)) for scale in scales for tick in scale), default=0)
    days = named_days(since, until, 3 if narrow else 6)
    shown, top = [], 0
    for panel, scale in zip(panels, scales, strict=True):
        legend = placed(panel.lines, width)
        begins = top + 34 + ROW * (legend[-1]["row"] + 1)
        field = Field(longest + 12, width - 24, begins, begins + panel.height, days[0], days[-1], scale[0], scale[-1])
        shown.append({"title": panel.title, "top": top, "legend": legend, **_inside(panel, field, scale, days, locale)})
        top = begins + panel.height + 40
    return render_template("web/chart.svg", panels=shown, width=width, height=top, alt=alt, looks=LOOKS)


def ticks(values: Iterable[float], wanted: int = 4) -> list[float]:
    """Round numbers from just below the least to just above the greatest, about as many as wanted."""
    values = list(values) or [0.0]
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    rough = span / wanted
    unit: float = 10.0 ** floor(log10(rough))
    step = next(unit * times for times in (1, 2, 5, 10, 20) if unit * times >= rough)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def placed(lines: Sequence[Line], width: int) -> list[dict[str, Any]]:
    """Where each name of the legend stands: side by side as far as they fit."""
    found: list[dict[str, Any]] = []
    left, row = 4, 0
    for line in lines:
        needs = 34 + round(wide(line.label)) + 16
        if left > 4 and left + needs > width:
            left, row = 4, row + 1
        found.append({"label": line.label, "look": line.look, "left": left, "row": row})
        left += needs
    return found or [{"label": "", "look": "pace", "left": 4, "row": 0}]


def wide(text: str) -> float:
    """About how wide a text is, in the units of the drawing."""
    return sum(FONT if unicodedata.east_asian_width(one) in "WF" else FONT * 0.58 for one in text)


def named_days(since: date, until: date, most: int) -> list[date]:
    """The first and the last day, and days at even distances between them."""
    whole = max((until - since).days, 1)
    parts = min(most - 1, max(whole // 20, 1))
    return [since + timedelta(days=whole * part // parts) for part in range(parts + 1)]


def number(value: float, locale: str) -> str:
    """A number beside the scale."""
    return str(format_decimal(value, format="#,##0.######", locale=locale))


def _inside(panel: Panel, field: Field, scale: Sequence[float], days: Sequence[date], locale: str) -> dict[str, Any]:
    """The scale, the days and the lines, each where it stands."""
    return {
        "field": field, "scale": [(field.y(tick), number(tick, locale)) for tick in scale],
        "days": [(field.x(day), _day(day, days, locale)) for day in days],
        "lines": [(LOOKS[line.look], [(field.x(day), field.y(value)) for day, value in line.points]) for line in panel.lines],
    }  # fmt: skip


def _day(day: date, days: Sequence[date], locale: str) -> str:
    """A day as short as it can be told; where the days lie years apart, its month."""
    if (days[-1] - days[0]).days > YEAR:
        return format_date(day, "yy/M" if locale == "ja" else "MMM yy", locale=locale)
    return format_date(day, "M/d" if locale == "ja" else "d MMM", locale=locale)
