"""Days as people say them, and the dates one tap promises."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collab.kernel import business_time
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.i18n import Reader
from collab.tasks.messages.days import chips, moment_of, read_day, read_wait
from collab.tasks.messages.texts import title_and_detail

TODAY = date(2026, 11, 18)
"""A Wednesday."""


def calendar(code: str) -> BusinessCalendar:
    text = (Path(__file__).parents[2] / "config" / "calendars" / f"{code}.toml").read_text(encoding="utf-8")
    return business_time.parse(tomllib.loads(text))


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", "2026-11-18"), ("本日中", "2026-11-18"), ("tomorrow", "2026-11-19"), ("明日", "2026-11-19"), ("あさって", "2026-11-20"),
        ("Friday", "2026-11-20"), ("fri", "2026-11-20"), ("金曜", "2026-11-20"), ("金曜日", "2026-11-20"), ("金", "2026-11-20"),
        ("next monday", "2026-11-23"), ("来週の月曜", "2026-11-23"), ("wednesday", "2026-11-25"), ("今週中", "2026-11-20"),
        ("2026-11-27", "2026-11-27"), ("２０２６／１１／２７", "2026-11-27"), ("27 Nov", "2026-11-27"), ("Nov 27", "2026-11-27"),
        ("3rd January", "2027-01-03"), ("11月27日", "2026-11-27"), ("1月5日", "2027-01-05"), ("27日", "2026-11-27"), ("5日", "2026-12-05"),
        ("in 3 days", "2026-11-21"), ("3日後", "2026-11-21"), ("月末", "2026-11-30"), ("11/27", "2026-11-27"), ("27/11", "2026-11-27"),
    ],
)  # fmt: skip
def test_a_day_is_read_in_both_languages(said: str, day: str) -> None:
    assert read_day(said, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "said", ["", "soon", "3/4", "32 Nov", "2月30日", "31日まえ", "99/99", "monday morning", "0日", "2026-13-01"]
)
def test_what_is_no_day_or_could_be_two_is_not_guessed(said: str) -> None:
    assert read_day(said, TODAY) is None


def test_a_slash_date_is_read_where_its_order_is_known() -> None:
    assert read_day("3/4", TODAY, day_first=False) == date(2027, 3, 4)
    assert read_day("3/4", TODAY, day_first=True) == date(2027, 4, 3)


def test_waiting_times_are_read() -> None:
    assert [read_wait(said) for said in ("2bd", "８ＢＨ", "3営業日以内", "2 business days", "4営業時間", "soon", "3bdx")] == [
        "2bd", "8bh", "3bd", "2bd", "4bh", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-11-18T01:00", [("today", "11-18"), ("tomorrow", "11-19"), ("other", "11-20")]),
        ("2026-11-18T08:30", [("tomorrow", "11-19"), ("other", "11-20")]),  # half an hour of today is no offer
        ("2026-11-19T01:00", [("today", "11-19"), ("tomorrow", "11-20"), ("other", "11-27")]),
        ("2026-11-20T01:00", [("today", "11-20"), ("other", "11-24"), ("other", "11-27")]),  # Monday is a holiday
        ("2026-11-21T01:00", [("other", "11-24"), ("other", "11-27")]),
        ("2026-11-23T01:00", [("tomorrow", "11-24"), ("other", "11-27")]),
    ],
)  # fmt: skip
def test_chips_stand_on_business_days_of_the_receiver(now: str, wanted: list[tuple[str, str]]) -> None:
    found = chips(calendar("tokyo"), datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert [(chip.word, chip.day.isoformat()[5:]) for chip in found] == wanted
    assert all(chip.at.isoformat()[11:] == "09:00:00+00:00" for chip in found)  # the closing, 18:00 in Tokyo


def test_the_day_it_is_needed_is_one_of_them() -> None:
    now, tokyo = datetime(2026, 11, 18, 1, tzinfo=UTC), calendar("tokyo")
    found = chips(tokyo, now, moment_of(date(2026, 12, 1), tokyo, now))
    assert (found[-1].word, found[-1].label(Reader("ja", "Asia/Tokyo"))) == ("needed", "12月1日（火）（希望日）")
    same = chips(tokyo, now, moment_of(date(2026, 11, 19), tokyo, now))
    assert [chip.word for chip in same] == ["today", "needed", "other"]


def test_by_a_closed_day_means_the_closing_before_it_if_that_is_ahead() -> None:
    tokyo = calendar("tokyo")
    now = datetime(2026, 11, 18, 1, tzinfo=UTC)
    assert moment_of(date(2026, 11, 22), tokyo, now) == datetime(2026, 11, 20, 9, tzinfo=UTC)
    saturday = datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert moment_of(date(2026, 11, 22), tokyo, saturday) == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert moment_of(date(2026, 11, 17), tokyo, now) is None
    assert moment_of(date(2026, 11, 18), tokyo, datetime(2026, 11, 18, 9, tzinfo=UTC)) is None


def test_the_first_line_is_the_title_and_nothing_is_lost() -> None:
    assert title_and_detail("  One\ttwo \nthree\n") == ("One two", "three")
    title, detail = title_and_detail("長" * 200)
    assert len(title) == 120
    assert detail == "長" * 200
