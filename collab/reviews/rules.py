"""Pure rules of a review: its quarter, its seal, what of its figures somebody may see, and what those come to.

Figures are kept as rows with the key of what they are about. Whoever reads a review sees the rows they may see where the thing
itself stands, and every sum is made of those rows alone: nothing hidden can be found by subtraction. How many rows are left out is said.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from collab.goals.rules import STATUSES, fiscal
from collab.goals.rules.groups import GROUPS

DRAFT, FROZEN = "draft", "frozen"
OFFICES = ("CMO", "CIO")
"""Who writes: one for each side."""
CLOSES_AFTER = 10
"""Business days after which a draft closes by itself."""
OPENS_WITHIN = timedelta(days=14)
"""How long after its end a quarter's figures still say how it ended."""
SECTIONS = (
    "goals", "closed", "moved", "promises", "decisions", "initiatives", "waiting", "answers", "incidents", "pulses", "conditions",
)  # fmt: skip
Row = Mapping[str, Any]
Rows = Sequence[Row]
Content = Mapping[str, Any]


def quarter_over(today: date, starts_month: int) -> tuple[str, date, date]:
    """The last quarter that is over: its code, its first and last day."""
    running, _last = fiscal.days_of(fiscal.current(today, "Q", starts_month), starts_month)
    code = fiscal.current(running - timedelta(days=1), "Q", starts_month)
    return (code, *fiscal.days_of(code, starts_month))


def seal(content: Content) -> str:
    """The hash of figures: SHA-256 over their one spelling."""
    spelled = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(spelled.encode()).hexdigest()


def keys_in(content: Content) -> set[str]:
    """Everything the figures are about."""
    return {str(row["key"]) for name in SECTIONS for row in content.get(name, ())}


@dataclass(frozen=True)
class Seen:
    """The rows somebody may see, by section, and how many they may not."""

    rows: Mapping[str, Rows]
    hidden: Mapping[str, int]


def only(content: Content, visible: Collection[str], amounts: Collection[str]) -> Seen:
    """What of the figures is about `visible`. Money, how a decision came about and what it is bound to are left out where it is
    not about `amounts`: the requests that may be read whole."""
    rows = {name: [row for row in content.get(name, ()) if row["key"] in visible] for name in SECTIONS}
    rows["conditions"] = [row for row in rows["conditions"] if row["key"] in amounts]
    hidden = {name: len(content.get(name, ())) - len(found) for name, found in rows.items()}
    rows["decisions"] = [_outside(row, amounts) for row in rows["decisions"]]
    return Seen(rows, {name: n for name, n in hidden.items() if n})


def _outside(row: Row, amounts: Collection[str]) -> Row:
    """A decision as whoever only knows that there was a request reads it."""
    return row if row["key"] in amounts else {**row, "total": None, "minutes": None, "after_the_fact": None}


def by_status(goals: Iterable[Row]) -> dict[str, int]:
    """How many goals stand where, every group named."""
    found = Counter(str(row["group"]) for row in goals)
    return {group: found[group] for group in GROUPS}


def changed_status(goals: Iterable[Row]) -> list[Row]:
    """Goals that stand elsewhere than when the time began, those that fell first."""
    changed = [row for row in goals if row["was"] and row["was"] != row["group"] and row["group"] in STATUSES]
    return sorted(changed, key=lambda row: (-_fell(row), row["key"]))


def _fell(row: Row) -> int:
    return STATUSES.index(row["group"]) - STATUSES.index(row["was"])


@dataclass(frozen=True)
class Unit:
    """One department: its goals by group, and how far they are ahead (+) or behind (-) of the day, in points on average."""

    code: str
    counts: Mapping[str, int]
    gap: int | None


def by_department(goals: Rows) -> list[Unit]:
    """Departments by code: nobody is ranked. A goal of two stands in both."""
    codes = sorted({code for row in goals for code in row["departments"]})
    return [_unit(code, [row for row in goals if code in row["departments"]]) for code in codes]


def _unit(code: str, goals: Rows) -> Unit:
    gaps = [row["progress"] - row["expected"] for row in goals if None not in (row["progress"], row["expected"])]
    return Unit(code, by_status(goals), round(sum(gaps) / len(gaps)) if gaps else None)


def spread(units: Sequence[Unit]) -> int | None:
    """How many points lie between the department furthest ahead and the one furthest behind; None below two."""
    gaps = [unit.gap for unit in units if unit.gap is not None]
    return max(gaps) - min(gaps) if len(gaps) > 1 else None


@dataclass(frozen=True)
class Decisions:
    """What was decided: how many with yes, no, revoked, filed after the fact; the median in business minutes; per side."""

    decided: int
    rejected: int
    revoked: int
    after_the_fact: int
    median_minutes: int | None
    sides: Mapping[str, int]


def decisions(rows: Rows) -> Decisions:
    """Of the requests that came to an end."""
    states = Counter(row["state"] for row in rows)
    yes = [row for row in rows if row["state"] in ("approved", "purchased")]
    minutes = [row["minutes"] for row in rows if row["minutes"] is not None and row["state"] != "revoked"]
    return Decisions(
        len(yes), states["rejected"], states["revoked"], sum(bool(row["after_the_fact"]) for row in yes),
        round(median(minutes)) if minutes else None, dict(sorted(Counter(row["side"] for row in yes).items())),
    )  # fmt: skip


@dataclass(frozen=True)
class Spent:
    """What requests of one side and category came to, in one currency; `n` are those counted."""

    side: str
    category: str
    currency: str
    minor: int
    n: int


def spending(rows: Rows) -> list[Spent]:
    """Of what was decided with yes and whose amount may be seen, the largest of each currency first."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        if row["state"] in ("approved", "purchased") and row["total"] is not None:
            found.setdefault((row["side"], row["category"], row["currency"]), []).append(row["total"])
    sums = [Spent(*place, sum(totals), len(totals)) for place, totals in found.items()]
    return sorted(sums, key=lambda one: (one.currency, -one.minor, one.side, one.category))


@dataclass(frozen=True)
class Between:
    """From one department to another: open tasks and late ones it waits for, asks answered, and the median in business minutes."""

    waits: str
    on: str
    open: int
    late: int
    answered: int
    median_minutes: int | None


def between(waiting: Rows, answers: Rows) -> list[Between]:
    """Every pair of departments, the most waited for first."""
    ways = {(row["waits"], row["on"]) for row in (*waiting, *answers)}
    found = [_between(way, waiting, answers) for way in ways]
    return sorted(found, key=lambda one: (-one.late, -one.open, one.waits, one.on))


def _between(way: tuple[str, str], waiting: Rows, answers: Rows) -> Between:
    open_ = [row for row in waiting if (row["waits"], row["on"]) == way]
    minutes = [row["minutes"] for row in answers if (row["waits"], row["on"]) == way]
    late = sum(bool(row["late"]) for row in open_)
    return Between(*way, len(open_), late, len(minutes), round(median(minutes)) if minutes else None)


def compared(now: Mapping[str, int], before: Mapping[str, int] | None) -> dict[str, int | None]:
    """By how many each count differs from the review before; None where there is none."""
    return {name: None if before is None else n - before.get(name, 0) for name, n in now.items()}
