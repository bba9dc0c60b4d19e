"""On which business day data is due: every table written by hand."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from collab.agreements import rules
from collab.agreements.rules import Cadence, Kept, streak
from collab.kernel import business_time
from collab.kernel.business_time import BusinessCalendar, NeverOpens
from tests.factories.company import CONFIG

TOKYO, LONDON = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London")
LONG_AGO = datetime(2020, 1, 1, tzinfo=TOKYO)


def calendar(code: str) -> BusinessCalendar:
    return business_time.parse(tomllib.loads((CONFIG / "calendars" / f"{code}.toml").read_text(encoding="utf-8")))


def due_days(cadence: Cadence, code: str, count: int) -> list[str]:
    """The first so many business days it is due on, one after the other, delivered each in time."""
    found: list[str] = []
    after, clock = None, LONG_AGO
    for _ in range(count):
        due = rules.next_due(cadence, calendar(code), after=after, now=clock)
        if due is None:
            break
        found.append(due.on.isoformat())
        after = due.on
    return found


def cadence(unit: str, every: int = 1, starts: str = "2026-01-01", **more: Any) -> Cadence:
    return Cadence(every, unit, date.fromisoformat(starts), **more)


MONTH_ENDS = [  # Tokyo: a closed last day moves to the next business day, over the turn of the year to 4 January
    "2026-02-02", "2026-03-02", "2026-03-31", "2026-04-30", "2026-06-01", "2026-06-30", "2026-07-31", "2026-08-31",
    "2026-09-30", "2026-11-02", "2026-11-30", "2027-01-04",
]  # fmt: skip

TABLES = [
    ("month ends", cadence("month", day=31), "tokyo", MONTH_ENDS),
    ("a leap day", cadence("month", every=12, starts="2027-02-01", day=29), "tokyo", ["2027-03-01", "2028-02-29", "2029-02-28"]),
    ("a month without a 31st", cadence("month", starts="2026-04-10", day=31), "london", ["2026-04-30", "2026-06-01", "2026-06-30"]),
    ("the day is past in the first month", cadence("month", starts="2026-01-20", day=15), "tokyo", ["2026-02-16", "2026-03-16"]),
    ("quarters", cadence("month", every=3, starts="2026-01-05", day=10), "tokyo", ["2026-01-13", "2026-04-10", "2026-07-10"]),
    # Golden Week 2026: Wed 29 Apr, Sun 3 to Wed 6 May are closed in Tokyo; in London the bank holiday of Mon 4 May
    ("weekly over Golden Week", cadence("week", starts="2026-04-20", weekday=2), "tokyo", ["2026-04-22", "2026-04-30", "2026-05-07", "2026-05-13"]),
    ("weekly over Golden Week in London", cadence("week", starts="2026-04-20", weekday=0), "london", ["2026-04-20", "2026-04-27", "2026-05-05", "2026-05-11"]),
    ("every day over Golden Week is one delivery", cadence("day", starts="2026-04-30"), "tokyo", ["2026-04-30", "2026-05-01", "2026-05-07", "2026-05-08", "2026-05-11"]),
    ("every two weeks from a Thursday's week", cadence("week", every=2, starts="2026-06-04", weekday=0), "tokyo", ["2026-06-15", "2026-06-29"]),
    ("every ten days", cadence("day", every=10, starts="2026-11-02"), "tokyo", ["2026-11-02", "2026-11-12", "2026-11-24"]),
    ("until a day", cadence("week", starts="2026-06-01", weekday=4, ends_on=date(2026, 6, 18)), "tokyo", ["2026-06-05", "2026-06-12"]),
    ("Easter in London", cadence("week", starts="2026-03-30", weekday=4), "london", ["2026-04-07", "2026-04-10"]),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "code", "expected"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_the_days_are_those_of_the_table(terms: Cadence, code: str, expected: list[str]) -> None:
    assert due_days(terms, code, len(expected) + (1 if terms.ends_on else 0)) == expected


@pytest.mark.parametrize(
    ("code", "on", "closing"),
    [
        ("tokyo", "2026-11-30", datetime(2026, 11, 30, 18, tzinfo=TOKYO)),
        ("london", "2026-03-27", datetime(2026, 3, 27, 17, 30, tzinfo=LONDON)),  # winter time
        ("london", "2026-03-30", datetime(2026, 3, 30, 17, 30, tzinfo=LONDON)),  # summer time since the day before
    ],
)
def test_it_is_due_when_the_givers_day_closes(code: str, on: str, closing: datetime) -> None:
    assert rules.due_on(date.fromisoformat(on), calendar(code)).at == closing


def test_what_closed_already_is_not_awaited_any_more() -> None:
    late = datetime(2026, 5, 13, 18, 0, 1, tzinfo=TOKYO)
    weekly = cadence("week", starts="2026-04-20", weekday=2)
    due = rules.next_due(weekly, calendar("tokyo"), after=date(2026, 4, 22), now=late)
    assert due
    assert due.on == date(2026, 5, 20)


def test_it_is_still_due_one_second_before_closing() -> None:
    weekly = cadence("week", starts="2026-04-20", weekday=2)
    due = rules.next_due(weekly, calendar("tokyo"), after=None, now=datetime(2026, 4, 22, 17, 59, 59, tzinfo=TOKYO))
    assert due
    assert due.on == date(2026, 4, 22)


def test_a_calendar_that_never_opens_is_said_so() -> None:
    closed = business_time.parse(
        {"code": "moon", "zone": "UTC", "holidays": "none", "hours": {}, "open": {"2020-01-01": ["09:00-10:00"]}}
    )
    with pytest.raises(NeverOpens):
        rules.due_on(date(2026, 1, 1), closed)


def test_the_days_of_a_cadence_never_come_before_it_starts_nor_go_back() -> None:
    for unit, more in (("day", {}), ("week", {"weekday": 0}), ("month", {"day": 31}), ("month", {"day": 1})):
        for every in (1, 2, 5):
            terms = cadence(unit, every, "2026-01-28", **more)
            days = list(islice(terms.days_after(date(2025, 1, 1)), 30))
            assert days[0] >= terms.starts_on
            assert days == sorted(set(days))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [("", 0), ("+", 1), ("+++", 3), ("++-", 0), ("-++", 2), ("+-+", 1), ("++x", 0), ("++?", 0)],
)
def test_a_streak_counts_back_from_the_latest(marks: str, expected: int) -> None:
    """+ on time, - late, x disputed, ? not there yet."""
    kept = []
    for number, mark in enumerate(marks):
        due = datetime(2026, 1, number + 1, 18, tzinfo=TOKYO)
        came = {"+": due, "x": due, "-": due.replace(hour=19), "?": None}[mark]
        kept.append(Kept(due, came, disputed=mark == "x"))
    assert streak(reversed(kept)) == expected
