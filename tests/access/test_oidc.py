"""Signing in at a real provider, which runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import time_machine
from flask import Flask
from sqlalchemy import select

from collab.access.models import Identity, Session, SpentSignIn
from collab.audit.models import Entry
from collab.kernel.db import db
from config.settings import Provider, SignIn
from tests.access.browsing import Browser, with_ways
from tests.factories import Company
from tests.parts.providers import came_back, press, real_provider

USERS: dict[str, dict[str, Any]] = {
    "u-mika": {"email": "Mika@example.com", "email_verified": True, "name": "Mika Tanabe"},
    "u-cmo": {"email": "cmo@example.com", "email_verified": True},
    "u-doubtful": {"email": "kenji@example.com", "email_verified": False},
    "u-silent": {"email": "kenji@example.com"},
    "u-left": {"email": "left@example.com", "email_verified": True},
    "u-new": {"email": "new@example.com", "email_verified": True, "name": "Nina New", "locale": "ja-JP"},
    "u-guest": {"email": "agency@example.com", "email_verified": True},
    "u-elsewhere": {"email": "mika@elsewhere.test", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider(USERS) as found:
        yield found


@pytest.fixture
def ways(issuer: str) -> SignIn:
    return SignIn(company=Provider(issuer=issuer, client_id="collab", client_secret="s&cret of ours"))


@pytest.fixture
def company(app: Flask, ways: SignIn) -> Company:
    return with_ways(app, ways)


@pytest.fixture
def visitor(company: Company) -> Browser:
    return Browser(company.app)


def signed_in(company: Company, sub: str, **options: Any) -> tuple[Browser, Any]:
    browser = Browser(company.app)
    return browser, browser.come_back(**press(browser.leave_for(**options), sub))


def rows(company: Company, table: Any) -> list[Any]:
    with company.indoors():
        return list(db.session.scalars(select(table)))


def verbs(company: Company, email: str) -> list[str]:
    with company.indoors():
        return list(
            db.session.scalars(select(Entry.verb).where(Entry.subject_key == f"member:{email}").order_by(Entry.seq))
        )


def test_a_member_signs_in_and_comes_to_where_they_wanted(company: Company, issuer: str, visitor: Browser) -> None:
    assert visitor.get("/goals?side=it").location == "/?next=/goals%3Fside%3Dit"
    url = visitor.leave_for(leads_to="/goals?side=it")
    asked = came_back(url)
    assert url.startswith(f"{issuer}/oauth2/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", "collab")
    assert asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/callback"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    done = visitor.come_back(**press(url, "u-mika"))
    assert (done.status_code, done.location) == (303, "/goals?side=it")
    assert visitor.is_in
    (identity,) = rows(company, Identity)
    assert (identity.issuer, identity.subject, identity.email) == (issuer, "u-mika", "mika@example.com")
    assert verbs(company, "mika@example.com")[-2:] == ["account_bound", "sign_in"]


def test_a_get_starts_nothing(company: Company, visitor: Browser) -> None:
    page = visitor.get("/sign-in?next=/goals")
    assert page.status_code == 200
    assert "Refresh" not in page.headers
    with visitor.client.session_transaction() as held:
        assert "sign_in" not in held
    assert visitor.client.post("/sign-in", data={"way": "company"}).status_code == 400, "a form of another site"


@pytest.mark.parametrize(
    "wanted", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/\r\nX: y"]
)
def test_it_leads_back_only_into_our_own_pages(company: Company, wanted: str) -> None:
    _, done = signed_in(company, "u-mika", leads_to=wanted)
    assert (done.status_code, done.location) == (303, "/")


def test_the_subject_counts_afterwards_not_the_address(company: Company, issuer: str) -> None:
    signed_in(company, "u-cmo")
    requests.put(f"{issuer}/users/u-cmo", json={"email": "mika@example.com", "email_verified": True}, timeout=5)
    browser, _ = signed_in(company, "u-cmo")
    assert "森 由紀" in browser.get("/me").text
    requests.put(f"{issuer}/users/u-cmo2", json={"email": "cmo@example.com", "email_verified": True}, timeout=5)
    other, refused = signed_in(company, "u-cmo2")
    assert (refused.status_code, other.is_in) == (403, False)
    assert "Another account is yours here already" in refused.text
    requests.put(f"{issuer}/users/u-cmo", json=USERS["u-cmo"], timeout=5)


@pytest.mark.parametrize(
    ("sub", "said"),
    [
        ("u-doubtful", "Your e-mail address is not confirmed"),
        ("u-silent", "Your e-mail address is not confirmed"),
        ("u-left", "Your access has ended"),
        ("u-new", "We do not know you yet"),
        ("u-guest", "This is not your sign-in"),
    ],
)
def test_who_is_not_let_in(company: Company, sub: str, said: str) -> None:
    browser, refused = signed_in(company, sub)
    assert refused.status_code == 403
    assert said in refused.text
    assert not browser.is_in
    assert rows(company, Session) == rows(company, Identity) == []


def test_a_refusal_is_said_in_the_readers_language_and_noted(company: Company) -> None:
    browser = Browser(company.app, "ja")
    refused = browser.come_back(**press(browser.leave_for(), "u-left"))
    assert "ご利用は終了しています" in refused.text
    assert verbs(company, "left@example.com")[-1] == "sign_in_refused"


def test_somebody_who_has_left_is_out_although_the_provider_knows_them(company: Company) -> None:
    browser, _ = signed_in(company, "u-mika")
    company.leaves("mika")
    assert not browser.is_in
    again, refused = signed_in(company, "u-mika")
    assert (refused.status_code, again.is_in) == (403, False)


class TestDomains:
    @pytest.fixture
    def ways(self, ways: SignIn) -> SignIn:
        return replace(ways, domains=("example.com", "example.co.jp"), members_join=True)

    def test_whoever_has_an_address_of_ours_becomes_a_member(self, company: Company) -> None:
        browser, done = signed_in(company, "u-new")
        assert (done.status_code, browser.is_in) == (303, True)
        new = company.member("new@example.com")
        assert (new.name_en, new.departments, new.roles, new.locale) == ("Nina New", (), frozenset({"member"}), "ja")

    def test_others_do_not(self, company: Company) -> None:
        browser, refused = signed_in(company, "u-elsewhere")
        assert (refused.status_code, browser.is_in) == (403, False)
        assert "Sign in with your company account" in refused.text

    def test_nor_does_an_unconfirmed_address_or_somebody_who_left(self, company: Company) -> None:
        for sub in ("u-doubtful", "u-left"):
            assert signed_in(company, sub)[1].status_code == 403


class TestAnAnswer:
    """Of the provider, used twice, elsewhere, or changed on its way."""

    def test_is_used_up_by_being_used(self, company: Company, visitor: Browser) -> None:
        came = press(visitor.leave_for(), "u-mika")
        kept = visitor.client.get_cookie("collab").value
        assert visitor.come_back(**came).status_code == 303
        visitor.client.set_cookie("collab", kept)
        again = visitor.come_back(**came)
        assert again.status_code == 403
        assert "This sign-in is over" in again.text
        assert len(rows(company, Session)) == len(rows(company, SpentSignIn)) == 1

    def test_opens_nothing_in_another_browser(self, company: Company, visitor: Browser) -> None:
        came = press(visitor.leave_for(), "u-mika")
        other = Browser(company.app)
        other.leave_for()
        assert other.come_back(**came).status_code == 403
        assert not other.is_in

    @pytest.mark.parametrize(("seconds", "status"), [(590, 303), (601, 403)])
    def test_is_waited_for_ten_minutes(self, company: Company, visitor: Browser, seconds: int, status: int) -> None:
        """The provider's clock goes on as ever: only ours is later."""
        came = press(visitor.leave_for(), "u-mika")
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
            answer = visitor.come_back(**came)
            assert (answer.status_code, visitor.is_in) == (status, status == 303)

    @pytest.mark.parametrize("state", [None, "", "wrong", "ä", pytest.param("x" * 5000, id="long")])
    def test_with_another_state_is_none(self, company: Company, visitor: Browser, state: str | None) -> None:
        came = press(visitor.leave_for(), "u-mika")
        sent = {"code": came["code"], **({} if state is None else {"state": state})}
        refused = visitor.come_back(**sent)
        assert (refused.status_code, visitor.is_in) == (403, False)

    def test_with_a_code_of_another_attempt_is_refused(self, company: Company, visitor: Browser) -> None:
        """The other's code was made for another challenge and another nonce."""
        stolen = press(Browser(company.app).leave_for(), "u-cmo")["code"]
        mine = press(visitor.leave_for(), "u-mika")
        refused = visitor.come_back(code=stolen, state=mine["state"])
        assert (refused.status_code, visitor.is_in) == (403, False)

    def test_with_a_made_up_code_is_refused(self, company: Company, visitor: Browser) -> None:
        state = came_back(visitor.leave_for())["state"]
        refused = visitor.come_back(code="made-up", state=state)
        assert refused.status_code == 403
        assert "The provider did not confirm the sign-in" in refused.text

    def test_may_be_no(self, company: Company, visitor: Browser) -> None:
        state = came_back(visitor.leave_for())["state"]
        refused = visitor.come_back(error="access_denied", error_description="<b>no</b>", state=state)
        assert "The sign-in was cancelled" in refused.text
        assert "<b>no</b>" not in refused.text


def test_leaving_offers_to_leave_the_provider_as_well(company: Company, issuer: str) -> None:
    browser, _ = signed_in(company, "u-mika")
    left = browser.press("/me", "/leave")
    assert left.location == "/sign-in?left=company"
    assert f"{issuer}/oauth2/end_session?client_id=collab" in browser.get(left.location).text
    assert not browser.is_in


def test_proving_it_again_is_a_new_session_of_the_same_member(company: Company) -> None:
    browser, _ = signed_in(company, "u-mika")
    before = browser.client.get_cookie("collab").value
    asked = came_back(url := browser.leave_for(again=True, leads_to="/me/access"))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert browser.come_back(**press(url, "u-mika")).location == "/me/access"
    assert [row.revoked_at is None for row in rows(company, Session)] == [False, True]
    browser.client.set_cookie("collab", before)
    assert not browser.is_in


def test_somebody_else_does_not_prove_it_for_whoever_is_signed_in(company: Company) -> None:
    browser, _ = signed_in(company, "u-mika")
    refused = browser.come_back(**press(browser.leave_for(again=True), "u-cmo"))
    assert "別の方のアカウントです" in refused.text
    assert "田辺 美香" in browser.get("/me").text
