"""Approving several at once: only what may go together, each a decision of its own, each with its result."""

from __future__ import annotations

import pytest

from collab.approvals import service
from collab.approvals.queries import get_chain, list_batches
from collab.approvals.rules import together as rules
from collab.approvals.service import Outcome
from collab.audit.queries import list_entries
from collab.kernel.errors import Invalid, NotAllowed
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
ROUTES = """
currency = "JPY"
[[route]]
code = "small"
bulk = true
priority = 1
when = { category = ["other", "service"] }
[[route.step]]
name = "Department lead"
name_ja = "部門長"
seats = ["office:CMO"]
[[route.step]]
name = "Finance"
seats = ["office:CFO"]
[[route]]
code = "large"
priority = 2
[[route.step]]
name = "Department lead"
seats = ["office:CMO"]
"""
OBJECTED = """
currency = "JPY"
[[route]]
code = "small"
bulk = true
[[route.step]]
name = "For the customer"
kind = "advocate"
seats = ["member:nao@example.com"]
[[route.step]]
name = "Department lead"
seats = ["office:CMO"]
"""
KEYS = 'currency = "JPY"\n[[route]]\ncode = "own"\nbulk = true\n[[route.step]]\nname = "Keys"\nkeys = true\nseats = ["office:CMO", "office:CIO"]\n'


@pytest.fixture
def small(company: Company) -> list[str]:
    """Three requests that wait for the CMO at one step."""
    company.routes(ROUTES)
    return [company.filed("kenji", category="other", title=f"No. {number}") for number in range(3)]


def approve(company: Company, *keys: str, by: str = "cmo", seen: int = 1, comment: str | None = None) -> list[Outcome]:
    items = [(key, seen) for key in keys]
    return service.approve_together(items, actor=company.member(by), now=company.later(), comment=comment)


def results(outcomes: list[Outcome]) -> list[str]:
    return [outcome.refusal.said_code if outcome.refusal else outcome.decision.verb for outcome in outcomes]


@on_both
def test_each_is_a_decision_of_its_own(company: Company, small: list[str]) -> None:
    outcomes = approve(company, *small, comment="Within the budget.")
    assert results(outcomes) == ["approve"] * 3
    assert all(outcome.done for outcome in outcomes)
    for key in small:
        [entry] = [entry for entry in list_entries(key) if entry.verb == "approve"]
        assert (entry.actor, entry.reason) == ("cmo@example.com", "Within the budget.")
        assert get_chain(key).step == 1


@on_both
def test_one_that_is_refused_leaves_the_others_alone(company: Company, small: list[str]) -> None:
    company.decide(small[1], "cmo", "return")
    large = company.filed("kenji", category="infrastructure")
    outcomes = approve(company, small[0], small[1], large, "PR-99", small[2])
    assert results(outcomes) == ["approve", "already_decided", "not_together", "not_found", "approve"]
    assert [outcome.done for outcome in outcomes] == [True, False, False, False, True]
    assert get_chain(large).state == "pending"


def test_what_changed_since_is_read_first(company: Company, small: list[str]) -> None:
    assert results(approve(company, small[0], seen=7)) == ["content_changed"]
    assert get_chain(small[0]).step == 0


@on_both
def test_sent_again_what_was_approved_stands_and_counts_as_done(company: Company, small: list[str]) -> None:
    approve(company, small[0])
    outcomes = approve(company, *small)
    assert results(outcomes) == ["already_decided", "approve", "approve"]
    assert all(outcome.done for outcome in outcomes)
    assert [entry.verb for entry in list_entries(small[0])].count("approve") == 1


def test_steps_of_another_name_do_not_mix(company: Company, small: list[str]) -> None:
    approve(company, small[0])
    company.takes_office("cmo", "CFO")
    later = get_chain(small[0])
    assert later.step == 1
    service.sweep(now=company.now)
    service.hand_over("CFO", company.id("cmo"), now=company.now)
    assert results(approve(company, small[1], small[0], small[2])) == ["approve", "other_step", "approve"]


def test_keys_are_turned_one_by_one(company: Company) -> None:
    company.routes(KEYS)
    key = company.filed()
    assert results(approve(company, key)) == ["not_together"]
    assert list_batches(company.id("cmo")) == []


def test_what_is_worse_for_the_customer_is_decided_by_itself(company: Company) -> None:
    company.routes(OBJECTED)
    keys = [company.filed("kenji", title=title) for title in ("A", "B", "C")]
    for key, opinion in zip(keys, ("worse", "better", "better"), strict=True):
        company.decide(key, "nao", "advocate", "They wait longer.", opinion=opinion, stage="use")
    [batch] = list_batches(company.id("cmo"))
    assert [key for key, _seen in batch.items] == keys[1:]
    assert results(approve(company, *keys)) == ["not_together", "decide", "decide"]


def test_what_is_on_hold_is_not_swept_along(company: Company, small: list[str]) -> None:
    until_on = company.later(days=1).date()
    service.hold(
        key=small[0], actor=company.member("cmo"), reason="Later.", until_on=until_on.replace(day=25), now=company.now
    )
    [batch] = list_batches(company.id("cmo"))
    assert (batch.step, [key for key, _seen in batch.items]) == (("Department lead", "部門長"), small[1:])
    assert results(approve(company, *small)) == ["not_together", "approve", "approve"]


def test_one_alone_is_no_batch(company: Company, small: list[str]) -> None:
    approve(company, *small[:2])
    assert list_batches(company.id("cmo")) == []
    assert list_batches(company.id("mika")) == []


@pytest.mark.parametrize("keys", [[], ["PR-1"] * 2, [f"PR-{number}" for number in range(101)]])
def test_none_too_many_or_one_twice_is_refused_as_a_whole(company: Company, small: list[str], keys: list[str]) -> None:
    with pytest.raises(Invalid):
        approve(company, *keys)
    assert get_chain(small[0]).step == 0


def test_a_stranger_learns_nothing_and_those_who_never_decide_are_refused(company: Company, small: list[str]) -> None:
    assert results(approve(company, small[0], by="emma")) in (["not_found"], ["not_your_seat"])
    assert results(approve(company, small[0], by="kenji")) == ["barred_barred"]
    for name in ("auditor", "agency"):
        with pytest.raises(NotAllowed):
            approve(company, small[0], by=name)


@pytest.mark.parametrize(
    ("bulk", "kind", "keys", "may"),
    [
        (True, "approve", False, True), (False, "approve", False, False), (True, "approve", True, False),
        (True, "review", False, False), (True, "consult", False, False), (True, "advocate", False, False),
    ],
)  # fmt: skip
def test_only_plain_approvals_of_routes_that_allow_it(bulk: bool, kind: str, keys: bool, may: bool) -> None:
    route = {"bulk": bulk, "steps": [{"kind": kind, "keys": keys}]}
    assert rules.allowed(route, 0) is may
    assert rules.allowed({"steps": route["steps"]}, 0) is False
