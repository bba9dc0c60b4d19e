"""The pages of goals as their readers find them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.factories import Company
from tests.factories.goals import asked, child, control, goal, helps, measured, ratio, said, tie, timed
from tests.parts.clients import Pages
from tests.parts.statements import statements


@pytest.fixture
def stores(company: Company) -> str:
    """A running goal of two sides, measured and checked in on by both, far apart."""
    key = goal(company, "Stock is as shown online", metric=timed(70, 90, name="Stock accuracy", unit="%"))
    measured(company, key, date(2026, 10, 15), 72)
    measured(company, key, date(2026, 11, 10), 78)
    said(company, key, "cmo", 80, note="Stores count daily now.")
    said(company, key, "cio", 40, note="The feed is late.")
    return key


def test_the_page_of_a_goal_says_where_it_stands_and_where_it_should_be(
    pages_as: Callable[[str], Pages], stores: str
) -> None:
    mika, emma = pages_as("mika").get(f"/goals/{stores}").text, pages_as("emma").get(f"/goals/{stores}").text
    for text in ("進捗 40%（本日時点の想定は 26.5%）", "13.5ポイント先行", "達成見込みに40ポイントの差があります"):
        assert text in mika
    for text in (
        "40% of the way; should be 26.5% by today", "13.5 points ahead", "The owners are 40 points apart",
        "Yuki Mori gives 80%, Daichi Sakai 40%", "70%", "78%", "90%", "What it means for Marketing",
        "(78% − 70%) ÷ (90% − 70%) × 100 = 40%", "Should be by today: 48 of 181 days = 26.52%.",
        f'src="/goals/{stores}/trend.svg"', "Stock accuracy: 72% on 15 Oct 2026, 78% on 10 Nov 2026.",
    ):  # fmt: skip
        assert text in emma, text


def test_marks_are_told_in_words(company: Company, pages_as: Callable[[str], Pages]) -> None:
    late = company.now - timedelta(days=3)
    key = goal(company, metric=timed(0, 100, floor=Decimal(5), stale_after_days=7, name="Answers", unit="件"))
    measured(company, key, date(2026, 11, 1), 4)
    said(company, key, "cmo", 70, status="on_track", suggested="off_track", reason="The next batch is good.")
    asked(company, key, "cio", at=late, due_at=late)
    text = pages_as("emma").get(f"/goals/{key}").text
    for words in (
        "The owners say “On track”, the figures suggest “Off track”.", "“Answers” is at 4件, outside what it may never leave",
        "Last measured on 1 Nov 2026: too long ago", "Dark: Daichi Sakai has not checked in yet.",
        "It hangs under no promise and no other goal",
    ):  # fmt: skip
        assert words in text, words


def test_a_promise_shows_the_gap_to_what_customers_experience(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    pair = [
        timed(90, 99, name="Promised", unit="%", role="promise"),
        timed(80, 99, name="Felt", unit="%", role="experience"),
    ]
    key = goal(company, kind="promise", metrics=pair)
    measured(company, key, date(2026, 11, 1), 97)
    measured(company, key, date(2026, 11, 1), 85, position=2)
    assert "What customers experience is 12% short of what is promised." in pages_as("emma").get(f"/goals/{key}").text
    drawn = pages_as("emma").get(f"/goals/{key}/trend.svg").text
    assert "Promised" in drawn
    assert "Felt" in drawn


def test_the_list_begins_with_mine_and_can_be_narrowed(
    company: Company, pages_as: Callable[[str], Pages], stores: str
) -> None:
    text = pages_as("cmo").get("/goals").text
    assert text.index("自分の目標") < text.index(stores) < text.index("すべての目標")
    text = pages_as("emma").get("/goals?status=on_track&department=it&q=stock").text
    assert stores in text
    assert ">G-1<" not in text
    assert "No goal fits" in pages_as("emma").get("/goals?q=nothing+like+it").text
    for hostile in ("?page=x", "?page=99999", "?state=x&status=y", "?q=%00", "?department=%F0%9F%98%80"):
        assert pages_as("emma").get(f"/goals{hostile}").status_code == 200


def test_the_tree_leads_down_and_back_up(company: Company, pages_as: Callable[[str], Pages]) -> None:
    root = goal(company, "Expected everywhere", kind="vision", owners=("ceo",), metrics=())
    promise = goal(company, "On time", kind="promise", parents={root: 100})
    leaf = child(company, promise, share=40, title="Trucks leave on time")
    emma = pages_as("emma")
    text = emma.get("/goals/tree").text
    assert text.index("Expected everywhere") < text.index("On time") < text.index("Goals without a promise above them")
    assert f"/goals/tree?under={promise}" in text
    text = emma.get(f"/goals/tree?under={promise}").text
    for words in ("Expected everywhere", "Trucks leave on time", "40%"):
        assert words in text
    assert emma.get("/goals/tree?under=G-999").status_code == 404
    assert "Expected everywhere" in emma.get(f"/goals/{leaf}").text, "the way up"


def test_the_arithmetic_stands_on_a_page_of_its_own(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = goal(company, metric=ratio(70, 90, unit="%", gathers=True, name="On time"))
    for top, bottom in ((900, 1000), (2, 10)):
        measured(
            company,
            child(company, key, metric=ratio(70, 90, unit="%")),
            date(2026, 11, 1),
            numerator=top,
            denominator=bottom,
        )
    text = pages_as("emma").get(f"/goals/{key}/arithmetic").text
    for words in (
        "902 ÷ 1,010 × 100 = 89.3%",
        "The mean of the children&#39;s ratios would be 55.0%",
        "2 of 2",
        "Nov 2026",
    ):
        assert words in text, words
    parent = goal(company, metrics=(), progress_from="children")
    measured(company, child(company, parent, share=60), date(2026, 11, 1), 50)
    child(company, parent, share=40)
    text = pages_as("emma").get(f"/goals/{parent}/arithmetic").text
    for words in ("3,000 ÷ 60 = 50%", "not measured"):
        assert words in text, words
    assert pages_as("emma").get(f"/goals/{parent}/arithmetic?on=x").status_code == 200


def test_a_guest_reads_no_hidden_name_on_any_page(
    company: Company, pages_as: Callable[[str], Pages], stores: str
) -> None:
    child(company, stores, title="Inside only")
    above = goal(company, "Above only", kind="promise")
    tie(company, stores, above)
    helps(company, stores, "agency")
    guest = pages_as("agency")
    for path in (
        "/goals",
        "/goals/tree",
        f"/goals/tree?under={stores}",
        f"/goals/{stores}",
        f"/goals/{stores}/arithmetic",
    ):
        answer = guest.get(path)
        assert answer.status_code == 200, path
        assert "Stock is as shown online" in answer.text
        for hidden in (
            "Inside only",
            "Above only",
            "Stores count daily now.",
            "The feed is late.",
            above,
            "40ポイント",
        ):
            assert hidden not in answer.text, (path, hidden)


def test_whatever_state_a_goal_is_in_its_page_opens_for_everybody_who_may(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    keys = [goal(company, state=state) for state in ("candidate", "draft", "accepted", "paused", "closed")]
    keys += [goal(company, metrics=(), starts_on=None, due_on=None), goal(company, metric=control("stay_above"))]
    for name in ("cmo", "emma", "auditor", "admin"):
        reader = pages_as(name)
        assert [reader.get(f"/goals/{key}").status_code for key in keys] == [200] * len(keys)


def test_the_page_costs_the_same_however_much_hangs_below(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key, emma, counts = goal(company), pages_as("emma"), []
    for many in (1, 6):
        for number in range(many):
            measured(company, child(company, key, share=5), date(2026, 10, 2 + number), 10)
            measured(company, key, date(2026, 10, 10 + number + many), number)
        emma.get(f"/goals/{key}")
        with statements(company.app) as seen:
            assert emma.get(f"/goals/{key}").status_code == 200
        counts.append(seen.count)
    assert counts[0] == counts[1], counts


def test_the_list_shows_the_worst_first_and_a_claim_as_a_claim(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    fine, broken = goal(company, "Fine", metric=timed(0, 100)), goal(company, metric=control(ceiling=30, unit="件"))
    claimed = goal(company, "Claimed", metric=timed(0, 100))
    for key, value in ((fine, 90), (broken, 34), (claimed, 1)):
        measured(company, key, date(2026, 11, 10), value)
    said(company, claimed, "cmo", 70, status="on_track", suggested="at_risk", reason="We know more.")
    emma = pages_as("emma")
    text = emma.get("/goals").text
    assert text.index(f">{broken}<") < text.index(f">{claimed}<") < text.index(f">{fine}<")
    assert "On track, claimed" in text
    text = emma.get(f"/goals/{broken}").text
    assert "4件 above the limit of 30件" in text
    assert "points behind" not in text
