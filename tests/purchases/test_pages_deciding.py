"""The page of a request for whoever is asked: each kind of question has its buttons, nothing typed is lost, nobody is skipped
unnamed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from collab.approvals.queries import get_chain
from collab.kernel import i18n
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.service import Terms
from tests.factories import Company
from tests.parts.clients import Pages

As = Callable[[str], Pages]
BOOK = """
currency = "JPY"
[[route]]
code = "views"
priority = 1
when = { category = ["martech"] }
[[route.step]]
name = "Legal"
kind = "consult"
parallel = "views"
branch = "legal"
seats = ["member:nao@example.com"]
[[route.step]]
name = "Customer"
kind = "advocate"
parallel = "views"
branch = "customer"
seats = ["member:service-lead@example.com"]
[[route.step]]
name = "Finance"
seats = ["office:CFO"]
[[route.step]]
name = "President"
seats = ["office:CEO"]
[[route]]
code = "plain"
priority = 2
bulk = true
[[route.step]]
name = "Department lead"
name_ja = "部門長"
seats = ["office:CMO"]
[[route.step]]
name = "Finance"
seats = ["office:CFO"]
[[route.step]]
name = "President"
seats = ["office:CEO"]
"""


@pytest.fixture(autouse=True)
def book(company: Company) -> None:
    """Routes with a consultation, an advocate and two who decide; and plain ones that may be approved together."""
    company.routes(BOOK)


@pytest.fixture
def views(company: Company) -> str:
    """A request on which views are asked."""
    return company.filed()


@pytest.fixture
def heard(company: Company, views: str) -> str:
    """Legal disagrees, and it is worse for the customer."""
    company.decide(views, "service-lead", "advocate", "They wait longer.", opinion="worse", stage="use")
    company.decide(views, "nao", "consult", "Not this contract.", opinion="disagree")
    return views


@pytest.fixture
def plain(company: Company) -> str:
    """A request that only asks for approval."""
    return company.filed("mika", category="other")


def say(key: str, **args: object) -> str:
    return i18n.Reader("ja").say(key, **args)


def press(page: Pages, key: str, deed: str, **fields: str) -> TestResponse:
    """Press a button on the page of a request."""
    return page.send(f"/purchases/{key}/{deed}", fields, page=f"/purchases/{key}")


def states(company: Company, key: str) -> list[str]:
    with company.indoors():
        return [seat.state for seat in get_chain(key).seats]


class TestEachKindOfQuestion:
    @pytest.mark.parametrize(
        ("name", "way", "verbs"), [("nao", "consult", {"consult"}), ("service-lead", "advocate", {"advocate"})]
    )
    def test_a_view_is_asked_for_and_neither_a_yes_nor_a_no(
        self, pages_as: As, company: Company, views: str, name: str, way: str, verbs: set[str]
    ) -> None:
        page = pages_as(name).get(f"/purchases/{views}").text
        title = company.purchase(views).title
        assert say(f"purchase.headline.{way}", title=title) in page
        assert set(re.findall(r'name="verb" value="(\w+)"', page)) == verbs

    def test_one_press_agrees(self, pages_as: As, company: Company, views: str) -> None:
        assert press(pages_as("nao"), views, "decisions", verb="consult", opinion="agree").status_code == 303
        assert states(company, views)[0] == "answered"

    def test_an_objection_without_words_is_asked_for_them_and_stays_chosen(
        self, pages_as: As, company: Company, views: str
    ) -> None:
        answer = press(pages_as("nao"), views, "decisions", form="opinion", verb="consult", opinion="disagree")
        assert answer.status_code == 422
        assert 'id="f-opinion-comment-error"' in answer.text
        assert re.search(r'value="disagree" checked', answer.text)
        assert states(company, views)[0] == "waiting"

    def test_an_advocate_says_at_which_stage(self, pages_as: As, company: Company, views: str) -> None:
        page = pages_as("service-lead")
        answer = press(
            page, views, "decisions", form="advocate", verb="advocate", opinion="worse", comment="They wait."
        )
        assert answer.status_code == 422
        assert 'id="f-advocate-stage-error"' in answer.text
        assert "They wait." in answer.text
        assert (
            press(
                page, views, "decisions", verb="advocate", opinion="worse", comment="They wait.", stage="use"
            ).status_code
            == 303
        )

    def test_the_last_yes_over_a_worse_takes_words(self, pages_as: As, company: Company, heard: str) -> None:
        company.decide(heard, "cfo")
        page = pages_as("ceo")
        assert say("purchase.act.override") in page.get(f"/purchases/{heard}").text
        answer = press(page, heard, "decisions", form="approve", verb="approve", seen_version="1")
        assert answer.status_code == 422
        assert 'id="f-approve-comment-error"' in answer.text
        done = press(
            page, heard, "decisions", form="approve", verb="approve", comment="We shall mend it.", seen_version="1"
        )
        assert done.status_code == 303
        assert company.purchase(heard).state == "approved"

    def test_what_was_said_stands_before_the_decider_objections_first(
        self, pages_as: As, company: Company, views: str
    ) -> None:
        company.decide(views, "service-lead", "advocate", opinion="better", stage="use", comment="Good.")
        company.decide(views, "nao", "consult", "<b>Not</b> this contract.", opinion="disagree")
        page = pages_as("cfo").get(f"/purchases/{views}").text
        heard = page[page.index(say("purchase.page.heard")) : page.index(say("purchase.page.details"))]
        assert heard.index(say("approval.view.disagree")) < heard.index(say("approval.view.better"))
        assert "&lt;b&gt;Not&lt;/b&gt;" in heard


class TestTheWay:
    def test_sent_back_to_a_step_it_comes_again_and_says_from_whom(
        self, pages_as: As, company: Company, heard: str
    ) -> None:
        company.decide(heard, "cfo")
        fields = {"form": "return", "verb": "return", "comment": "Ask legal again.", "return_to": "1", "resume": "here"}
        assert press(pages_as("ceo"), heard, "decisions", **fields).status_code == 303
        page = pages_as("nao").get(f"/purchases/{heard}").text
        assert "Ask legal again." in page
        assert say("purchase.page.returned_by", who="青木 陽翔") in page
        assert say("approval.page.asked_anew", who="石井 直", verb=say("approval.view.disagree")) in page

    def test_a_step_that_was_never_asked_is_no_way_back(self, pages_as: As, company: Company, plain: str) -> None:
        fields = {"form": "return", "verb": "return", "comment": "Hm.", "return_to": "3"}
        answer = press(pages_as("cmo"), plain, "decisions", **fields)
        assert answer.status_code == 422
        assert "Hm." in answer.text

    def test_side_by_side_is_said_in_words(self, pages_as: As, views: str) -> None:
        assert say("approval.page.beside", steps=["Customer"]) in pages_as("mika").get(f"/purchases/{views}").text


ROW = {
    "form": "conditions", "verb": "approve", "rows": "1", "condition0_text": "A data agreement", "seen_version": "1",
    "condition0_owner": "kenji@example.com", "condition0_due_on": "2026-12-18", "condition0_before_order": "yes",
}  # fmt: skip


class TestConditions:
    def test_without_script_another_row_is_a_press_and_nothing_is_lost(
        self, pages_as: As, company: Company, plain: str
    ) -> None:
        answer = press(pages_as("cmo"), plain, "decisions", **ROW, then="row")
        assert answer.status_code == 200
        assert 'value="A data agreement"' in answer.text
        assert 'name="condition1_text"' in answer.text
        assert states(company, plain)[0] == "waiting"

    def test_a_row_that_lacks_something_says_what(self, pages_as: As, plain: str) -> None:
        answer = press(pages_as("cmo"), plain, "decisions", **{**ROW, "condition0_due_on": ""})
        assert answer.status_code == 422
        assert 'id="f-condition0_due_on-error"' in answer.text
        assert 'value="kenji@example.com"' in answer.text

    def test_empty_rows_are_no_conditions(self, pages_as: As, company: Company, plain: str) -> None:
        sent = {**ROW, "rows": "3", "condition2_text": " "}
        assert press(pages_as("cmo"), plain, "decisions", **sent).status_code == 303
        assert states(company, plain)[0] == "approved"
        history = pages_as("cmo").get(f"/purchases/{plain}").text
        assert "A data agreement" in history


class TestHolding:
    def test_it_is_held_seen_and_taken_up_again(self, pages_as: As, company: Company, plain: str) -> None:
        cmo = pages_as("cmo")
        assert press(cmo, plain, "hold", reason="The budget is open.", until_on="2026-11-20").status_code == 303
        assert "The budget is open." in pages_as("mika").get(f"/purchases/{plain}").text
        assert f'action="/purchases/{plain}/release"' in cmo.get(f"/purchases/{plain}").text
        assert press(cmo, plain, "release").status_code == 303
        assert press(cmo, plain, "release").status_code == 409

    def test_a_day_too_far_away_is_asked_for_again_with_the_reason_kept(self, pages_as: As, plain: str) -> None:
        answer = press(pages_as("cmo"), plain, "hold", form="hold", reason="The budget is open.", until_on="2027-11-20")
        assert answer.status_code == 422
        assert 'id="f-hold-until_on-error"' in answer.text
        assert "The budget is open." in answer.text


class TestApprovingOver:
    def test_whoever_is_skipped_is_named_before_it_happens(self, pages_as: As, company: Company, plain: str) -> None:
        ceo = pages_as("ceo")
        assert say("purchase.act.lift_over", names=["森 由紀", "原 恵美"]) in ceo.get(f"/purchases/{plain}").text
        assert press(ceo, plain, "lift", seen_version="1").status_code == 303
        assert states(company, plain) == ["lifted", "lifted", "approved"]
        assert say("approval.page.lifted", who="青木 陽翔") in ceo.get(f"/purchases/{plain}").text

    def test_an_opinion_is_not_skipped_and_the_page_says_why(self, pages_as: As, company: Company, views: str) -> None:
        page = pages_as("ceo").get(f"/purchases/{views}").text
        assert say("error.not_liftable", step="Legal") in page
        assert "/lift" not in page
        assert press(pages_as("ceo"), views, "lift", seen_version="1").status_code == 403
        assert states(company, views)[0] == "waiting"

    def test_the_last_yes_over_a_worse_takes_words_here_too(self, pages_as: As, company: Company, heard: str) -> None:
        ceo = pages_as("ceo")
        refused = press(ceo, heard, "lift", form="lift", seen_version="1")
        assert refused.status_code == 422
        assert 'id="f-lift-comment-error"' in refused.text
        assert press(ceo, heard, "lift", comment="We shall mend it.", seen_version="1").status_code == 303
        assert company.purchase(heard).state == "approved"


class TestForSomebodyElse:
    def test_a_deputy_sees_for_whom_and_both_names_stay(self, pages_as: As, company: Company, plain: str) -> None:
        with company.indoors():
            today = people.today(company.now)
            given = staffing.propose_delegation(
                company.member("cmo"), deputy="nao@example.com", terms=Terms(today, today), now=company.now
            )
            staffing.confirm_delegation(company.member("nao"), given.id, now=company.now)
        nao = pages_as("nao")
        page = nao.get(f"/purchases/{plain}").text
        assert say("purchase.page.decides_for", name="森 由紀") in page
        assert 'name="acting_for" value="cmo@example.com"' in page
        assert f"/purchases/{plain}/hold" not in page
        fields = {"verb": "approve", "acting_for": "cmo@example.com", "seen_version": "1"}
        assert press(nao, plain, "decisions", **fields).status_code == 303
        after = pages_as("mika").get(f"/purchases/{plain}").text
        way = after[after.index('<ol class="route">') :]
        assert re.search(r"<b>石井 直</b> <small>[(（]代 森 由紀[)）]</small>", way)


class TestTogether:
    def test_what_may_go_together_is_ticked_and_each_says_what_became_of_it(
        self, pages_as: As, company: Company
    ) -> None:
        keys = [company.filed("mika", category="other", title=f"<i>No. {number}") for number in range(3)]
        cmo = pages_as("cmo")
        home = cmo.get("/").text
        assert say("home.together.title", step="部門長", n=3) in home
        assert all(f'value="{key}:1"' in home for key in keys)
        company.decide(keys[1], "cmo", "return")
        answer = cmo.send("/inbox/approve", {"item": [f"{keys[0]}:1", f"{keys[1]}:1"]}, page="/")
        assert answer.status_code == 200
        assert say("home.together.summary", done=1, n=2) in answer.text
        assert "&lt;i&gt;No. 0" in answer.text
        assert [company.purchase(key).state for key in keys] == ["pending", "returned", "pending"]
        assert [states(company, key)[0] for key in keys] == ["approved", "returned", "waiting"]

    @pytest.mark.parametrize("items", [[], ["PR-1"], ["PR-1:x"], ["x" * 500 + ":1"], ["PR-1:1"] * 2])
    def test_nonsense_approves_nothing(self, pages_as: As, company: Company, plain: str, items: list[str]) -> None:
        answer = pages_as("cmo").send("/inbox/approve", {"item": items, "comment": "All as agreed"}, page="/")
        assert answer.status_code == 422
        assert "All as agreed" in answer.text
        assert states(company, plain)[0] == "waiting"

    def test_nothing_ticked_is_said_beside_the_rows_and_the_comment_stays(self, pages_as: As, company: Company) -> None:
        keys = [company.filed("mika", category="other", title=f"No. {number}") for number in range(2)]
        answer = pages_as("cmo").send("/inbox/approve", {"comment": "All as agreed", "step": "部門長"}, page="/")
        assert answer.status_code == 422
        assert 'id="f-together1-item-error"' in answer.text
        assert 'value="All as agreed"' in answer.text
        assert all(f'name="item" value="{key}:1"' in answer.text for key in keys)
