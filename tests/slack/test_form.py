"""The form: it grows with what is asked for, complains under the field, and keeps everything that was typed."""

from __future__ import annotations

import pytest

from tests.factories import Company
from tests.slack.people import MIKA, SMALL, Deliver, file
from tests.slack_double import SlackDouble, View, text_of


def fields(view: View | None) -> list[str]:
    assert view is not None
    return [block["block_id"] for block in view.blocks if block["type"] == "input"]


def kept(view: View | None, field: str) -> object:
    assert view is not None
    element = next(block["element"] for block in view.blocks if block["block_id"] == field)
    return element.get("initial_value") or element.get("initial_option", {}).get("value")


def test_it_opens_with_ten_fields_and_the_title_that_was_typed(served: SlackDouble) -> None:
    view = served.play.slash(MIKA, "/collab", "申請　新規　接客カメラ").view
    assert kept(view, "title") == "接客カメラ"
    assert len(fields(view)) == 10


def test_a_large_request_asks_for_what_it_needs_and_says_why(served: SlackDouble, deliver: Deliver) -> None:
    reply = file(served, amount="12000000")
    assert {
        "cx_impact",
        "benefit.text",
        "benefit.amount",
        "benefit.by_on",
        "owners.business",
        "owners.technical",
    } <= set(fields(reply.view))
    assert "あと少し入力が必要です" in text_of(reply.view)
    assert kept(reply.view, "title") == SMALL["title"]
    assert kept(reply.view, "category") == "martech"
    more = {
        "cx_impact": "待ち時間が短くなる", "benefit.text": "離脱が減る", "benefit.amount": "3000000", "benefit.by_on": "2027-03-31",
        "owners.business": MIKA, "owners.technical": "kenji@example.com",
    }  # fmt: skip
    assert "PR-1 を申請しました" in served.play.submit(MIKA, reply.view, more).ephemeral


def test_choosing_monthly_asks_for_the_term_at_once(served: SlackDouble) -> None:
    view = served.play.slash(MIKA, "/collab", "purchase new").view
    grown = served.play.click(
        MIKA, view, "purchase.form:billing", "月払い", values={"title": "x", "amount": "5000"}
    ).view
    assert "term_months" in fields(grown)
    assert kept(grown, "amount") == "5000"
    shrunk = served.play.click(MIKA, grown, "purchase.form:billing", "一括").view
    assert "term_months" not in fields(shrunk)


def test_everything_that_is_missing_is_asked_for_at_once(served: SlackDouble) -> None:
    reply = file(served, amount="12000000", billing="annual")
    assert {"term_months", "cx_impact", "benefit.amount", "owners.technical"} <= set(fields(reply.view))


def test_the_way_shows_while_filling_in(served: SlackDouble) -> None:
    view = served.play.slash(MIKA, "/collab", "purchase new").view
    values = {key: value for key, value in SMALL.items() if key != "category"}
    grown = served.play.click(MIKA, view, "purchase.form:category", "martech", values=values).view
    assert "共同決裁（森 由紀、酒井 大地）" in text_of(grown)


def test_without_a_goal_the_reason_is_asked_for(served: SlackDouble) -> None:
    reply = file(served, goal="none")
    assert "no_goal_reason" in fields(reply.view)
    assert "PR-1 を申請しました" in served.play.submit(MIKA, reply.view, {"no_goal_reason": "法令で必要"}).ephemeral


def test_after_the_fact_asks_for_day_and_reason(served: SlackDouble, deliver: Deliver) -> None:
    reply = file(served, after_the_fact=["yes"])
    assert {"after_the_fact.on", "after_the_fact.reason"} <= set(fields(reply.view))
    done = served.play.submit(
        MIKA, reply.view, {"after_the_fact.on": "2026-11-02", "after_the_fact.reason": "急な故障"}
    )
    assert "PR-1" in done.ephemeral
    deliver()
    assert "事後稟議" in text_of(served.record.last_to("cmo@example.com"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "たくさん", "数字で入力してください"),
        ("amount", "-5", "数字で入力してください"),
        ("amount", "0", "0より大きい"),
        ("amount", "1" + "0" * 30, "金額が大きすぎます"),
        ("amount", "10.5", "小数点以下の桁が多すぎます"),
        ("title", "a\x00b", "保存できない文字"),
    ],
)
def test_a_bad_value_is_said_under_its_field_and_nothing_is_written(
    served: SlackDouble, company: Company, field: str, value: str, words: str
) -> None:
    reply = file(served, **{field: value})
    assert words in reply.errors[field]
    with company.indoors():
        from collab.purchases.queries import find_purchase

        assert find_purchase("PR-1") is None


def test_the_rare_fields_come_when_asked_for(served: SlackDouble) -> None:
    view = served.play.slash(MIKA, "/collab", "purchase new").view
    grown = served.play.click(MIKA, view, "さらに項目を表示", values={"title": "x"}).view
    assert {"affected.channels", "needed_by_on", "visibility"} <= set(fields(grown))
    assert kept(grown, "title") == "x"
