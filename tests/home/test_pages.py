"""The pages that belong to nobody alone: the way in, the inbox, search, the API's page, status."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from collab.escalations import service as escalations
from collab.kernel import i18n
from collab.outbox import service as outbox
from collab.people import service as people
from collab.subjects import queries as subjects
from collab.subjects import service as indexing
from tests.factories import Company
from tests.factories.company import PEOPLE
from tests.parts.clients import Api, Pages

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HERE = [person.name for person in PEOPLE if person.name != "left"]


def words(key: str, **args: object) -> str:
    return i18n.Reader("en").say(key, **args)


def post(client: object, path: str, data: dict[str, str]) -> TestResponse:
    """Post a form of the first page."""
    token = CSRF.search(client.get("/").text)[1]
    return client.post(path, data={"csrf_token": token, **data})


class TestTheSampleCompany:
    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {"COLLAB_DEMO": "1"}

    def test_the_first_button_enters_as_the_cmo_and_says_how_much_waits(self, company: Company, travel: object) -> None:
        company.filed()
        company.filed(title="Another")
        page = company.app.test_client().get("/", headers={"Accept-Language": "en"}).text
        button = re.search(
            r'value="([^"]+@example.com)".*?<button class="btn primary".*?</svg>([^<]+)<', page, re.DOTALL
        )
        assert button.groups() == ("cmo@example.com", "Enter as the CMO: 2 things wait")

    def test_entering_starts_a_new_session_and_leaving_ends_it_for_good(self, company: Company, travel: object) -> None:
        client = company.app.test_client()
        post(client, "/enter", {"email": "mika@example.com"})
        kept = client.get_cookie("collab").value
        assert "田辺 美香" in client.get("/").text
        post(client, "/leave", {})
        client.set_cookie("collab", kept)
        assert "田辺 美香" not in client.get("/").text

    def test_a_planted_session_is_not_taken_over(self, company: Company, travel: object) -> None:
        client = company.app.test_client()
        client.get("/")
        with client.session_transaction() as planted:
            planted["note"] = "planted"
        post(client, "/enter", {"email": "mika@example.com"})
        with client.session_transaction() as now:
            assert "note" not in now

    @pytest.mark.parametrize("email", ["left@example.com", "nobody@example.com", "", "x" * 5000])
    def test_whoever_is_not_here_cannot_be_entered_as(self, company: Company, travel: object, email: str) -> None:
        assert post(company.app.test_client(), "/enter", {"email": email}).status_code == 404

    def test_entering_needs_the_form(self, company: Company, travel: object) -> None:
        assert company.app.test_client().post("/enter", data={"email": "mika@example.com"}).status_code == 400

    def test_entering_leads_back_only_into_our_own_pages(self, company: Company, travel: object) -> None:
        client = company.app.test_client()
        for wanted, led in (
            ("/goals", "/goals"),
            ("https://evil.example", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
        ):
            assert post(client, "/enter", {"email": "mika@example.com", "next": wanted}).location == led
            post(client, "/leave", {})

    def test_a_deactivated_member_is_out_at_once(self, company: Company, travel: object) -> None:
        client = company.app.test_client()
        post(client, "/enter", {"email": "nao@example.com"})
        company.leaves("nao")
        assert client.get("/purchases").location == "/?next=/purchases"


def test_without_the_sample_company_nobody_enters_by_name(company: Company, travel: object) -> None:
    client = company.app.test_client()
    page = client.get("/", headers={"Accept-Language": "en"}).text
    assert words("home.enter.closed_how") in page
    assert "example.com" not in page
    assert post(client, "/enter", {"email": "cmo@example.com"}).status_code == 404
    assert client.get("/components").status_code == 404


@pytest.mark.parametrize("name", HERE)
def test_the_inbox_shows_the_rows_and_the_count_of_the_one_inbox(
    company: Company, pages_as: Callable[[str], Pages], name: str
) -> None:
    for number in range(9):
        company.filed(title=f"Thing {number}")
    company.decide("PR-1", "cmo", "return")
    page = pages_as(name).get("/").text
    with company.indoors():
        expected = [row.key for row in subjects.inbox(company.member(name), company.now)]
    asks = "".join(re.findall(r'<ul class="asks">.*?</ul>', page, re.DOTALL))
    assert re.findall(r"<h2><a href=\"/purchases/(PR-\d+)\">", asks) == expected
    counted = re.search(r'class="count"[^>]*>(\d+)<', page)
    assert int(counted[1] if counted else 0) == len(expected)
    assert ("<details" in page.partition('<ul class="asks">')[2]) == (len(expected) > 7)


def test_an_empty_inbox_says_what_comes_next(pages_as: Callable[[str], Pages], company: Company) -> None:
    with company.indoors():
        people.set_locale(company.member("cmo"), "en", now=company.now)
    assert words("home.nothing_next") in pages_as("cmo").get("/").text


@pytest.mark.parametrize(("who", "may"), [("mika", True), ("auditor", True), ("agency", False)])
def test_the_authority_table_is_offered_to_whoever_may_read_it(
    pages_as: Callable[[str], Pages], company: Company, who: str, *, may: bool
) -> None:
    pages = pages_as(who)
    assert ('href="/routes"' in pages.get("/").text, pages.get("/routes").status_code == 200) == (may, may)


def test_my_own_requests_say_with_whom_they_are(pages_as: Callable[[str], Pages], company: Company) -> None:
    company.filed(title="Under way")
    company.drafted(title="Only written")
    page = pages_as("mika").get("/").text
    assert "森 由紀" in page
    assert "Only written" in page


def test_search_finds_two_character_words_and_only_what_one_may_see(
    pages_as: Callable[[str], Pages], company: Company
) -> None:
    company.filed(title="来期の予算管理ツール")
    with company.indoors():
        indexing.index()
    assert "来期の予算管理ツール" in pages_as("cmo").get("/search?q=予算").text
    assert "来期の予算管理ツール" not in pages_as("emma").get("/search?q=予算").text
    assert pages_as("cmo").get("/search?q=ＰＲ－１").location == "/purchases/PR-1"


def test_the_language_is_kept_with_the_member(pages_as: Callable[[str], Pages], company: Company) -> None:
    page = pages_as("mika")
    assert 'lang="ja"' in page.get("/").text
    page.send("/language", {"lang": "en", "next": "/goals"})
    assert 'lang="en"' in page.get("/").text
    page.send("/language", {"lang": "xx"})
    assert company.member("mika").locale == "en"


def test_status_is_for_operators_with_a_token(as_: Callable[[str | None], Api], company: Company) -> None:
    status = {name: _status(company.app, as_, name) for name in (None, "mika", "cmo", "admin", "auditor")}
    assert {name: response.status_code for name, response in status.items()} == {
        None: 401, "mika": 403, "cmo": 403, "admin": 200, "auditor": 200,
    }  # fmt: skip


def test_status_says_degraded_and_why_until_a_sweep_has_run(as_: Callable[[str | None], Api], company: Company) -> None:
    before = _status(company.app, as_, "admin").json
    with company.indoors():
        outbox.sweep(now=company.now)
        escalations.sweep(now=company.now)
    after = _status(company.app, as_, "admin").json
    assert (before["state"], after["state"]) == ("degraded", "ok")
    assert "no sweep" in before["reasons"][0]


def _status(app: Flask, as_: Callable[[str | None], Api], name: str | None) -> TestResponse:
    headers = as_(name)._headers
    return app.test_client().get("/status", headers=headers)


def test_the_page_of_the_api_names_every_operation(company: Company, as_: Callable[[str | None], Api]) -> None:
    client = company.app.test_client()
    document, page = client.get("/api/openapi.json").json, client.get("/docs").text
    assert [path for path in document["paths"] if path not in page] == []
    assert 'src="http' not in page


@pytest.mark.parametrize("name", HERE)
def test_looking_at_pages_changes_nothing(company: Company, pages_as: Callable[[str], Pages], name: str) -> None:
    company.filed(visibility="company")
    page = pages_as(name)
    with company.indoors():
        before = subjects.list_heads()
    for path in (
        "/",
        "/purchases",
        "/purchases/PR-1",
        "/purchases/new",
        "/goals",
        "/goals/G-1",
        "/routes",
        "/search?q=x",
        "/docs",
    ):
        assert page.get(path).status_code in (200, 403, 404), path
    with company.indoors():
        assert subjects.list_heads() == before


@pytest.mark.parametrize(
    "elsewhere", ["/a\r\nSet-Cookie: x=1", "/\t/evil.example", "//evil.example", "/\\evil.example"]
)
def test_a_way_back_leads_nowhere_else_and_holds_no_line_break(
    pages_as: Callable[[str], Pages], elsewhere: str
) -> None:
    answer = pages_as("mika").send("/language", {"lang": "en", "next": elsewhere})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_link_with_a_line_break_asks_to_come_in_like_any_other(company: Company) -> None:
    answer = company.app.test_client().get("/link/a%0d%0ab%26c")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?next=/link/a%250D%250Ab%26c")


def test_what_a_member_reads_is_kept_by_no_proxy(pages_as: Callable[[str], Pages], as_: Callable[[str], Api]) -> None:
    pages = pages_as("mika")
    for answer in (pages.get("/"), pages.get("/purchases")):
        assert answer.headers["Cache-Control"] == "private, no-store"
    for answer in (as_("mika").get("/purchases"), as_("mika").get("/me/inbox")):
        assert answer.headers["Cache-Control"] == "private, no-cache"
    with pages.get("/static/collab.css") as style:
        assert "private" not in style.headers["Cache-Control"]
