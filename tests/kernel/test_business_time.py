"""The hard cases, each worked out by hand. Times are the local times of the site unless they end in Z."""

import time
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collab.kernel.business_time import (
    BusinessCalendar,
    BusinessTimeError,
    NaiveMoment,
    NeverOpens,
    OutOfReach,
    parse,
)

CALENDARS = Path(__file__).parents[2] / "config" / "calendars"
WORKING_DAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKING_DAYS, "sat", "sun")


def shipped(name: str) -> BusinessCalendar:
    return parse(tomllib.loads((CALENDARS / f"{name}.toml").read_text()))


def calendar(zone: str, days: tuple[str, ...], *hours: str, **more: object) -> BusinessCalendar:
    return parse(
        {"code": "test", "zone": zone, "holidays": "none", "hours": {day: list(hours) for day in days}, **more}
    )


TOKYO = shipped("tokyo")
LONDON = shipped("london")
TOKYO_NIGHTS = calendar("Asia/Tokyo", WORKING_DAYS, "22:00-06:00", holidays="JP")
LONDON_NIGHTS = calendar("Europe/London", EVERY_DAY, "22:00-06:00")
CHRISTMAS_SALE = calendar(
    "Asia/Tokyo",
    WORKING_DAYS,
    "09:00-12:00",
    "13:00-18:00",
    holidays="JP",
    closed=["2026-12-24"],
    open={"2026-12-24": ["13:00-15:00"], "2026-12-26": ["09:00-15:00"], "2026-05-06": ["10:00-12:00"]},
)


