"""The drawing of a trend: it holds what there is, names collide with nothing, and words say the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from collab.goals.views.charts import NARROW, Line, named_days, placed, ticks, wide
from tests.factories import Company
from tests.factories.goals import control, goal, helps, measured, said, timed
from tests.parts.clients import Pages

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([70, 90], [70, 75, 80, 85, 90]), ([0, 100], [0, 50, 100]), ([3], [3, 4]), ([], [0.0, 0.5]),
        ([-20, 30], [-20, 0, 20, 40]), ([0.001, 0.0042], [0.001, 0.002, 0.003, 0.004, 0.005]),
    ],
)  # fmt: skip
def test_the_scale_has_round_numbers_that_hold_everything(values: list[float], expected: list[float]) -> None:
    found = ticks(values)
    assert found[0] <= min(values or [0])
    assert found[-1] >= max(values or [0])
    assert 2 <= len(found) <= 7
    if values != [3] and values:
        assert found == expected


def test_names_stand_side_by_side_as_far_as_they_fit_and_never_on_each_other() -> None:
    lines = [
        Line(name, "measured", [])
        for name in ("実測値", "想定ペース", "目標値 90%", "Baseline 70%", "とても長い名前の線")
    ]
    found = placed(lines, NARROW)
    for one, other in pairwise(found):
        same_row = one["row"] == other["row"]
        assert other["left"] >= one["left"] + 34 + wide(one["label"]) if same_row else other["row"] == one["row"] + 1
        assert other["left"] == 4 or other["left"] + 34 + wide(other["label"]) <= NARROW


def test_days_are_named_from_the_first_to_the_last() -> None:
    assert named_days(date(2026, 10, 1), date(2027, 3, 31), 3) == [
        date(2026, 10, 1),
        date(2026, 12, 30),
        date(2027, 3, 31),
    ]
    assert named_days(date(2026, 10, 1), date(2026, 10, 1), 6)[-1] > date(2026, 10, 1)


@pytest.fixture
def key(company: Company) -> str:
    found = goal(company, metric=timed(70, 90, name="Stock & <accuracy>", unit="%"))
    measured(company, found, date(2026, 10, 15), 72)
    measured(company, found, date(2026, 11, 10), 78)
    said(company, found, "cmo", 80)
    said(company, found, "cio", 40)
    return found


def drawing(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own


def test_it_draws_figures_pace_target_baseline_today_and_both_confidences(
    pages_as: Callable[[str], Pages], key: str
) -> None:
    answer = pages_as("emma").get(f"/goals/{key}/trend.svg")
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    root = drawing(answer.text)
    words = [(one.text or "").replace("\xa0", " ") for one in root.iter(f"{SVG}text")]
    for word in (
        "Stock & <accuracy> (%)",
        "Measured",
        "Pace",
        "Target 90%",
        "Baseline 70%",
        "Today",
        "Yuki Mori",
        "Daichi Sakai",
    ):
        assert word in words, word
    assert len(list(root.iter(f"{SVG}polyline"))) == 7
    assert (root.get("aria-label") or "").replace("\xa0", " ") == (
        "Stock & <accuracy>: 72% on 15 Oct 2026, 78% on 10 Nov 2026. The target is 90% by 31 Mar 2027. "
        "The pace asks for 75.3% today. Confidence: Yuki Mori 80%, Daichi Sakai 40%."
    )
    assert "<script" not in answer.text


def test_it_speaks_the_readers_language_and_fits_a_phone(pages_as: Callable[[str], Pages], key: str) -> None:
    text = pages_as("mika").get(f"/goals/{key}/trend.svg?narrow=1").text
    assert "想定ペース" in text
    assert "達成見込み（%）" in text
    assert f'viewBox="0 0 {NARROW} ' in text
    points = [float(x) for x in re.findall(r"([\d.]+),[\d.]+ ", text)]
    assert max(points) <= NARROW


def test_it_is_the_readers_own_and_asked_for_again_only_when_it_changed(
    company: Company, pages_as: Callable[[str], Pages], key: str
) -> None:
    mika = pages_as("mika")
    first = mika.get(f"/goals/{key}/trend.svg")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = mika.get(f"/goals/{key}/trend.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    measured(company, key, date(2026, 11, 12), 79)
    assert mika.get(f"/goals/{key}/trend.svg", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_guest_sees_figures_and_no_confidence_and_a_stranger_nothing(
    company: Company, pages_as: Callable[[str], Pages], key: str
) -> None:
    assert pages_as("agency").get(f"/goals/{key}/trend.svg").status_code == 404
    helps(company, key, "agency")
    text = pages_as("agency").get(f"/goals/{key}/trend.svg").text
    assert "実測値" in text or "Measured" in text
    for hidden in ("森 由紀", "Yuki Mori", "80%", "達成見込み", "Confidence"):
        assert hidden not in text


def test_limits_are_drawn_for_what_a_threshold_judges_and_nothing_breaks_without_figures(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    emma = pages_as("emma")
    key = goal(company, metric=control("stay_between", floor=10, ceiling=20, name="Answer time", unit="min"))
    measured(company, key, date(2026, 11, 1), 12)
    text = emma.get(f"/goals/{key}/trend.svg").text
    assert "Limit 10\xa0min" in text
    assert "The limit is 10\xa0min to 20\xa0min." in text
    assert "Pace" not in text
    for empty in (goal(company), goal(company, metrics=(), starts_on=None, due_on=None)):
        drawing(emma.get(f"/goals/{empty}/trend.svg").text)
