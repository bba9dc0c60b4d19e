"""Moved goalposts are listed with who, when, why, before and after; a file of them is safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from collab.goals.queries.goalposts import Narrowed, list_goalposts
from collab.goals.service import shifting
from collab.kernel.atomic import atomic
from tests.factories import Company
from tests.factories.goals import goal, metric_ids, number
from tests.parts.clients import Api, Pages

As = Callable[[str], Api]


def moved(company: Company, key: str, kind: str = "target", *, at: datetime | None = None, by: str | None = "cmo", **more: Any) -> None:  # fmt: skip
    said = {"before": {"target": "60"}, "after": {"target": "50"}, "reason": "The season was short.", **more}
    with company.indoors(), atomic():
        shifting.record(number(key), kind, by=company.id(by) if by else None, now=at or company.now, **said)


def listed(company: Company, name: str = "mika", **narrowed: Any) -> list[str]:
    with company.indoors():
        found, total = list_goalposts(company.member(name), Narrowed(**narrowed))
    assert len(found) == total
    return [f"{one.goal} {one.kind}" for one in found]


@pytest.fixture
def house(company: Company) -> Company:
    """G-3 of marketing and IT, G-4 of sales, G-5 narrowed to customer service."""
    goal(company, "In store")
    goal(company, "Sales", owners=("sales-lead",))
    goal(company, "Secret", owners=("service-lead",), visibility="involved")
    return company


def test_the_latest_comes_first_and_says_who_when_and_why(house: Company) -> None:
    moved(house, "G-3", at=datetime(2026, 11, 1, 3, tzinfo=UTC), metric=metric_ids(house, "G-3")[0])
    moved(house, "G-4", "due", at=datetime(2026, 11, 2, 3, tzinfo=UTC), by=None)
    with house.indoors():
        (due, target), total = list_goalposts(house.member("mika"), Narrowed())
    assert total == 2
    assert (due.goal, due.by) == ("G-4", None)
    assert (target.title, target.metric, target.reason) == (
        "In store",
        "Share of visits that end well",
        "The season was short.",
    )
    assert target.by is not None
    assert (target.by.name_en, target.before, target.after) == ("Yuki Mori", {"target": "60"}, {"target": "50"})


def test_days_are_the_companys_and_both_are_within(house: Company) -> None:
    moved(house, "G-3", "due", at=datetime(2026, 9, 30, 14, 59, 59, tzinfo=UTC))  # 23:59:59 in Tokyo, still September
    moved(house, "G-3", "target", at=datetime(2026, 9, 30, 15, 0, tzinfo=UTC))  # October has begun
    moved(house, "G-3", "guard", at=datetime(2026, 12, 31, 14, 59, tzinfo=UTC))
    moved(house, "G-3", "greener", at=datetime(2026, 12, 31, 15, 0, tzinfo=UTC))
    assert listed(house, since=date(2026, 10, 1), until=date(2026, 12, 31)) == ["G-3 guard", "G-3 target"]
    assert len(listed(house, since=date.min, until=date.max)) == 4


def test_a_department_sees_those_of_the_goals_it_answers_for(house: Company) -> None:
    for key in ("G-3", "G-4"):
        moved(house, key)
    assert listed(house, department="it") == ["G-3 target"]
    assert listed(house, department="sales") == ["G-4 target"]
    assert listed(house, department="nowhere") == []


def test_those_of_a_hidden_goal_are_neither_named_nor_counted(house: Company) -> None:
    moved(house, "G-5")
    assert listed(house) == []
    assert listed(house, "service-lead") == ["G-5 target"]
    assert listed(house, "auditor") == ["G-5 target"]


def test_a_fiscal_quarter_narrows_the_api_and_what_is_none_is_refused(house: Company, as_: As) -> None:
    moved(house, "G-3", at=datetime(2026, 11, 2, tzinfo=UTC))
    mika = as_("mika")
    assert [one["goal"] for one in mika.get("/goals/goalposts?period=FY2026-Q3").json] == ["G-3"]
    assert mika.get("/goals/goalposts?period=FY2026-Q2").json == []
    assert mika.get("/goals/goalposts?period=FY2026-Q3&until=2026-10-31").json == []
    for bad in ("period=Q3", "period=FY9999", "period=FY0000", "from=2026-12-01&until=2026-11-01", "from=yesterday"):
        answer = mika.get(f"/goals/goalposts?{bad}")
        assert answer.status_code == 422, bad
    assert as_("agency").get("/goals/goalposts").status_code == 403


def test_a_file_holds_no_formula_and_opens_in_both_languages(house: Company, as_: As) -> None:
    moved(
        house, "G-3", reason='=HYPERLINK("https://evil.example","x")', before={"due_on": "2027-03-31", "target": None}
    )
    answer = as_("mika").get("/goals/goalposts.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    (head, row) = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head[:2] == ["番号", "目標"]
    told = dict(zip(head, row, strict=True))
    assert told["理由"] == '\'=HYPERLINK("https://evil.example","x")'
    assert told["変更前"] == "期限 2027年3月31日、目標値 –"
    assert told["変更した人"] == "森 由紀"


def test_the_page_shows_the_change_and_keeps_what_was_chosen(house: Company, pages_as: Callable[[str], Pages]) -> None:
    moved(house, "G-3", reason="<b>because</b>")
    page = pages_as("mika").get("/goals/goalposts?department=it&period=FY2026").text
    assert "目標値 60" in page
    assert "&lt;b&gt;because" in page
    assert "/goals/goalposts.csv?department=it" in page or "/goals/goalposts.csv?period=FY2026" in page
    wrong = pages_as("mika").get("/goals/goalposts?period=Q9")
    assert wrong.status_code == 422
    assert "FY2026-Q3" in wrong.text
