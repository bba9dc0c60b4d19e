"""Whoever leaves the company answers for nothing any more."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from collab.audit import queries as audit
from collab.goals import service
from collab.goals.queries.accepting import inbox
from collab.goals.queries.owning import answering
from collab.goals.service import holding
from collab.kernel.atomic import atomic
from collab.people import service as people
from tests.factories.company import Company
from tests.factories.goals import asked, goal, helps, number, owners, row
from tests.goals.test_living import told
from tests.parts.applications import inside
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")


def asks(company: Company, name: str) -> list[tuple[str, str]]:
    member = company.member(name)
    return [(one.key, one.ask.key) for one in inbox([member], company.now).get(member.id, ())]


@on_both
def test_their_side_goes_to_the_lead_who_has_to_accept(company: Company) -> None:
    key = goal(company, owners=("mika", "kenji"))
    asked(company, key, "kenji", at=company.now, due_at=company.later(days=1))
    company.leaves("kenji")
    assert [(one.side, one.member_id, one.accepted_at is not None) for one in owners(company, key)] == [
        (1, company.id("mika"), True), (2, company.id("cio"), False),
    ]  # fmt: skip
    assert row(company, key).state == "active"
    assert sorted(told(key)) == sorted([("asked", company.id("cio"), ""), ("told", company.id("mika"), "owners")])
    assert (audit.list_entries(key)[-1].verb, audit.list_entries(key)[-1].actor) == ("owner_left", "system")
    assert (asks(company, "cio"), asks(company, "mika")) == ([(key, "goal.ask.accept")], [])
    service.accept(company.member("cio"), key, "I take it on.", now=company.later())
    assert asks(company, "cio") == []


def test_without_a_lead_the_goal_is_flagged_and_who_is_left_names_somebody(company: Company) -> None:
    key = goal(company, owners=("mika", "cio"), by="nao")
    company.leaves("cio")  # they led the department themselves
    (_, gone) = answering([number(key)])[number(key)]
    assert (gone.state, gone.accepted_at, row(company, key).state) == ("gone", None, "active")
    assert {(whom, verb) for _kind, whom, verb in told(key)} == {
        (company.id("mika"), "owner_gone"), (company.id("nao"), "owner_gone"),
    }  # fmt: skip
    assert asks(company, "mika") == asks(company, "nao") == [(key, "goal.ask.gone")]
    named = [
        {"department": "marketing", "member": "mika@example.com"}, {"department": "it", "member": "kenji@example.com"},
    ]  # fmt: skip
    service.name_owners(company.member("mika"), key, named, now=company.later(), reason="They left.")
    assert asks(company, "mika") == []
    assert asks(company, "kenji") == [(key, "goal.ask.accept")]


def test_a_lead_who_is_the_other_side_already_does_not_get_both(company: Company) -> None:
    company.leads("cmo", "it")
    key = goal(company, owners=("cmo", "kenji"))
    company.leaves("kenji")
    assert [one.state for one in answering([number(key)])[number(key)]] == ["accepted", "gone"]


def test_an_accepted_goal_is_a_draft_again_and_a_closed_one_is_left_alone(company: Company) -> None:
    accepted, closed = (
        goal(company, owners=("mika", "cio"), state="accepted"),
        goal(company, owners=("mika",), state="closed"),
    )
    company.leaves("mika")
    assert row(company, accepted).state == "draft"
    assert [one.member_id for one in owners(company, accepted)] == [company.id("cmo"), company.id("cio")]
    assert [one.member_id for one in owners(company, closed)] == [company.id("mika")]
    assert told(closed) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_whoever_leaves_waits_for_no_goal_while_they_hold_the_tree(company: Company) -> None:
    """Somebody holds the second goal and is about to ask for the tree when the leaver has passed on the first."""
    goals = [goal(company, owners=("mika", "kenji")) for _ in range(2)]
    held, going = threading.Event(), threading.Event()

    def measure() -> None:
        with inside(company.app), atomic():
            holding.locked(goals[1])
            held.set()
            going.wait(10)
            time.sleep(0.3)
            holding.lock_tree()

    def leave() -> None:
        with inside(company.app):
            held.wait(10)
            going.set()
            people.deactivate("kenji@example.com", by=None, now=company.now)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(measure), pool.submit(leave)]:
            done.result(20)
    assert [owners(company, key)[1].member_id for key in goals] == [company.id("cio")] * 2


def test_whoever_helped_helps_no_more(company: Company) -> None:
    key = goal(company)
    helps(company, key, "nao")
    company.leaves("nao")
    entry = audit.list_entries(key)[-1]
    assert (entry.verb, entry.before) == ("remove_contributor", {"member": "nao@example.com"})
    assert told(key) == []
