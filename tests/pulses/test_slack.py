"""Pulses in Slack: one card to each, a form of six rows in both languages, results for those who lead."""

from __future__ import annotations

from typing import Any

import pytest

from collab.kernel.errors import Invalid, NotAllowed, NotNow
from collab.kernel.i18n import Reader
from collab.outbox.registry import Envelope, kinds
from collab.pulses import messages, queries
from collab.slack.registry import edges
from collab.slack.talk import Open, Say, Talk, Typed
from tests.factories import Company
from tests.factories.pulses import CODES, answered, closed, everybody, given, opened, row, said, staffed


def talk(company: Company, name: str, locale: str = "ja", **more: Any) -> Talk:
    return Talk(company.member(name), Reader(locale, "Asia/Tokyo"), company.now, "T1", "U1", **more)


def rendered(company: Company, kind: str, key: str, name: str, locale: str = "ja") -> Any:
    with company.indoors():
        return kinds[kind].render(Envelope(key, {}, company.member(name), Reader(locale, "Asia/Tokyo"), company.now))


def test_the_card_asks_in_one_glance_and_says_that_it_is_blind(company: Company) -> None:
    key = opened(company)
    card = rendered(company, "pulse.opened", key, "mika")
    said_of = str(card.blocks)
    for part in (
        "部門間の連携はうまくいっていますか？",
        "全6問、約30秒で終わります。",
        "誰が何と答えたかは、今も今後も誰にも見えません",
        "4人未満",
        "回答する",
    ):
        assert part in said_of, part
    assert "Answer" in str(rendered(company, "pulse.opened", key, "emma", "en").blocks)
    assert rendered(company, "pulse.opened", key, "auditor") is None
    assert rendered(company, "pulse.opened", key, "agency") is None


def test_none_of_it_must_be_acted_on_so_that_quiet_time_holds(company: Company) -> None:
    assert [kinds[code].is_must_act for code in ("pulse.opened", "pulse.reminder", "pulse.results")] == [False] * 3


def test_whoever_has_answered_is_not_reminded(company: Company) -> None:
    key = opened(company)
    answered(company, key, "mika", 3)
    assert rendered(company, "pulse.reminder", key, "mika") is None
    assert "残り1営業日" in rendered(company, "pulse.reminder", key, "kenji").text
    closed(company, key)
    assert rendered(company, "pulse.reminder", key, "kenji") is None


def test_button_form_answer(company: Company) -> None:
    key = opened(company)
    with company.indoors():
        shown = edges.actions[messages.ANSWER](talk(company, "mika", pressed=key))
        assert isinstance(shown, Open)
        rows = [one for one in shown.view["blocks"] if one["type"] == "input"]
        assert [one["block_id"] for one in rows] == list(CODES)
        assert [one["text"]["text"] for one in rows[0]["element"]["options"]] == [
            "1 まったくそう思わない", "2 あまりそう思わない", "3 どちらともいえない", "4 ややそう思う", "5 とてもそう思う",
        ]  # fmt: skip
        entered = {code: str(rating) for code, rating in said(1, 2, 3, 4, 5, 1).items()}
        done = edges.modals[messages.FORM](talk(company, "mika", data={"key": key}, entered=entered))
        assert isinstance(done, Say)
        assert "ご回答ありがとうございました" in done.text
        again = edges.actions[messages.ANSWER](talk(company, "mika", "en", pressed=key))
        assert isinstance(again, Open)
        chosen = [one["element"]["initial_option"]["value"] for one in again.view["blocks"] if one["type"] == "input"]
    assert chosen == ["1", "2", "3", "4", "5", "1"]
    assert len(given(company)) == 1


def test_a_form_with_a_row_left_out_names_the_row(company: Company) -> None:
    key = opened(company)
    with company.indoors(), pytest.raises(Invalid) as refusal:
        edges.modals[messages.FORM](talk(company, "mika", data={"key": key}, entered={"metrics": "1"}))
    assert "benefit" in refusal.value.fields


def test_nobody_fills_a_form_in_vain(company: Company) -> None:
    key = opened(company)
    with company.indoors(), pytest.raises(NotAllowed):
        edges.actions[messages.ANSWER](talk(company, "auditor", pressed=key))
    closed(company, key)
    with company.indoors(), pytest.raises(NotNow):
        edges.actions[messages.ANSWER](talk(company, "mika", pressed=key))


def test_results_begin_with_where_the_sides_disagree(company: Company) -> None:
    staff = staffed(company, marketing=4, it=4)
    key = opened(company)
    everybody(company, key, staff["marketing"], 2, 4, 4, 4, 4, 4)
    everybody(company, key, staff["it"], 5, 4, 4, 4, 4, 4)
    assert rendered(company, "pulse.results", key, "cmo") is None
    closed(company, key)
    card = rendered(company, "pulse.results", key, "cmo", "en")
    assert card.text.startswith("Where do we disagree?")
    told = str(card.blocks)
    assert (
        "Business side and IT side disagree most here: “Our goals and metrics match those of the other departments.”"
        in told
    )
    assert "Business side answers 2.0 of 5, IT side 5.0 (gap index 75)" in told
    assert "IT – Marketing: 13" in told


def test_typed_lines(company: Company) -> None:
    commands = edges.vocabulary.commands
    with company.indoors():
        nothing = commands["pulse.now"].handler(talk(company, "mika"))
        assert isinstance(nothing, Say)
        assert "まだありません" in nothing.text
        with pytest.raises(NotNow):
            commands["pulse.answer"].handler(talk(company, "mika"))
    key = opened(company)
    with company.indoors():
        assert isinstance(commands["pulse.answer"].handler(talk(company, "mika")), Open)
        card = commands["pulse.now"].handler(talk(company, "mika"))
        assert isinstance(card, Say)
        assert key in card.text
    closed(company, key)
    with company.indoors():
        shown = commands["pulse.show"].handler(talk(company, "mika", typed=Typed(key)))
        assert isinstance(shown, Say)
        assert "ずれを表示できません" in shown.text
        assert queries.results_of([row(company, key)])[0].groups == []
