"""Pulses on pages and over the API: the form, the results, what an open one shows; refused kindly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import Company
from tests.factories.pulses import CODES, closed, everybody, given, opened, row, said, staffed
from tests.parts.clients import Api, Pages

As = Callable[[str], Api]
PagesAs = Callable[[str], Pages]


def typed(*ratings: int) -> dict[str, str]:
    return {f"q.{code}": str(rating) for code, rating in said(*ratings).items()}


def test_from_opening_to_the_results_on_pages(pages_as: PagesAs, company: Company, travel: object) -> None:
    staff = staffed(company, marketing=4, it=4)
    cmo, mika = pages_as("cmo"), pages_as("mika")
    assert "連携度アンケートはまだ" not in cmo.get("/pulses").text
    assert cmo.send("/pulses", {}, page="/pulses").location == "/pulses/AP-1"
    assert "今すぐ回答する" in mika.get("/pulses").text
    form = mika.get("/pulses/AP-1")
    assert (form.headers["Cache-Control"], form.text.count('type="radio"')) == ("no-store", 30)
    assert "checked" not in form.text
    assert mika.send("/pulses/AP-1/answers", typed(1, 2, 3, 4, 5, 1), page="/pulses/AP-1").status_code == 303
    again = mika.get("/pulses/AP-1").text
    assert again.count(" checked") == 6
    assert "回答済みです" in again
    everybody(company, "AP-1", staff["marketing"], 2)
    everybody(company, "AP-1", staff["it"], 5)
    assert cmo.send("/pulses/AP-1/close", {}, page="/pulses/AP-1").status_code == 303
    shown = mika.get("/pulses/AP-1").text
    assert "最もずれが大きいのは事業側とIT側です" in shown
    assert "（ずれ指数75）" in shown
    assert "2013～2018年のエッセイで引用された調査" in shown
    assert "/pulses/AP-1/export.csv" in shown
    assert "2回目から" in mika.get("/pulses").text


def test_a_form_that_is_not_whole_keeps_what_was_chosen(pages_as: PagesAs, company: Company) -> None:
    key = opened(company)
    mika = pages_as("mika")
    refused = mika.send(f"/pulses/{key}/answers", {"q.metrics": "4", "q.customer": "9"}, page=f"/pulses/{key}")
    assert refused.status_code == 422
    assert refused.text.count('class="error"') == 5 or refused.text.count('class="error"') == 1
    assert refused.text.count(" checked") == 1
    assert given(company) == []


def test_the_trend_is_drawn_from_the_second_pulse_on(pages_as: PagesAs, company: Company) -> None:
    staff = staffed(company, marketing=4, it=4)
    mika = pages_as("mika")
    assert mika.get("/pulses/trend.svg").status_code == 404
    for rating in (1, 3):
        key = opened(company)
        everybody(company, key, staff["marketing"], rating)
        everybody(company, key, staff["it"], 5)
        closed(company, key)
        company.later(days=30)
    page, drawing = mika.get("/pulses").text, mika.get("/pulses/trend.svg?narrow=1")
    assert "全社のずれ指数は、2026年11月18日が100、2026年12月18日が50です。" in page
    assert "マーケティング部と情報システム部" in page or "情報システム部とマーケティング部" in page
    assert drawing.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "63%" in drawing.text
    assert (
        mika.get(
            "/pulses/trend.svg", headers={"If-None-Match": mika.get("/pulses/trend.svg").headers["ETag"]}
        ).status_code
        == 304
    )


def test_hidden_departments_say_why_and_an_empty_pulse_says_so(pages_as: PagesAs, company: Company) -> None:
    key = opened(company)
    everybody(company, key, ("mika", "nao"), 1)
    closed(company, key)
    shown = pages_as("kenji").get(f"/pulses/{key}").text
    assert "回答数が足りないため、ずれを表示できません" in shown
    assert "マーケティング部：回答が4人未満です。" in shown
    assert "引き算で個人の回答がわからないよう" in shown
    assert pages_as("kenji").get("/pulses").status_code == 200


def test_everybody_alike_is_agreement(pages_as: PagesAs, company: Company) -> None:
    staff = staffed(company, marketing=4, it=4)
    key = opened(company)
    everybody(company, key, [*staff["marketing"], *staff["it"]], 4)
    closed(company, key)
    assert "すべての質問で一致しています" in pages_as("mika").get(f"/pulses/{key}").text


def test_over_the_api(as_: As, company: Company) -> None:
    made = as_("cio").post("/pulses")
    assert (made.status_code, made.headers["Location"], made.json["state"]) == (201, "/api/v1/pulses/AP-1", "open")
    assert [one["code"] for one in made.json["questions"]] == list(CODES)
    told = as_("kenji").post("/pulses/AP-1/answers", {"answers": said(4)})
    assert (told.status_code, told.json["mine"], told.json["results"]) == (200, said(4), None)
    assert as_("cio").get("/pulses/AP-1").json["mine"] is None
    wrong = as_("kenji").post("/pulses/AP-1/answers", {"answers": {**said(4), "metrics": 6}})
    assert (wrong.status_code, "answers.metrics" in wrong.json["errors"]) == (422, True)
    short = as_("kenji").post("/pulses/AP-1/answers", {"answers": {"metrics": 1}})
    assert (short.status_code, "answers.benefit" in short.json["errors"]) == (422, True)
    assert as_("kenji").post("/pulses/AP-1/close").status_code == 403
    assert as_("cio").post("/pulses/AP-1/cancel", {}).status_code == 422
    assert as_("cio").post("/pulses/AP-1/close").json["state"] == "closed"
    late = as_("kenji").post("/pulses/AP-1/answers", {"answers": said(4)})
    assert (late.status_code, late.json["code"]) == (409, "wrong_state")
    assert as_("auditor").get("/pulses").json[0]["results"] == {"index": None, "low_share": None}


@pytest.mark.parametrize("path", ["/pulses", "/pulses/AP-1", "/pulses/AP-1/export.csv"])
def test_a_guest_sees_no_pulse(as_: As, pages_as: PagesAs, company: Company, path: str) -> None:
    key = opened(company)
    closed(company, key)
    assert as_("agency").get(path).status_code in (403, 404)
    assert pages_as("agency").get(path).status_code in (403, 404)
    assert row(company, key).state == "closed"
