"""Times as people write them, quiet time past midnight and through clock changes, what presses, the company's pattern."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collab.kernel import business_time
from collab.nudges.rules.pattern import Pattern, parse
from collab.nudges.rules.pressing import Today
from collab.nudges.rules.times import Window, parse_time, parse_window
from collab.nudges.rules.weeks import span_of, week_named

TOKYO, LONDON = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London")
CONFIG = Path(__file__).parents[2] / "config"
CALENDAR = business_time.parse(tomllib.loads((CONFIG / "calendars" / "tokyo.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8:30", 510), ("08:30", 510), ("０８：３０", 510), ("8時半", 510), ("8時30分", 510), ("20時", 1200), ("0:00", 0),
        ("24:00", None), ("8:60", None), ("8", None), ("half past", None), ("", None), ("99999999999:00", None),
    ],
)  # fmt: skip
def test_a_time_of_day_as_people_write_it(text: str, minutes: int | None) -> None:
    assert parse_time(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "20:00-08:00",
        "20:00 - 8:00",
        "20時〜8時",
        "20時から8時まで",
        "２０：００～８：００",
        "20:00 to 8:00",
        "20:00–08:00",
    ],
)
def test_a_window_as_people_write_it(text: str) -> None:
    assert parse_window(text) == Window(1200, 480)


@pytest.mark.parametrize("text", ["20:00", "20:00-", "20:00-20:00", "20:00-25:00", "1:00-2:00-3:00", "off"])
def test_what_is_no_window(text: str) -> None:
    assert parse_window(text) is None


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-18T19:59", None), ("2026-11-18T20:00", "2026-11-19T08:00"), ("2026-11-18T23:59", "2026-11-19T08:00"),
        ("2026-11-19T00:00", "2026-11-19T08:00"), ("2026-11-19T07:59", "2026-11-19T08:00"), ("2026-11-19T08:00", None),
    ],
)  # fmt: skip
def test_quiet_time_past_midnight(at: str, until: str | None) -> None:
    end = Window(1200, 480).end_after(datetime.fromisoformat(at).replace(tzinfo=TOKYO), TOKYO)
    assert end == (datetime.fromisoformat(until).replace(tzinfo=TOKYO) if until else None)


def test_quiet_time_within_a_day() -> None:
    noon = datetime(2026, 11, 18, 12, 0, tzinfo=TOKYO)
    assert Window(720, 780).end_after(noon, TOKYO) == noon + timedelta(hours=1)
    assert Window(720, 780).end_after(noon + timedelta(hours=1), TOKYO) is None


def test_quiet_time_through_the_nights_when_clocks_change() -> None:
    """In London 1:30 does not come on 28 March 2027, and comes twice on 31 October."""
    spring = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert Window(1320, 90).end_after(spring, LONDON) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)  # the jump
    autumn = datetime(2027, 10, 30, 22, 0, tzinfo=UTC)
    assert Window(1320, 90).end_after(autumn, LONDON) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # the first coming
    between = datetime(2027, 10, 31, 1, 10, tzinfo=UTC)  # 1:10 for the second time: it was over at 1:30
    assert Window(1320, 90).end_after(between, LONDON) is None


def today(moment: str, **pattern: object) -> Today:
    at = datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
    return Today(at, TOKYO, CALENDAR, Pattern(**pattern))  # type: ignore[arg-type]


def jst(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=TOKYO)


FRIDAY = "2026-11-20T09:00"
"""Before a long weekend: Monday 23 November is a holiday."""


@pytest.mark.parametrize(
    ("due", "named"),
    [
        ("2026-11-20T08:00", True), ("2026-11-20T18:00", True), ("2026-11-21T10:00", True), ("2026-11-24T23:59", True),
        ("2026-11-25T00:00", False), ("2026-11-25T09:00", False),
    ],
)  # fmt: skip
def test_what_is_due_by_the_next_business_day_presses(due: str, named: bool) -> None:
    assert today(FRIDAY).names(jst(due), jst("2026-11-16T09:00")) is named


def test_a_company_may_look_further_or_name_a_thing_once_before() -> None:
    due, since = jst("2026-11-26T12:00"), jst("2026-11-16T09:00")  # three business days after that Friday
    assert today(FRIDAY, ahead=3).names(due, since)
    assert not today(FRIDAY, ahead=2).names(due, since)
    assert today(FRIDAY, early=(3,)).names(due, since)
    assert not today("2026-11-19T09:00", early=(3,)).names(due, since)


@pytest.mark.parametrize(("since", "named"), [("2026-11-17T18:00", True), ("2026-11-18T09:00", False)])
def test_what_has_no_due_moment_presses_once_it_has_waited_three_business_days(since: str, named: bool) -> None:
    assert today(FRIDAY).names(None, jst(since)) is named


def test_what_is_late_for_long_is_named_once_a_week() -> None:
    due = jst("2026-11-02T12:00")
    daily = [today(f"2026-11-{day:02}T09:00").names(due, due) for day in range(4, 18) if day not in (7, 8, 14, 15)]
    assert all(daily)  # ten business days: 3 November is a holiday
    late = {day: today(f"2026-11-{day}T09:00").names(due, due) for day in (18, 19, 20, 24, 25, 30)}
    assert late == {18: False, 19: False, 20: False, 24: True, 25: False, 30: True}


@pytest.mark.parametrize(
    ("day", "reminding"),
    [("2026-11-20", True), ("2026-11-21", False), ("2026-11-23", False), ("2026-12-29", False), ("2027-01-04", True)],
)
def test_nobody_is_reminded_on_a_closed_day(day: str, reminding: bool) -> None:
    assert today(f"{day}T09:00").is_reminding is reminding


def test_a_company_may_leave_out_weekdays() -> None:
    assert not today(FRIDAY, days=frozenset({0, 2})).is_reminding


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2026-11-20T08:59", ("minute", 0)), ("2026-11-19T17:40", ("minute", 20)), ("2026-11-19T16:00", ("hour", 2)),
        ("2026-11-18T18:00", ("day", 1)), ("2026-11-18T17:00", ("day", 1)), ("2026-11-13T18:00", ("day", 4)),
    ],
)  # fmt: skip
def test_lateness_counts_business_time_alone(due: str, said: tuple[str, int]) -> None:
    assert today(FRIDAY).lateness(jst(due)) == said


def test_the_file_that_comes_along_says_what_holds_anyway() -> None:
    assert parse(tomllib.loads((CONFIG / "nudges.toml").read_text(encoding="utf-8"))) == Pattern()


def test_a_file_with_mistakes_names_them_all() -> None:
    text = 'at = "25:00"\ndays = ["mon", "someday"]\nahead = "1d"\nmost = 70\nquiet = "20:00"\nloud = true\n[team.sales]\nwhen = 1'
    with pytest.raises(ValueError, match="unknown: loud") as refusal:
        parse(tomllib.loads(text))
    for name in ("at", "days", "ahead", "most", "quiet", "sales"):
        assert f"nudges.toml: {name}: " in str(refusal.value)


def test_a_file_may_say_everything() -> None:
    text = (
        'at = "08:45"\ndays = ["mon"]\nahead = "0bd"\nearly = ["5bd"]\nundated = "0bd"\nmost = 3\ndaily_for = "5bd"\n'
        'quiet = "20:00-07:00"\nbudget = 12\n[team.sales]\nat = "07:30"'
    )
    assert parse(tomllib.loads(text)) == Pattern(
        525, frozenset({0}), 0, (5,), 0, 3, 5, {"sales": 450}, Window(1200, 420), 12
    )


def test_a_week_is_that_of_ones_own_zone() -> None:
    sunday_night = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert (week_named(sunday_night, TOKYO), week_named(sunday_night, LONDON)) == ("2026-W48", "2026-W47")
    assert span_of("2026-W47", TOKYO) == (jst("2026-11-16T00:00"), jst("2026-11-23T00:00"))


@pytest.mark.parametrize("text", ["2026-W54", "2026-W00", "2026-47", "0000-W01", "9999-W52", "", "２０２６-W47"])
def test_what_is_no_week(text: str) -> None:
    assert span_of(text, TOKYO) is None
