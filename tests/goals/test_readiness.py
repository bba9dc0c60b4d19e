"""What is missing before a goal may be active: by the rule, and by what the database holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from collab.goals.queries import find_goal
from collab.goals.queries.accepting import missing_of
from collab.goals.rules.progress import Course
from collab.goals.rules.readiness import Facts, missing
from tests.factories.company import Company
from tests.factories.goals import STARTS, child, control, goal, timed

FULL = Facts(
    "goal", (True, True), STARTS, date(2027, 3, 31), "metric", Course("increase", Decimal(0), Decimal(9)), STARTS
)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({}, ()),
        ({"owners": ()}, ("owner",)),
        ({"owners": (True, False)}, ("acceptance",)),
        ({"starts_on": None}, ("starts_on",)),
        ({"due_on": None}, ("due_on",)),
        ({"course": None}, ("metric",)),
        ({"baseline_on": None}, ("baseline_on",)),
        ({"course": Course("decrease", None, Decimal(3))}, ("baseline",)),
        ({"course": Course("reach", None, Decimal(3)), "baseline_on": None}, ()),
        ({"course": Course("reach", None, Decimal(0)), "baseline_on": None}, ("way",)),
        ({"course": Course("increase", Decimal(3), None)}, ("target",)),
        ({"course": Course("increase", Decimal(3), Decimal(3))}, ("way",)),
        ({"course": Course("stay_above")}, ("threshold",)),
        ({"course": Course("stay_above", target=Decimal(3)), "baseline_on": None}, ()),
        ({"course": Course("stay_below", floor=Decimal(3))}, ("threshold",)),
        ({"course": Course("stay_between", floor=Decimal(3))}, ("threshold",)),
        ({"progress_from": "children", "course": None}, ("children",)),
        ({"progress_from": "children", "course": None, "children": 2}, ()),
        ({"kind": "vision", "course": None, "starts_on": None, "due_on": None}, ()),
        (
            {"kind": "promise", "course": Course("stay_below", ceiling=Decimal(2)), "starts_on": None, "due_on": None},
            (),
        ),
        ({"kind": "promise", "starts_on": None}, ("starts_on",)),
    ],
)
def test_what_is_missing_is_named(change: dict[str, Any], lacks: tuple[str, ...]) -> None:
    facts = Facts(**{**vars(FULL), **change})
    assert missing(facts) == lacks


@pytest.mark.usefixtures("indoors")
def test_the_database_says_the_same_as_the_rule(company: Company) -> None:
    assert missing_of(find_goal(goal(company))) == ()
    assert missing_of(find_goal(goal(company, metric=control("stay_below")))) == ("threshold",)
    assert missing_of(find_goal(goal(company, metric=timed(5, 5), accepted=("cmo",)))) == ("acceptance", "way")
    parent = goal(company, progress_from="children", metrics=())
    assert missing_of(find_goal(parent)) == ("children",)
    child(company, parent, share=None)
    assert missing_of(find_goal(parent)) == ("children",), "what only supports makes up nothing"
    child(company, parent)
    assert missing_of(find_goal(parent)) == ()
