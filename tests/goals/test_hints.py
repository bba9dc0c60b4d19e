"""Hints about the quality of a goal, each alone; a good goal gets none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from collab.goals.rules.habits import Habits
from collab.goals.rules.hints import Look, hints
from collab.goals.rules.shape import Shape

GOOD = Shape(
    "Visits that end well", "increase", unit="%", baseline=Decimal(40), baseline_on=date(2026, 4, 1), target=Decimal(60),
    stale_after_days=31,
)  # fmt: skip


def said(**changes: Any) -> list[str]:
    good = {
        "kind": "goal",
        "title": "Customers find it",
        "journey_stage": "visit",
        "has_parents": True,
        "metrics": (GOOD,),
    }
    return [text.key.removeprefix("goal.hint.") for text in hints(Look(**{**good, **changes}), Habits())]


def test_a_good_goal_gets_none() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"title": "x" * 71}, "long_title"),
        ({"metrics": ()}, "no_metric"),
        ({"metrics": (GOOD,) * 6}, "many_metrics"),
        ({"metrics": (GOOD.changed({"target": Decimal(1), "baseline": Decimal(0), "unit": ""}),)}, "yes_or_no"),
        ({"metrics": (GOOD.changed({"about": "campaign"}), GOOD.changed({"about": "channel"}))}, "only_campaign"),
        ({"metrics": (GOOD.changed({"baseline": None}),)}, "no_baseline"),
        ({"metrics": (GOOD.changed({"stale_after_days": None}),)}, "never_stale"),
        ({"has_parents": False}, "orphan"),
        ({"journey_stage": None}, "no_stage"),
        ({"busy": (("Mika", 4),)}, "busy"),
    ],
)
def test_each_hint_alone(changes: dict[str, Any], hint: str) -> None:
    assert said(**changes) == [hint]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "x" * 70},
        {"metrics": (GOOD,) * 5},
        {"metrics": (), "from_children": True},
        {"metrics": (GOOD, GOOD.changed({"about": "campaign"}))},
        {"metrics": (GOOD.changed({"target": Decimal(1), "baseline": Decimal(0)}),)},  # one per cent is no yes or no
        {"metrics": (GOOD.changed({"kind": "stay_below", "baseline": None, "ceiling": Decimal(5)}),)},
        {"metrics": (GOOD.changed({"gathers": True, "stale_after_days": None}),)},
        {"metrics": (GOOD.changed({"about": "other"}),), "journey_stage": None},
        {"busy": (("Mika", 3),)},
        {"kind": "promise", "has_parents": False},
        {"kind": "vision", "has_parents": False, "metrics": (), "journey_stage": None},
    ],
)
def test_none_at_the_edge(changes: dict[str, Any]) -> None:
    assert said(**changes) == []
