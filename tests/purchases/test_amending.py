"""An amendment (変更稟議): what was decided stays as it was, a new request says what changes and goes the whole way."""

from __future__ import annotations

from typing import Any

import pytest

from collab.approvals import service as engine
from collab.approvals.queries import get_chain
from collab.audit import queries as audit
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.purchases import service
from collab.purchases.models import Purchase
from collab.purchases.queries.after import find_amended, list_visible_amendments
from collab.purchases.queries.requests import content_of
from collab.purchases.rules import changed
from collab.subjects.queries import list_related
from tests.factories import Company
from tests.factories.papers import LARGE
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")


def amend(company: Company, key: str, by: str = "mika") -> str:
    return service.amend(company.member(by), key, now=company.later()).key


def edit(company: Company, key: str, by: str = "mika", **fields: Any) -> Purchase:
    return service.edit(company.member(by), key, fields, seen=None, now=company.later())


def changes(original: Purchase, amendment: Purchase) -> list[str]:
    return changed(content_of(original), content_of(amendment))


def refused(company: Company, key: str, by: str = "mika") -> tuple[str, Any]:
    with pytest.raises(NotNow) as refusal:
        amend(company, key, by)
    return refusal.value.said_code, refusal.value.args_said.get("key")


@on_both
def test_an_amendment_begins_as_what_was_decided_and_knows_of_it(company: Company) -> None:
    key = company.decided(needed_by_on=people.today(company.now))
    fresh = amend(company, key)
    original, amendment = company.purchase(key), company.purchase(fresh)
    assert (amendment.state, amendment.amends_id, changes(original, amendment)) == ("draft", original.id, [])
    edit(company, fresh, amount="990000")
    assert changes(original, company.purchase(fresh)) == ["amount"]
    mika = company.member("mika")
    assert [row.key for row in list_visible_amendments(mika, company.purchase(key))] == [fresh]
    amended = find_amended(mika, company.purchase(fresh))
    assert amended is not None
    assert amended.key == key
    assert [row.key for row in list_related(mika, key) if row.kind == "purchase"] == [fresh]
    assert (audit.list_entries(key)[-1].verb, audit.list_entries(key)[-1].after) == ("amend", {"amendment": fresh})
    assert audit.verify() == []


def test_it_goes_the_way_of_the_whole_new_total(company: Company) -> None:
    key = company.decided(by="kenji", category="other", amount="400000", yes=("cio",), **LARGE)
    fresh = amend(company, key, "kenji")
    edit(company, fresh, "kenji", amount="2000000")
    service.submit(company.member("kenji"), fresh, now=company.later())
    assert len(get_chain(fresh).steps) > len(get_chain(key).steps)
    assert company.purchase(key).state == "approved"


def test_one_amendment_is_open_at_a_time_and_a_dead_one_makes_room(company: Company) -> None:
    key = company.decided()
    first = amend(company, key)
    assert refused(company, key) == ("amendment_open", first)
    service.drop(company.member("mika"), first, now=company.later())
    second = amend(company, key)
    service.submit(company.member("mika"), second, now=company.later())
    assert refused(company, key) == ("amendment_open", second)
    company.decide(second, "cmo", "reject")
    assert amend(company, key)


def test_what_took_its_place_is_amended_and_ordered_instead(company: Company) -> None:
    key = company.decided()
    fresh = amend(company, key)
    service.submit(company.member("mika"), fresh, now=company.later())
    for name in ("cmo", "cio"):
        company.decide(fresh, name)
    assert refused(company, key) == ("amended_by", fresh)
    mika, today = company.member("mika"), people.today(company.now)
    with pytest.raises(NotNow) as refusal:
        service.purchase(mika, key, on=today, now=company.later())
    assert refusal.value.said_code == "amended_by"
    assert service.purchase(mika, fresh, on=today, now=company.later()).state == "purchased"
    assert amend(company, fresh)


def test_what_is_ordered_may_be_amended_and_what_is_not_decided_may_not(company: Company) -> None:
    key = company.decided()
    service.purchase(company.member("mika"), key, on=people.today(company.now), now=company.later())
    assert amend(company, key)
    pending = company.filed()
    assert refused(company, pending)[0] == "wrong_state"


def test_an_amendment_of_what_was_revoked_may_be_finished(company: Company) -> None:
    key = company.decided()
    fresh = amend(company, key)
    engine.revoke(key=key, actor=company.member("cmo"), reason="Wrong vendor.", now=company.later())
    engine.answer_revocation(key=key, actor=company.member("cio"), answer="yes", now=company.later())
    assert company.purchase(key).state == "revoked"
    service.submit(company.member("mika"), fresh, now=company.later())
    assert company.purchase(fresh).state == "pending"


@pytest.mark.parametrize("by", ["cmo", "nao", "admin", "auditor", "agency"])
def test_nobody_else_amends_it(company: Company, by: str) -> None:
    key = company.decided()
    with pytest.raises((NotAllowed, NotFound)):
        amend(company, key, by)


def test_neither_of_two_owners_decides_on_the_others_amendment(company: Company) -> None:
    key = company.decided(by="nao", on_behalf_of="mika@example.com")
    fresh = company.purchase(amend(company, key, "mika"))
    assert fresh.barred == company.purchase(key).barred
    edit(company, fresh.key, "mika", amount="800000")
    service.submit(company.member("mika"), fresh.key, now=company.later())


def test_the_lead_amends_for_those_who_have_left(company: Company) -> None:
    key = company.decided()
    company.leaves("mika")
    fresh = company.purchase(amend(company, key, "cmo"))
    assert (fresh.requester_id, fresh.on_behalf_of_id) == (company.id("cmo"), None)
