"""Laws that hold for any moment, judged by a counter that looks at every single minute.

The counter shares nothing with the product: holidays and closures are listed by hand, shifts are marked minute by
minute on a wall clock, and a year is counted by asking each minute of it what the local clock shows.
"""

import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab.kernel.business_time import BusinessCalendar, parse

CALENDARS = Path(__file__).parents[2] / "config" / "calendars"
MINUTE = timedelta(minutes=1)
NINE = time(9)
FIRST, LAST = datetime(2026, 8, 15, tzinfo=UTC), datetime(2027, 6, 15, tzinfo=UTC)
MARGIN = 45 * 24 * 60  # minutes kept free at both ends, so that answers fall inside the window
MINUTES = int((LAST - FIRST) / MINUTE)


@dataclass(frozen=True)
class Site:
    """One calendar told twice: as the file a company writes, and as what it means in the window."""

    file: str
    hours: Mapping[str, Sequence[str]]
    shut: Sequence[str]
    single: Mapping[str, Sequence[str]] = field(default_factory=dict)


OFFICE = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-12:00", "13:00-18:00"))
BANK_HOLIDAYS = (
    *("2026-08-31", "2026-12-25", "2026-12-26", "2026-12-28", "2027-01-01"),
    *("2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31"),
)
SITES = {
    "tokyo": Site(
        file=(CALENDARS / "tokyo.toml").read_text(),
        hours=OFFICE,
        shut=[
            *("2026-09-21", "2026-09-22", "2026-09-23", "2026-10-12", "2026-11-03", "2026-11-23"),
            *("2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"),
            *("2027-01-11", "2027-02-11", "2027-02-23", "2027-03-21", "2027-03-22", "2027-04-29"),
            *("2027-05-03", "2027-05-04", "2027-05-05"),
        ],
    ),
    "london": Site(
        file=(CALENDARS / "london.toml").read_text(),
        hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:30",)),
        shut=BANK_HOLIDAYS,
    ),
    "london nights": Site(
        file="""
            code = "nights"
            zone = "Europe/London"
            holidays = "GB-ENG"
            closed = ["2026-11-10/2026-11-12"]
            open = { "2026-12-25" = ["20:00-04:00"], "2027-01-09" = ["08:00-10:00", "23:00-07:00"] }
            [hours]
            sun = ["22:00-06:00"]
            mon = ["22:00-06:00"]
            tue = ["22:00-06:00"]
            wed = ["22:00-06:00"]
            thu = ["22:00-06:00"]
            sat = ["22:00-06:00"]
        """,
        hours=dict.fromkeys(("mon", "tue", "wed", "thu", "sat", "sun"), ("22:00-06:00",)),
        shut=[*BANK_HOLIDAYS, "2026-11-10", "2026-11-11", "2026-11-12"],
        single={"2026-12-25": ["20:00-04:00"], "2027-01-09": ["08:00-10:00", "23:00-07:00"]},
    ),
    "new york patchwork": Site(
        file="""
            code = "patchwork"
            zone = "America/New_York"
            holidays = "none"
            closed = ["11-26/11-27", "12-24/01-01", "2027-02-15"]
            open = { "2026-12-26" = ["09:00-15:00"], "2026-11-27" = ["00:00-24:00"], "2026-10-31" = ["20:00-08:00"] }
            [hours]
            mon = ["08:00-12:15", "12:15-16:00"]
            wed = ["16:00-24:00"]
            thu = ["00:00-03:30", "09:00-17:00"]
            fri = ["18:00-02:00"]
        """,
        hours={
            "mon": ["08:00-16:00"],
            "wed": ["16:00-24:00"],
            "thu": ["00:00-03:30", "09:00-17:00"],
            "fri": ["18:00-02:00"],
        },
        shut=[
            *("2026-11-26", "2026-11-27", *(f"2026-12-{day}" for day in range(24, 32)), "2027-01-01", "2027-02-15"),
        ],
        single={"2026-12-26": ["09:00-15:00"], "2026-11-27": ["00:00-24:00"], "2026-10-31": ["20:00-08:00"]},
    ),
    "lord howe always but sunday": Site(  # its summer time moves clocks by half an hour only
        file="""
            code = "lord-howe"
            zone = "Australia/Lord_Howe"
            holidays = "none"
            [hours]
            mon = ["00:00-24:00"]
            tue = ["00:00-24:00"]
            wed = ["00:00-24:00"]
            thu = ["00:00-24:00"]
            fri = ["00:00-24:00"]
            sat = ["00:00-07:00", "07:30-06:30"]
        """,
        hours={
            **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("00:00-24:00",)),
            "sat": ["00:00-07:00", "07:30-06:30"],
        },
        shut=[],
    ),
}


