"""When things happened, told in relative days: open hours, in order, never later than now."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from collab.home.rules import Wait, begin, day_from, unfold
from collab.kernel import business_time

CALENDARS = Path(__file__).parents[2] / "config" / "calendars"
TOKYO, LONDON = (
    business_time.parse(tomllib.loads((CALENDARS / f"{code}.toml").read_text(encoding="utf-8")))
    for code in ("tokyo", "london")
)
WEDNESDAY = datetime.fromisoformat("2026-11-18T10:00:00+09:00")


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


@pytest.mark.parametrize(
    ("written", "today", "expected"),
    [
        ("-7d 10:20", "2026-11-18T10:00:00+09:00", "2026-11-11T10:20:00+09:00"),
        ("-4d 10:20", "2026-11-18T10:00:00+09:00", "2026-11-16T10:20:00+09:00"),  # a Saturday rolls on to Monday
        ("-1bd 14:05", "2026-11-18T10:00:00+09:00", "2026-11-17T14:05:00+09:00"),
        (
            "-1bd 14:05",
            "2026-11-22T10:00:00+09:00",
            "2026-11-20T14:05:00+09:00",
        ),  # Sunday: Friday was the last open day
        ("-1bd 14:05", "2026-11-24T10:00:00+09:00", "2026-11-20T14:05:00+09:00"),  # after Labour Thanksgiving Day
        ("-1bd 14:05", "2027-01-04T08:00:00+09:00", "2026-12-28T14:05:00+09:00"),  # over the year-end break
        ("-1bd 12:30", "2026-11-18T10:00:00+09:00", "2026-11-17T13:00:00+09:00"),  # lunch is no time to act
        ("-1bd 22:00", "2026-11-18T10:00:00+09:00", "2026-11-18T09:00:00+09:00"),
    ],
)
def test_a_beginning_falls_into_open_hours(written: str, today: str, expected: str) -> None:
    assert begin(written, TOKYO, at(today)) == at(expected)


@pytest.mark.parametrize(
    ("written", "since", "expected"),
    [
        ("0:30", "2026-11-18T10:00:00+09:00", "2026-11-18T10:30:00+09:00"),
        ("2:30", "2026-11-18T11:00:00+09:00", "2026-11-18T14:30:00+09:00"),  # an hour of lunch does not count
        ("0:00", "2026-11-18T12:00:00+09:00", "2026-11-18T13:00:00+09:00"),
        ("1bd", "2026-11-20T16:00:00+09:00", "2026-11-24T16:00:00+09:00"),
        ("1bd 3:20", "2026-11-18T16:00:00+09:00", "2026-11-20T10:20:00+09:00"),
    ],
)
def test_a_wait_counts_only_open_hours(written: str, since: str, expected: str) -> None:
    assert Wait(written, TOKYO).after(at(since)) == at(expected)


def test_somebody_in_london_answers_in_their_own_morning() -> None:
    assert Wait("1:00", LONDON).after(at("2026-11-18T15:00:00+09:00")) == at("2026-11-18T10:00:00+00:00")


def test_a_story_that_would_end_tomorrow_begins_a_day_earlier() -> None:
    moments = unfold("-1bd 15:00", [Wait("1bd", LONDON), Wait("1:00", TOKYO)], calendar=TOKYO, until=WEDNESDAY)
    assert moments == sorted(moments)
    assert moments[-1] <= WEDNESDAY
    assert moments[0] == at("2026-11-16T15:00:00+09:00")


def test_a_story_begins_before_the_next_one_in_the_file() -> None:
    next_one = at("2026-11-17T09:03:00+09:00")
    (moment,) = unfold("-1bd 15:00", [], calendar=TOKYO, until=WEDNESDAY, before=next_one)
    assert moment == at("2026-11-16T17:56:00+09:00")


@pytest.mark.parametrize("wrong", ["", "yesterday", "-3 10:00", "3d 10:00", "-3d", "-3bd 1000"])
def test_what_is_no_beginning_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a beginning"):
        begin(wrong, TOKYO, WEDNESDAY)


@pytest.mark.parametrize("wrong", ["", " ", "soon", "3h", "1bd3", "-1bd"])
def test_what_is_no_wait_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a wait"):
        Wait(wrong, TOKYO).after(WEDNESDAY)


def test_days_from_a_day() -> None:
    assert day_from("+30d", date(2026, 11, 18)) == date(2026, 12, 18)
    assert day_from("-5d", date(2026, 11, 18)) == date(2026, 11, 13)
    with pytest.raises(ValueError, match="not a number of days"):
        day_from("next week", date(2026, 11, 18))
