"""Ordered (発注済み): only what is decided, once nothing it was approved under is unmet; and then it stays decided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from collab.approvals import service as engine
from collab.audit import queries as audit
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.purchases import service
from tests.approvals.test_conditions import condition
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")


def today(company: Company) -> date:
    return people.today(company.now)


def order(company: Company, key: str, by: str = "mika", on: date | None = None, **more: Any) -> str:
    return service.purchase(company.member(by), key, on=on or today(company), now=company.later(), **more).state


def conditional(company: Company, *conditions: dict[str, Any]) -> str:
    company.routes(route("office:CMO", "office:CIO"))
    key = company.filed(category="other")
    company.decide(key, "cmo", conditions=list(conditions))
    company.decide(key, "cio")
    return key


@on_both
def test_a_decided_request_is_ordered_once(company: Company) -> None:
    key = company.decided()
    assert order(company, key, reference="PO-77") == "purchased"
    row = company.purchase(key)
    assert (row.purchased_on, row.order_reference) == (today(company), "PO-77")
    with pytest.raises(NotNow):
        order(company, key)
    entry = audit.list_entries(key)[-1]
    assert (entry.verb, entry.after) == ("purchase", {"on": today(company).isoformat(), "reference": "PO-77"})
    assert audit.verify() == []


@on_both
def test_an_unmet_condition_keeps_it_from_being_ordered_until_it_is_met(company: Company) -> None:
    key = conditional(company, condition(company), condition(company, "nao", before_order=False))
    with pytest.raises(NotNow) as refusal:
        order(company, key)
    assert refusal.value.said_code == "conditions_unmet"
    assert refusal.value.args_said["conditions"] == ["1. Sign the data agreement"]
    engine.meet(key=key, number=1, actor=company.member("kenji"), now=company.later())
    assert order(company, key) == "purchased"
    engine.meet(key=key, number=2, actor=company.member("nao"), now=company.later())


def test_a_waived_condition_keeps_nothing_from_being_ordered(company: Company) -> None:
    key = conditional(company, condition(company))
    engine.waive(key=key, number=1, actor=company.member("cmo"), reason="Not needed.", now=company.later())
    assert order(company, key) == "purchased"


def test_only_what_is_decided_is_ordered(company: Company) -> None:
    pending = company.filed()
    rejected = company.filed()
    company.decide(rejected, "cmo", "reject")
    for key in (pending, rejected, company.drafted()):
        with pytest.raises(NotNow):
            order(company, key)


@pytest.mark.parametrize("by", ["cmo", "cio", "nao", "admin", "auditor", "agency"])
def test_nobody_else_orders_it(company: Company, by: str) -> None:
    key = company.decided()
    with pytest.raises((NotAllowed, NotFound)):
        order(company, key, by)


def test_whom_it_was_filed_for_and_who_answers_for_it_may_order_it(company: Company) -> None:
    for owner in ({"on_behalf_of": "nao@example.com"}, {"owners": {"business": "nao@example.com"}}):
        assert order(company, company.decided(**owner), "nao") == "purchased"


def test_when_both_have_left_the_lead_of_the_department_orders_it(company: Company) -> None:
    company.routes(route("office:CIO"))
    key = company.decided(category="other", on_behalf_of="nao@example.com", yes=("cio",))
    company.leaves("mika")
    with pytest.raises(NotAllowed):
        order(company, key, "cmo")
    company.leaves("nao")
    assert order(company, key, "cmo") == "purchased"


def test_the_day_of_an_order_is_neither_to_come_nor_before_the_decision(company: Company) -> None:
    key = company.decided()
    for on in (today(company) + timedelta(days=1), today(company) - timedelta(days=1)):
        with pytest.raises(Invalid) as refusal:
            order(company, key, on=on)
        assert "on" in refusal.value.fields


def test_what_was_filed_after_the_fact_was_ordered_before(company: Company) -> None:
    before = today(company) - timedelta(days=9)
    company.routes(route("office:CMO", "office:CIO"))
    fact = {"on": before, "reason": "The line was down."}
    key = company.decided(category="other", after_the_fact=fact)
    assert order(company, key, on=before) == "purchased"
    assert company.purchase(key).purchased_on == before
