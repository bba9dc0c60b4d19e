"""What a metric may look like: kind by kind, type by type; what adds up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from collab.goals.rules.shape import Shape, addable, paired, problems
from collab.goals.rules.types import TYPES, completed

TODAY = date(2026, 11, 18)


def wrong(kind: str = "increase", **given: Any) -> set[str]:
    exact = {name: Decimal(str(value)) if type(value) in (int, float) and name not in ("per", "places") else value
             for name, value in given.items()}  # fmt: skip
    return set(problems(Shape("M", kind, **exact), TODAY))


@pytest.mark.parametrize(
    ("kind", "given", "fields"),
    [
        ("increase", {"baseline": 10, "target": 20}, set()),
        ("increase", {"baseline": 20, "target": 20}, {"target"}),
        ("increase", {"baseline": 20, "target": 10}, {"target"}),
        ("increase", {"baseline": 20}, set()),
        ("increase", {"target": 20}, set()),
        ("decrease", {"baseline": 20, "target": 10}, set()),
        ("decrease", {"baseline": 10, "target": 10}, {"target"}),
        ("decrease", {"baseline": -5, "target": -4}, {"target"}),
        ("reach", {"target": 5}, set()),
        ("reach", {"target": 0}, {"target"}),
        ("reach", {"baseline": 5, "target": 5}, {"target"}),
        ("reach", {"baseline": 5, "target": 3}, set()),
        ("stay_above", {}, {"floor"}),
        ("stay_above", {"floor": 1}, set()),
        ("stay_above", {"target": 1}, set()),
        ("stay_below", {"floor": 1}, {"ceiling"}),
        ("stay_below", {"target": 1}, set()),
        ("stay_between", {"floor": 1}, {"ceiling"}),
        ("stay_between", {}, {"floor", "ceiling"}),
        ("stay_between", {"floor": 2, "ceiling": 2}, {"ceiling"}),
        ("stay_between", {"floor": 1, "ceiling": 2}, set()),
        ("increase", {"baseline": 1, "target": 2, "floor": 3, "ceiling": 1}, {"ceiling"}),
    ],
)
def test_each_kind_knows_what_it_needs(kind: str, given: dict[str, Any], fields: set[str]) -> None:
    assert wrong(kind, **given) == fields


@pytest.mark.parametrize(
    ("type_", "inside", "outside"),
    [
        ("nps", [-100, 0, 100], [-100.1, 101]),
        ("csat", [0, 100], [-1, 100.5]),
        ("ces", [1, 7], [0.9, 7.1]),
        ("retention", [0, 100], [-0.1, 101]),
        ("complaints", [0, 10**30], [-1]),
        ("response_time", [0, 10**6], [-1]),
        ("custom", [-(10**30), 10**30], []),
    ],
)
def test_a_figure_outside_its_type_cannot_be(type_: str, inside: list[float], outside: list[float]) -> None:
    assert all(not wrong("reach", type=type_, baseline=value, target=None) for value in inside)
    assert all(wrong("stay_above", type=type_, floor=value) == {"floor"} for value in outside)


def test_a_baseline_was_measured() -> None:
    assert wrong(baseline=1, baseline_on=TODAY) == set()
    assert wrong(baseline=1, baseline_on=date(2026, 11, 19)) == {"baseline_on"}


def test_scores_and_percentages_are_gathered_as_ratios_only() -> None:
    assert wrong(type="nps", gathers=True) == {"gathers"}
    assert wrong(unit="%", gathers=True) == {"gathers"}
    assert wrong(type="complaints", kind="decrease", gathers=True) == set()
    assert wrong(type="csat", unit="%", gathers=True, is_ratio=True, per=100) == set()
    assert wrong(type="csat", is_ratio=True, per=1) == {"per"}


def test_a_type_fills_what_is_left_open_and_nothing_else() -> None:
    assert completed({"name": "N", "type": "complaints"})["kind"] == "decrease"
    given = completed({"name": "N", "type": "csat", "unit": "points", "is_ratio": True, "places": 0})
    assert (given["unit"], given["places"], given["per"], given["stale_after_days"]) == ("points", 0, 100, 92)
    assert completed({"name": "N", "type": "csat"})["per"] == 1
    assert completed({"name": "N"})["type"] == "custom"
    assert set(TYPES) == {"nps", "csat", "ces", "retention", "complaints", "response_time", "custom"}


def test_only_like_adds_to_like() -> None:
    assert addable(("%", True), ("%", True)) is None
    assert addable(("%", True), ("%", False)) == "ratio"
    assert addable(("h", False), ("min", False)) == "unit"


@pytest.mark.parametrize(
    ("metrics", "key"),
    [
        ([("promise", "h"), ("experience", "h")], None),
        ([("promise", "h"), ("experience", "h"), ("", "%")], None),
        ([("promise", "h"), ("experience", "min")], "goal.problem.pair_units"),
        ([("promise", "h")], "goal.problem.pair_needed"),
        ([("promise", "h"), ("experience", "h"), ("experience", "h")], "goal.problem.pair_needed"),
        ([], "goal.problem.pair_needed"),
    ],
)
def test_a_promise_is_a_pair_in_one_unit(metrics: list[tuple[str, str]], key: str | None) -> None:
    found = paired(metrics)
    assert (found.key if found else None) == key
