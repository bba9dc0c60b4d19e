"""How goals stood over the last weeks, as a drawing and in words."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from collab.dashboards.messages import week_said
from collab.dashboards.queries.goals import GoalsBoard, Week
from collab.goals.rules import STATUSES
from collab.kernel.company import company
from collab.kernel.i18n import Reader
from collab.web.charts import Line, Panel, drawn

LINES = {"on_track": "target", "at_risk": "two", "off_track": "guard"}
"""How each line looks; they differ in dashes and dots as well as in colour."""


def image(board: GoalsBoard, how: Reader, *, narrow: bool) -> str:
    """The drawing, the oldest week at its left."""
    days = [_day(week) for week in board.weeks]
    lines = [
        Line(how.say(f"dashboard.group.{status}"), LINES[status], [(_day(week), float(week.counts[status].n)) for week in _known(board)])
        for status in STATUSES
    ]  # fmt: skip
    panel = Panel(how.say("dashboard.goals.trend"), lines, 170, 0)
    return drawn([panel], days[0], days[-1], locale=how.locale, narrow=narrow, alt=sentence(board, how))


def sentence(board: GoalsBoard, how: Reader) -> str:
    """What the drawing shows, for whoever does not see it."""
    known = _known(board)
    if len(known) < 2:
        return how.say("dashboard.goals.trend_none")
    first, last = known[0], known[-1]
    said = {
        f"{status}_{name}": week.counts[status].n
        for status in STATUSES
        for name, week in (("then", first), ("now", last))
    }
    return how.say("dashboard.goals.trend_alt", week=week_said(first.week), **said)


def is_drawn(board: GoalsBoard) -> bool:
    """Whether there is a line to draw at all."""
    return len(_known(board)) > 1


def _known(board: GoalsBoard) -> list[Week]:
    """The weeks of which anything is known, from the first on."""
    first = next(
        (at for at, week in enumerate(board.weeks) if any(one.n for one in week.counts.values())), len(board.weeks)
    )
    return list(board.weeks[first:])


def _day(week: Week) -> date:
    return (week.as_of or week.ends_at).astimezone(ZoneInfo(company().zone)).date()
