"""When an issue comes, in every corner of the clock: worked out by hand with almanacs, not by what is tested here."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab.digests.rules import due
from collab.digests.rules.due import Place, When
from collab.kernel import business_time
from collab.kernel.business_time import BusinessCalendar, OutOfReach
from collab.kernel.business_time.zones import local_day

CONFIG = Path(__file__).parents[2] / "config" / "calendars"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendar(code: str, *days: str, **more: Any) -> BusinessCalendar:
    hours = {day: ["09:00-17:00"] for day in days}
    return business_time.parse({"code": code, "zone": "UTC", "hours": hours, "holidays": "none", **more})


CALENDARS = {
    "tokyo": business_time.parse(tomllib.loads((CONFIG / "tokyo.toml").read_text(encoding="utf-8"))),
    "london": business_time.parse(tomllib.loads((CONFIG / "london.toml").read_text(encoding="utf-8"))),
    "week": calendar("week", *DAYS[:5]),
    "always": calendar("always", *DAYS),
    "gulf": calendar("gulf", "sun", "mon", "tue", "wed", "thu"),
}

# Zone, weekday and time, calendar, the week it reports on -> the moment, in UTC.
TABLE = """
# Tokyo, without summer time
Asia/Tokyo          mon 09:00  tokyo   2026-W46  2026-11-16 00:00  an ordinary Monday
Asia/Tokyo          mon 09:00  tokyo   2026-W47  2026-11-24 00:00  Labour Thanksgiving: Tuesday
Asia/Tokyo          tue 09:00  tokyo   2026-W47  2026-11-24 00:00  Tuesday anyway
Asia/Tokyo          mon 18:30  tokyo   2026-W47  2026-11-24 09:30  the hour goes with the day
Asia/Tokyo          fri 17:00  tokyo   2026-W47  2026-11-27 08:00
Asia/Tokyo          sat 10:00  tokyo   2026-W47  2026-11-30 01:00  closed on Saturdays: Monday
Asia/Tokyo          sun 08:00  always  2026-W47  2026-11-28 23:00
Asia/Tokyo          mon 00:00  week    2026-W47  2026-11-22 15:00  the first minute of a day
Asia/Tokyo          mon 23:59  week    2026-W47  2026-11-23 14:59  and the last
Asia/Tokyo          mon 09:00  tokyo   2026-W52  2026-12-28 00:00  the day before the year-end break
Asia/Tokyo          tue 09:00  tokyo   2026-W52  2027-01-04 00:00  in the break: the first day of work
Asia/Tokyo          fri 09:00  tokyo   2026-W52  2027-01-04 00:00  New Year's Day
Asia/Tokyo          mon 09:00  tokyo   2026-W53  2027-01-04 00:00  week 53
Asia/Tokyo          sun 09:00  always  2026-W53  2027-01-10 00:00
Asia/Tokyo          mon 09:00  tokyo   2025-W52  2026-01-05 00:00  29 December to 4 January are off
Asia/Tokyo          mon 09:00  tokyo   2026-W01  2026-01-05 00:00  a week that began in the year before
Asia/Tokyo          mon 09:00  tokyo   2027-W01  2027-01-12 00:00  Coming of Age Day
Asia/Tokyo          mon 09:00  tokyo   2026-W17  2026-04-27 00:00  before Golden Week
Asia/Tokyo          wed 09:00  tokyo   2026-W17  2026-04-30 00:00  Showa Day
Asia/Tokyo          mon 09:00  tokyo   2026-W18  2026-05-07 00:00  4, 5 and 6 May (for Sunday the 3rd)
Asia/Tokyo          wed 09:00  tokyo   2026-W18  2026-05-07 00:00
Asia/Tokyo          mon 09:00  tokyo   2019-W17  2019-05-07 00:00  the ten days of the enthronement
Asia/Tokyo          mon 09:00  tokyo   2019-W18  2019-05-07 00:00  so that two issues fall due together
Asia/Tokyo          mon 09:00  tokyo   2026-W38  2026-09-24 00:00  21 to 23 September: Silver Week
# London, whose clocks change at one in the morning, UTC
Europe/London       mon 09:00  london  2026-W47  2026-11-23 09:00
Europe/London       mon 09:00  london  2026-W12  2026-03-23 09:00  the Monday before summer time
Europe/London       mon 09:00  london  2026-W13  2026-03-30 08:00  the Monday after
Europe/London       sun 00:59  always  2026-W12  2026-03-29 00:59
Europe/London       sun 01:30  always  2026-W12  2026-03-29 01:00  a minute that never comes: the jump
Europe/London       sun 02:00  always  2026-W12  2026-03-29 01:00
Europe/London       mon 09:00  london  2026-W42  2026-10-19 08:00  still summer time
Europe/London       sun 00:59  always  2026-W42  2026-10-24 23:59
Europe/London       sun 01:30  always  2026-W42  2026-10-25 00:30  a minute that comes twice: the first
Europe/London       sun 02:00  always  2026-W42  2026-10-25 02:00
Europe/London       mon 09:00  london  2026-W43  2026-10-26 09:00
Europe/London       mon 09:00  london  2027-W12  2027-03-30 08:00  Easter Monday, and summer time since Sunday
Europe/London       mon 09:00  london  2026-W52  2026-12-29 09:00  28 December for Boxing Day
Europe/London       fri 09:00  london  2026-W52  2027-01-04 09:00  New Year's Day, a weekend, then week 1
Europe/London       mon 09:00  london  2026-W53  2027-01-04 09:00
Europe/London       mon 09:00  london  2020-W53  2021-01-04 09:00
Europe/Dublin       mon 09:00  week    2026-W13  2026-03-30 08:00  where winter time is the exception
# New York
America/New_York    mon 09:00  week    2026-W47  2026-11-23 14:00
America/New_York    sun 01:59  always  2026-W09  2026-03-08 06:59
America/New_York    sun 02:30  always  2026-W09  2026-03-08 07:00  never comes
America/New_York    sun 03:00  always  2026-W09  2026-03-08 07:00
America/New_York    mon 09:00  week    2026-W10  2026-03-09 13:00
America/New_York    sun 01:30  always  2026-W43  2026-11-01 05:30  comes twice
America/New_York    sun 02:00  always  2026-W43  2026-11-01 07:00
America/New_York    mon 09:00  week    2026-W44  2026-11-02 14:00
# Auckland, where summer is in January
Pacific/Auckland    mon 09:00  week    2026-W47  2026-11-22 20:00  it is still Sunday in Greenwich
Pacific/Auckland    sun 02:30  always  2026-W13  2026-04-04 13:30  comes twice
Pacific/Auckland    sun 03:00  always  2026-W13  2026-04-04 15:00
Pacific/Auckland    mon 09:00  week    2026-W14  2026-04-05 21:00
Pacific/Auckland    sun 02:15  always  2026-W38  2026-09-26 14:00  never comes
Pacific/Auckland    mon 09:00  week    2026-W39  2026-09-27 20:00
# Lord Howe, whose clocks move by half an hour
Australia/Lord_Howe mon 09:00  week    2026-W47  2026-11-22 22:00
Australia/Lord_Howe sun 01:45  always  2026-W13  2026-04-04 14:45  comes twice
Australia/Lord_Howe sun 02:00  always  2026-W13  2026-04-04 15:30
Australia/Lord_Howe sun 02:15  always  2026-W39  2026-10-03 15:30  never comes
Australia/Lord_Howe sun 02:30  always  2026-W39  2026-10-03 15:30
# Quarters and halves of hours, and both ends of the earth
Asia/Kathmandu      mon 09:00  week    2026-W47  2026-11-23 03:15
Asia/Kolkata        mon 09:00  week    2026-W47  2026-11-23 03:30
Asia/Tehran         mon 09:00  week    2026-W47  2026-11-23 05:30
America/St_Johns    mon 09:00  week    2026-W47  2026-11-23 12:30
Pacific/Chatham     mon 09:00  week    2026-W47  2026-11-22 19:15
Pacific/Kiritimati  mon 09:00  week    2026-W47  2026-11-22 19:00
Pacific/Honolulu    mon 09:00  week    2026-W47  2026-11-23 19:00
Etc/GMT+12          mon 09:00  week    2026-W47  2026-11-23 21:00
# Clocks that change at midnight
America/Sao_Paulo   mon 09:00  week    2026-W47  2026-11-23 12:00
America/Sao_Paulo   sun 00:00  always  2018-W43  2018-11-04 03:00  a day that began at one
America/Sao_Paulo   sun 00:30  always  2018-W43  2018-11-04 03:00
America/Sao_Paulo   sat 23:30  always  2019-W06  2019-02-17 01:30  a day of which the last hour came twice
America/Sao_Paulo   sun 00:00  always  2019-W06  2019-02-17 03:00
Africa/Cairo        fri 00:30  always  2026-W16  2026-04-23 22:00
Pacific/Apia        fri 09:00  always  2011-W51  2011-12-30 10:00  a Friday that was left out of the calendar
# A week that begins on Sunday
Asia/Dubai          mon 09:00  gulf    2026-W47  2026-11-23 05:00
Asia/Dubai          fri 09:00  gulf    2026-W47  2026-11-29 05:00
"""
CASES = [line.split(maxsplit=6) for line in TABLE.splitlines() if line and not line.startswith("#")]


def when(day: str, time: str) -> When:
    hour, minute = time.split(":")
    return When(DAYS.index(day), int(hour) * 60 + int(minute))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def place(zone: str = "Asia/Tokyo", named: str = "tokyo") -> Place:
    return Place(ZoneInfo(zone), CALENDARS[named])


def test_the_table_is_as_long_as_it_is_meant_to_be() -> None:
    assert len(CASES) >= 75
    assert len({case[0] for case in CASES}) >= 18


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case[:6]))
def test_the_table(case: list[str]) -> None:
    zone, day, time, named, week, *rest = case
    on, _, more = " ".join(rest).partition(" ")
    assert due.due_at(week, when(day, time), place(zone, named)) == utc(f"{on} {more[:5]}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case[:6]))
def test_a_sweep_at_that_moment_finds_that_week_or_a_later_one_due_with_it(case: list[str]) -> None:
    """What the sweep asks (is it an open day, has the clock shown the minute, which week) says the same as the table."""
    zone, day, time, named, week, *rest = case
    on, _, more = " ".join(rest).partition(" ")
    here, wanted, moment = place(zone, named), when(day, time), utc(f"{on} {more[:5]}")
    found = swept(moment, wanted, here)
    assert found >= week or (
        zone == "Pacific/Apia" and not found
    )  # on a day that was left out a sweep waits for the next
    assert swept(moment - timedelta(minutes=1), wanted, here) < week


def swept(now: datetime, wanted: When, here: Place) -> str:
    """The latest week a sweep would put together at this moment; empty: none."""
    day = local_day(now, here.zone)
    if not here.is_open(day) or wanted.minute > due.minute_reached(now, here.zone):
        return ""
    return due.latest_on(day, wanted.weekday)


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        ([("2026-11-16", "2026-11-18")], "2026-11-24 00:00"),
        ([("2026-11-24", "2026-11-24")], "2026-11-25 00:00"),
        ([("2026-11-20", "2026-11-25")], "2026-11-26 00:00"),
        ([("2026-11-24", "2026-11-27")], "2026-11-30 00:00"),
        ([("2026-11-24", "2026-11-24"), ("2026-11-25", "2026-11-26")], "2026-11-27 00:00"),
        ([("2026-11-24", "2027-01-03")], "2027-01-04 00:00"),
    ],
)
def test_whoever_is_away_gets_it_the_day_they_are_back(away: list[tuple[str, str]], expected: str) -> None:
    days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in away]
    assert due.due_at("2026-W47", When(), place(), days) == utc(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-15 23:59", "2026-W45"),
        ("2026-11-16 00:00", "2026-W46"),
        ("2026-11-23 12:00", "2026-W46"),  # a holiday
        ("2026-11-24 00:00", "2026-W47"),
        ("2026-12-28 00:00", "2026-W52"),
        ("2027-01-03 23:59", "2026-W52"),
        ("2027-01-04 00:00", "2026-W53"),
        ("2027-01-11 12:00", "2026-W53"),  # Coming of Age Day
        ("2027-01-12 00:00", "2027-W01"),
        ("2019-05-06 23:59", "2019-W16"),
        ("2019-05-07 00:00", "2019-W18"),  # of two that fall due together the later one
        ("2026-01-05 00:00", "2026-W01"),
    ],
)
def test_the_latest_week_that_is_due_in_tokyo(now: str, expected: str) -> None:
    assert due.latest_week(utc(now), When(), place()) == expected
    following = due.next_week(utc(now), When(), place())
    assert following > expected
    assert due.due_at(following, When(), place()) > utc(now)


def test_the_next_one_is_never_one_that_gives_way_to_another() -> None:
    assert due.next_week(utc("2019-04-26 00:00"), When(), place()) == "2019-W18"


class Shut:
    """A calendar that knows no open day, or no more days at all."""

    def __init__(self, *, reaches: bool) -> None:
        self.reaches = reaches

    def is_business_day(self, day: date) -> bool:
        if not self.reaches:
            raise OutOfReach(str(day))
        return False


@pytest.mark.parametrize("reaches", [True, False])
def test_a_calendar_that_never_opens_silences_nobody(reaches: bool) -> None:
    shut: Any = Shut(reaches=reaches)
    assert due.due_at("2026-W47", When(), Place(ZoneInfo("Asia/Tokyo"), shut)) == utc("2026-11-23 00:00")


@pytest.mark.parametrize(
    "week", ["2026-W00", "2027-W53", "2026-W54", "26-W47", "2026-W7", "2026W47", "0001-W01", "9999-W52", ""]
)
def test_what_is_no_week(week: str) -> None:
    assert due.monday_of(week) is None
    with pytest.raises(ValueError, match="no such week"):
        due.due_at(week, When(), place())


ZONES = sorted({case[0] for case in CASES})
moments = st.datetimes(datetime(2019, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
whens = st.builds(When, st.integers(0, 6), st.integers(0, 1439))
places = st.builds(place, st.sampled_from(ZONES), st.sampled_from(sorted(CALENDARS)))


@settings(max_examples=150, deadline=None)
@given(moments, whens, places)
def test_the_latest_is_due_and_the_one_after_it_is_not(now: datetime, wanted: When, here: Place) -> None:
    week = due.latest_week(now, wanted, here)
    assert due.due_at(week, wanted, here) <= now < due.due_at(due.after(week), wanted, here)
    assert due.before(due.after(week)) == week


@settings(max_examples=150, deadline=None)
@given(moments, whens, places)
def test_issues_come_in_order_and_never_in_the_week_they_report_on(now: datetime, wanted: When, here: Place) -> None:
    week = due.week_of(now.date())
    span = due.span_of(week, here.zone)
    assert span is not None
    first, second = (due.due_at(one, wanted, here) for one in (week, due.after(week)))
    assert span.ends_at <= first <= second
    assert here.is_open(due.due_on(week, wanted, here))


@settings(max_examples=150, deadline=None)
@given(moments, whens, places)
def test_a_sweep_never_finds_a_week_that_is_not_due_nor_one_that_gave_way(
    now: datetime, wanted: When, here: Place
) -> None:
    found = swept(now, wanted, here)
    assert found in ("", due.latest_week(now, wanted, here))


@settings(max_examples=100, deadline=None)
@given(moments, st.sampled_from(ZONES), st.integers(1, 300))
def test_within_a_day_the_minute_reached_never_goes_back(now: datetime, zone: str, minutes: int) -> None:
    here, later = ZoneInfo(zone), now + timedelta(minutes=minutes)
    if local_day(now, here) == due.local_day(later, here):
        assert due.minute_reached(now, here) <= due.minute_reached(later, here)
