"""What somebody tries who means it: learning what is hidden, counting anew, another's address, an old way back in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from collab.access.queries.keys import find_session, find_token
from collab.access.rules import claims
from collab.access.rules.doors import Door
from collab.access.service import ending, inviting, returning, sessions, staying, tokens
from collab.goals.service.sharing import add_contributor
from collab.kernel.errors import NotNow
from collab.subjects import queries as subjects
from collab.tasks.service.passing import share
from tests.factories import NOW, Company
from tests.factories.initiatives import an_initiative
from tests.factories.tasks import Tasks
from tests.parts.clients import Api

As = Callable[[str | None], Api]
RIE = {"email": "rie@kumo.example", "name": "Rie Ogawa", "partner": "kumo"}


def test_a_token_tells_nobody_what_there_is(company: Company, as_: As) -> None:
    hidden = company.filed(visibility="involved")
    ask = {"label": "Probe", "scope": "measurements"}
    answers = {
        (name, key): as_(name).post("/me/tokens", {**ask, "limited_to": [key]})
        for name in ("nao", "agency")
        for key in (hidden, "PR-999")
    }
    assert {answer.status_code for answer in answers.values()} == {422}
    for name in ("nao", "agency"):
        assert answers[name, hidden].text == answers[name, "PR-999"].text.replace("PR-999", hidden)


def test_calls_of_one_token_are_counted_together_however_it_is_written(company: Company, app: Flask) -> None:
    client, token = app.test_client(), company.token("nao")
    minute = app.extensions["limits"].minute
    minute.count("nobody", NOW.timestamp())
    minute.calls.clear()
    for written in (f"Bearer {token}", f"bearer {token}", f"BEARER   {token} "):
        assert client.get("/api/v1/me", headers={"Authorization": written}).status_code == 200
    assert list(minute.calls.values()) == [3]
    minute.calls.clear()
    for number in range(3):
        client.get("/sign-in", headers={"Authorization": f"Bearer made-up-{number}"})
    assert list(minute.calls.values()) == [3], "a page carries no token: what stands there changes nothing"


@pytest.mark.parametrize(
    ("address", "let_in"),
    [
        ("mika@example.com", True), ("mika@EXAMPLE.com", True), ("mika@sub.example.com", False),
        ("mika@notexample.com", False), ("example.com@evil.test", False),
    ],
)  # fmt: skip
def test_a_domain_is_all_that_stands_behind_the_sign(address: str, *, let_in: bool) -> None:
    assert Door("company", "https://idp.test", "collab", ("example.com",)).takes(address) is let_in


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("Mika@Example.com", "mika@example.com"), (" mika@example.com", "mika@example.com"), ("Mi\u212aa@example.com", ""),
        ("m\u0130ka@example.com", ""), ("mika@\u212aumo.example", ""), ("みか@example.com", "みか@example.com"),
    ],
)  # fmt: skip
def test_an_address_of_other_letters_is_not_somebody_elses(said: str, address: str) -> None:
    door = Door("company", "https://issuer.test", "collab")
    found = claims.who({"sub": "1", "email": said, "email_verified": True}, door, NOW)
    assert (found.email, found.email_verified) == (address, bool(address))


class TestAGuestWhoComesAgain:
    @pytest.fixture
    def guest(self, company: Company) -> Any:
        return self.comes(company)

    def comes(self, company: Company) -> Any:
        with company.indoors():
            code = inviting.invite(company.member("cmo"), RIE, now=company.now).code
            return inviting.accept(code, signed_in=None, browser="test", now=company.now).member

    def leaves(self, company: Company, guest: Any) -> None:
        with company.indoors():
            staying.end(company.member("cmo"), guest.id, now=company.now)

    def test_sees_nothing_of_what_was_shared_before(self, company: Company, guest: Any) -> None:
        tasks = Tasks(company)
        keys = [tasks.ask("cmo", "it"), tasks.ask("cmo", "it"), an_initiative(company)]
        with company.indoors():
            for key in keys[:2]:
                share(company.member("cmo"), key, members=[RIE["email"]], now=company.now)
            add_contributor(company.member("cmo"), "G-1", RIE["email"], now=company.now)
            assert set(subjects.list_summaries(guest, [*keys, "G-1"])) == {*keys[:2], "G-1"}
        tasks.do("withdraw", keys[0], "cmo", reason="Not needed")
        self.leaves(company, guest)
        again = self.comes(company)
        with company.indoors():
            assert again.id == guest.id
            assert subjects.list_summaries(again, [*keys, "G-1"]) == {}

    def test_does_not_come_by_a_way_back_of_before(self, company: Company, guest: Any) -> None:
        with company.indoors():
            code = returning.make_link(company.member("cmo"), guest.id, now=company.now)
        self.leaves(company, guest)
        self.comes(company)
        with company.indoors(), pytest.raises(NotNow):
            returning.enter(code, browser="test", now=company.now)

    def test_nor_by_a_session_or_a_token_of_before(self, company: Company, guest: Any) -> None:
        with company.indoors():
            session = sessions.sign_in(guest, browser="test", way="link", now=company.now)
            token = tokens.create_token(guest, label="Report", by=guest, now=company.now)
            assert find_session(session, company.now)
            assert find_token(token, company.now)
        self.leaves(company, guest)
        assert self.comes(company).id == guest.id
        with company.indoors():
            assert find_session(session, company.now) is None
            assert find_token(token, company.now) is None

    def test_nor_when_an_administrator_ended_all_access(self, company: Company, guest: Any) -> None:
        with company.indoors():
            code = returning.make_link(company.member("cmo"), guest.id, now=company.now)
            assert ending.end_all(company.member("admin"), RIE["email"], now=company.now) == (1, 0)
            with pytest.raises(NotNow):
                returning.enter(code, browser="test", now=company.now + timedelta(minutes=1))
