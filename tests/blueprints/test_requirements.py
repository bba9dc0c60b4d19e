"""What one side needs of the other: who answers, when it is due, who hears when nobody does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from collab.blueprints import service
from collab.blueprints.queries import waiting
from collab.escalations.models import Escalation
from collab.initiatives import service as initiatives
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.people.service import deactivate
from collab.subjects.queries import inbox
from tests.factories.blueprints import NOBODY, a_blueprint, asked, drawn, requirement
from tests.factories.company import Company, address
from tests.factories.initiatives import seen
from tests.parts.applications import inside
from tests.parts.databases import on_both
from tests.parts.statements import statements

DAY = date(2026, 12, 1)
ANSWERS: dict[str, dict[str, Any]] = {
    "commit": {"on": DAY}, "decline": {"reason": "No people."}, "counter": {"text": "Hourly.", "on": DAY},
}  # fmt: skip

CALLED = {"commit": "commit_to"}


def answer(company: Company, name: str, key: str, number: int, verb: str = "commit", **fields: Any) -> Any:
    with company.indoors():
        given = {**ANSWERS.get(verb, {}), **fields}
        return getattr(service, CALLED.get(verb, verb))(company.member(name), key, number, **given, now=company.now)


def running(company: Company, key: str) -> list[tuple[int | None, int | None, str, str]]:
    """Clocks that run: on whom, who waits, the departments."""
    with company.indoors():
        db.session.rollback()
        mine = select(Escalation).where(Escalation.subject_key == key, Escalation.ended_at.is_(None))
        mine = mine.where(Escalation.watch == waiting.WATCH).order_by(Escalation.id)
        return [(one.late_id, one.other_id, one.department, one.other_department) for one in db.session.scalars(mine)]


def told(company: Company, key: str) -> list[tuple[str, int | None, str | None]]:
    with company.indoors():
        db.session.rollback()
        mine = select(Message).where(Message.subject_key == key, Message.kind.like("blueprint.%")).order_by(Message.id)
        return [(one.kind.partition(".")[2], one.member_id, one.args.get("verb")) for one in db.session.scalars(mine)]


def asks(company: Company, name: str) -> list[str]:
    with company.indoors():
        rows = inbox(company.member(name), company.now)
        return [one.ask.key.rpartition(".")[2] for one in rows if one.ask.key.startswith("blueprint.ask")]


@on_both
def test_two_answers_at_once_are_one_answer_and_one_refusal(company: Company) -> None:
    for _round in range(3):
        key = a_blueprint(company)
        number = requirement(company, key)
        with company.indoors():
            service.name_answerer(company.member("cio"), key, number, member=address("kenji"), now=company.now)

        def go(name: str, verb: str, key: str = key, number: int = number) -> str:
            with inside(company.app):
                try:
                    act = partial(
                        getattr(service, CALLED.get(verb, verb)), company.member(name), key, number, **ANSWERS[verb]
                    )
                    return str(act(now=company.now).state)
                except DomainError as refusal:
                    return refusal.said_code
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(2) as pool:
            ends = [one.result() for one in (pool.submit(go, "cio", "commit"), pool.submit(go, "kenji", "decline"))]
        assert "requirement_answered" in ends
        assert asked(company, key, number).state in ends
        assert len(running(company, key)) == (asked(company, key, number).state == "committed")


def test_nobody_but_the_other_sides_lead_answers(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    for name in ("cmo", "nao", "mika", "kenji", "ceo", "admin", "auditor"):
        for verb in ANSWERS:
            with pytest.raises(NotAllowed):
                answer(company, name, key, number, verb)
    assert asked(company, key, number).state == "asked"


def test_a_guest_sees_nothing_of_it(company: Company) -> None:
    key = a_blueprint(company, guests=("agency",))
    number = requirement(company, key)
    with pytest.raises(NotFound):
        answer(company, "agency", key, number)


def test_whoever_was_named_answers_and_only_somebody_of_that_side_alone_is_named(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    with company.indoors():
        for wrong in ("nao", "mika", "cmo", "agency", "left", "ceo", "nobody"):
            with pytest.raises(Invalid):
                service.name_answerer(company.member("cio"), key, number, member=address(wrong), now=company.now)
        with pytest.raises(NotAllowed):
            service.name_answerer(company.member("cmo"), key, number, member=address("kenji"), now=company.now)
        service.name_answerer(company.member("cio"), key, number, member=address("kenji"), now=company.now)
    assert running(company, key) == [(company.id("kenji"), company.id("nao"), "it", "marketing")]
    assert answer(company, "kenji", key, number).state == "committed"
    assert asks(company, "cio") == []


def test_somebody_who_came_over_to_the_other_side_does_not_answer_what_they_asked(company: Company) -> None:
    key = a_blueprint(company, participants=("nao", "kenji"))
    number = requirement(company, key, by="kenji")  # of IT: marketing has to answer
    with company.indoors():
        leads = [{"slot": 1, "department": "marketing", "member": address("nao")}]
        initiatives.name_leads(company.member("cmo"), key, leads, now=company.now)
    assert running(company, key) == [(company.id("nao"), company.id("kenji"), "marketing", "it")]
    with pytest.raises(NotAllowed):
        answer(company, "cmo", key, number)
    with pytest.raises(NotAllowed):
        answer(company, "kenji", key, number)
    assert answer(company, "nao", key, number).answerer == company.id("nao")


def test_an_ask_runs_five_business_days_on_the_answerers_calendar_and_both_lines_are_named(company: Company) -> None:
    key = a_blueprint(company)
    one = asked(company, key, requirement(company, key))
    assert one.due_at is not None
    assert one.due_at.isoformat() == "2026-11-26T01:00:00+00:00"  # 23 November is a holiday
    assert running(company, key) == [(company.id("cio"), company.id("nao"), "it", "marketing")]
    assert told(company, key) == [("asked", company.id("cio"), None)]
    assert (asks(company, "cio"), asks(company, "nao")) == (["answer"], [])


def test_a_promise_runs_until_its_day_closes_and_the_asking_side_says_it_is_met(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    answer(company, "cio", key, number, "commit")
    one = asked(company, key, number)
    assert one.due_at is not None
    assert one.due_at.isoformat() == "2026-12-01T09:00:00+00:00"
    assert asks(company, "cio") == []  # not before its day is near
    company.now += timedelta(days=11)
    assert asks(company, "cio") == ["deliver"]
    with pytest.raises(NotAllowed):
        answer(company, "cio", key, number, "met")
    before = drawn(company, key).row.version
    assert answer(company, "nao", key, number, "met").met_at == company.now
    assert drawn(company, key).row.version == before
    assert running(company, key) == []


def test_a_promise_that_is_late_is_counted_and_its_clock_is_expected(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    answer(company, "cio", key, number, "commit")
    company.now += timedelta(days=20)
    assert drawn(company, key).counts(company.now).overdue == 1
    with company.indoors():
        wait = f"{key}:requirement:{number}"
        assert (waiting.expected(company.now), waiting.still_waited([wait, "I-1:requirement:99"])) == ([wait], {wait})


@pytest.mark.parametrize(("verb", "ends"), [("agree", "committed"), ("withdraw", "withdrawn")])
def test_a_counter_waits_for_the_asking_side(company: Company, verb: str, ends: str) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    assert answer(company, "cio", key, number, "counter").state == "countered"
    assert running(company, key) == [(company.id("nao"), company.id("cio"), "marketing", "it")]
    assert asks(company, "nao") == ["agree"]
    with pytest.raises(NotAllowed):
        answer(company, "cio", key, number, "agree")
    with pytest.raises(NotNow, match="requirement_answered"):
        answer(company, "cio", key, number, "commit")
    assert answer(company, "nao", key, number, verb).state == ends
    late = [(company.id("cio"), company.id("nao"), "it", "marketing")]
    assert running(company, key) == (late if ends == "committed" else [])


def test_a_promise_that_will_not_hold_is_countered(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    answer(company, "cio", key, number, "commit")
    assert answer(company, "cio", key, number, "counter", on=date(2026, 12, 20)).promised_on == date(2026, 12, 20)
    assert asks(company, "nao") == ["agree"]


@pytest.mark.parametrize("day", [date(2026, 11, 17), date(2046, 1, 1)])
def test_a_day_that_is_over_or_out_of_reach_is_not_promised(company: Company, day: date) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    with pytest.raises(Invalid) as refused:
        answer(company, "cio", key, number, "commit", on=day)
    assert set(refused.value.fields) == {"on"}


@pytest.mark.parametrize(
    ("serves", "wrong"),
    [
        ({"journey_stage": None, "goal": None}, {"journey_stage", "goal"}),
        ({"goal": None}, {"goal"}),
        ({"journey_stage": "moon"}, {"journey_stage"}),
        ({"goal": "G-2"}, {"goal"}),
        ({"goal": "G-99"}, {"goal"}),
        (NOBODY, {"unjustified_reason"}),
    ],
)
def test_whom_it_serves_is_said_or_that_it_serves_nobody_and_why(
    company: Company, serves: dict[str, Any], wrong: set[str]
) -> None:
    key = a_blueprint(company)
    with pytest.raises(Invalid) as refused:
        requirement(company, key, **serves)
    assert set(refused.value.fields) == wrong


def test_an_item_that_is_not_customer_justified_is_marked_and_counted(company: Company) -> None:
    key = a_blueprint(company)
    requirement(company, key, journey_stage=None, goal=None, **NOBODY)
    counts = drawn(company, key).counts(company.now)
    assert (counts.items, counts.unjustified, counts.unanswered) == (1, 1, 1)


def test_only_whoever_takes_part_asks(company: Company) -> None:
    key = a_blueprint(company)
    for name in ("mika", "ceo", "sales-lead", "auditor", "admin"):
        with pytest.raises(NotAllowed):
            requirement(company, key, by=name)


def test_somebody_on_neither_side_says_no_side_and_cannot_ask(company: Company) -> None:
    key = a_blueprint(
        company, leads=("cio", "cmo"), participants=("emma",)
    )  # sales is a business side, as marketing is
    assert asked(company, key, requirement(company, key, by="emma")).side == 2
    with pytest.raises(NotAllowed):
        requirement(company, key, by="emma", side=1)


def test_what_was_asked_of_somebody_who_left_is_asked_of_their_lead(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    with company.indoors():
        service.name_answerer(company.member("cio"), key, number, member=address("kenji"), now=company.now)
        deactivate(address("kenji"), by=None, now=company.later())
    assert asked(company, key, number).answerer is None
    assert running(company, key) == [(company.id("cio"), company.id("nao"), "it", "marketing")]
    answer(company, "cio", key, number, "counter")
    with company.indoors():
        deactivate(address("nao"), by=None, now=company.later())
    assert running(company, key) == [(company.id("cmo"), company.id("cio"), "marketing", "it")]


def test_a_closed_initiative_waits_for_nothing(company: Company) -> None:
    key = a_blueprint(company)
    number = requirement(company, key)
    with company.indoors():
        closing = {"result": "stopped", "outcome": "Nothing.", "lesson": "Ask first."}
        initiatives.close(company.member("cmo"), key, **closing, now=company.now)
    assert seen(company, key).state == "closed"
    assert (running(company, key), asks(company, "cio")) == ([], [])
    with company.indoors():
        assert waiting.expected(company.now) == []
    with pytest.raises(NotNow):
        answer(company, "cio", key, number)


def test_an_inbox_asks_as_much_of_the_database_for_one_requirement_as_for_many(company: Company) -> None:
    def cost(name: str) -> int:
        with company.indoors(), statements(company.app) as said:
            waiting.inbox([company.member(name)], company.now)
        return said.count

    requirement(company, a_blueprint(company))
    one = cost("cio")
    for key in (a_blueprint(company), a_blueprint(company)):
        requirement(company, key)
        requirement(company, key)
    assert cost("cio") == one
    assert len(asks(company, "cio")) == 5
    with company.indoors():
        assert len(waiting.list_open()) == 5
        assert waiting.list_open([company.id("sales-lead")]) == []