class MinuteCounter:
    """Looks at every minute of the window. `open_before[n]` is how many of its first n minutes are open."""

    def __init__(self, site: Site, zone: ZoneInfo) -> None:
        marked = set(self._marks(site))
        self.is_open = []
        for number in range(MINUTES):
            local = (FIRST + number * MINUTE).astimezone(zone)
            self.is_open.append((local.toordinal(), local.hour * 60 + local.minute) in marked)
        self.open_before = list(accumulate(self.is_open, initial=0))

    @staticmethod
    def _marks(site: Site) -> Iterator[tuple[int, int]]:
        """The number of the day and the minute of that day, for every open minute on the wall clock."""
        for number in range(FIRST.toordinal() - 3, LAST.toordinal() + 3):
            day = date.fromordinal(number)
            hours = () if day.isoformat() in site.shut else site.hours.get(f"{day:%a}".lower(), ())
            for text in site.single.get(day.isoformat(), hours):
                start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
                for minute in range(start, end if end > start else end + 1440):
                    yield number + minute // 1440, minute % 1440

    def between(self, start: int, end: int) -> int:
        return self.open_before[end] - self.open_before[start]

    def add(self, start: int, minutes: int) -> int:
        """The end of the n-th open minute from here; nothing to add stays in or right behind an open minute."""
        if minutes == 0:
            return start if self.is_open[start - 1] else self.next_opening(start)
        return bisect_left(self.open_before, self.open_before[start] + minutes)

    def subtract(self, end: int, minutes: int) -> int:
        """The start of the n-th open minute back from here."""
        while minutes or not (self.is_open[end] or self.is_open[end - 1]):
            end -= 1
            minutes -= self.is_open[end] if minutes else 0
        return end

    def next_opening(self, start: int) -> int:
        return self.is_open.index(True, start)


@cache
def product(name: str) -> BusinessCalendar:
    return parse(tomllib.loads(SITES[name].file))


@cache
def counter(name: str) -> MinuteCounter:
    return MinuteCounter(SITES[name], product(name).zone)


def moment(number: int) -> datetime:
    return FIRST + number * MINUTE


@pytest.fixture(scope="module", params=SITES)
def name(request: pytest.FixtureRequest) -> str:
    counter(request.param)  # counted once, outside the examples
    return request.param


def law(**examples: st.SearchStrategy) -> Callable:
    """A law tried on examples; a slow machine is no counterexample."""
    return lambda test: settings(deadline=None)(given(**examples)(test))


