"""A change of routes needs a second person, is tried on what was submitted, and never touches what runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.messages import ways_compared
from collab.approvals.queries import proposals as known
from collab.approvals.service import comparing
from collab.approvals.service.routes import read
from collab.audit import queries as audit
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.outbox.models import Message
from collab.people import queries as people
from collab.subjects import queries as subjects
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
OLD, NEW = route("department_lead"), route("department_lead", "office:CEO")


@pytest.fixture
def changing(company: Company) -> Company:
    """The company under a plain route book."""
    company.routes(OLD)
    return company


def propose(company: Company, *texts: str, by: str = "admin", reason: str = "The CEO wants to see everything.") -> int:
    return service.propose(list(texts) or [NEW], actor=company.member(by), reason=reason, now=company.later())


def take(company: Company, number: int, by: str = "cfo") -> int:
    return service.take_proposal(number, actor=company.member(by), now=company.later())


def steps(key: str) -> int:
    return len(approvals.get_chain(key).steps)


@on_both
def test_what_a_second_person_takes_is_a_new_version_and_what_runs_keeps_its_route(changing: Company) -> None:
    running = changing.filed(category="other")
    before, _book = approvals.current_book()
    db.session.remove()
    version = take(changing, propose(changing))
    assert version > before
    assert (steps(running), steps(changing.filed(category="other"))) == (1, 2)
    *_others, last = audit.list_entries("routes")
    assert (last.verb, last.actor, last.after["proposed_by"]) == ("routes.take", "cfo@example.com", "admin@example.com")
    assert (last.reason, last.after["version"]) == ("The CEO wants to see everything.", version)


def test_only_an_administrator_proposes(changing: Company) -> None:
    for by in ("mika", "cmo", "cio", "auditor", "agency", "cfo"):
        with pytest.raises(NotAllowed):
            propose(changing, by=by)


def test_nobody_else_is_a_second_person(changing: Company) -> None:
    number = propose(changing)
    for by, verb in product(("mika", "cmo", "cio", "kenji", "auditor", "agency"), ("take", "decline")):
        with pytest.raises(NotAllowed):
            act(changing, verb, number, by, comment="")


def act(company: Company, verb: str, number: int, by: str, comment: str = "Not yet.") -> Any:
    actor, now = company.member(by), company.later()
    if verb == "take":
        return service.take_proposal(number, actor=actor, now=now)
    if verb == "decline":
        return service.decline_proposal(number, actor=actor, comment=comment, now=now)
    return service.withdraw_proposal(number, actor=actor, now=now)


def test_whoever_proposes_is_never_the_second_person_whatever_office_they_hold(changing: Company) -> None:
    changing.takes_office("admin", "CFO")
    number = propose(changing)
    for verb in ("take", "decline"):
        with pytest.raises(NotAllowed) as refusal:
            act(changing, verb, number, "admin")
        assert refusal.value.said_code == "barred_proposer"
    assert act(changing, "take", number, "ceo")


def test_only_the_proposer_takes_it_back(changing: Company) -> None:
    number = propose(changing)
    with pytest.raises(NotAllowed):
        act(changing, "withdraw", number, "cfo")
    act(changing, "withdraw", number, "admin")
    assert known.find_proposal(number).state == "withdrawn"


def test_what_is_over_stays_over(changing: Company) -> None:
    doers = {"take": "cfo", "decline": "ceo", "withdraw": "admin"}
    for first in ("decline", "withdraw", "take"):
        number = propose(changing)
        act(changing, first, number, doers[first])
        for then, by in doers.items():
            with pytest.raises(NotNow):
                act(changing, then, number, by)


@on_both
def test_two_second_persons_at_once_bring_one_version(changing: Company) -> None:
    number, ready = propose(changing), Barrier(2)
    db.session.remove()
    now, hands = changing.later(), ThreadPoolExecutor(2)

    def press(name: str) -> object:
        with changing.app.app_context():
            actor = changing.member(name)
            ready.wait(10)
            try:
                return service.take_proposal(number, actor=actor, now=now)
            except NotNow as late:
                return late.said_code
            finally:
                db.session.remove()

    with hands:
        ends = list(hands.map(press, ("cfo", "ceo")))
    assert sorted(type(end).__name__ for end in ends) == ["int", "str"], ends
    assert approvals.files_in_force() == [NEW]


@on_both
def test_a_proposal_made_before_other_routes_came_in_force_is_looked_at_anew(changing: Company) -> None:
    late, early = propose(changing), propose(changing, route("office:CFO"))
    take(changing, early)
    with pytest.raises(NotNow) as refusal:
        take(changing, late)
    assert refusal.value.said_code == "routes_changed"
    assert known.find_proposal(late).state == "open"


def test_an_earlier_version_can_come_back(changing: Company) -> None:
    take(changing, propose(changing))
    back = take(changing, propose(changing, OLD))
    assert approvals.files_in_force() == [OLD]
    assert back == known.newest_version().id
    assert take(changing, propose(changing)) > back


BAD: dict[str, tuple[list[str], str]] = {
    "nothing new": ([OLD], "routes_unchanged"), "no TOML": (["[[route]"], "bad_routes"), "no text": (["\x00"], "bad_routes"),
    "no such seat": ([route("boss")], "bad_routes"), "too many": ([OLD] * 21, "bad_routes"), "too long": (["# " + "x" * 200_000], "bad_routes"),
    "an example that fails": ([route("department_lead") + '\n[[example]]\nname = "x"\nroute = "other"\n'], "bad_routes"),
}  # fmt: skip


def test_what_cannot_be_taken_cannot_be_proposed(changing: Company) -> None:
    for case, (texts, code) in BAD.items():
        with pytest.raises(Invalid) as refusal:
            propose(changing, *texts)
        assert refusal.value.said_code == code, case
        assert all(Reader(locale).say(refusal.value.text) for locale in ("en", "ja"))


def test_a_proposal_says_why(changing: Company) -> None:
    for reason in ("", "  ", "x" * 2001, "\x00"):
        with pytest.raises(Invalid) as refusal:
            propose(changing, reason=reason)
        assert "reason" in refusal.value.fields


def test_who_may_not_see_proposals_learns_nothing_of_them(changing: Company) -> None:
    propose(changing)
    for name in ("mika", "agency", "cmo"):
        with pytest.raises(NotAllowed):
            known.list_proposals(changing.member(name))
        with pytest.raises(DomainError):
            act(changing, "take", 999, name)
    with pytest.raises(NotFound):
        act(changing, "take", 999, "cfo")
    assert known.list_proposals(changing.member("auditor"))[1] == 1


def test_those_who_may_take_it_have_it_in_their_inbox_and_are_told(changing: Company) -> None:
    number = propose(changing)
    asked = {name for name in ("admin", "ceo", "cfo", "cmo", "mika", "auditor") if _rows(changing, name)}
    assert asked == {"ceo", "cfo"}
    told = db.session.execute(select(Message.kind, Message.member_id)).all()
    assert {member for kind, member in told if kind == "routes.proposed"} == {changing.id("ceo"), changing.id("cfo")}
    act(changing, "decline", number, "ceo")
    assert not _rows(changing, "cfo")
    told = db.session.execute(select(Message.kind, Message.member_id)).all()
    assert ("routes.told", changing.id("admin")) in told


def _rows(company: Company, name: str) -> list[Any]:
    return [row for row in subjects.inbox(company.member(name), company.now) if row.key.startswith("RP-")]


class TestEffect:
    def test_only_what_would_go_another_way_is_named(self, changing: Company) -> None:
        changing.filed(category="other", amount="5000")
        large = changing.filed(category="other", amount="900000")
        limit = NEW.replace(
            'code = "own"', 'code = "large"\nwhen = { total_gte = "10000" }\npriority = 1'
        ) + OLD.replace('currency = "JPY"', "")
        found = comparing.effect(read([limit]), now=changing.now)
        assert (found.tried, found.untried, found.changed) == (2, 0, 1)
        assert found.differences[0].subjects == (large,)
        names = people.names_of(found.members)
        before, after = ways_compared.compared(found.differences[0], names, Reader("en"))
        assert (before, after) == ("Step 0", "Step 0 → Step 1")

    def test_another_person_on_a_step_of_the_same_name_is_another_way(self, changing: Company) -> None:
        changing.filed(category="other")
        found = comparing.effect(read([route("office:CFO")]), now=changing.now)
        names = people.names_of(found.members)
        both = [ways_compared.compared(found.differences[0], names, Reader(locale)) for locale in ("en", "ja")]
        assert both == [
            ("Step 0 (approval, Yuki Mori)", "Step 0 (approval, Emi Hara)"),
            ("Step 0 (承認、森 由紀)", "Step 0 (承認、原 恵美)"),
        ]

    def test_a_refusal_and_what_decides_itself_are_ways_too(self, changing: Company) -> None:
        changing.filed("sales-lead", category="other", amount="100")
        changing.filed("mika", category="other", term_months=61)
        proposed = OLD + (
            '\n[[route]]\ncode = "free"\npriority = 1\nwhen = { total_lt = "1000" }\nauto = "own_authority"\nby = ["department_lead"]\n'
            '[[refuse]]\ncode = "long"\nwhen = { term_months_gte = 61 }\nmessage = "Too long."\nmessage_ja = "長すぎます。"\n'
        )
        found = comparing.effect(read([proposed]), now=changing.now)
        ways = {
            ways_compared.way(one.after, {}, Reader(locale)) for one in found.differences for locale in ("en", "ja")
        }
        assert ways == {"own authority", "専決", "refused: Too long.", "申請不可（長すぎます。）"}

    def test_a_change_for_next_year_is_tried_as_of_its_day(self, changing: Company) -> None:
        changing.filed(category="other")
        dated = (
            OLD.replace('code = "own"', 'code = "own"\neffective_until = 2026-12-31')
            + "\n"
            + NEW.replace('currency = "JPY"', "").replace('code = "own"', 'code = "next"\neffective_from = 2027-01-01')
        )
        found = comparing.effect(read([dated]), now=changing.now)
        assert (found.on.isoformat(), found.changed) == ("2027-01-01", 1)

    def test_what_is_older_than_ninety_days_or_has_no_facts_is_not_tried(self, changing: Company) -> None:
        changing.filed(category="other")
        assert comparing.effect(read([NEW]), now=changing.later(days=89)).changed == 1
        assert comparing.effect(read([NEW]), now=changing.later(days=2)).tried == 0
        db.session.execute(text('update approval_rounds set route = \'{"steps": [], "facts": {"category": "other"}}\''))
        db.session.commit()
        found = comparing.effect(read([NEW]), now=changing.later(days=-5))
        assert (found.tried, found.untried, found.changed) == (0, 1, 0)
