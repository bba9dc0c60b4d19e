"""Pages of purchase requests: the form that loses nothing, the page of a request, the list, presses that come too late."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from collab.kernel import i18n
from collab.people import service as people
from collab.purchases import service as purchases
from collab.subjects.queries import list_heads
from tests.factories import Company
from tests.parts.clients import Pages
from tests.purchases.reading import as_sent

As = Callable[[str], Pages]
SMALL = {
    "title": "Mail campaign tool", "vendor": "光株式会社", "category": "martech", "amount": "￥５００，０００", "currency": "JPY",
    "billing": "one_time", "goal": "G-1", "purpose": "Answers within a day", "tax_included": "yes",
}  # fmt: skip


def say(key: str, **args: Any) -> str:
    return i18n.Reader("ja").say(key, **args)


def file(page: Pages, then: str = "submit", **changes: str) -> TestResponse:
    """Send the form of a new request."""
    return page.send("/purchases", {**SMALL, "then": then, **changes}, page="/purchases/new")


def press(page: Pages, key: str, deed: str, **fields: str) -> TestResponse:
    """Press a button on the page of a request."""
    return page.send(f"/purchases/{key}/{deed}", fields, page=f"/purchases/{key}")


class TestTheForm:
    def test_six_fields_and_one_press_file_a_request(self, pages_as: As, company: Company) -> None:
        answer = file(pages_as("mika"))
        assert (answer.status_code, answer.location) == (303, "/purchases/PR-1")
        row = company.purchase("PR-1")
        assert (row.state, row.total_minor, row.personal_data) == ("pending", 500_000, False)

    def test_a_draft_needs_no_more_than_a_title_and_asks_nobody(self, pages_as: As, company: Company) -> None:
        assert (
            pages_as("mika")
            .send("/purchases", {"title": "An idea", "then": "draft"}, page="/purchases/new")
            .status_code
            == 303
        )
        assert company.purchase("PR-1").state == "draft"

    def test_what_was_typed_comes_back_with_every_complaint_beside_its_field(
        self, pages_as: As, company: Company
    ) -> None:
        answer = file(pages_as("mika"), amount="lots", goal="", vendor="<b>Vendor</b>")
        assert answer.status_code == 422
        assert 'value="lots"' in answer.text
        assert "&lt;b&gt;Vendor&lt;/b&gt;" in answer.text
        assert 'id="f-amount-error"' in answer.text
        with company.indoors():
            assert not [key for key in list_heads() if key.startswith("PR-")]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("amount", "-1"), ("amount", "1" + "0" * 30), ("currency", "XXX"), ("goal", "G-99"), ("title", "x" * 5000),
            ("purpose", "x" * 1_000_000), ("title", "nul\0"), ("term_months", "zero"), ("department", "moon"),
            ("needed_by_on", "2026-02-30"), ("on_behalf_of", "ghost@example.com"), ("category", "weapons"), ("amount", "0"),
        ],
    )  # fmt: skip
    def test_bad_input_is_a_field_error_and_nothing_is_written(
        self, pages_as: As, company: Company, field: str, value: str
    ) -> None:
        answer = file(pages_as("mika"), **{field: value})
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text or f"f-{field}" in answer.text
        with company.indoors():
            assert not [key for key in list_heads() if key.startswith("PR-")]

    @pytest.mark.parametrize(
        "value", ["\U0001f469\u200d\U0001f467 \ufdfd \u0645\u0631\u062d\u0628\u0627", "\u202ebackwards", "稟議書"]
    )
    def test_any_script_of_the_world_is_fine(self, pages_as: As, company: Company, value: str) -> None:
        assert file(pages_as("mika"), title=value).status_code == 303
        assert company.purchase("PR-1").title == value

    def test_what_is_missing_grows_with_the_amount_and_says_why(self, pages_as: As) -> None:
        answer = file(pages_as("mika"), amount="20000000", personal_data="yes")
        assert answer.status_code == 422
        for field in (
            "cx_impact",
            "benefit.text",
            "benefit.amount",
            "benefit.by_on",
            "owners.business",
            "owners.technical",
            "owners.data",
        ):
            assert f'id="f-{field}-error"' in answer.text, field
        assert say("route.because.personal_data") in answer.text

    def test_without_a_goal_the_reason_is_asked_for_where_it_can_be_given(self, pages_as: As, company: Company) -> None:
        page = pages_as("mika")
        refused = file(page, goal="-")
        assert 'id="f-no_goal_reason-error"' in refused.text
        assert file(page, goal="-", no_goal_reason="Required by law").status_code == 303
        assert company.purchase("PR-1").no_goal_reason == "Required by law"

    def test_the_plan_shows_who_decides_why_and_saves_nothing(self, pages_as: As, company: Company) -> None:
        page = pages_as("mika")
        with company.indoors():
            before = list_heads()
        shown = page.send("/purchases/preview", SMALL, page="/purchases/new")
        for words in ("森 由紀", "酒井 大地", say("route.because.category.martech"), "￥500,000"):
            assert words in shown.text
        with company.indoors():
            assert list_heads() == before

    def test_the_plan_adds_only_fields_the_form_has_not_yet(self, pages_as: As) -> None:
        page, large = pages_as("mika"), {**SMALL, "amount": "5000000"}
        first = page.send("/purchases/preview", large, page="/purchases/new").text
        again = page.send(
            "/purchases/preview", {**large, "cx_impact": "", "benefit.text": "typed"}, page="/purchases/new"
        ).text
        assert 'name="cx_impact"' in first
        assert 'name="cx_impact"' not in again
        assert 'name="owners.business"' in again

    @pytest.mark.parametrize(
        "bad", [{"amount": "lots"}, {"currency": "XXX"}, {"goal": "G-99"}, {"title": ""}, {"term_months": "-3"}]
    )
    def test_a_half_typed_form_still_gets_a_plan_or_a_reason(self, pages_as: As, bad: dict[str, str]) -> None:
        assert pages_as("mika").send("/purchases/preview", {**SMALL, **bad}, page="/purchases/new").status_code == 200

    def test_the_same_vendors_year_is_shown_while_typing(self, pages_as: As, company: Company) -> None:
        company.filed(title="The first half", vendor="ﾋｶﾘ KK")
        shown = (
            pages_as("mika").send("/purchases/preview", {**SMALL, "vendor": "ヒカリ kk"}, page="/purchases/new").text
        )
        assert "The first half" in shown


class TestEditing:
    def test_a_returned_request_is_mended_and_submitted_again_in_one_press(
        self, pages_as: As, company: Company
    ) -> None:
        key = company.filed()
        company.decide(key, "cmo", "return", "Cheaper, please")
        page = pages_as("mika")
        form = page.get(f"/purchases/{key}/edit").text
        version = re.search(r'name="version" value="(\d+)"', form)[1]
        fields = {**SMALL, "amount": "400000", "version": version, "then": "submit"}
        assert page.send(f"/purchases/{key}/edit", fields, page=f"/purchases/{key}/edit").status_code == 303
        row = company.purchase(key)
        assert (row.state, row.round, row.total_minor) == ("pending", 2, 400_000)
        shown = pages_as("cmo").get(f"/purchases/{key}").text
        assert "￥500,000" in shown
        assert say("purchase.page.changed_round", n=1) in shown

    def test_somebody_elses_change_is_not_overwritten_and_the_typed_text_stays(
        self, pages_as: As, company: Company
    ) -> None:
        key = company.drafted(on_behalf_of="nao@example.com")
        mine = pages_as("mika")
        fields = {**SMALL, "version": "1", "then": "draft"}
        theirs = pages_as("nao").send(
            f"/purchases/{key}/edit", {**fields, "purpose": "Theirs"}, page=f"/purchases/{key}/edit"
        )
        late = mine.send(f"/purchases/{key}/edit", {**fields, "purpose": "Mine"}, page=f"/purchases/{key}/edit")
        assert (theirs.status_code, late.status_code) == (303, 412)
        assert "Mine" in late.text
        assert company.purchase(key).purpose == "Theirs"

    def test_what_the_form_holds_is_what_is_stored_when_nothing_is_changed(
        self, pages_as: As, company: Company
    ) -> None:
        key = company.drafted(
            benefit={"text": "Less waiting", "amount": "900"},
            affected={"units": 3},
            personal_data=True,
            needed_by_on=None,
        )
        page = pages_as("mika")
        form = page.get(f"/purchases/{key}/edit").text
        sent = as_sent(form)
        before = company.purchase(key).content_version
        assert (
            page.send(f"/purchases/{key}/edit", {**sent, "then": "draft"}, page=f"/purchases/{key}/edit").status_code
            == 303
        )
        row = company.purchase(key)
        assert (row.units, row.benefit_minor, row.personal_data, row.benefit_text) == (3, 900, True, "Less waiting")
        assert row.content_version >= before


class TestThePage:
    @pytest.mark.parametrize(
        ("name", "status"),
        [("mika", 200), ("cmo", 200), ("cio", 200), ("auditor", 200), ("emma", 404), ("agency", 404), ("admin", 404), ("kenji", 404)],
    )  # fmt: skip
    def test_who_may_read_it(self, pages_as: As, company: Company, name: str, status: int) -> None:
        assert pages_as(name).get(f"/purchases/{company.filed()}").status_code == status

    def test_a_colleague_of_an_open_request_reads_neither_amount_nor_reasons(
        self, pages_as: As, company: Company
    ) -> None:
        key = company.filed(visibility="company", cx_impact="Secret plan", benefit={"text": "Secret gain"})
        company.decide(key, "cmo", "approve", "Secret word")
        page = pages_as("emma").get(f"/purchases/{key}").text
        assert "Mail campaign tool" in page
        for hidden in ("500,000", "Secret plan", "Secret gain", "Secret word"):
            assert hidden not in page

    def test_buttons_are_there_for_whoever_may_press_them(self, pages_as: As, company: Company) -> None:
        key = company.filed()
        deeds = {
            name: set(re.findall(r'action="/purchases/PR-1/(\w+)"', pages_as(name).get(f"/purchases/{key}").text))
            for name in ("mika", "cmo", "cio", "auditor")
        }
        assert deeds == {
            "mika": {"withdraw", "copy", "circulate"},
            "cmo": {"decisions", "copy", "circulate", "questions", "hold", "more_time", "steps"},
            "cio": {"decisions", "copy", "circulate", "questions", "hold", "more_time", "steps"},
            "auditor": set(),
        }

    def test_the_cmos_own_request_says_that_others_decide(self, pages_as: As, company: Company) -> None:
        key = company.filed("cmo")
        page = pages_as("cmo").get(f"/purchases/{key}").text
        assert say("purchase.page.own") in page
        assert "/decisions" not in page

    def test_a_request_filed_after_the_order_is_marked(self, pages_as: As, company: Company) -> None:
        key = company.filed(after_the_fact={"on": company.now.date(), "reason": "It burned"})
        assert (
            say("purchase.mark.after_the_fact", day=company.now.date()) in pages_as("cmo").get(f"/purchases/{key}").text
        )


class TestPressing:
    def test_the_seat_of_somebody_else_is_not_pressed(self, pages_as: As, company: Company) -> None:
        key = company.filed()
        refused = press(pages_as("mika"), key, "decisions", verb="approve")
        assert refused.status_code == 403
        assert company.purchase(key).state == "pending"

    def test_a_second_press_hears_who_and_when(self, pages_as: As, company: Company) -> None:
        key, cmo = company.filed(), pages_as("cmo")
        assert press(cmo, key, "decisions", verb="approve", seen_version="1").status_code == 303
        late = press(cmo, key, "decisions", verb="approve", seen_version="1")
        assert late.status_code == 409
        assert "森 由紀" in late.text

    @pytest.mark.parametrize("verb", ["return", "reject"])
    def test_a_refusal_without_a_reason_asks_for_it_with_the_form_open(
        self, pages_as: As, company: Company, verb: str
    ) -> None:
        answer = press(pages_as("cmo"), company.filed(), "decisions", verb=verb, comment="  ")
        assert answer.status_code == 422
        assert re.search(r'<details class="sheet" name="sheet" open>.*?<p class="error"', answer.text, re.DOTALL)

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"verb": "explode"},
            {"verb": "approve", "seen_version": "9" * 40},
            {"verb": "approve", "seen_version": "x"},
        ],
    )
    def test_nonsense_decides_nothing(self, pages_as: As, company: Company, fields: dict[str, str]) -> None:
        key = company.filed()
        assert press(pages_as("cmo"), key, "decisions", **fields).status_code == 422
        assert company.purchase(key).state == "pending"

    def test_an_older_version_is_not_decided_and_the_changes_are_shown(self, pages_as: As, company: Company) -> None:
        key = company.filed()
        mika = pages_as("mika")
        press(mika, key, "withdraw")
        mika.send(
            f"/purchases/{key}/edit", {**SMALL, "amount": "650000", "then": "submit"}, page=f"/purchases/{key}/edit"
        )
        answer = press(pages_as("cmo"), key, "decisions", verb="approve", seen_version="1")
        assert answer.status_code == 409
        changed = re.search(r'<dl class="changes">.*?</dl>', answer.text, re.DOTALL)[0]
        assert "￥500,000" in changed
        assert "￥650,000" in changed

    def test_both_keys_then_undo_and_revoke_where_they_are_possible(self, pages_as: As, company: Company) -> None:
        key, cmo, cio = company.filed(), pages_as("cmo"), pages_as("cio")
        press(cmo, key, "decisions", verb="approve")
        assert press(cmo, key, "undo").status_code == 303
        press(cmo, key, "decisions", verb="approve")
        press(cio, key, "decisions", verb="approve")
        assert company.purchase(key).state == "approved"
        assert press(cmo, key, "undo").status_code in (403, 409)
        assert press(cio, key, "revoke", comment="").status_code == 422
        assert press(cio, key, "revoke", comment="The vendor went under").status_code == 303
        assert company.purchase(key).state == "approved"
        assert press(cmo, key, "revocation/answer", answer="yes").status_code == 303
        assert company.purchase(key).state == "revoked"

    def test_a_draft_that_lacks_something_leads_to_the_form_that_says_what(
        self, pages_as: As, company: Company
    ) -> None:
        key = company.drafted(vendor=None)
        answer = press(pages_as("mika"), key, "submit")
        assert answer.status_code == 422
        assert 'id="f-vendor-error"' in answer.text

    def test_a_draft_shows_who_will_decide_and_what_is_still_needed(self, pages_as: As, company: Company) -> None:
        ready, key = company.drafted(), company.drafted(vendor=None)
        assert say("purchase.plan.ready") in pages_as("mika").get(f"/purchases/{ready}").text
        page = pages_as("mika").get(f"/purchases/{key}").text
        way = page.partition(say("purchase.plan.title"))[2]
        with company.indoors():
            names = [i18n.Reader("ja").name(company.member(name)) for name in ("cmo", "cio")]
        assert all(name in way for name in names)
        assert f'href="/purchases/{key}/edit#f-vendor"' in way
        company.filed()
        assert say("purchase.plan.ready") not in pages_as("mika").get("/purchases/PR-3").text, "it is on its way"

    def test_whoever_is_shown_a_draft_sees_its_way_and_no_door_to_its_form(
        self, pages_as: As, company: Company
    ) -> None:
        key = company.drafted(vendor=None)
        with company.indoors():
            purchases.share(company.member("mika"), key, ["kenji@example.com"], None, now=company.now)
        page = pages_as("kenji").get(f"/purchases/{key}").text
        assert say("purchase.plan.missing", n=1) in page
        assert "#f-vendor" not in page

    def test_a_copy_opens_its_form_under_a_new_number(self, pages_as: As, company: Company) -> None:
        key = company.decided()
        assert press(pages_as("mika"), key, "copy").location == "/purchases/PR-2/edit"

    def test_a_request_is_given_up_for_good(self, pages_as: As, company: Company) -> None:
        key, page = company.drafted(), pages_as("mika")
        assert press(page, key, "drop").status_code == 303
        assert company.purchase(key).state == "dropped"


class TestTheList:
    def test_it_is_narrowed_by_state_owner_department_and_vendor(self, pages_as: As, company: Company) -> None:
        company.filed(title="Mine pending", vendor="Aozora")
        company.drafted(title="Mine written")
        company.filed("nao", title="Of Nao")
        page = pages_as("mika")
        company.filed("mika", title="Decided later", vendor="ＡＯＺＯＲＡ")
        found = {
            query: _titles(page.get(f"/purchases{query}").text)
            for query in ("?mine=yes", "?state=draft", "?vendor=aozora", "?department=it")
        }
        assert found == {
            "?mine=yes": {"Mine pending", "Mine written", "Decided later"}, "?state=draft": {"Mine written"},
            "?vendor=aozora": {"Mine pending", "Decided later"}, "?department=it": set(),
        }  # fmt: skip

    def test_it_turns_its_pages(self, pages_as: As, company: Company) -> None:
        for number in range(21):
            company.drafted(title=f"Draft {number}")
        page = pages_as("mika")
        assert len(_titles(page.get("/purchases").text)) == 20
        assert _titles(page.get("/purchases?page=2").text) == {"Draft 0"}

    @pytest.mark.parametrize(
        "query",
        ["?page=0", "?page=-1", "?page=x", "?page=99999", "?state=weird", "?department=%00", "?vendor=" + "x" * 3000],
    )
    def test_odd_queries_are_harmless(self, pages_as: As, query: str) -> None:
        assert pages_as("mika").get(f"/purchases{query}").status_code == 200

    def test_amounts_are_shown_only_where_they_may_be(self, pages_as: As, company: Company) -> None:
        company.filed(visibility="company", amount="777777")
        assert "777,777" in pages_as("mika").get("/purchases").text
        seen = pages_as("emma").get("/purchases").text
        assert "Mail campaign tool" in seen
        assert "777,777" not in seen


def test_the_history_names_people_in_the_readers_language(pages_as: As, company: Company) -> None:
    key = company.decided()
    with company.indoors():
        people.set_locale(company.member("cio"), "en", now=company.now)
    assert "Yuki Mori" in pages_as("cio").get(f"/purchases/{key}").text
    assert "森 由紀" in pages_as("mika").get(f"/purchases/{key}").text


def _titles(page: str) -> set[str]:
    return set(re.findall(r'<td[^>]*><a href="/purchases/PR-\d+">([^<]+)</a>', page))


def test_a_returned_request_says_first_who_sent_it_back_and_why(pages_as: As, company: Company) -> None:
    key = company.filed()
    company.decide(key, "cmo", "return", "Name the price list")
    page = pages_as("mika").get(f"/purchases/{key}").text
    assert page.index("Name the price list") < page.index("<h1")
    assert say("purchase.page.returned_by", who="森 由紀") in page