HARD = [  # clock changes of the three zones, a night before a holiday, single openings, the new year
    int((datetime.fromisoformat(text) - FIRST) / MINUTE)
    for text in (
        *("2026-10-03T15:30Z", "2026-10-25T01:00Z", "2026-11-01T06:00Z", "2027-03-14T07:00Z", "2027-03-28T01:00Z"),
        *("2027-04-03T15:00Z", "2026-12-24T20:00Z", "2027-01-09T12:00Z", "2026-11-27T05:00Z", "2026-12-31T15:00Z"),
    )
]
numbers = st.one_of(
    st.integers(MARGIN, MINUTES - MARGIN),
    st.builds(int.__add__, st.sampled_from(HARD), st.integers(-2000, 2000)),
)
amounts = st.one_of(st.integers(0, 600), st.integers(0, 5000))
zones = st.sampled_from(["UTC", "Asia/Tokyo", "Europe/London", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"])


@law(start=numbers, end=numbers)
def test_between_counts_what_the_minute_counter_counts(name: str, start: int, end: int) -> None:
    assert product(name).between(moment(start), moment(end)) == counter(name).between(start, end)


@law(start=numbers, minutes=amounts)
def test_adding_arrives_where_the_minute_counter_arrives(name: str, start: int, minutes: int) -> None:
    assert product(name).add(moment(start), minutes) == moment(counter(name).add(start, minutes))


@law(end=numbers, minutes=amounts)
def test_reckoning_back_arrives_where_the_minute_counter_arrives(name: str, end: int, minutes: int) -> None:
    assert product(name).subtract(moment(end), minutes) == moment(counter(name).subtract(end, minutes))


@law(number=numbers)
def test_open_and_next_opening_agree_with_the_minute_counter(name: str, number: int) -> None:
    assert product(name).is_open(moment(number)) == counter(name).is_open[number]
    assert product(name).next_opening(moment(number)) == moment(counter(name).next_opening(number))


@law(start=numbers, minutes=amounts)
def test_what_was_added_lies_between(name: str, start: int, minutes: int) -> None:
    due = product(name).add(moment(start), minutes)
    assert product(name).between(moment(start), due) == minutes
    assert product(name).between(due, moment(start)) == -minutes


@law(end=numbers, minutes=amounts)
def test_what_was_taken_away_lies_between_and_is_given_back(name: str, end: int, minutes: int) -> None:
    site = product(name)
    start = site.subtract(moment(end), minutes)
    assert site.between(start, moment(end)) == minutes
    assert site.between(site.add(start, minutes), moment(end)) == 0


@law(points=st.tuples(numbers, numbers, numbers))
def test_between_is_additive_in_any_order(name: str, points: tuple[int, int, int]) -> None:
    site, (first, middle, last) = product(name), map(moment, points)
    assert site.between(first, last) == site.between(first, middle) + site.between(middle, last)


@law(early=numbers, later=st.integers(0, 10_000), minutes=amounts, more=amounts)
def test_later_starts_and_longer_waits_are_never_due_earlier(
    name: str, early: int, later: int, minutes: int, more: int
) -> None:
    site, start = product(name), moment(early)
    assert start <= site.add(start, minutes) <= site.add(start, minutes + more)
    assert site.add(start, minutes) <= site.add(start + later * MINUTE, minutes)
    assert site.subtract(start, minutes + more) <= site.subtract(start, minutes) <= start


@law(number=numbers, minutes=amounts, days=st.integers(0, 10), zone=zones)
def test_the_same_instant_has_the_same_answer_in_any_zone(
    name: str, number: int, minutes: int, days: int, zone: str
) -> None:
    site, here = product(name), moment(number)
    there = here.astimezone(ZoneInfo(zone))
    answers = [(site.add(at, minutes), site.subtract(at, minutes), site.add_days(at, days)) for at in (here, there)]
    assert answers[0] == answers[1]
    assert all(answer.tzinfo is UTC for pair in answers for answer in pair)


@law(number=numbers, days=st.integers(0, 10))
def test_business_days_end_in_open_time_and_never_run_backwards(name: str, number: int, days: int) -> None:
    site, start = product(name), moment(number)
    due = site.add_days(start, days)
    assert start <= due <= site.add_days(start, days + 1)
    assert site.add(due, 0) == due


@pytest.mark.parametrize("name", ["tokyo", "london"])
@law(number=numbers, days=st.integers(1, 10))
def test_business_days_are_counted_by_date(name: str, number: int, days: int) -> None:
    calendar, site = product(name), SITES[name]
    start = moment(number).astimezone(calendar.zone)
    working = [
        day
        for day in (start.date() + timedelta(days=step) for step in range(60))
        if f"{day:%a}".lower() in site.hours and day.isoformat() not in site.shut
    ]
    due = calendar.add_days(start, days).astimezone(calendar.zone)
    assert due.date() == working[days]
    if start.date() != working[0]:
        assert due.time() == NINE
    if calendar.is_open(start):
        assert due.time() == start.time()


def test_the_laws_are_tried_on_open_and_on_closed_minutes(name: str) -> None:
    share = sum(counter(name).is_open) / MINUTES
    assert 0.15 < share < 0.95
