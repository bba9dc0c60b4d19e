"""The inboxes of many members at once: the very rows each has alone, for a price that does not grow with the members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from collab.approvals import service as approvals
from collab.goals import service as goals
from collab.kernel import remember
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Text
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.service import Terms
from collab.subjects.models import Subject
from collab.subjects.queries import inbox, inboxes, list_seen, list_summaries, rows_about
from collab.subjects.registry import registry
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.factories.agreements import active, delivered, proposed
from tests.factories.company import address
from tests.factories.goals import asked, goal, helps, said
from tests.factories.incidents import alerted
from tests.factories.stalls import Stalls, stalling
from tests.factories.tasks import Tasks
from tests.model.play import Play
from tests.parts.applications import application, settings_for
from tests.parts.databases import SAMPLE, Stock, on_both
from tests.parts.sample import A_WEDNESDAY
from tests.parts.statements import statements

SOURCES = {
    "people.delegations", "escalations.before", "approvals.seats", "approvals.questions", "approvals.readings",
    "approvals.conditions", "approvals.revocations", "approvals.proposals", "goals.accept", "goals.checkins", "tasks",
    "agreements", "incidents", "purchases.returned",
}  # fmt: skip
TWO, OVER = route("office:CMO", "office:CIO"), route("member:nao@example.com", "office:CFO", "office:CMO")
FILERS = ("mika", "kenji", "nao", "emma")


@pytest.fixture
def sample(stock: Callable[[str], Stock], tmp_path: Path) -> Iterator[Flask]:
    """The sample company."""
    shelf = stock("sqlite")
    own = shelf.fresh(SAMPLE)
    with application(settings_for(own.url, tmp_path / "var")) as app, app.app_context():
        yield app
    shelf.throw_away(own)


@pytest.fixture
def stalls(company: Company) -> Iterator[Stalls]:
    """Things that climb to superiors."""
    with stalling(company) as found:
        yield found


def differing(now: datetime) -> list[str]:
    """Whoever reads something else in a batch than alone, of all members there ever were; nobody, it is hoped."""
    members = people.list_actors(now)
    together = inboxes(members, now)
    return [one.email for one in members if inbox(one, now) != together[one.id]]


def busy(company: Company, turn: int) -> None:
    """Something of every kind for people who had nothing of it in the turn before."""
    by, other = FILERS[turn % 4], FILERS[(turn + 1) % 4]
    company.routes(f"# {turn}\n{TWO}")
    key = company.filed(by, category="other", visibility="involved")
    approvals.ask(key=key, actor=company.member("cmo"), member=address(other), question="Why?", now=company.later())
    due_on = people.today(company.now) + timedelta(days=7)
    condition = {"text": "Sign it", "owner": address(other), "due_on": due_on, "before_order": True}
    conditioned = company.filed(by, category="other")
    company.decide(conditioned, "cmo", conditions=[condition])
    company.decide(conditioned, "cio")
    company.decide(company.filed(by, category="other"), ("cmo", "cio")[0], "return")
    asked_back = company.decided(by=by, category="other")
    approvals.ask_to_revoke(key=asked_back, actor=company.member(by), reason="No more.", now=company.later())
    company.routes(f"# {turn}\n{OVER}")
    approvals.lift(key=company.filed(by, category="other"), actor=company.member("cmo"), now=company.later())
    approvals.propose([TWO], actor=company.member("admin"), reason=f"Shorter ({turn}).", now=company.later())
    others(company, turn, by, other)


def others(company: Company, turn: int, by: str, other: str) -> None:
    """The same beside requests."""
    today = people.today(company.now)
    terms = Terms(today, today + timedelta(days=5))
    principal = ("cmo", "cio", "cfo", "ceo")[turn % 4]
    staffing.propose_delegation(company.member(principal), deputy=address(other), terms=terms, now=company.now)
    Tasks(company).ask(by, ("it", "marketing", "sales", "service")[turn % 4])
    Tasks(company).ask("cmo", None, assignee=address(other)) if turn % 2 else None
    unit, head = (("it", "cio"), ("sales", "sales-lead"))[turn % 2]
    proposed(company, receiver={"department": "marketing", "member": address("mika")},
             giver={"department": unit, "member": address(head)})  # fmt: skip
    delivered(company, active(company))
    alerted(company, by)
    refused = goal(company, owners=(by, other), accepted=(by,), state="draft", by="cmo")
    goals.decline(company.member(other), refused, "It is not ours.", now=company.now)
    goal(company, owners=(by, other), accepted=(by,), state="draft", by="cmo")
    apart = goal(company, owners=(by, other), visibility="involved")
    said(company, apart, by, 20)
    said(company, apart, other, 80)
    due = goal(company, owners=(other, "service-lead"))
    asked(company, due, other, at=company.now, due_at=company.now + timedelta(days=3))
    said(company, goal(company, owners=(by, "cfo")), by, 70)


def test_in_a_batch_everybody_of_the_sample_company_has_the_rows_they_have_alone(sample: Flask) -> None:
    for days in (0, 9, 30):
        assert differing(A_WEDNESDAY + timedelta(days=days)) == []


@pytest.mark.parametrize("seed", [4, 11])
def test_whatever_people_do_a_batch_holds_the_rows_of_each(company: Company, seed: int) -> None:
    with company.indoors():
        random, play = Random(seed), Play(company)
        play.begin(random)
        for step in range(24):
            play.step(random, leaving=True)
            if step % 8 == 7:
                db.session.rollback()
                assert differing(company.now) == [], play.story("a batch differs")


@on_both
def test_a_batch_costs_the_same_for_much_that_waits_for_many_as_for_little(
    company: Company, stalls: Stalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        remember, "time", SimpleNamespace(monotonic=lambda: 1.0)
    )  # nothing remembered grows old meanwhile
    counts = []
    stalls.policies()
    with company.indoors():
        for turns in ((0, 1), (2, 3)):
            for turn in turns:
                busy(company, turn)
                wait = stalls.start("kenji", "mika")
                stalls.climb(wait, rungs=2)
            members = people.list_actors(company.now)
            silent = {
                name for name, source in registry._sources.items() if not any(source(members, company.now).values())
            }
            assert not SOURCES & silent, f"nothing of {silent} waits for anybody: this test would prove nothing"
            with statements(company.app) as seen:
                inboxes(members, company.now)
            counts.append(seen.count)
            assert differing(company.now) == []
    assert counts[0] == counts[1], f"{counts}\n{seen}"


def test_each_viewer_sees_in_company_with_others_what_they_see_alone(company: Company) -> None:
    with company.indoors():
        for turn in range(2):
            busy(company, turn)
        company.filed("mika", visibility="involved", category="other")
        shared = goal(company, owners=("cmo", "cio"), visibility="involved")
        helps(company, shared, "agency")
        company.leaves("emma")
        keys = [row.key for row in db.session.scalars(select(Subject))]
        members, cmo = people.list_actors(company.now), company.member("cmo")
        with statements(company.app) as many:
            together = list_seen([(member, keys) for member in members])
        with statements(company.app) as one:
            list_seen([(cmo, keys)])
        assert many.count == one.count, f"{one}\n\n{many}"
        for member in members:
            assert together[member.id] == list_summaries(member, keys), member.email
        apart = list_seen([(member, keys[number::2]) for number, member in enumerate(members)])
        for number, member in enumerate(members):
            assert apart[member.id] == list_summaries(member, keys[number::2]), (
                "nobody is shown what others asked about"
            )
        assert rows_of(members, keys) == {who: set(found) for who, found in together.items() if found}
    assert set(together[company.id("agency")]) == {shared}
    assert together[company.id("emma")] == {}


def rows_of(members: Sequence[Actor], keys: Sequence[str]) -> dict[int, set[str]]:
    """By member, what they would have rows about if something were asked of everybody about everything."""
    found = [(member.id, key, None) for member in members for key in keys]
    rows = rows_about(members, found, lambda _what, subject: subject.asks(Text("x"), since=A_WEDNESDAY))
    return {member: {row.key for row in those} for member, those in rows.items()}


def test_what_waits_for_somebody_away_stands_with_their_deputy_too(company: Company) -> None:
    key = Tasks(company).ask("mika", None, assignee=address("kenji"))
    company.away("kenji", deputy="nao")
    with company.indoors():
        members = people.list_actors(company.now)
        asked_of = {one.email for one in members if key in {row.key for row in inboxes(members, company.now)[one.id]}}
    assert asked_of == {address("kenji"), address("nao")}
