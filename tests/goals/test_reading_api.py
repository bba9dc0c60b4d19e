"""Reading goals over the API, in the shape the contract promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from tests.factories import Company
from tests.factories.company import address
from tests.factories.goals import child, goal, helps, measured, ratio, said, timed
from tests.parts.clients import Api


@pytest.fixture
def key(company: Company) -> str:
    """A running goal of two sides under a promise."""
    promise = goal(company, "On time", kind="promise")
    found = goal(company, metric=timed("70.0", 90, unit="%"), parents={promise: 60})
    measured(company, found, date(2026, 11, 10), "78.5")
    return found


def test_one_goal_in_the_shape_of_the_contract(company: Company, as_: Callable[[str], Api], key: str) -> None:
    said(company, key, "cmo", 80)
    said(company, key, "cio", 40)
    body = as_("mika").get(f"/goals/{key}").json
    assert {name: body[name] for name in ("state", "progress", "expected", "gap", "suggested_status", "status")} == {
        "state": "active", "progress": 42.5, "expected": 26.5, "gap": -16.0, "suggested_status": "on_track",
        "status": "on_track",
    }  # fmt: skip
    assert [(one["department"], one["member"], one["confidence"]) for one in body["accountable"]] == [
        ("marketing", address("cmo"), 80), ("it", address("cio"), 40),
    ]  # fmt: skip
    assert body["accountable"][0]["means"]
    assert (body["divergence"], body["diverged"], body["dark"], body["orphan"]) == (40, True, False, False)
    assert [(one["kind"], one["share"]) for one in body["parents"]] == [("contribute", 60)]
    (metric,) = body["metrics"]
    assert (metric["value"], metric["baseline"], metric["target"], metric["progress"]) == ("78.5", "70.0", "90", 42.5)
    assert "measure" not in body["can"]
    assert body["why_not"]["measure"]


def test_the_tag_begins_with_the_version_and_changes_with_what_hangs_below(
    company: Company, as_: Callable[[str], Api], key: str
) -> None:
    mika = as_("mika")
    tag = mika.get(f"/goals/{key}").headers["ETag"]
    assert tag.strip('"').split(".")[0] == "1"
    assert mika.get(f"/goals/{key}", headers={"If-None-Match": tag}).status_code == 304
    child(company, key)
    assert mika.get(f"/goals/{key}", headers={"If-None-Match": tag}).status_code == 200


def test_lists_are_narrowed_and_come_page_by_page(company: Company, as_: Callable[[str], Api], key: str) -> None:
    for _ in range(3):
        goal(company, owners=("kenji",))
    answer = as_("kenji").get("/goals?mine=true&page_size=2&page=2")
    assert [len(answer.json), json.loads(answer.headers["X-Pagination"])["total"]] == [1, 3]
    assert [one["key"] for one in as_("mika").get("/goals?kind=promise").json] == ["G-3"]
    assert {one["key"] for one in as_("mika").get("/goals?status=at_risk&department=it").json} == {
        "G-3",
        "G-5",
        "G-6",
        "G-7",
    }
    assert set(as_("mika").get("/goals?state=nonsense&status=green").json["errors"]) == {"state", "status"}


def test_the_tree_level_by_level(company: Company, as_: Callable[[str], Api], key: str) -> None:
    below = child(company, key, share=40)
    roots = as_("mika").get("/goals/tree").json
    assert [(one["key"], one["children"]) for one in roots["goals"]] == [("G-3", 1)]
    under = as_("mika").get(f"/goals/tree?under={key}").json
    assert (under["under"], under["path"], under["more"], under["next"]) == (key, ["G-3"], False, None)
    assert [(one["key"], one["tie"], one["share"]) for one in under["goals"]] == [(below, "contribute", 40)]
    assert as_("agency").get(f"/goals/tree?under={key}").status_code == 404
    assert as_("agency").get("/goals/tree").json["goals"] == []


def test_the_arithmetic_with_exact_numbers_as_text(company: Company, as_: Callable[[str], Api]) -> None:
    key = goal(company, metric=ratio(70, 90, gathers=True))
    part = child(company, key, metric=ratio(70, 90))
    measured(company, part, date(2026, 11, 1), numerator=2**60, denominator=2**60 + 1)
    body = as_("mika").get(f"/goals/{key}/arithmetic").json
    (found,) = body["sums"]
    assert (found["numerator"], found["denominator"]) == (str(2**60), str(2**60 + 1))
    assert [(one["goal"], one["numerator"]) for one in found["parts"]] == [(part, str(2**60))]
    assert body["formulas"][0]["progress"] == 150.0
    assert as_("mika").get(f"/goals/{key}/arithmetic?on=nonsense").status_code == 422


def test_what_is_not_shared_is_not_there(company: Company, as_: Callable[[str], Api], key: str) -> None:
    hidden = goal(company, visibility="involved")
    for path in ("", "/arithmetic"):
        assert as_("mika").get(f"/goals/{hidden}{path}").status_code == 404
        assert as_("agency").get(f"/goals/{key}{path}").status_code == 404
    assert hidden not in [one["key"] for one in as_("mika").get("/goals?page_size=100").json]
    assert as_("agency").get("/goals").json == []
    helps(company, key, "agency")
    helps(company, key, "kenji")
    body = as_("agency").get(f"/goals/{key}").json
    assert [one["member"] for one in body["contributors"]] == [address("agency")]
    assert (body["parents"], body["accountable"][0]["means"], body["hints"]) == ([], None, [])
