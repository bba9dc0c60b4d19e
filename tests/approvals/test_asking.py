"""Asking somebody without a seat: they see it and answer, they decide nothing, and nobody's clock waits for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.purchases import queries as purchases
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")


def ask(
    company: Company, key: str, of: str = "kenji", by: str = "cmo", question: str = "Does it run on our cloud?"
) -> service.Asked:
    return service.ask(
        key=key, actor=company.member(by), member=f"{of}@example.com", question=question, now=company.later()
    )


def answer(
    company: Company, key: str, number: int, by: str = "kenji", words: str = "Yes, in Tokyo."
) -> approvals.QuestionView:
    return service.answer(key=key, actor=company.member(by), question=number, answer=words, now=company.later())


def asks(company: Company, name: str) -> list[tuple[str, str]]:
    return [(row.key, row.ask.key) for row in inbox(company.member(name), company.now)]


def written(key: str, kind: str) -> list[int]:
    return list(db.session.scalars(select(Message.member_id).where(Message.kind == kind, Message.subject_key == key)))


@on_both
def test_a_question_shows_the_request_to_whoever_is_asked_and_the_answer_reaches_the_asker(company: Company) -> None:
    key = company.filed(visibility="involved")
    due_before = approvals.get_chain(key).waiting_seat_of(company.id("cmo")).due_at
    asked = ask(company, key)
    assert purchases.get_purchase(company.member("kenji"), key).key == key
    assert asks(company, "kenji") == [(key, "approval.ask.answer")]
    assert written(key, "approval.question") == [company.id("kenji")]
    said = answer(company, key, asked.id)
    assert (said.answer, said.open) == ("Yes, in Tokyo.", False)
    assert written(key, "approval.answered") == [company.id("cmo")]
    assert asks(company, "kenji") == []
    trail = [(event.verb, event.comment) for event in purchases.history(company.member("auditor"), key)]
    assert trail[-2:] == [("ask", "Does it run on our cloud?"), ("answer", "Yes, in Tokyo.")]
    assert approvals.get_chain(key).waiting_seat_of(company.id("cmo")).due_at == due_before


def test_being_asked_is_no_power(company: Company) -> None:
    key = company.filed()
    ask(company, key)
    for verb in ("approve", "return", "reject"):
        with pytest.raises(NotAllowed):
            company.decide(key, "kenji", verb)
    with pytest.raises(NotAllowed):
        ask(company, key, of="nao", by="kenji")
    with pytest.raises(NotAllowed):
        service.circulate(key=key, actor=company.member("kenji"), members=["nao@example.com"], now=company.later())


def test_several_questions_are_open_at_once_each_answered_by_whom_it_was_put_to(company: Company) -> None:
    key = company.filed()
    first, second = ask(company, key), ask(company, key, of="mika", by="cio", question="Why now?")
    with pytest.raises(NotAllowed):
        answer(company, key, second.id, by="kenji")
    answer(company, key, second.id, by="mika", words="The contract ends.")
    assert [row.open for row in approvals.list_questions(key)] == [True, False]
    assert asks(company, "kenji") == [(key, "approval.ask.answer")]
    answer(company, key, first.id)
    with pytest.raises(NotNow) as refused:
        answer(company, key, first.id, words="On second thoughts, no.")
    assert refused.value.said_code == "already_answered"


def test_questions_put_at_once_stand_in_the_order_of_the_trail(company: Company) -> None:
    key, asked_by = company.filed(), company.member("cmo")
    now = company.later()
    for name, sooner in (("kenji", 0), ("nao", 3)):  # its moment is earlier; the other one had the request first
        service.ask(
            key=key,
            actor=asked_by,
            member=f"{name}@example.com",
            question=f"{name}?",
            now=now - timedelta(seconds=sooner),
        )
    trail = [event.comment for event in purchases.history(company.member("auditor"), key) if event.verb == "ask"]
    assert [one.question for one in approvals.list_questions(key)] == trail == ["kenji?", "nao?"]


def test_only_somebody_asked_to_decide_asks(company: Company) -> None:
    key = company.filed()
    for name in ("mika", "service-lead", "auditor", "admin"):
        with pytest.raises((NotAllowed, NotFound)):
            ask(company, key, by=name)
    company.decide(key, "cmo")
    with pytest.raises(NotAllowed):
        ask(company, key)


def test_not_everybody_can_be_asked(company: Company) -> None:
    key = company.filed()
    refused = {
        "cmo": "yourself", "cio": "has_seat", "auditor": "auditor", "agency": "guest", "left": "unknown_member",
    }  # fmt: skip
    for of, word in refused.items():
        with pytest.raises(Invalid) as said:
            ask(company, key, of=of)
        assert said.value.fields["member"].key == f"approval.problem.{word}"
    assert approvals.list_questions(key) == []


def test_a_question_needs_words_and_so_does_an_answer(company: Company) -> None:
    key = company.filed()
    for words in ("", "   ", "a" * 2001, "a\x00"):
        with pytest.raises(Invalid):
            ask(company, key, question=words)
    number = ask(company, key).id
    with pytest.raises(Invalid):
        answer(company, key, number, words=" ")


@on_both
@pytest.mark.parametrize("end", ["decided", "returned", "withdrawn"])
def test_questions_close_with_their_round(company: Company, end: str) -> None:
    from collab.purchases import service as filing

    key = company.filed()
    number = ask(company, key).id
    if end == "decided":
        company.decide(key, "cmo")
        company.decide(key, "cio")
    elif end == "returned":
        company.decide(key, "cmo", "return")
    else:
        filing.withdraw(company.member("mika"), key, now=company.later())
    assert asks(company, "kenji") == []
    with pytest.raises(NotNow) as refused:
        answer(company, key, number)
    assert refused.value.said_code == "question_over"


def test_so_many_open_questions_are_enough(company: Company) -> None:
    key = company.filed()
    for number in range(10):
        ask(company, key, question=f"Question {number}?")
    with pytest.raises(NotNow) as refused:
        ask(company, key)
    assert refused.value.said_code == "too_many_questions"
    assert len(asks(company, "kenji")) == 1
