"""What deciding costs the database: a flat price, whatever the size of the company, the route, the past or the inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

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


def decision(company: Company, caller: Api, key: str, **said: Any) -> Statements:
    with statements(company.app) as seen:
        path, body = (
            (f"/purchases/{key}/lift", {}) if said.get("verb") == "lift" else (f"/purchases/{key}/decisions", said)
        )
        answer = caller.post(path, body if said else {"verb": "approve"})
    assert answer.status_code == 201, answer.text
    return seen


def warm(company: Company, as_: Callable[[str], Api]) -> None:
    """Ask for everything once: calendars and sides are remembered for a few seconds, a token's use is noted once a day."""
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
    warm(company, as_)
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


def test_a_tokens_use_is_noted_once_a_day_and_costs_nothing_after(company: Company, as_: Callable[[str], Api]) -> None:
    with statements(company.app) as seen:
        for _ in range(3):
            as_("kenji").get("/purchases")
    assert sum(text.startswith("UPDATE tokens") for text in seen.said) == 1, str(seen)


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


EVERY_KIND = """
currency = "JPY"
[[route]]
code = "own"
[[route.step]]
name = "Law"
kind = "consult"
seats = ["member:nao@example.com"]
[[route.step]]
name = "Customer"
kind = "advocate"
seats = ["office:CMO"]
[[route.step]]
name = "Security"
kind = "review"
seats = ["member:kenji@example.com"]
[[route.step]]
name = "Department"
seats = ["office:CIO"]
[[route.step]]
name = "Money"
seats = ["office:CFO"]
[[route.step]]
name = "Decision"
seats = ["office:CEO"]
"""
SAID: tuple[tuple[str, dict[str, Any]], ...] = (
    ("nao", {"verb": "consult", "opinion": "opinion", "comment": "Mind the term."}),
    ("cmo", {"verb": "advocate", "opinion": "worse", "stage": "use", "comment": "They wait longer."}),
    ("kenji", {"verb": "approve"}),
    ("cfo", {"verb": "lift"}),
    ("ceo", {"verb": "approve", "comment": "All the same."}),
)


def test_every_verb_on_a_seat_costs_no_more_than_a_decision(company: Company, as_: Callable[[str], Api]) -> None:
    company.routes(EVERY_KIND)
    every_verb(company, as_)
    for name, spent, seen in every_verb(company, as_):
        assert spent <= A_DECISION + ITS_TRANSACTION, f"{name}: {spent}:\n{seen}"
        assert seen.commits == 1, f"{name}: {seen.commits}"


def every_verb(company: Company, as_: Callable[[str], Api]) -> list[tuple[str, int, Statements]]:
    """A whole round, and what each verb of it cost."""
    key = company.filed(category="other")
    seen = [(f"{name} {said['verb']}", decision(company, as_(name), key, **said)) for name, said in SAID]
    return [(name, found.count, found) for name, found in seen]


def test_what_stands_beside_a_round_makes_no_decision_dearer(company: Company, as_: Callable[[str], Api]) -> None:
    company.routes(route("office:CIO", "office:CMO", "office:CEO"))
    for _ in range(2):
        company.decide(key := company.filed(category="other"), "cio")
        before = decision(company, as_("cmo"), key).count
    _stand_beside(company, as_, key := company.filed(category="other"))
    seen = decision(company, as_("cmo"), key)
    assert seen.count == before, f"{seen.count} for {before}:\n{seen}"


def _stand_beside(company: Company, as_: Callable[[str], Api], key: str) -> None:
    """Readings, questions, conditions of others, and rounds before this one."""
    for _ in range(2):
        company.decide(key, "cio", "return")
        _again(company, key)
    readers = [f"{name}@example.com" for name in ("nao", "kenji", "emma", "admin", "service-lead")]
    assert as_("mika").post(f"/purchases/{key}/circulate", {"members": readers, "confirm": True}).status_code < 300
    for name in ("nao", "kenji"):
        asked = {"member": f"{name}@example.com", "question": "What do you say?"}
        assert as_("cio").post(f"/purchases/{key}/questions", asked).status_code < 300
    conditions = [
        {"text": f"Do {n}", "owner": "mika@example.com", "due_on": "2026-12-01", "before_order": True} for n in range(4)
    ]
    company.decide(key, "cio", conditions=conditions)


def test_a_decision_for_somebody_else_costs_three_statements_more_and_no_more_with_more_delegations(
    company: Company, as_: Callable[[str], Api]
) -> None:
    company.routes(route("office:CMO", "office:CEO"))
    own = _spent(company, as_, "cmo")
    _delegated(company, "cmo", "nao")
    first = _spent(company, as_, "nao")
    for principal in ("cio", "cfo", "sales-lead", "service-lead"):
        _delegated(company, principal, "nao")
    assert _spent(company, as_, "nao") == first
    assert first <= own + 3, f"{first} for {own}:\n{decision(company, as_('nao'), company.filed(category='other'))}"


def _spent(company: Company, as_: Callable[[str], Api], name: str) -> int:
    decision(company, as_(name), company.filed(category="other"))
    return decision(company, as_(name), company.filed(category="other")).count


def _delegated(company: Company, principal: str, deputy: str) -> None:
    with company.indoors():
        today = company.now.date()
        terms = access.Terms(today, today + timedelta(days=20))
        found = access.propose_delegation(
            company.member(principal), deputy=f"{deputy}@example.com", terms=terms, now=company.now
        )
        access.confirm_delegation(company.member(deputy), found.id, now=company.now)


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
