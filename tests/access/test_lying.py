"""A provider whose answers are not right in one thing each: nobody is signed in, and the page says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from collab.access.provider import knowledge, wire
from config.settings import Provider, SignIn
from tests.access.browsing import Browser, with_ways
from tests.factories import Company
from tests.parts.providers import Liar, came_back, lying_provider, make_key, right_now

LONG_AGO, SOON = -10_000, 10_000


@pytest.fixture(scope="module")
def keys() -> tuple[RSAKey, RSAKey]:
    return make_key("one"), make_key("two")


@pytest.fixture
def liar(keys: tuple[RSAKey, RSAKey]) -> Iterator[Liar]:
    with lying_provider(keys[0]) as found:
        yield found


@pytest.fixture
def company(app: Flask, liar: Liar) -> Company:
    own = Provider(issuer=liar.issuer, client_id="collab", client_secret="shh")
    return with_ways(app, SignIn(company=own))


@pytest.fixture
def visitor(company: Company) -> Browser:
    return Browser(company.app)


def tries(visitor: Browser, liar: Liar, **more: str) -> Any:
    return visitor.come_back(**liar.answer(visitor.leave_for(), **more))


def said(visitor: Browser, answer: Any, status: int = 403) -> str:
    """What the refusal says."""
    assert answer.status_code == status, answer.text
    assert not visitor.is_in
    title = answer.text.split("<h1>")[1].split("</h1>")[0]
    return str(title)


def test_when_it_does_not_lie_one_is_in(visitor: Browser, liar: Liar) -> None:
    done = tries(visitor, liar, iss=liar.issuer)
    assert (done.status_code, done.location, visitor.is_in) == (303, "/goals", True)
    (posted,) = liar.posted
    assert len(posted["code_verifier"]) >= 43
    assert posted["redirect_uri"] == "http://127.0.0.1:8000/sign-in/callback"


@pytest.mark.parametrize(
    ("claims", "title"),
    [
        ({"nonce": "another"}, "The answer does not belong to this sign-in"),
        ({"nonce": None}, "The answer does not belong to this sign-in"),
        ({"iss": "https://evil.test"}, "The answer came from somewhere else"),
        ({"iss": None}, "The answer came from somewhere else"),
        ({"aud": "somebody-else"}, "The answer was meant for another service"),
        ({"aud": None}, "The answer was meant for another service"),
        ({"aud": ["collab", "other"]}, "The answer was meant for another service"),
        ({"aud": ["collab", "other"], "azp": "other"}, "The answer was meant for another service"),
        ({"azp": "other"}, "The answer was meant for another service"),
        ({"exp": LONG_AGO}, "The answer is too old"),
        ({"exp": None}, "The answer is too old"),
        ({"iat": SOON}, "The answer is too old"),
        ({"nbf": SOON}, "The answer is too old"),
        ({"sub": None}, "The provider&#39;s answer could not be read"),
        ({"sub": ""}, "The provider&#39;s answer could not be read"),
        ({"sub": 7}, "The provider&#39;s answer could not be read"),
        ({"sub": "x" * 256}, "The provider&#39;s answer could not be read"),
        ({"at_hash": "wrong"}, "The provider&#39;s answer could not be read"),
        ({"email_verified": "true"}, "Your e-mail address is not confirmed"),
        ({"email_verified": 1}, "Your e-mail address is not confirmed"),
        ({"email": "mika@example.com\n"}, "Your e-mail address is not confirmed"),
        ({"email": ["mika@example.com"]}, "Your e-mail address is not confirmed"),
        ({"email": "mika@example.com@evil.test"}, "Your e-mail address is not confirmed"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_claims(visitor: Browser, liar: Liar, claims: dict[str, Any], title: str) -> None:
    moments = {"exp", "iat", "nbf"}
    liar.says(**{name: right_now() + value if name in moments and value else value for name, value in claims.items()})
    assert said(visitor, tries(visitor, liar)) == title


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_signature_anybody_can_make_proves_nothing(visitor: Browser, liar: Liar, algorithm: str) -> None:
    liar.algorithm = algorithm
    assert said(visitor, tries(visitor, liar)) == "The answer is not signed by the provider"


def test_nor_does_one_of_another_key(visitor: Browser, liar: Liar, keys: tuple[RSAKey, RSAKey]) -> None:
    liar.published, liar.key = [keys[0]], keys[1]
    assert said(visitor, tries(visitor, liar)) == "The answer is not signed by the provider"


def test_a_new_key_is_looked_for_once_in_a_while(
    visitor: Browser, liar: Liar, keys: tuple[RSAKey, RSAKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tries(visitor, liar).status_code == 303
    liar.key = keys[1]
    assert tries(Browser(visitor.client.application), liar).status_code == 403, "looked a moment ago"
    assert liar.asked.count("/keys") == 1
    monkeypatch.setattr(knowledge, "AGAIN", 0.0)
    assert tries(Browser(visitor.client.application), liar).status_code == 303
    assert liar.asked.count("/keys") == 2
    assert liar.asked.count("/.well-known/openid-configuration") == 1, "what it says of itself is kept"


@pytest.mark.parametrize("iss", ["https://evil.test", ""])
def test_an_answer_that_names_another_issuer_is_not_its_own(visitor: Browser, liar: Liar, iss: str) -> None:
    assert said(visitor, tries(visitor, liar, iss=iss)) == "The answer came from somewhere else"
    assert not liar.posted, "the code was not shown to anybody"


def test_one_who_promises_to_name_itself_must(visitor: Browser, liar: Liar) -> None:
    liar.metadata = {"authorization_response_iss_parameter_supported": True}
    assert said(visitor, tries(visitor, liar)) == "The answer came from somewhere else"


def test_a_provider_that_calls_itself_otherwise_is_another(visitor: Browser, liar: Liar) -> None:
    liar.metadata = {"issuer": "https://evil.test"}
    refused = visitor.press("/sign-in", "/sign-in", way="company")
    assert said(visitor, refused) == "The answer came from somewhere else"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", ["http://plain.test/x", "file:///etc/passwd", None, 7])
def test_it_leads_to_no_address_that_is_not_safe(visitor: Browser, liar: Liar, name: str, address: Any) -> None:
    liar.metadata = {name: address}
    answer = visitor.press("/sign-in", "/sign-in", way="company", next="/goals")
    if name != "authorization_endpoint":
        answer = visitor.come_back(**liar.answer(answer.headers["Refresh"].removeprefix("0; url=")))
    assert said(visitor, answer) == "The provider&#39;s answer could not be read"


class TestAProviderThatIsAway:
    @pytest.fixture(autouse=True)
    def patience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wire, "PATIENCE", 0.2)

    def test_at_the_start(self, visitor: Browser, liar: Liar) -> None:
        liar.waits = 0.5
        assert (
            said(visitor, visitor.press("/sign-in", "/sign-in", way="company"), 503) == "The provider does not answer"
        )

    def test_on_the_way_back(self, visitor: Browser, liar: Liar) -> None:
        came = liar.answer(visitor.leave_for())
        liar.waits = 0.5
        assert said(visitor, visitor.come_back(**came), 503) == "The provider does not answer"

    def test_with_a_fault_of_its_own(self, visitor: Browser, liar: Liar) -> None:
        came = liar.answer(visitor.leave_for())
        liar.status = 500
        assert said(visitor, visitor.come_back(**came), 503) == "The provider does not answer"

    def test_leading_elsewhere(self, visitor: Browser, liar: Liar) -> None:
        came = liar.answer(visitor.leave_for())
        liar.status = 302
        assert said(visitor, visitor.come_back(**came), 503) == "The provider does not answer"


def test_an_address_that_only_userinfo_knows_is_asked_for(visitor: Browser, liar: Liar) -> None:
    liar.says(email=None, email_verified=None)
    assert tries(visitor, liar).status_code == 303
    assert "/userinfo" in liar.asked


def test_of_somebody_else_it_is_not_believed(visitor: Browser, liar: Liar) -> None:
    liar.says(sub="s-2", email=None, email_verified=None)
    assert said(visitor, tries(visitor, liar)) == "The provider&#39;s answer could not be read"


@pytest.mark.parametrize("auth_time", [None, -3600, SOON])
def test_a_proof_again_must_be_fresh(visitor: Browser, liar: Liar, auth_time: int | None) -> None:
    assert tries(visitor, liar).status_code == 303
    liar.says(auth_time=None if auth_time is None else right_now() + auth_time)
    refused = visitor.come_back(**liar.answer(visitor.leave_for(again=True)))
    assert refused.status_code == 403
    assert "認証サービスで再認証が行われませんでした" in refused.text
    assert visitor.is_in, "what was open stays open"


def test_whoever_is_let_in_without_being_asked_has_proved_nothing_just_now(visitor: Browser, liar: Liar) -> None:
    """Leaving and coming back in by what the provider remembers is no proof: it is asked to say when it last saw one."""
    url = visitor.leave_for()
    assert int(came_back(url)["max_age"]) > 7 * 24 * 3600, "so long that nobody is asked for it"
    liar.says(auth_time=right_now() - 3600)
    assert visitor.come_back(**liar.answer(url)).status_code == 303
    asked = visitor.press("/me/access", "/me/access/tokens", label="Program", days="30", scope="all", limited_to="")
    assert (asked.status_code, "again=1" in asked.text + str(asked.location)) == (403, True)


def test_no_secret_is_logged(visitor: Browser, liar: Liar, capsys: pytest.CaptureFixture[str]) -> None:
    liar.says(nonce="another")
    came = liar.answer(visitor.leave_for())
    visitor.come_back(**came)
    told = capsys.readouterr()
    written = told.out + told.err
    assert "access.sign_in_refused" in written
    assert not [secret for secret in (came["code"], came["state"], "shh") if secret in written]


class TestGuests:
    """Guests have a provider of their own: a member never comes in there, nor a guest at the company's."""

    @pytest.fixture
    def company(self, app: Flask, liar: Liar) -> Company:
        away = Provider(issuer="http://127.0.0.1:9", client_id="collab", client_secret="shh")
        own = Provider(issuer=liar.issuer, client_id="collab", client_secret="shh")
        return with_ways(app, SignIn(company=away, guests=own, domains=("example.com",)))

    def test_a_guest_comes_in(self, visitor: Browser, liar: Liar) -> None:
        liar.says(email="agency@example.com")
        assert visitor.come_back(**liar.answer(visitor.leave_for("guests"))).status_code == 303
        assert visitor.is_in

    def test_a_member_does_not(self, visitor: Browser, liar: Liar) -> None:
        refused = visitor.come_back(**liar.answer(visitor.leave_for("guests")))
        assert said(visitor, refused) == "This is not your sign-in"

    def test_a_stranger_does_not_join(self, company: Company, visitor: Browser, liar: Liar) -> None:
        settings = company.app.extensions["settings"]
        joins = replace(settings.sign_in, members_join=True)
        company.app.extensions["settings"] = replace(settings, sign_in=joins)
        liar.says(email="stranger@example.com")
        refused = visitor.come_back(**liar.answer(visitor.leave_for("guests")))
        assert said(visitor, refused) == "We do not know you yet"
