"""Waiting times as people write them."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collab.kernel.business_time import BadSpan, BusinessCalendar, NaiveMoment, NeverOpens, Span, parse, parse_span

CALENDARS = Path(__file__).parents[2] / "config" / "calendars"


def shipped(name: str) -> BusinessCalendar:
    return parse(tomllib.loads((CALENDARS / f"{name}.toml").read_text()))


TOKYO, LONDON = shipped("tokyo"), shipped("london")


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("8bh", "2026-04-28 17:00", "2026-04-30 17:00"),
        ("2bd", "2026-04-28 17:00", "2026-05-01 17:00"),
        ("1bd", "2026-05-01 20:00", "2026-05-07 18:00"),
        ("0bh", "2026-05-02 10:00", "2026-05-07 09:00"),
        ("0bd", "2026-05-02 10:00", "2026-05-07 09:00"),
        ("2h", "2026-05-01 17:30", "2026-05-01 19:30"),
        ("30m", "2026-05-02 23:45", "2026-05-03 00:15"),
        ("3d", "2026-05-01 17:30", "2026-05-04 17:30"),
        ("0m", "2026-05-02 10:00", "2026-05-02 10:00"),
    ],
)
def test_when_a_span_is_over_in_tokyo(text: str, start: str, due: str) -> None:
    moment = parse_span(text).due(datetime.fromisoformat(start).replace(tzinfo=TOKYO.zone), TOKYO)
    assert moment.tzinfo is UTC
    assert moment.astimezone(TOKYO.zone).strftime("%Y-%m-%d %H:%M") == due


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("1d", "2026-03-28 12:00Z", "2026-03-29 11:00Z"),  # noon again, on summer time
        ("24h", "2026-03-28 12:00Z", "2026-03-29 12:00Z"),
        ("1d", "2026-10-24 11:00Z", "2026-10-25 12:00Z"),
        ("1d", "2026-03-28 01:30Z", "2026-03-29 01:00Z"),  # 01:30 never comes: the jump of the clock
        ("0d", "2026-10-25 01:30Z", "2026-10-25 01:30Z"),  # the second 01:30 stays the second
        ("1bd", "2026-03-27 10:00Z", "2026-03-30 09:00Z"),
    ],
)
def test_days_keep_the_wall_time_and_hours_really_pass(text: str, start: str, due: str) -> None:
    assert parse_span(text).due(datetime.fromisoformat(start), LONDON) == datetime.fromisoformat(due)


def test_a_span_is_read_with_capitals_and_blanks_and_written_plainly() -> None:
    assert parse_span(" 8BH ") == Span(8, "bh")
    assert [str(parse_span(text)) for text in ("8bh", "2bd", "2h", "30m", "1d")] == ["8bh", "2bd", "2h", "30m", "1d"]


@pytest.mark.parametrize(
    "text", ["", "8", "bh", "8 bh", "-1bd", "1.5bh", "8bm", "2w", "100000bh", "\uff18bh", "8bh2bd", "1e3h"]
)
def test_what_is_no_span_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(BadSpan, match=r"is not a waiting time; write a whole number .*bh.*bd.*h, m or d"):
        parse_span(text)


def test_a_span_needs_a_moment_with_a_zone() -> None:
    for text in ("8bh", "2bd", "2h", "30m", "1d", "0d"):
        with pytest.raises(NaiveMoment):
            parse_span(text).due(datetime(2026, 5, 1, 9), TOKYO)  # noqa: DTZ001 - the point of the test


def test_a_wait_longer_than_any_calendar_answers_for_is_refused() -> None:
    with pytest.raises(NeverOpens, match="calendar tokyo never"):
        parse_span("99999bh").due(datetime(2026, 5, 1, tzinfo=UTC), TOKYO)
