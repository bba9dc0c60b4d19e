"""Figures as templates read them: a number, what it counts, where its rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.dashboards.messages import Names, hours, month_said, per_cent, post, side, week_said
from collab.dashboards.queries.approvals import Bucket, Reading, RouteTimes, SeatTimes, Shares, Step
from collab.dashboards.queries.flow import Answers, Cell, Flow
from collab.dashboards.queries.goals import GoalsBoard, Group
from collab.dashboards.queries.spend import KINDS, Bypass, Month, Renewal, Spend, SpendRow, Sum
from collab.dashboards.rules.figures import Figure, share
from collab.goals.rules import STATUSES
from collab.goals.rules.groups import GROUPS
from collab.kernel.i18n import Reader
from collab.people.queries import Named
from collab.web.moments import age_words

LOOKS = {"on_track": "ok", "at_risk": "warn", "off_track": "bad", "paused": "neutral", "unsaid": "info"}
AGE_LOOKS = {"0-2": "ok", "3-5": "info", "6-10": "warn", "11": "bad"}
HEATS = 4
"""How many shades a matrix has above nothing."""


def linked(figure: Figure) -> dict[str, Any]:
    """A number and its rows."""
    return {"n": figure.n, "href": figure.href}


def statuses(counts: Mapping[str, Figure], how: Reader) -> list[dict[str, Any]]:
    """Goals by status, a part of a whole each."""
    return [
        {**linked(counts[group]), "label": how.say(f"dashboard.group.{group}"), "look": LOOKS[group], "code": group}
        for group in GROUPS
    ]


def group(row: Group, named: Any, how: Reader) -> dict[str, Any]:
    """A line of a breakdown."""
    return {"name": how.show(named), "parts": statuses(row.counts, how), "n": sum(one.n for one in row.counts.values())}


def weeks(board: GoalsBoard, how: Reader) -> list[dict[str, Any]]:
    """The trend as a table, the latest week first."""
    return [
        {
            "week": how.say("dashboard.this_week" if week.running else week_said(week.week)),
            "cells": [linked(week.counts[status]) for status in STATUSES],
        }
        for week in reversed(board.weeks)
    ]


def change(board: GoalsBoard) -> int | None:
    """How many more goals are off track than at the end of last week; None where nothing is known of it."""
    if len(board.weeks) < 2 or not any(one.n for one in board.weeks[-2].counts.values()):
        return None
    return board.weeks[-1].counts["off_track"].n - board.weeks[-2].counts["off_track"].n


def apart(board: GoalsBoard, how: Reader, named: Mapping[int, Named]) -> list[dict[str, Any]]:
    """Goals whose owners are too far apart, with what each of them said."""
    lines = {one.goal.key: one for one in board.lines}
    rows = [lines[key] for key in board.apart.keys]
    return [
        {
            "key": row.goal.key, "title": row.goal.title, "points": row.standing.divergence,
            "said": [f"{how.name(named[one.member])} {per_cent(one.confidence, how)}" for one in row.standing.said],
        }
        for row in rows
    ]  # fmt: skip


def stale(board: GoalsBoard, how: Reader, named: Mapping[int, Named], now: datetime) -> list[dict[str, Any]]:
    """Goals whose check-in is overdue, with who is asked and since when."""
    lines = {one.goal.key: one for one in board.lines}
    found = []
    for row in (lines[key] for key in board.stale.keys):
        late = [one for one in row.standing.said if one.due_at is not None and one.due_at < now]
        found.append({
            "key": row.goal.key, "title": row.goal.title, "who": how.show([named[one.member] for one in late]),
            "since": age_words(min(one.due_at for one in late if one.due_at), now, how) if late else "",
        })  # fmt: skip
    return found


def ages(found: Sequence[Bucket], how: Reader) -> list[dict[str, Any]]:
    """Pending requests by age."""
    return [
        {**linked(one.figure), "label": how.say(f"dashboard.age.{one.code.replace('-', '_')}"), "look": AGE_LOOKS[one.code]}
        for one in found
    ]  # fmt: skip


def step(row: Step, how: Reader, now: datetime) -> dict[str, Any]:
    """A step requests wait at."""
    name = row.name_ja if how.locale == "ja" else row.name_en
    late = {"late": row.late, "late_href": row.overdue.href}
    return {"name": name, **linked(row.figure), **late, "oldest": age_words(row.oldest_at, now, how)}


def seat(row: SeatTimes, how: Reader, names: Names, named: Mapping[int, Named], most: int) -> dict[str, Any]:
    """How long a seat takes; `holders` only where the reader may read them by name."""
    holders = [
        how.say("dashboard.holder", who=named[one.member], time=hours(one.median_minutes, how), n=one.answers)
        for one in row.holders
    ]
    return {
        "name": how.show(post(row.post, row.name_ja, names)), **linked(row.figure), "answers": row.answers,
        "median": hours(row.median_minutes, how), "part": share(row.median_minutes, most) or 0, "kept": kept(row, how),
        "holders": holders,
    }  # fmt: skip


def kept(row: SeatTimes | RouteTimes, how: Reader) -> str:
    """How many answers came in time."""
    if not row.answers:
        return how.say("dashboard.none")
    return how.say("dashboard.kept", n=row.in_time, most=row.answers, share=per_cent(row.kept, how))


def route(row: RouteTimes, how: Reader) -> dict[str, Any]:
    """One route, a tier of the authority table."""
    return {
        "name": how.name(row),
        "code": row.code,
        **linked(row.figure),
        "median": hours(row.median_minutes, how),
        "kept": kept(row, how),
    }


def shares(found: Shares, how: Reader) -> list[dict[str, Any]]:
    """What came back and what was filed after the fact, of what was submitted."""
    return [
        {
            **linked(one), "label": how.say(f"dashboard.share.{one.of}"),
            "share": per_cent(share(one.n, found.submitted.n), how), "of": found.submitted.n,
        }
        for one in (found.returned, found.after_the_fact)
    ]  # fmt: skip


def people_in(reading: Sequence[SeatTimes]) -> set[int]:
    """Whoever is named."""
    return {one.member for row in reading for one in row.holders}


def pending_alt(found: Sequence[Bucket], reading: Reading, how: Reader) -> str:
    """The drawing of ages in words."""
    told = [f"{one['label']}: {one['n']}" for one in ages(found, how)]
    return how.say("dashboard.pending_alt", n=len(reading.pending), parts=how.say("list.comma").join(told))


def matrix(found: Flow, how: Reader, names: Names) -> dict[str, Any]:
    """Who waits on whom: a row a department that waits, a column a department that must act."""
    most = max((cell.open.n for cell in found.cells.values()), default=0)
    waits, acts = sorted({one for one, _ in found.cells}), sorted({one for _, one in found.cells})
    return {
        "head": [how.show(names.department(code)) for code in acts],
        "rows": [
            {
                "name": how.show(names.department(code)),
                "cells": [_cell(found.cells.get((code, on)), most, how) for on in acts],
            }
            for code in waits
        ],
    }  # fmt: skip


def _cell(cell: Cell | None, most: int, how: Reader) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        **linked(cell.open), "heat": -(-cell.open.n * HEATS // most) if most else 0,
        "late": {**linked(cell.late), "text": how.say("dashboard.late_of", n=cell.late.n)} if cell.late.n else None,
    }  # fmt: skip


def both_ways(found: Flow, how: Reader, names: Names) -> list[dict[str, Any]]:
    """Answer times of two departments, either way on one line."""
    pairs = sorted({tuple(sorted(way)) for way in found.answers})
    return [
        {
            "one": how.show(names.department(one)), "other": how.show(names.department(other)),
            "there": _answers(found.answers.get((one, other)), how), "back": _answers(found.answers.get((other, one)), how),
        }
        for one, other in pairs
    ]  # fmt: skip


def _answers(row: Answers | None, how: Reader) -> dict[str, Any]:
    if row is None:
        return {"median": how.say("dashboard.none"), "n": 0, "href": "", "open": 0}
    return {"median": hours(row.pair.median_minutes, how), **linked(row.answered), "open": row.pair.open}


def money(sum_: Sum | None, how: Reader) -> dict[str, Any]:
    """An amount and its rows."""
    if sum_ is None:
        return {"amount": "", "n": 0, "href": ""}
    return {"amount": how.show(sum_.amount), **linked(sum_.figure)}


def spending(row: SpendRow, how: Reader, *, by_category: bool) -> dict[str, Any]:
    """A side, or a category of it, in one currency."""
    name = how.say(f"purchase.category.{row.category}") if by_category and row.category else how.show(side(row.side))
    cells = [money(row.sums.get(kind), how) for kind in KINDS]
    return {"name": name, "side": how.show(side(row.side)), "currency": row.currency, "cells": cells}


def months(found: Spend, how: Reader) -> list[dict[str, Any]]:
    """Month by month, a block a currency; the bars of one block compare with each other alone."""
    blocks = []
    for code in found.currencies:
        most = max((month.sums[code].amount.minor for month in found.months if code in month.sums), default=0)
        first = next((at for at, month in enumerate(found.months) if code in month.sums), 0)
        rows = [_month(month, code, most, how) for month in found.months[first:]]
        blocks.append({"currency": code, "rows": rows if most else []})
    return [block for block in blocks if block["rows"]]


def _month(month: Month, code: str, most: int, how: Reader) -> dict[str, Any]:
    sum_ = month.sums.get(code)
    return {
        "month": how.say(month_said(month.month)),
        **money(sum_, how),
        "part": share(sum_.amount.minor, most) if sum_ else 0,
    }


def bypass(row: Bypass, how: Reader) -> dict[str, Any]:
    """What went past the route, in one currency."""
    return {
        "currency": row.currency, "decided": money(row.decided, how), "late": money(row.late, how),
        "by_count": per_cent(row.by_count, how), "by_amount": per_cent(row.by_amount, how),
    }  # fmt: skip


def renewal(row: Renewal, how: Reader, names: Names) -> dict[str, Any]:
    """What runs out soon."""
    return {
        "key": row.key, "title": row.title, "department": how.show(names.department(row.department)), "on": how.day(row.on),
        "total": how.show(row.total),
    }  # fmt: skip
