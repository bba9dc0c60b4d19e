"""How the gaps moved from pulse to pulse, as a drawing, in words and as a table. Only what each pulse published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.pulses.messages import Names
from collab.pulses.rules.gap import shown
from collab.pulses.rules.results import Results
from collab.web.charts import Line, Panel, drawn

REFERENCE = 63
"""Per cent, as the essays cite the survey: a line of its date, never a benchmark."""
MOST = 5
"""Pairs that are drawn: those that are furthest apart now. The table has them all."""
Points = list[tuple[date, Fraction]]


def image(results: Sequence[Results], named: Names, how: Reader, *, narrow: bool) -> str:
    """The drawing, the oldest pulse at its left."""
    days = [_day(one) for one in results]
    alt = " ".join(sentences(results, named, how))
    return drawn(panels(results, named, how), days[0], days[-1], locale=how.locale, narrow=narrow, alt=alt)


def panels(results: Sequence[Results], named: Names, how: Reader) -> list[Panel]:
    """Who says goals and metrics do not match, beside the dated reference; the company; the pairs furthest apart now."""
    found = []
    low = [(_day(one), float(one.low)) for one in results if one.low is not None]
    if low:
        ends = [(_day(results[0]), float(REFERENCE)), (_day(results[-1]), float(REFERENCE))]
        lines = [
            Line(how.say("pulse.page.trend_here"), "measured", low),
            Line(how.say("pulse.page.reference_short"), "pace", ends),
        ]
        found.append(Panel(how.say("pulse.page.trend_low"), lines, 110, 0, 100))
    index = _floats(company(results))
    if index:
        found.append(Panel(how.say("pulse.page.trend_index"), [Line("", "measured", index)], 90, 0, 100))
    for pair in results[-1].pairs[:MOST]:
        line = Line("", "two", _floats(of_pair(results, (pair.one, pair.other))))
        found.append(Panel(said(pair.one, pair.other, named, how), [line], 60, 0, 100))
    return found


def company(results: Sequence[Results]) -> Points:
    """The company's index by day."""
    return [(_day(one), one.index) for one in results if one.index is not None]


def of_pair(results: Sequence[Results], between: tuple[str, str]) -> Points:
    """A pair's index by day, of the pulses that show both."""
    return [(_day(one), pair.index) for one in results for pair in one.pairs if (pair.one, pair.other) == between]


def sentences(results: Sequence[Results], named: Names, how: Reader) -> list[str]:
    """What the drawing shows, for whoever does not see it."""
    found = company(results)
    if len(found) < 2:
        return []
    (start, first), (end, last) = found[0], found[-1]
    said_first = how.say("pulse.page.trend_alt", first=shown(first, 0), from_on=start, last=shown(last, 0), on=end)
    more = []
    for pair in results[-1].pairs[:MOST]:
        points = of_pair(results, (pair.one, pair.other))
        words = {"first": shown(points[0][1], 0), "last": shown(points[-1][1], 0)}
        more.append(how.say("pulse.page.trend_pair_alt", pair=said(pair.one, pair.other, named, how), **words))
    return [said_first, *more]


def table(results: Sequence[Results], named: Names, how: Reader) -> dict[str, Any]:
    """Every pair that any of them shows, by pulse, the latest first."""
    newest = list(reversed(results))
    pairs = sorted({(pair.one, pair.other) for one in newest for pair in one.pairs})
    rows = []
    for between in pairs:
        by_key = {one.key: pair.index for one in newest for pair in one.pairs if (pair.one, pair.other) == between}
        cells = [shown(by_key[one.key], 0) if one.key in by_key else how.say("pulse.page.not_shown") for one in newest]
        rows.append([said(*between, named, how), *cells])
    return {"head": [how.day(_day(one)) for one in newest], "rows": rows}


def said(one: str, other: str, named: Names, how: Reader) -> str:
    """A pair by name."""
    return how.say("pulse.page.sides_pair", one=named.unit(one), other=named.unit(other))


def _floats(points: Points) -> list[tuple[date, float]]:
    return [(day, float(value)) for day, value in points]


def _day(one: Results) -> date:
    return people.today(one.ended_at)
