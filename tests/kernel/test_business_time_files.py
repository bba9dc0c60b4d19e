"""Calendar files: what they may say, and how every mistake is told with its place."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collab.kernel.business_time import BadCalendar, BusinessTimeError, parse

CALENDARS = Path(__file__).parents[2] / "config" / "calendars"

CONTRACT = """
code = "tokyo"
zone = "Asia/Tokyo"
holidays = "JP"
closed = ["12-29/01-03", "2026-05-01", 2026-06-10, "2026-08-12/2026-08-14"]
open = { "2026-12-26" = ["09:00-15:00"] }
[hours]
mon = ["13:00-18:00", "09:00-12:00"]
tue = ["09:00-12:00", "13:00-18:00"]
"""


def data(**changes: Any) -> dict[str, Any]:
    good = {"code": "test", "zone": "Asia/Tokyo", "holidays": "none", "hours": {"mon": ["09:00-17:00"]}}
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


def problems(table: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(BadCalendar) as refusal:
        parse(table)
    return [(problem.place, problem.text) for problem in refusal.value.problems]


@pytest.mark.parametrize("path", sorted(CALENDARS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_calendar_is_good_and_named_like_its_file(path: Path) -> None:
    assert parse(tomllib.loads(path.read_text())).code == path.stem


def test_a_file_as_the_contract_writes_it() -> None:
    tokyo = parse(tomllib.loads(CONTRACT))
    assert (tokyo.code, tokyo.zone.key) == ("tokyo", "Asia/Tokyo")
    closed = ["2026-12-29", "2027-01-04", "2026-06-09", "2026-06-10", "2026-08-11", "2026-08-18", "2026-12-26"]
    states = [tokyo.is_business_day(date.fromisoformat(day)) for day in closed]
    assert states == [False, True, True, False, False, True, True]


def test_intervals_may_be_written_in_any_order() -> None:
    morning, afternoon = parse(tomllib.loads(CONTRACT)).intervals(date(2026, 6, 8))
    assert morning.closes_at < afternoon.opens_at


@pytest.mark.parametrize("hours", ["22:00-24:00", "22:00-00:00"])
def test_midnight_as_an_end_is_the_end_of_the_day(hours: str) -> None:
    (evening,) = parse(data(hours={"mon": [hours]})).intervals(date(2026, 6, 8))
    assert (evening.closes_at - evening.opens_at).total_seconds() == 2 * 60 * 60


def test_holidays_may_be_those_of_a_country_a_part_of_it_or_an_exchange() -> None:
    for code in ("JP", "GB", "GB-ENG", "XNYS"):
        assert parse(data(holidays=code)).timetable.holidays == (code,)
    assert parse(data(holidays="none")).timetable.holidays == ()


def test_holidays_of_several_codes_add_up() -> None:
    week = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    both = parse(data(holidays=["JP", "XJPX", "GB-ENG"], hours=week))
    days = ["2026-05-06", "2026-12-31", "2026-12-28", "2026-12-24"]  # Japan, the exchange, England, nobody
    assert [both.is_business_day(date.fromisoformat(day)) for day in days] == [False, False, False, True]
    assert both.digest == parse(data(holidays=["GB-ENG", "JP", "XJPX", "JP"], hours=week)).digest


def test_an_empty_list_of_holidays_is_none() -> None:
    assert parse(data(holidays=[])).timetable.holidays == ()


def test_a_calendar_read_twice_is_the_same_calendar() -> None:
    first, again = parse(tomllib.loads(CONTRACT)), parse(tomllib.loads(CONTRACT))
    reordered = parse(tomllib.loads(CONTRACT.replace('"13:00-18:00", "09:00-12:00"', '"09:00-12:00", "13:00-18:00"')))
    changed = parse(tomllib.loads(CONTRACT.replace("09:00-15:00", "09:00-15:01")))
    assert {first, again, reordered} == {first}
    assert first != changed
    assert first.digest != changed.digest


BAD = [
    (data(code=None), "code", "missing"),
    (data(code="two words"), "code", "'two words' is not a code"),
    (data(code=7), "code", "7 is not a text"),
    (data(zone=None), "zone", "missing"),
    (data(zone="Tokyo"), "zone", "'Tokyo' is not a time zone"),
    (data(zone="Europe"), "zone", "'Europe' is not a time zone"),
    (data(zone="../Tokyo"), "zone", "is not a time zone"),
    (data(zone=""), "zone", "is not a time zone"),
    (data(holidays=None), "holidays", "missing"),
    (data(holidays="Japan"), "holidays", "'Japan' has no known holidays"),
    (data(holidays="GB-XYZ"), "holidays", "'GB-XYZ' has no known holidays"),
    (data(holidays="GB-"), "holidays", "'GB-' has no known holidays"),
    (data(holidays=["JP", "Mars"]), "holidays", "'Mars' has no known holidays"),
    (data(holidays=["JP", "none"]), "holidays", "'none' has no known holidays"),
    (data(holidays=["JP", 7]), "holidays", "7 is not a text"),
    (data(hour={}), "hour", "unknown; known are code, zone"),
    (data(hours={"monday": ["09:00-17:00"]}), "hours.monday", "unknown; known are mon, tue"),
    (data(hours=["09:00-17:00"]), "hours", "must be a table"),
    (data(hours={"mon": "09:00-17:00"}), "hours.mon", "must be a list"),
    (data(hours={"mon": ["9-17"]}), "hours.mon[0]", "'9-17' is not an interval; write HH:MM-HH:MM"),
    (data(hours={"mon": ["09:00-12:60"]}), "hours.mon[0]", "is not an interval"),
    (data(hours={"mon": ["09:00-24:30"]}), "hours.mon[0]", "there is no time 24:30"),
    (data(hours={"mon": ["24:00-06:00"]}), "hours.mon[0]", "starts at 24:00"),
    (data(hours={"mon": ["09:00-12:00", "13:00-13:00"]}), "hours.mon[1]", "starts and ends at the same time"),
    (data(hours={"mon": ["09:00-12:00", 13]}), "hours.mon[1]", "13 is not a text"),
    (data(hours={"tue": ["10:00-12:00", "09:00-10:01"]}), "hours.tue", "10:00-12:00 overlaps 09:00-10:01"),
    (
        data(hours={"mon": ["22:00-06:00"], "tue": ["05:59-12:00"]}),
        "hours.tue",
        "05:59-12:00 overlaps 22:00-06:00 of the day before",
    ),
    (data(hours={"sun": ["22:00-06:00"], "mon": ["05:00-12:00"]}), "hours.mon", "of the day before"),
    (data(hours={}), "hours", "no opening at all"),
    (data(hours=None), "hours", "no opening at all"),
    (data(hours={"mon": []}), "hours", "no opening at all"),
    (data(closed="2026-05-01"), "closed", "must be a list"),
    (data(closed=["2026-05-01", "2026-02-30"]), "closed[1]", "there is no day 2026-02-30"),
    (data(closed=["02-30"]), "closed[0]", "there is no day 02-30"),
    (data(closed=["5-1"]), "closed[0]", "'5-1' is not a day or range"),
    (data(closed=["12-29/2027-01-03"]), "closed[0]", "is not a day or range"),
    (data(closed=["2026-12-29/"]), "closed[0]", "is not a day or range"),
    (data(closed=["2027-01-03/2026-12-29"]), "closed[0]", "2027-01-03/2026-12-29 ends before it begins"),
    (data(closed=["9999-12-31"]), "closed[0]", "outside the years"),
    (data(open=["2026-12-26"]), "open", "must be a table"),
    (data(open={"12-26": ["09:00-15:00"]}), "open.12-26", "'12-26' is not a day; write YYYY-MM-DD"),
    (data(open={"2026-13-26": ["09:00-15:00"]}), "open.2026-13-26", "there is no day 2026-13-26"),
    (data(open={"2026-12-26": ["9:00"]}), "open.2026-12-26[0]", "is not an interval"),
    (data(open={"2026-12-26": []}), "open.2026-12-26", "has no hours"),
    (data(open={"2026-12-26": ["09:00-15:00", "14:00-16:00"]}), "open.2026-12-26", "overlaps 09:00-15:00"),
    (data(open={"2026-06-07": ["20:00-10:00"]}), "open.2026-06-07", "09:00-17:00 overlaps 20:00-10:00"),
    (
        data(hours={"mon": ["22:00-06:00"]}, open={"2026-06-09": ["05:00-07:00"]}),
        "open.2026-06-09",
        "05:00-07:00 overlaps 22:00-06:00 of the day before",
    ),
]


@pytest.mark.parametrize(("table", "place", "text"), BAD, ids=[f"{place}: {text}"[:60] for _, place, text in BAD])
def test_a_mistake_is_told_with_its_place(table: dict[str, Any], place: str, text: str) -> None:
    ((told_place, told_text),) = problems(table)
    assert told_place == place
    assert text in told_text


def test_every_mistake_is_told_at_once() -> None:
    table = {
        "zone": "Mars/Base",
        "holidays": "JP",
        "closed": ["never", "2026-05-01", "13-01"],
        "open": {"2026-12-26": ["15:00-15:00"]},
        "hours": {"mon": ["09:00-12:00", "11:00-13:00"], "funday": []},
    }
    assert [place for place, _ in problems(table)] == [
        *("code", "zone", "hours.funday", "hours.mon", "closed[0]", "closed[2]", "open.2026-12-26[0]"),
    ]


def test_the_refusal_can_be_shown_to_a_person() -> None:
    with pytest.raises(BusinessTimeError) as refusal:
        parse(data(code="", zone="Mars/Base"))
    assert str(refusal.value).splitlines() == [
        "code: '' is not a code: letters, digits, - and _, starting with a letter or a digit",
        "zone: 'Mars/Base' is not a time zone; write one such as Asia/Tokyo",
    ]


def test_shifts_may_touch_over_midnight() -> None:
    site = parse(data(hours={"mon": ["22:00-06:00"], "tue": ["06:00-12:00"]}, open={"2026-06-10": ["00:00-06:00"]}))
    assert site.is_business_day(date(2026, 6, 10))


def test_a_single_opening_may_follow_a_night_that_a_holiday_takes_out() -> None:
    site = parse(data(holidays="JP", hours={"wed": ["22:00-06:00"]}, open={"2026-04-30": ["05:00-07:00"]}))
    assert site.is_business_day(date(2026, 4, 30))
