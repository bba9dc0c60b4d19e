"""Fiscal years: from April, their halves and quarters, over year ends and leap days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from collab.goals.rules.fiscal import choices, current, days_of, said, year_of
from collab.kernel.i18n import Reader


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("FY2026", "2026-04-01", "2027-03-31"),
        ("FY2026-H1", "2026-04-01", "2026-09-30"),
        ("FY2026-H2", "2026-10-01", "2027-03-31"),
        ("FY2026-Q1", "2026-04-01", "2026-06-30"),
        ("FY2026-Q3", "2026-10-01", "2026-12-31"),
        ("FY2026-Q4", "2027-01-01", "2027-03-31"),
        ("ＦＹ２０２６－Ｑ３", "2026-10-01", "2026-12-31"),
        (" fy2026-h2 ", "2026-10-01", "2027-03-31"),
    ],
)
def test_a_period_is_its_first_and_last_day(code: str, first: str, last: str) -> None:
    assert days_of(code) == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_leap_day_is_the_last_of_a_quarter_where_years_begin_in_march_or_december() -> None:
    assert days_of("FY2027-Q4", 3)[1] == date(2028, 2, 29)
    assert days_of("FY2026-Q4", 3)[1] == date(2027, 2, 28)
    assert days_of("FY2027-Q1", 12) == (date(2027, 12, 1), date(2028, 2, 29))
    assert days_of("FY2026", 1) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("starts_month", range(1, 13))
def test_quarters_follow_each_other_without_gap_and_fill_their_year(starts_month: int) -> None:
    for year in (2026, 2027):
        quarters = [days_of(f"FY{year}-Q{number}", starts_month) for number in (1, 2, 3, 4)]
        halves = [days_of(f"FY{year}-H{number}", starts_month) for number in (1, 2)]
        whole = days_of(f"FY{year}", starts_month)
        assert (quarters[0][0], quarters[3][1]) == whole == (halves[0][0], halves[1][1])
        assert all(one[1] + timedelta(days=1) == next_[0] for one, next_ in pairwise(quarters))
        assert days_of(f"FY{year + 1}", starts_month)[0] == whole[1] + timedelta(days=1)


@pytest.mark.parametrize("starts_month", [1, 4, 12])
def test_every_day_lies_in_the_period_it_is_said_to_lie_in(starts_month: int) -> None:
    for number in range(0, 800, 3):
        day = date(2027, 1, 1) + timedelta(days=number)
        for part in ("", "H", "Q"):
            first, last = days_of(current(day, part, starts_month), starts_month)
            assert first <= day <= last


@pytest.mark.parametrize(
    "code",
    ["", "2026", "FY26", "FY2026-Q5", "FY2026-H3", "FY2026Q3", "FY2026-", "FY0000", "FY9999", "FY20261", "FY２０２六"],
)
def test_anything_else_is_no_period(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        days_of(code)


def test_the_last_day_of_march_belongs_to_the_year_before() -> None:
    assert (year_of(date(2027, 3, 31)), year_of(date(2027, 4, 1))) == (2026, 2027)


def test_one_plans_for_nothing_that_is_over() -> None:
    offered = choices(date(2026, 11, 18))
    assert offered[:4] == ["FY2026", "FY2026-H2", "FY2026-Q3", "FY2026-Q4"]
    assert "FY2027-Q4" in offered
    assert "FY2026-Q4" not in choices(date(2027, 3, 31))


@pytest.mark.parametrize(
    ("code", "ja", "en"),
    [
        ("FY2026", "2026年度", "FY2026"),
        ("FY2026-H2", "2026年度下期", "FY2026-H2"),
        ("FY2026-Q3", "2026年度第3四半期", "FY2026-Q3"),
        ("whole time", "whole time", "whole time"),
    ],
)
def test_a_period_is_said_as_a_company_says_it(code: str, ja: str, en: str) -> None:
    assert (Reader("ja").say(said(code)), Reader("en").say(said(code))) == (ja, en)
