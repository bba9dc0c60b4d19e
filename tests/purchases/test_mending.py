"""A request that was sent back waits for whoever mends it: on their clock, and never for somebody who has left."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from collab.approvals import service as engine
from collab.approvals.queries import get_chain
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotNow
from collab.outbox.models import Message
from collab.people import queries as people
from collab.purchases import queries, service
from collab.purchases.service import mending
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.escalations import Clocks, moment, shown
from tests.parts.databases import on_both

STANDARD = (Path(__file__).parents[2] / "config" / "escalations" / "standard.toml").read_text()
pytestmark = pytest.mark.usefixtures("indoors")


@pytest.fixture
def clocks(company: Company) -> Clocks:
    clocks = Clocks(company)
    clocks.policies(STANDARD)
    return clocks


def returned(company: Company, by: str = "mika", **fields: str) -> str:
    key = company.filed(by, **fields)
    company.decide(key, "cmo", "return")
    return key


def menders(clocks: Clocks) -> dict[str, str]:
    views = [view for view in clocks.views() if view.watch == queries.MENDING]
    return {clocks.name(view.late) if view.late else "nobody": shown(view.due_at) for view in views}


def waits_for(company: Company, name: str) -> list[str]:
    rows = inbox(company.member(name), company.now)
    return [row.key for row in rows if row.ask.key == "purchase.ask.resubmit"]


@on_both
def test_the_requester_has_three_business_days(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    assert menders(clocks) == {"mika": "2026-11-24 10:01"}
    (row,) = [row for row in inbox(company.member("mika"), company.now) if row.key == key]
    assert row.due_at is not None
    assert shown(row.due_at) == "2026-11-24 10:01"


def test_then_they_hear_first_and_the_lead_of_the_department_after(company: Company, clocks: Clocks) -> None:
    returned(company)
    clocks.told()
    clocks.run_until("2026-11-24 10:01")
    assert [(name, kind) for name, kind, *_ in clocks.told()] == [("mika", "purchase.last_chance")]
    clocks.run_until("2026-11-27 12:00")
    assert {name for name, *_ in clocks.told()} == {"cmo"}


@pytest.mark.parametrize("verb", ["submit", "withdraw", "drop"])
def test_whatever_is_done_with_it_ends_the_wait(company: Company, clocks: Clocks, verb: str) -> None:
    key = returned(company)
    getattr(service, verb)(company.member("mika"), key, now=company.later())
    assert menders(clocks) == {}
    assert mending.still([mending.wait_key(key)]) == frozenset()


def test_each_return_is_waited_for_anew(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    service.more_time(company.member("mika"), key, now=company.later())
    service.submit(company.member("mika"), key, now=company.later(hours=1))
    company.decide(key, "cmo", "return")
    assert list(menders(clocks)) == ["mika"]
    assert company.purchase(key).extensions is None


def test_more_time_is_counted(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    assert shown(service.more_time(company.member("mika"), key, now=company.now)) == "2026-11-25 10:01"
    service.more_time(company.member("mika"), key, now=company.now)
    with pytest.raises(NotNow) as refusal:
        service.more_time(company.member("mika"), key, now=company.now)
    assert refusal.value.said_code == "no_more_time"
    assert menders(clocks) == {"mika": "2026-11-26 10:01"}


def test_more_time_is_for_whoever_mends_it_and_only_while_it_is_sent_back(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    with pytest.raises(NotAllowed):
        service.more_time(company.member("cmo"), key, now=company.now)
    service.submit(company.member("mika"), key, now=company.later())
    with pytest.raises(NotNow):
        service.more_time(company.member("mika"), key, now=company.now)


def test_when_the_requester_leaves_whom_it_was_filed_for_mends_it(company: Company, clocks: Clocks) -> None:
    key = returned(company, on_behalf_of="nao@example.com")
    assert list(menders(clocks)) == ["mika"]
    company.now = moment("2026-11-20 10:00")
    company.leaves("mika")
    assert menders(clocks) == {"nao": "2026-11-26 10:00"}, "three business days of their own"
    assert _passed_on(company, key) == {"nao"}
    assert company.purchase(key).extensions is None


@on_both
def test_when_both_have_left_the_lead_of_the_department_may_mend_it(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    with pytest.raises(NotAllowed):
        service.edit(company.member("cmo"), key, {"title": "Another"}, seen=None, now=company.now)
    company.leaves("mika")
    assert list(menders(clocks)) == ["cmo"]
    assert _passed_on(company, key) == {"cmo"}
    assert waits_for(company, "cmo") == [key]
    service.edit(company.member("cmo"), key, {"title": "Another"}, seen=None, now=company.later())
    service.submit(company.member("cmo"), key, now=company.later())
    assert menders(clocks) == {}


def test_whoever_mends_it_for_a_leaver_does_not_decide_it(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    company.leaves("mika")
    service.submit(company.member("cmo"), key, now=company.later())
    chain = get_chain(key)
    assert company.id("cmo") in chain.barred
    assert company.id("cmo") not in {seat.member for seat in chain.seats}
    engine.sweep(now=company.later())
    assert company.id("cmo") not in {seat.member for seat in get_chain(key).seats}


def test_the_lead_may_give_it_up(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    company.leaves("mika")
    service.drop(company.member("cmo"), key, now=company.later())
    assert company.purchase(key).state == "dropped"
    assert waits_for(company, "cmo") == []


def test_another_departments_lead_may_not(company: Company, clocks: Clocks) -> None:
    key = returned(company)
    company.leaves("mika")
    assert waits_for(company, "sales-lead") == []
    assert "heir" not in queries.relations(company.member("sales-lead"), queries.find_purchase(key))  # type: ignore[arg-type]


def test_with_nobody_left_administrators_hear_at_once(company: Company, clocks: Clocks) -> None:
    returned(company)
    company.leaves("cmo")
    clocks.told()
    company.leaves("mika")
    assert menders(clocks) == {"nobody": shown(next(v for v in clocks.views() if v.watch == queries.MENDING).due_at)}
    assert ("admin", "nobody") in {(name, kind) for name, kind, *_ in clocks.told()}


def test_a_leaver_who_had_nothing_sent_back_leaves_nothing(company: Company, clocks: Clocks) -> None:
    key = returned(company, on_behalf_of="nao@example.com")
    company.leaves("nao")
    assert list(menders(clocks)) == ["mika"]
    assert _passed_on(company, key) == set()


def _passed_on(company: Company, key: str) -> set[str]:
    rows = select(Message.member_id).where(Message.subject_key == key, Message.kind == mending.PASSED_ON)
    emails = people.emails_of(member for member in db.session.scalars(rows) if member)
    return {email.partition("@")[0] for email in emails.values()}
