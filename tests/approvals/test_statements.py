"""What deciding costs the database: a flat price, whatever the size of the company, the route, the past or the inbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.people import service as access
from tests.approvals.test_service_planning import route
from tests.factories import Company, request_fields
from tests.parts.clients import Api
from tests.parts.databases import on_both
from tests.parts.statements import Statements, statements

pytestmark = on_both
A_DECISION, ITS_TRANSACTION = 9, 2
A_FLOW, ITS_TRANSACTIONS = 24, 6


def decision(company: Company, caller: Api, key: str) -> Statements:
    with statements(company.app) as seen:
        answer = caller.post(f"/purchases/{key}/decisions", {"verb": "approve"})
    assert answer.status_code == 201, answer.text
    return seen


def warm(company: Company, as_: Callable[[str], Api]) -> None:
    """Ask for everything once: calendars and sides are remembered for a few seconds."""
    key = company.filed()
    for name in ("cmo", "cio"):
        as_(name).post(f"/purchases/{key}/decisions", {"verb": "approve"})


def test_a_decision_over_the_api_costs_nine_statements_and_one_commit(
    company: Company, as_: Callable[[str], Api]
) -> None:
    warm(company, as_)
    key = company.filed()
    for name in ("cmo", "cio"):
        seen = decision(company, as_(name), key)
        assert seen.count <= A_DECISION, f"{seen.count}:\n{seen}"
        assert seen.commits == 1


def test_a_whole_flow_costs_twenty_four_statements_and_three_commits(
    company: Company, as_: Callable[[str], Api]
) -> None:
    warm(company, as_)
    with company.indoors():
        mika, cmo, cio = (company.member(name) for name in ("mika", "cmo", "cio"))
        from collab.approvals import service
        from collab.purchases import service as purchases

        with statements(company.app) as seen:
            key = purchases.file(mika, request_fields(), now=company.later()).key
            for actor in (cmo, cio):
                service.decide(key=key, actor=actor, verb="approve", now=company.later())
    assert seen.count <= A_FLOW, f"{seen.count}:\n{seen}"
    assert seen.commits == 3


def test_more_approvers_cost_no_more(company: Company, as_: Callable[[str], Api]) -> None:
    few, many = (
        _step_opening(company, as_, "office:CIO"),
        _step_opening(company, as_, "office:CIO office:CFO office:CEO member:nao@example.com"),
    )
    assert many == few


def _step_opening(company: Company, as_: Callable[[str], Api], seats: str) -> int:
    """The price of the decision that opens a step of so many seats."""
    company.routes(route("office:CMO", seats))
    key = company.filed(category="other")
    return decision(company, as_("cmo"), key).count


def test_a_long_past_and_a_full_inbox_cost_no_more(company: Company, as_: Callable[[str], Api]) -> None:
    warm(company, as_)
    before = decision(company, as_("cmo"), company.filed()).count
    key = company.filed()
    for _ in range(5):
        company.decide(key, "cmo", "return")
        _again(company, key)
    for _ in range(10):
        company.filed()
    assert decision(company, as_("cmo"), key).count == before


def test_the_inbox_costs_the_same_for_one_row_and_for_many(company: Company, as_: Callable[[str], Api]) -> None:
    company.filed()
    as_("cmo").get("/me/inbox")
    with statements(company.app) as one:
        assert as_("cmo").get("/me/inbox").status_code == 200
    for _ in range(10):
        company.filed()
    with statements(company.app) as many:
        assert as_("cmo").get("/me/inbox").status_code == 200
    assert many.count == one.count, f"{one}\n\n{many}"


def test_a_bearer_is_known_with_one_statement(company: Company, as_: Callable[[str], Api]) -> None:
    as_("cmo").get("/purchases/PR-1")
    with statements(company.app) as seen:
        as_("cmo").get("/purchases/PR-1")
    assert sum("tokens" in text for text in seen.said) == 1


def _again(company: Company, key: str) -> None:
    from collab.purchases import service

    with company.indoors():
        service.submit(company.member("mika"), key, now=company.later())


@pytest.mark.parametrize("revoked", [True, False])
def test_a_revoked_token_is_nobodys(company: Company, as_: Callable[[str], Api], revoked: bool) -> None:
    caller = as_("mika")
    if revoked:
        with company.indoors():
            access.deactivate("mika@example.com", by=None, now=company.now)
    assert caller.get("/purchases").status_code == (401 if revoked else 200)
