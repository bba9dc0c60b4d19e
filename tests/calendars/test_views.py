"""Business calendars by the API: every wrong question gets its own field's answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.parts.clients import Api

START = "2026-11-20T17:00:00%2B09:00"
"""Friday, an hour before closing in Tokyo."""


def test_calendars_in_force_are_listed(as_: Callable[[str], Api]) -> None:
    assert [row["code"] for row in as_("mika").get("/calendars").json] == ["london", "tokyo"]
    assert as_(None).get("/calendars").status_code == 401


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("minutes=60", "2026-11-20T18:00:00+09:00"),
        ("minutes=61", "2026-11-24T09:01:00+09:00"),
        ("days=1", "2026-11-24T17:00:00+09:00"),
        ("minutes=６１", "2026-11-24T09:01:00+09:00"),
    ],
)
def test_business_time_passes_over_the_weekend_and_labour_thanksgiving(
    as_: Callable[[str], Api], question: str, end: str
) -> None:
    assert as_("mika").get(f"/calendars/tokyo/add?start={START}&{question}").json == {"end": end}


def test_minutes_between_are_counted_both_ways(as_: Callable[[str], Api]) -> None:
    there = as_("mika").get(f"/calendars/tokyo/between?start={START}&end=2026-11-24T10:00:00%2B09:00")
    back = as_("mika").get(f"/calendars/tokyo/between?start=2026-11-24T10:00:00%2B09:00&end={START}")
    assert (there.json, back.json) == ({"minutes": 120}, {"minutes": -120})


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("start=2026-11-20T17:00:00&minutes=5", {"start"}),
        ("start=yesterday&minutes=5", {"start"}),
        ("minutes=5", {"start"}),
        (f"start={START}", {"minutes", "days"}),
        (f"start={START}&minutes=5&days=1", {"minutes", "days"}),
        (f"start={START}&minutes=soon", {"minutes"}),
        (f"start={START}&minutes=-5", {"minutes"}),
        (f"start={START}&days=1.5", {"days"}),
        (f"start={START}&days=9999999", {"days"}),
        ("start=0001-01-01T00:00:00%2B14:00&minutes=5", {"minutes"}),
        ("start=9999-12-31T23:59:00Z&days=3", {"days"}),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_by_field(
    as_: Callable[[str], Api], question: str, fields: set[str]
) -> None:
    answer = as_("mika").get(f"/calendars/tokyo/add?{question}")
    assert (answer.status_code, set(answer.json["errors"])) == (422, fields)
    assert as_("mika").get(f"/calendars/mars/add?start={START}&minutes=1").status_code == 404