def at(where: BusinessCalendar, text: str) -> datetime:
    """`2026-05-01 18:00` on the clocks of the site, or `2026-05-01 09:00Z`."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=where.zone)


def shown(where: BusinessCalendar, moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return moment.astimezone(where.zone).strftime("%Y-%m-%d %H:%M")


GOLDEN_WEEK_HOURS = [  # 29 April Wed, 2-3 May weekend, 4 and 5 May holidays, 6 May substitute for Sunday the 3rd
    ("2026-04-28 17:00", 8, "2026-04-30 17:00"),
    ("2026-04-28 17:00", 16, "2026-05-01 17:00"),
    ("2026-04-28 18:00", 1, "2026-04-30 10:00"),
    ("2026-04-29 10:00", 3, "2026-04-30 12:00"),
    ("2026-04-30 11:30", 1, "2026-04-30 13:30"),
    ("2026-05-01 09:00", 8, "2026-05-01 18:00"),
    ("2026-05-01 17:00", 2, "2026-05-07 10:00"),
    ("2026-05-01 23:59", 4, "2026-05-07 14:00"),
    ("2026-05-02 12:00", 8, "2026-05-07 18:00"),
    ("2026-05-06 12:00", 9, "2026-05-08 10:00"),
]
GOLDEN_WEEK_DAYS = [
    ("2026-04-28 15:00", 1, "2026-04-30 15:00"),
    ("2026-04-28 15:00", 2, "2026-05-01 15:00"),
    ("2026-04-28 15:00", 3, "2026-05-07 15:00"),
    ("2026-04-28 15:00", 4, "2026-05-08 15:00"),
    ("2026-04-28 15:00", 5, "2026-05-11 15:00"),
    ("2026-05-03 15:00", 1, "2026-05-08 09:00"),  # rolls forward to the opening of 7 May, then counts
    ("2026-05-06 08:00", 2, "2026-05-11 09:00"),
]


@pytest.mark.parametrize(("start", "hours", "due"), GOLDEN_WEEK_HOURS)
def test_business_hours_over_golden_week_in_tokyo(start: str, hours: int, due: str) -> None:
    assert shown(TOKYO, TOKYO.add(at(TOKYO, start), hours * 60)) == due


@pytest.mark.parametrize(("start", "days", "due"), GOLDEN_WEEK_DAYS)
def test_business_days_over_golden_week_in_tokyo(start: str, days: int, due: str) -> None:
    assert shown(TOKYO, TOKYO.add_days(at(TOKYO, start), days)) == due


def test_golden_week_holds_four_working_days_of_eight_hours() -> None:
    start, end = at(TOKYO, "2026-04-28 09:00"), at(TOKYO, "2026-05-08 09:00")
    assert TOKYO.between(start, end) == 4 * 8 * 60
    assert TOKYO.between(end, start) == -4 * 8 * 60


def test_london_works_through_golden_week_but_for_early_may() -> None:
    assert [day for day in range(1, 9) if LONDON.is_business_day(date(2026, 5, day))] == [1, 5, 6, 7, 8]


# -- ends of the day


def test_a_deadline_exactly_at_closing_stays_on_that_day() -> None:
    assert shown(TOKYO, TOKYO.add(at(TOKYO, "2026-05-01 17:00"), 60)) == "2026-05-01 18:00"
    assert shown(TOKYO, TOKYO.add(at(TOKYO, "2026-05-01 17:00"), 61)) == "2026-05-07 09:01"


def test_a_deadline_exactly_at_the_lunch_break_stays_before_it() -> None:
    assert shown(TOKYO, TOKYO.add(at(TOKYO, "2026-04-30 11:00"), 60)) == "2026-04-30 12:00"
    assert shown(TOKYO, TOKYO.add(at(TOKYO, "2026-04-30 11:00"), 61)) == "2026-04-30 13:01"


@pytest.mark.parametrize(
    ("start", "kept"),
    [
        ("2026-05-01 10:15", "2026-05-01 10:15"),
        ("2026-05-01 18:00", "2026-05-01 18:00"),
        ("2026-05-01 12:00", "2026-05-01 12:00"),
        ("2026-05-01 12:30", "2026-05-01 13:00"),
        ("2026-05-01 08:59", "2026-05-01 09:00"),
        ("2026-05-01 18:01", "2026-05-07 09:00"),
        ("2026-05-04 11:00", "2026-05-07 09:00"),
    ],
)
def test_nothing_to_add_stays_unless_closed(start: str, kept: str) -> None:
    assert shown(TOKYO, TOKYO.add(at(TOKYO, start), 0)) == kept
    assert shown(TOKYO, TOKYO.add_days(at(TOKYO, start), 0)) == kept


def test_it_is_open_at_the_opening_and_no_longer_at_the_closing() -> None:
    states = [TOKYO.is_open(at(TOKYO, f"2026-05-01 {clock}")) for clock in ("08:59", "09:00", "11:59", "12:00")]
    assert states == [False, True, True, False]


def test_the_next_opening_of_an_open_moment_is_that_moment() -> None:
    assert shown(TOKYO, TOKYO.next_opening(at(TOKYO, "2026-05-01 10:15"))) == "2026-05-01 10:15"
    assert shown(TOKYO, TOKYO.next_opening(at(TOKYO, "2026-05-01 12:00"))) == "2026-05-01 13:00"
    assert shown(TOKYO, TOKYO.next_opening(at(TOKYO, "2026-05-01 18:00"))) == "2026-05-07 09:00"


@pytest.mark.parametrize(
    ("end", "minutes", "start"),
    [
        ("2026-05-07 10:00", 120, "2026-05-01 17:00"),
        ("2026-05-07 10:00", 60, "2026-05-07 09:00"),
        ("2026-05-07 10:00", 61, "2026-05-01 17:59"),
        ("2026-05-04 10:00", 1, "2026-05-01 17:59"),
        ("2026-05-04 10:00", 0, "2026-05-01 18:00"),
        ("2026-04-30 13:30", 60, "2026-04-30 11:30"),
        ("2026-05-01 18:00", 0, "2026-05-01 18:00"),
    ],
)
def test_reckoning_back_from_a_deadline(end: str, minutes: int, start: str) -> None:
    assert shown(TOKYO, TOKYO.subtract(at(TOKYO, end), minutes)) == start


def test_seconds_are_kept_and_only_whole_minutes_are_counted() -> None:
    start = at(TOKYO, "2026-05-01 17:59:30")
    assert TOKYO.add(start, 1) == at(TOKYO, "2026-05-07 09:00:30")
    assert TOKYO.between(start, at(TOKYO, "2026-05-07 09:00:29")) == 0
    assert TOKYO.between(at(TOKYO, "2026-05-07 09:00:29"), start) == 0


@pytest.mark.parametrize(
    ("start", "held"),
    [
        ("2026-06-04 08:00", "2026-06-05 09:00"),  # before opening
        ("2026-06-04 12:00", "2026-06-05 12:00"),  # exactly at a closing
        ("2026-06-04 12:20", "2026-06-05 13:00"),  # in the break
        ("2026-06-04 18:00", "2026-06-05 18:00"),
        ("2026-06-04 22:00", "2026-06-05 18:00"),  # after the last closing
        ("2026-06-05 22:00", "2026-06-08 18:00"),
        ("2026-06-06 22:00", "2026-06-09 09:00"),  # Saturday rolls to Monday's opening
    ],
)
def test_a_business_day_later_is_held_inside_the_hours(start: str, held: str) -> None:
    assert shown(TOKYO, TOKYO.add_days(at(TOKYO, start), 1)) == held


def test_a_closed_day_rolls_to_the_opening_of_the_next_one_whose_wall_time_is_kept() -> None:
    site = calendar("Asia/Tokyo", (), hours={"mon": ["10:00-17:00"], "tue": ["08:00-17:00"]})
    assert shown(TOKYO, site.add_days(at(TOKYO, "2026-06-06 12:00"), 1)) == "2026-06-09 10:00"


# -- closures, holidays, single openings


def test_a_yearly_closure_wraps_the_new_year() -> None:
    assert shown(TOKYO, TOKYO.add(at(TOKYO, "2026-12-28 17:30"), 60)) == "2027-01-04 09:30"
    assert shown(TOKYO, TOKYO.add_days(at(TOKYO, "2026-12-28 10:00"), 1)) == "2027-01-04 10:00"
    assert shown(TOKYO, TOKYO.add(at(TOKYO, "2031-12-26 17:30"), 60)) == "2032-01-05 09:30"  # Fri, closes Mon 29th


@pytest.mark.parametrize(
    ("closed", "days"),
    [
        ("06-10", [10]),
        ("06-10/06-12", [10, 11, 12]),
        ("2026-06-10", [10]),
        ("2026-06-10/2026-06-11", [10, 11]),
        ("2025-06-10/2025-06-11", []),
        ("06-29/06-02", [1, 2, 29, 30]),
    ],
)
def test_closures_take_out_their_days_and_no_other(closed: str, days: list[int]) -> None:
    site = calendar("Asia/Tokyo", EVERY_DAY, "09:00-17:00", closed=[closed])
    assert [day for day in range(1, 31) if not site.is_business_day(date(2026, 6, day))] == days


def test_a_yearly_leap_day_closes_only_leap_years() -> None:
    site = calendar("Asia/Tokyo", EVERY_DAY, "09:00-17:00", closed=["02-29"])
    assert not site.is_business_day(date(2028, 2, 29))
    assert site.is_business_day(date(2027, 2, 28))
    assert site.is_business_day(date(2027, 3, 1))


def test_substitute_holidays_are_holidays() -> None:
    assert not TOKYO.is_business_day(date(2026, 5, 6))  # Constitution Day fell on Sunday the 3rd
    assert not TOKYO.is_business_day(date(2026, 9, 22))  # between two holidays
    assert not LONDON.is_business_day(date(2026, 12, 28))  # Boxing Day fell on a Saturday


def test_bank_holidays_differ_inside_the_united_kingdom() -> None:
    scotland = calendar("Europe/London", WORKING_DAYS, "09:00-17:30", holidays="GB-SCT")
    easter_monday, second_of_january = date(2026, 4, 6), date(2026, 1, 2)
    assert not LONDON.is_business_day(easter_monday)
    assert LONDON.is_business_day(second_of_january)
    assert scotland.is_business_day(easter_monday)
    assert not scotland.is_business_day(second_of_january)


def test_a_single_opening_makes_a_saturday_a_business_day() -> None:
    assert shown(CHRISTMAS_SALE, CHRISTMAS_SALE.add(at(TOKYO, "2026-12-25 17:00"), 120)) == "2026-12-26 10:00"
    assert shown(CHRISTMAS_SALE, CHRISTMAS_SALE.add(at(TOKYO, "2026-12-26 15:00"), 1)) == "2026-12-28 09:01"
    assert shown(CHRISTMAS_SALE, CHRISTMAS_SALE.add_days(at(TOKYO, "2026-12-25 16:00"), 1)) == "2026-12-26 15:00"


def test_a_single_opening_overrides_a_holiday_and_a_closure_with_its_own_hours() -> None:
    assert shown(CHRISTMAS_SALE, CHRISTMAS_SALE.add(at(TOKYO, "2026-05-01 18:00"), 60)) == "2026-05-06 11:00"
    assert CHRISTMAS_SALE.between(at(TOKYO, "2026-12-24 00:00"), at(TOKYO, "2026-12-25 00:00")) == 120
    assert not CHRISTMAS_SALE.is_open(at(TOKYO, "2026-12-24 10:00"))


# -- shifts over midnight


def test_a_night_shift_runs_on_into_a_holiday_but_none_starts_on_it() -> None:
    start = at(TOKYO, "2026-04-28 22:00")  # the 29th is a holiday
    assert TOKYO_NIGHTS.is_open(at(TOKYO, "2026-04-29 03:00"))
    assert not TOKYO_NIGHTS.is_open(at(TOKYO, "2026-04-29 23:00"))
    assert not TOKYO_NIGHTS.is_open(at(TOKYO, "2026-04-30 03:00"))
    assert shown(TOKYO, TOKYO_NIGHTS.add(start, 480)) == "2026-04-29 06:00"
    assert shown(TOKYO, TOKYO_NIGHTS.add(start, 481)) == "2026-04-30 22:01"


def test_the_night_shift_of_friday_ends_on_saturday() -> None:
    assert shown(TOKYO, TOKYO_NIGHTS.add(at(TOKYO, "2026-06-06 05:00"), 60)) == "2026-06-06 06:00"
    assert shown(TOKYO, TOKYO_NIGHTS.add(at(TOKYO, "2026-06-06 05:00"), 61)) == "2026-06-08 22:01"
    assert shown(TOKYO, TOKYO_NIGHTS.subtract(at(TOKYO, "2026-06-08 23:00"), 120)) == "2026-06-06 05:00"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-06-04 23:00", "2026-06-05 23:00"),
        ("2026-06-05 03:00", "2026-06-06 03:00"),  # Thursday's shift, so a day later is Friday's
        ("2026-06-06 03:00", "2026-06-09 03:00"),  # Friday's shift, so a day later is Monday's
        ("2026-06-06 06:00", "2026-06-09 06:00"),  # exactly at Friday's closing
        ("2026-06-05 12:00", "2026-06-08 22:00"),  # Friday before its opening
        ("2026-06-06 12:00", "2026-06-09 22:00"),  # Saturday is closed: Monday's opening, then one
    ],
)
def test_the_hours_after_midnight_count_for_the_day_of_the_shift(start: str, due: str) -> None:
    assert shown(TOKYO, TOKYO_NIGHTS.add_days(at(TOKYO, start), 1)) == due


def test_shifts_that_touch_at_midnight_are_one_stretch() -> None:
    always = calendar("Asia/Tokyo", EVERY_DAY, "00:00-24:00")
    start = at(TOKYO, "2026-06-05 12:00")
    assert always.add(start, 10 * 24 * 60) == start + timedelta(days=10)
    assert always.add(at(TOKYO, "2026-06-06 00:00"), 0) == at(TOKYO, "2026-06-06 00:00")
    assert always.add_days(at(TOKYO, "2026-06-06 00:00"), 1) == at(TOKYO, "2026-06-07 00:00")


def test_the_end_of_one_shift_that_is_the_start_of_the_next_belongs_to_the_new_day() -> None:
    site = calendar("Asia/Tokyo", (), hours={"mon": ["22:00-06:00"], "tue": ["06:00-12:00"], "wed": ["06:00-12:00"]})
    assert shown(TOKYO, site.add_days(at(TOKYO, "2026-06-09 06:00"), 1)) == "2026-06-10 06:00"


def test_a_closing_at_midnight_still_belongs_to_its_day() -> None:
    site = calendar("Asia/Tokyo", WORKING_DAYS, "16:00-24:00")
    assert shown(TOKYO, site.add(at(TOKYO, "2026-06-05 23:00"), 60)) == "2026-06-06 00:00"
    assert shown(TOKYO, site.add(at(TOKYO, "2026-06-06 00:00"), 0)) == "2026-06-06 00:00"
    assert shown(TOKYO, site.add_days(at(TOKYO, "2026-06-06 00:00"), 1)) == "2026-06-09 00:00"


def test_the_intervals_of_a_day_include_the_hours_after_midnight() -> None:
    (night,) = TOKYO_NIGHTS.intervals(date(2026, 4, 28))
    assert (shown(TOKYO, night.opens_at), shown(TOKYO, night.closes_at)) == ("2026-04-28 22:00", "2026-04-29 06:00")
    assert TOKYO_NIGHTS.intervals(date(2026, 4, 29)) == ()


# -- clock changes (London: forward on 29 March 2026, back on 25 October 2026, both at 01:00Z)


def test_the_weekend_of_summer_time_does_not_change_the_hours_of_monday() -> None:
    assert LONDON.add(at(LONDON, "2026-03-27 17:00Z"), 60) == at(LONDON, "2026-03-30 08:30Z")
    assert LONDON.add_days(at(LONDON, "2026-03-27 10:00Z"), 1) == at(LONDON, "2026-03-30 09:00Z")


def test_the_weekend_of_winter_time_does_not_change_the_hours_of_monday() -> None:
    assert LONDON.add(at(LONDON, "2026-10-23 16:00Z"), 60) == at(LONDON, "2026-10-26 09:30Z")
    assert LONDON.add_days(at(LONDON, "2026-10-23 10:00Z"), 1) == at(LONDON, "2026-10-26 11:00Z")


def test_a_night_shift_over_the_spring_change_has_seven_hours() -> None:
    start = at(LONDON, "2026-03-28 22:00Z")
    assert LONDON_NIGHTS.add(start, 420) == at(LONDON, "2026-03-29 05:00Z")
    assert LONDON_NIGHTS.add(start, 421) == at(LONDON, "2026-03-29 21:01Z")
    assert LONDON_NIGHTS.subtract(at(LONDON, "2026-03-29 05:00Z"), 420) == start


def test_a_night_shift_over_the_autumn_change_has_nine_hours() -> None:
    start = at(LONDON, "2026-10-24 21:00Z")
    assert LONDON_NIGHTS.add(start, 540) == at(LONDON, "2026-10-25 06:00Z")
    assert LONDON_NIGHTS.add(start, 541) == at(LONDON, "2026-10-25 22:01Z")
    assert LONDON_NIGHTS.between(start, at(LONDON, "2026-10-25 06:00Z")) == 540


@pytest.mark.parametrize(
    ("day", "hours", "opens", "closes"),
    [
        ("2026-03-28", "22:00-01:30", "2026-03-28 22:00Z", "2026-03-29 01:00Z"),  # the closing never comes: the jump
        ("2026-03-29", "01:30-05:00", "2026-03-29 01:00Z", "2026-03-29 04:00Z"),  # the opening never comes: the jump
        ("2026-10-25", "00:00-01:30", "2026-10-24 23:00Z", "2026-10-25 00:30Z"),  # the closing comes twice: the first
        ("2026-10-25", "01:30-05:00", "2026-10-25 00:30Z", "2026-10-25 05:00Z"),  # the opening comes twice: the first
    ],
)
def test_shifts_that_begin_or_end_inside_a_clock_change(day: str, hours: str, opens: str, closes: str) -> None:
    site = calendar("Europe/London", EVERY_DAY, hours)
    assert site.intervals(date.fromisoformat(day)) == ((at(site, opens), at(site, closes)),)


def test_a_shift_swallowed_by_the_clock_change_does_not_take_place() -> None:
    site = calendar("Europe/London", EVERY_DAY, "01:10-01:50")
    assert not site.is_business_day(date(2026, 3, 29))
    assert site.add(at(site, "2026-03-28 01:20Z"), 31) == at(site, "2026-03-30 00:11Z")


def test_a_business_day_later_inside_the_hour_that_is_skipped() -> None:
    site = calendar("Europe/London", EVERY_DAY, "00:00-06:00")
    assert site.add_days(at(site, "2026-03-28 01:30Z"), 1) == at(site, "2026-03-29 01:00Z")
    assert site.add_days(at(site, "2026-03-28 01:30Z"), 2) == at(site, "2026-03-30 00:30Z")


def test_no_business_days_later_in_the_second_of_two_equal_hours_is_still_now() -> None:
    site = calendar("Europe/London", EVERY_DAY, "00:00-06:00")
    second = at(site, "2026-10-25 01:30Z")
    assert site.add_days(second, 0) == second
    assert site.add_days(second, 1) == at(site, "2026-10-26 01:30Z")


def test_a_date_that_never_was_is_no_business_day() -> None:
    samoa = calendar("Pacific/Apia", WORKING_DAYS, "09:00-17:00")  # crossed the date line: no 30 December 2011
    assert not samoa.is_business_day(date(2011, 12, 30))
    assert shown(samoa, samoa.add(at(samoa, "2011-12-29 16:30"), 60)) == "2012-01-02 09:30"


# -- what is refused, and how far it looks


def test_a_moment_without_a_zone_is_refused_everywhere() -> None:
    naive, aware = datetime(2026, 5, 1, 9), at(TOKYO, "2026-05-01 09:00")  # noqa: DTZ001 - the point of the test
    questions = [
        lambda: TOKYO.is_open(naive),
        lambda: TOKYO.next_opening(naive),
        lambda: TOKYO.add(naive, 1),
        lambda: TOKYO.add_days(naive, 1),
        lambda: TOKYO.subtract(naive, 1),
        lambda: TOKYO.between(naive, aware),
        lambda: TOKYO.between(aware, naive),
    ]
    for question in questions:
        with pytest.raises(NaiveMoment, match="2026-05-01T09:00:00 has no time zone"):
            question()


def test_a_moment_is_not_a_day() -> None:
    with pytest.raises(TypeError, match="a day is wanted"):
        TOKYO.is_business_day(at(TOKYO, "2026-05-01 09:00"))


@pytest.mark.parametrize("question", ["add", "subtract", "add_days"])
def test_negative_amounts_are_refused(question: str) -> None:
    with pytest.raises(BusinessTimeError, match="must not be negative"):
        getattr(TOKYO, question)(at(TOKYO, "2026-05-01 09:00"), -1)


def test_a_site_that_never_opens_again_is_told_and_not_searched_for_ever() -> None:
    once = parse({"code": "fair", "zone": "Asia/Tokyo", "holidays": "none", "open": {"2026-05-02": ["10:00-16:00"]}})
    before, after = at(once, "2026-05-01 10:00"), at(once, "2026-05-02 16:01")
    assert once.add(before, 360) == at(once, "2026-05-02 16:00")
    for question in (
        lambda: once.add(before, 361),
        lambda: once.add(after, 0),
        lambda: once.next_opening(after),
        lambda: once.add_days(before, 1),
        lambda: once.add_days(after, 1),
        lambda: once.subtract(before, 1),
    ):
        with pytest.raises(NeverOpens, match=r"calendar fair never .* within 20 years"):
            question()
    assert once.between(after, after + timedelta(days=300)) == 0


def test_what_lies_out_of_reach_is_refused() -> None:
    start = at(TOKYO, "2026-05-01 09:00")
    far = datetime(9999, 12, 31, 23, tzinfo=UTC)
    for question in (
        lambda: TOKYO.add(start, 10**30),
        lambda: TOKYO.subtract(start, 10**30),
        lambda: TOKYO.add_days(start, 10**30),
        lambda: TOKYO.between(start, start + timedelta(days=30 * 365)),
        lambda: TOKYO.is_open(far),
        lambda: TOKYO.intervals(date.max),
        lambda: TOKYO.is_open(datetime.min.replace(tzinfo=ZoneInfo("Asia/Tokyo"))),
    ):
        with pytest.raises(OutOfReach):
            question()


def test_a_year_is_reckoned_in_under_five_milliseconds() -> None:
    start = at(TOKYO, "2026-01-05 09:00")
    for question in (
        lambda: TOKYO.add(start, 240 * 480),
        lambda: TOKYO.subtract(start, 240 * 480),
        lambda: TOKYO.add_days(start, 240),
        lambda: TOKYO.between(start, start + timedelta(days=365)),
    ):
        question()
        assert min(_seconds(question) for _ in range(5)) < 0.005


def _seconds(question: Callable[[], object]) -> float:
    begun = time.perf_counter()
    question()
    return time.perf_counter() - begun
