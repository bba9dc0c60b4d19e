"""Revoking a decision (決裁取消): together where it was taken together, on request, never an administrator, never once ordered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from collab.approvals import service
from collab.approvals.queries import get_chain
from collab.approvals.queries.conditions import list_conditions
from collab.approvals.queries.revocations import find_open, list_revocations
from collab.approvals.service import voices
from collab.audit import queries as audit
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.purchases import service as purchases
from collab.subjects.queries import inbox
from tests.approvals.test_conditions import condition
from tests.approvals.test_routes_automatic import BOOK
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")


def revoke(company: Company, key: str, by: str, reason: str = "The vendor left the market.") -> service.Decision:
    return service.revoke(key=key, actor=company.member(by), reason=reason, now=company.later())


def ask(company: Company, key: str, by: str, reason: str = "We need it no more.") -> service.Decision:
    return service.ask_to_revoke(key=key, actor=company.member(by), reason=reason, now=company.later())


def answer(company: Company, key: str, by: str, said: str = "yes", comment: str | None = None) -> service.Decision:
    return service.answer_revocation(
        key=key, actor=company.member(by), answer=said, comment=comment, now=company.later()
    )


def alone(company: Company, last: str = "cio") -> str:
    """Approved by the CMO, decided by the CIO alone."""
    company.routes(route("office:CMO", "office:CIO"))
    return company.decided(category="other", yes=("cmo", last))


def asked(company: Company, key: str) -> set[str]:
    found = find_open(key)
    names = people.emails_of(voice.member for voice in found.asked()) if found else {}
    return {email.partition("@")[0] for email in names.values()}


def asks_of(company: Company, name: str) -> list[str]:
    rows = inbox(company.member(name), company.now)
    return [row.key for row in rows if row.ask.key == "approval.ask.revocation"]


def trail(key: str) -> list[str]:
    return [entry.verb for entry in audit.list_entries(key)]


def refused(code: str, act: Any, *args: Any) -> None:
    with pytest.raises(NotNow) as refusal:
        act(*args)
    assert refusal.value.said_code == code


def test_whoever_decided_alone_revokes_alone(company: Company) -> None:
    key = alone(company)
    assert revoke(company, key, "cio").verb == "revoke"
    assert (company.purchase(key).state, get_chain(key).state, list_revocations(key)) == ("revoked", "revoked", [])
    with pytest.raises(NotNow):
        revoke(company, key, "cio")


@on_both
def test_two_keys_are_taken_back_together(company: Company) -> None:
    key = company.decided()
    assert revoke(company, key, "cio").verb == "ask_to_revoke"
    assert (company.purchase(key).state, asked(company, key), asks_of(company, "cmo")) == ("approved", {"cmo"}, [key])
    refused("revocation_open", revoke, company, key, "cmo")
    done = answer(company, key, "cmo")
    assert (done.verb, company.purchase(key).state, asks_of(company, "cmo")) == ("revoke", "revoked", [])
    assert trail(key)[-3:] == ["ask_to_revoke", "answer_revocation", "revoke"]
    assert audit.verify() == []


def test_one_no_keeps_the_decision_and_says_why(company: Company) -> None:
    key = company.decided()
    revoke(company, key, "cio")
    with pytest.raises(Invalid):
        answer(company, key, "cmo", "no")
    answer(company, key, "cmo", "no", "It is ordered on Monday.")
    assert (company.purchase(key).state, list_revocations(key)[0].state) == ("approved", "declined")
    refused("revocation_over", answer, company, key, "cmo")
    revoke(company, key, "cmo")
    assert asked(company, key) == {"cio"}


def test_whoever_decided_while_the_office_was_vacant_revokes_alone(company: Company) -> None:
    """Nobody held it, so it fell to the CEO, who never did: the decision is theirs, and no other office is asked instead."""
    company.leaves("cio")
    key = alone(company, last="ceo")
    revoke(company, key, "ceo")
    assert company.purchase(key).state == "revoked"


@pytest.mark.parametrize("name", ["mika", "cmo"])
def test_whom_it_concerns_asks_and_whoever_decided_answers(company: Company, name: str) -> None:
    key = alone(company)
    ask(company, key, name)
    assert asked(company, key) == {"cio"}
    answer(company, key, "cio")
    assert company.purchase(key).state == "revoked"


@pytest.mark.parametrize("name", ["admin", "cfo", "nao", "agency", "auditor", "left"])
def test_nobody_else_asks_and_never_an_administrator(company: Company, name: str) -> None:
    key = company.decided()
    for act in (ask, revoke):
        with pytest.raises((NotAllowed, NotFound)):
            act(company, key, name, "")
    revoke(company, key, "cio")
    for said in ("yes", "no", "perhaps"):
        with pytest.raises((NotAllowed, NotFound)):
            answer(company, key, name, said)


def test_a_request_is_withdrawn_by_whoever_made_it_alone(company: Company) -> None:
    key = company.decided()
    ask(company, key, "mika")
    assert asked(company, key) == {"cmo", "cio"}
    with pytest.raises((NotAllowed, NotNow)):
        service.withdraw_revocation(key=key, actor=company.member("cmo"), now=company.later())
    answer(company, key, "cmo")
    service.withdraw_revocation(key=key, actor=company.member("mika"), now=company.later())
    assert (list_revocations(key)[0].state, asks_of(company, "cio")) == ("withdrawn", [])
    ask(company, key, "mika")
    assert asked(company, key) == {"cmo", "cio"}


def test_nothing_ordered_is_revoked_and_nothing_asked_to_be_revoked_is_ordered(company: Company) -> None:
    key = alone(company)
    ask(company, key, "mika")
    mika, today = company.member("mika"), people.today(company.now)
    with pytest.raises(NotNow) as refusal:
        purchases.purchase(mika, key, on=today, now=company.later())
    assert refusal.value.said_code == "revocation_asked"
    answer(company, key, "cio", "no", "Order it.")
    purchases.purchase(mika, key, on=today, now=company.later())
    refused("ordered_already", revoke, company, key, "cio")
    refused("ordered_already", ask, company, key, "mika")


def test_conditions_fall_with_the_decision(company: Company) -> None:
    company.routes(route("office:CMO", "office:CIO"))
    key = company.filed(category="other")
    company.decide(key, "cmo", conditions=[condition(company)])
    company.decide(key, "cio")
    revoke(company, key, "cio")
    assert [found.state for found in list_conditions(key)] == ["void"]


@on_both
def test_the_office_answers_for_whoever_has_left_it(company: Company) -> None:
    key = company.decided()
    company.takes_office("nao", "CMO")
    ask(company, key, "mika")
    assert asked(company, key) == {"nao", "cio"}
    company.leaves("cio")
    assert asked(company, key) == {"nao", "ceo"}
    answer(company, key, "nao")
    answer(company, key, "ceo")
    assert company.purchase(key).state == "revoked"


def test_a_new_holder_of_the_office_is_asked_from_then_on(company: Company) -> None:
    key = company.decided()
    ask(company, key, "mika")
    company.takes_office("nao", "CMO")
    voices.hand_over("CMO", company.id("nao"), now=company.later())
    assert (asked(company, key), asks_of(company, "cmo")) == ({"nao", "cio"}, [])


def test_somebody_who_lost_the_office_asks_its_holder(company: Company) -> None:
    key = alone(company)
    company.takes_office("kenji", "CIO")
    assert revoke(company, key, "cio").verb == "ask_to_revoke"
    assert asked(company, key) == {"kenji"}


def test_a_requester_who_comes_to_the_office_does_not_answer_for_it(company: Company) -> None:
    key = alone(company)
    company.takes_office("mika", "CIO")
    company.leaves("cio")
    ask(company, key, "mika")
    assert asked(company, key) == {"cmo"}


def test_what_a_deputy_decided_stays_theirs_to_revoke(company: Company) -> None:
    company.routes(route("office:CMO", "office:CIO"))
    company.away("cio", deputy="kenji")
    key = company.filed(category="other")
    company.decide(key, "cmo")
    assert [seat.member for seat in get_chain(key).waiting()] != [company.id("cio")]
    decider = people.emails_of([get_chain(key).waiting()[0].member])
    name = next(iter(decider.values())).partition("@")[0]
    company.decide(key, name)
    assert revoke(company, key, name).verb == "revoke"


def test_what_nobody_was_asked_about_is_answered_for_by_the_lead_of_its_department(company: Company) -> None:
    company.routes(BOOK)
    key = company.filed("emma", category="other", amount="900")
    assert company.purchase(key).state == "approved"
    ask(company, key, "emma")
    assert asked(company, key) == {"sales-lead"}
    answer(company, key, "sales-lead")
    assert company.purchase(key).state == "revoked"


@pytest.mark.parametrize("by", ["sales-lead", "cfo"])
def test_a_lead_does_not_answer_for_their_own_request(company: Company, by: str) -> None:
    """The CFO has the sampled check of what the lead decided under their own authority."""
    company.routes(BOOK)
    key = company.filed("sales-lead", category="other", amount="49999")
    ask(company, key, by)
    assert asked(company, key) == {"ceo"}
    answer(company, key, "ceo")
    assert company.purchase(key).state == "revoked"


@on_both
def test_five_times_it_is_either_ordered_or_revoked(company: Company) -> None:
    company.routes(route("office:CMO", "office:CIO"))
    mika, cio = company.member("mika"), company.member("cio")
    for _ in range(5):
        key = company.decided(category="other", yes=("cmo", "cio"))
        ready, now = Barrier(2), company.later()
        acts = (
            lambda key=key, now=now: purchases.purchase(mika, key, on=people.today(now), now=now),
            lambda key=key, now=now: service.revoke(key=key, actor=cio, reason="At once.", now=now),
        )
        with ThreadPoolExecutor(2) as hands:
            done = list(hands.map(lambda act: _pressed(company, act, ready), acts))  # noqa: B023 - used up here
        assert sorted(done) == [False, True]
        assert company.purchase(key).state == ("purchased" if done[0] else "revoked")


def _pressed(company: Company, act: Any, ready: Barrier) -> bool:
    ready.wait()
    with company.app.app_context():
        try:
            act()
        except NotNow:
            return False
    return True


def test_an_office_that_goes_and_comes_back_is_asked_again(company: Company) -> None:
    company.routes(route("office:CFO", "office:CMO office:CIO"))
    key = company.decided(category="other", yes=("cfo", "cmo", "cio"))
    ask(company, key, "mika")
    for holder in ("nao", "cmo"):
        company.later(days=1)
        company.takes_office(holder, "CMO")
        voices.hand_over("CMO", company.id(holder), now=company.now)
        assert asked(company, key) == {holder, "cio"}
