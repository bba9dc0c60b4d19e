"""What routes are called: as their file says, else by their steps; in both languages wherever a code would stand alone."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest
import time_machine

from collab.approvals.rules import parsing
from collab.approvals.rules.book import BadBook, RouteRule
from tests.factories import Company
from tests.parts.clients import Api, Pages

STEPS = """
[[route.step]]
name = "Department lead"
name_ja = "部門長"
seats = ["department_lead"]
[[route.step]]
name = "Finance"
name_ja = "経理"
seats = ["office:CFO"]
"""


def rule(more: str = "", steps: str = STEPS) -> RouteRule:
    return parsing.parse([tomllib.loads(f'currency = "JPY"\n[[route]]\ncode = "own"\n{more}\n{steps}')]).routes[0]


@pytest.mark.parametrize(
    ("more", "english", "japanese"),
    [
        ('name = "Small"\nname_ja = "少額"', "Small", "少額"), ('name = "Small"', "Small", "Small"),
        ("", "Department lead → Finance", "部門長 → 経理"),
    ],
)  # fmt: skip
def test_a_route_has_its_name_in_both_languages_else_that_of_its_steps(more: str, english: str, japanese: str) -> None:
    found = rule(more)
    assert (found.name_en, found.name_ja) == (english, japanese)


def test_one_that_decides_itself_and_has_no_name_is_called_by_its_code() -> None:
    assert rule('auto = "auto_approve"', "").name_ja == "own"


@pytest.mark.parametrize("more", ['name_ja = "少額"', "name = 5"])
def test_a_name_that_cannot_be_one_is_refused_with_its_place(more: str) -> None:
    with pytest.raises(BadBook, match=r"route\[0\]\.name"):
        rule(more)


def test_names_stand_wherever_a_code_stood_alone(
    company: Company, as_: Callable[[str], Api], pages_as: Callable[[str], Pages], travel: time_machine.Coordinates
) -> None:
    with company.indoors():
        key = company.filed(category="other")
        company.decide(key, "cmo")
    travel.move_to(company.later(hours=1))
    mika, emma = pages_as("mika"), pages_as("emma")
    assert "100万円未満" in mika.get("/routes").text
    assert "Below ¥1,000,000" in emma.get("/routes").text
    assert '<option value="small">100万円未満</option>' in mika.get("/purchases/new").text
    assert "決裁ルート：100万円未満。" in mika.get("/routes/simulate?total=500000&category=other").text
    assert "100万円未満" in pages_as("cmo").get("/dashboards/approvals").text
    [row] = as_("cmo").get("/api/v1/dashboards/approvals").json["routes"]
    assert (row["route"], row["name_en"], row["name_ja"]) == ("small", "Below ¥1,000,000", "100万円未満")
    assert as_("mika").get("/api/v1/routes").json["routes"][1]["name"] == "100万円未満"
