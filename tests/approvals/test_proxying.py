"""Deciding for somebody who delegated it (代理承認): within its days, categories and limit, never alone twice in a step, never
the last word; and who reads what about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from collab.approvals import queries as approvals
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.service import Terms
from collab.purchases import queries as purchases
from collab.subjects.queries import inbox
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.factories.company import address

pytestmark = pytest.mark.usefixtures("indoors")
TWO = route("office:CMO", "office:CFO")


def delegate(
    company: Company, principal: str, deputy: str, *, confirmed: bool = True, days: int = 5, **terms: Any
) -> int:
    """A delegation from today on; the deputy has confirmed it."""
    today = people.today(company.now)
    given = Terms(today + timedelta(days=terms.pop("begins", 0)), today + timedelta(days=days), **terms)
    found = staffing.propose_delegation(company.member(principal), deputy=address(deputy), terms=given, now=company.now)
    if confirmed:
        staffing.confirm_delegation(company.member(deputy), found.id, now=company.now)
    return found.id


@pytest.fixture
def key(company: Company) -> str:
    """A request the CMO is asked about first, the CFO last."""
    company.routes(TWO)
    return company.filed(category="other")


def refused(company: Company, key: str, by: str, **more: Any) -> str:
    with pytest.raises((NotAllowed, NotNow, NotFound)) as refusal:
        company.decide(key, by, **more)
    return refusal.value.said_code


def test_a_deputy_approves_for_somebody_who_is_there(company: Company, key: str) -> None:
    delegate(company, "cmo", "nao")
    done = company.decide(key, "nao")
    seat = approvals.get_chain(key).seats[0]
    assert (done.verb, done.state) == ("approve", "pending")
    assert (seat.member, seat.decided_by, seat.state) == (company.id("cmo"), company.id("nao"), "approved")
    event = next(event for event in purchases.history(company.member("mika"), key) if event.verb == "approve")
    assert (event.actor, event.acting_for) == ("nao@example.com", "cmo@example.com")
    assert refused(company, key, "cmo") == "already_decided"


def test_the_principal_is_still_asked_and_may_be_first(company: Company, key: str) -> None:
    delegate(company, "cmo", "nao")
    company.decide(key, "cmo")
    with pytest.raises(NotNow) as late:
        company.decide(key, "nao")
    assert (late.value.said_code, late.value.args_said["who"].email) == ("already_decided", "cmo@example.com")


def test_it_stands_in_the_deputys_inbox_with_the_name_of_whoever_is_asked(company: Company, key: str) -> None:
    delegate(company, "cmo", "nao")
    rows = inbox(company.member("nao"), company.now)
    assert [(row.key, row.acting_for, row.remind) for row in rows] == [(key, "cmo@example.com", False)]
    company.decide(key, "nao")
    assert inbox(company.member("nao"), company.now) == []


def test_whoever_decided_for_somebody_may_take_it_back_and_the_principal_is_asked_again(
    company: Company, key: str
) -> None:
    from collab.approvals import service

    delegate(company, "cmo", "nao")
    company.decide(key, "nao")
    service.undo(key=key, actor=company.member("nao"), now=company.later())
    assert approvals.get_chain(key).waiting_seat_of(company.id("cmo")) is not None


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"confirmed": False}, "not_found"),
        ({"categories": ("martech",)}, "not_found"),
        ({"limit": "100"}, "not_found"),
        ({"begins": 2}, "not_found"),
    ],
)
def test_outside_its_terms_it_is_as_if_there_were_none(
    company: Company, key: str, terms: dict[str, Any], code: str
) -> None:
    delegate(company, "cmo", "nao", **terms)
    assert refused(company, key, "nao") == code
    assert inbox(company.member("nao"), company.now) == [] or not terms.get("confirmed", True)


def test_one_of_several_that_overlap_is_enough(company: Company, key: str) -> None:
    delegate(company, "cmo", "nao", categories=("martech",))
    delegate(company, "cmo", "nao", categories=("other",), limit="999999999")
    assert company.decide(key, "nao").verb == "approve"


def test_the_limit_is_exclusive(company: Company, key: str) -> None:
    total = approvals.get_chain(key).route["facts"]["total_minor"]
    delegate(company, "cmo", "nao", limit=str(total))
    assert refused(company, key, "nao") == "not_found"
    delegate(company, "cmo", "nao", limit=str(total + 1))
    assert company.decide(key, "nao").verb == "approve"


def test_its_last_day_counts_and_the_day_after_does_not(company: Company, key: str) -> None:
    delegate(company, "cmo", "nao", days=1)
    company.later(days=1)
    assert inbox(company.member("nao"), company.now)
    company.later(days=1)
    assert refused(company, key, "nao") == "not_your_seat"


def test_the_final_decision_is_never_delegated(company: Company, key: str) -> None:
    delegate(company, "cfo", "nao", may_decide=True)
    delegate(company, "cmo", "nao")
    company.decide(key, "cmo")
    assert refused(company, key, "nao", acting_for=company.id("cfo")) == "proxy_final"
    assert refused(company, key, "nao") in ("already_decided", "proxy_final")


def test_a_key_is_turned_in_person(company: Company) -> None:
    company.routes(route("office:CMO office:CIO", "office:CFO", keys=True))
    key = company.filed(category="other")
    delegate(company, "cmo", "kenji")
    assert refused(company, key, "kenji") == "not_found"
    delegate(company, "cmo", "cio")
    assert refused(company, key, "cio", acting_for=company.id("cmo")) == "proxy_key"


def test_nobody_speaks_twice_in_a_step(company: Company) -> None:
    company.routes(route("office:CMO office:CIO", "office:CFO"))
    key = company.filed(category="other")
    delegate(company, "cmo", "cio")
    assert refused(company, key, "cio", acting_for=company.id("cmo")) == "proxy_same_step"
    company.decide(key, "cio")
    assert refused(company, key, "cio") == "already_decided"
    assert refused(company, key, "cio", acting_for=company.id("cmo")) == "proxy_same_step"


def test_a_second_press_is_a_repeat_and_no_yes_for_somebody_else(company: Company) -> None:
    company.routes(route("office:CMO", "office:CIO", "office:CFO"))
    key = company.filed(category="other")
    delegate(company, "cio", "cmo")
    company.decide(key, "cmo")
    assert refused(company, key, "cmo") == "already_decided"
    assert company.decide(key, "cmo", acting_for=company.id("cio")).step == 2


@pytest.mark.parametrize("who", ["mika", "nao"])
def test_neither_requester_nor_whom_it_is_for_decides_it_for_somebody(company: Company, who: str) -> None:
    company.routes(TWO)
    delegate(company, "cmo", who)
    key = company.filed(category="other", on_behalf_of="nao@example.com")
    assert refused(company, key, who) == "barred_barred"


def test_it_goes_no_further_than_one_hand(company: Company, key: str) -> None:
    delegate(company, "cmo", "nao")
    delegate(company, "nao", "kenji")
    assert refused(company, key, "kenji") == "not_found"


def test_a_seat_held_for_somebody_else_is_not_handed_on(company: Company) -> None:
    company.routes(route("office:CMO office:CIO", "office:CFO"))
    key = company.filed(category="other")
    company.away("cmo", deputy="nao")
    delegate(company, "nao", "kenji")
    assert refused(company, key, "kenji") == "not_found"


def test_two_hands_where_the_company_says_so_and_a_circle_ends(company: Company, key: str) -> None:
    from dataclasses import replace

    company.app.extensions["company"] = replace(company.app.extensions["company"], delegation_hops=2)
    delegate(company, "cmo", "nao")
    delegate(company, "nao", "kenji")
    delegate(company, "kenji", "cmo")
    assert company.decide(key, "kenji").verb == "approve"


def test_who_is_in_between_may_not_be_the_requester(company: Company, key: str) -> None:
    from dataclasses import replace

    company.app.extensions["company"] = replace(company.app.extensions["company"], delegation_hops=2)
    delegate(company, "cmo", "mika")
    delegate(company, "mika", "kenji")
    assert refused(company, key, "kenji") == "not_found"


def test_an_ended_delegation_opens_nothing(company: Company, key: str) -> None:
    staffing.end_delegation(company.member("cmo"), delegate(company, "cmo", "nao"), now=company.now)
    assert refused(company, key, "nao") == "not_found"


@pytest.mark.parametrize("who", ["cmo", "nao"])
def test_it_ends_when_either_leaves(company: Company, key: str, who: str) -> None:
    found = delegate(company, "cmo", "nao")
    company.leaves(who)
    assert people.get_delegation(found).state == "ended"


def test_a_seat_on_hold_is_its_holders(company: Company, key: str) -> None:
    from collab.approvals.service import holding

    delegate(company, "cmo", "nao")
    until = people.today(company.now) + timedelta(days=3)
    holding.hold(
        key=key, actor=company.member("cmo"), reason="Waiting for figures.", until_on=until, now=company.later()
    )
    assert refused(company, key, "nao") == "proxy_held"
