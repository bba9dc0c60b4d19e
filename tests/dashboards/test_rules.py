"""What is counted, and how: pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from collab.dashboards.rules.ages import AGES, age_of, days_open
from collab.dashboards.rules.figures import figure, share
from collab.dashboards.rules.months import month_of, months_until, runs_out_on
from collab.escalations.rules.answers import Stretch, answered_keys, pairs
from collab.goals.rules.groups import GROUPS, group_of
from collab.home.rules.since import news_since
from collab.kernel import business_time

FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
TOKYO = business_time.parse({
    "code": "tokyo", "zone": "Asia/Tokyo", "holidays": "JP",
    "hours": {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
})  # fmt: skip
DAY = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)


class TestAges:
    def test_what_came_in_today_is_no_day_old(self) -> None:
        assert days_open(FRIDAY, FRIDAY, TOKYO.is_business_day) == 0

    def test_a_weekend_and_a_holiday_make_nothing_older(self) -> None:
        assert [days_open(FRIDAY, day, TOKYO.is_business_day) for day in (MONDAY, TUESDAY)] == [0, 1]

    def test_what_was_opened_in_the_future_is_no_day_old(self) -> None:
        assert days_open(TUESDAY, FRIDAY, TOKYO.is_business_day) == 0

    def test_every_age_is_in_exactly_one_group(self) -> None:
        assert [age_of(days) for days in (0, 2, 3, 5, 6, 10, 11, 400)] == [
            "0-2", "0-2", "3-5", "3-5", "6-10", "6-10", "11", "11",
        ]  # fmt: skip
        assert [low for _code, low, _high in AGES[1:]] == [
            high + 1 for _code, _low, high in AGES[:-1] if high is not None
        ]


class TestFigures:
    def test_it_counts_each_row_once_and_leads_to_them(self) -> None:
        one = figure("flow.open", "it>sales", ["T-2", "T-1", "T-2"], "/tasks")
        assert (one.n, one.keys, one.href) == (2, ("T-2", "T-1"), "/tasks?figure=flow.open&of=it%3Esales")

    def test_nothing_leads_nowhere(self) -> None:
        assert figure("goals.stale", "", [], "/goals").href == ""

    @pytest.mark.parametrize(("part", "whole", "told"), [(0, 0, None), (1, 3, 33), (2, 3, 67), (1, 8, 13), (5, 5, 100)])
    def test_shares_are_rounded_half_up(self, part: int, whole: int, told: int | None) -> None:
        assert share(part, whole) == told


class TestMonths:
    def test_the_last_twelve_end_with_this_one(self) -> None:
        found = months_until(date(2026, 2, 28), 12)
        assert (found[0], found[-1], len(found)) == ("2025-03", "2026-02", 12)
        assert month_of(date(2026, 2, 28)) == "2026-02"

    @pytest.mark.parametrize(
        ("begins", "months", "over"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2026, 11, 5), 2, date(2027, 1, 5)),
        ],
    )
    def test_a_term_ends_on_the_same_day_or_the_months_last(self, begins: date, months: int, over: date) -> None:
        assert runs_out_on(begins, months) == over


class TestGroups:
    def test_every_running_goal_is_in_exactly_one(self) -> None:
        assert group_of("paused", "off_track", said=True) == "paused"
        assert group_of("active", "off_track", said=False) == "unsaid"
        assert [group_of("active", status, said=True) for status in GROUPS[:3]] == list(GROUPS[:3])


def stretch(key: str, reason: str | None, *, hours: int = 1, start: int = 0) -> Stretch:
    begins = DAY.replace(hour=start)
    ends = None if reason is None else begins.replace(hour=start + hours)
    return Stretch(key, "marketing", "it", begins, begins.replace(hour=20), 60 * hours, ends, reason)


class TestAnswers:
    def test_what_pairs_count_as_answered_is_named(self) -> None:
        stretches = [
            stretch("T-1", "accept"), stretch("T-2", "question"), stretch("T-2", "accept", start=5), stretch("T-3", "withdrawn"),
            stretch("T-4", None), stretch("T-5", "question"),
        ]  # fmt: skip
        assert answered_keys(stretches) == {("marketing", "it"): ["T-1", "T-2"]}
        assert pairs(stretches)[0].answered == 2


class TestSince:
    zone = ZoneInfo("Asia/Tokyo")

    @pytest.mark.parametrize(
        ("now", "since"),
        [
            ("2026-11-19T10:00+09:00", "2026-11-18T18:00+09:00"),
            ("2026-11-24T08:00+09:00", "2026-11-20T18:00+09:00"),
            ("2026-11-23T00:05+09:00", "2026-11-20T18:00+09:00"),
        ],
    )  # fmt: skip
    def test_news_is_what_came_since_the_last_working_day_ended(self, now: str, since: str) -> None:
        found = news_since(datetime.fromisoformat(now), self.zone, TOKYO)
        assert found == datetime.fromisoformat(since)

    def test_a_night_in_london_is_still_yesterday_there(self) -> None:
        found = news_since(datetime(2026, 11, 19, 23, 30, tzinfo=UTC), ZoneInfo("Europe/London"), TOKYO)
        assert found == datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
