"""Dialogues between two sides, through the product's own services.

key = a_blueprint(company)                    # of cmo (marketing, side 1) and cio (IT, side 2)
answers(company, key, "cmo", 1, rating=4)     # blind until the other side answers
both(company, key, 1, 4, 2)                   # both ratings, revealed
"""

from __future__ import annotations

from collab.blueprints.queries.dialogue import DialogueView, dialogues_of
from collab.blueprints.service import answering
from collab.blueprints.service.answering import Answered
from collab.kernel.db import db
from tests.factories.company import Company
from tests.factories.initiatives import number


def answers(
    company: Company, key: str, by: str, question: int = 1, *, rating: int = 3, text: str = "So we see it."
) -> Answered:
    """Somebody answers for their side."""
    fields = {"question": question, "rating": rating, "text": text}
    with company.indoors():
        return answering.answer(company.member(by), key, fields, now=company.now)


def both(company: Company, key: str, question: int, first: int, second: int) -> None:
    """Both leads answer: the question is revealed."""
    answers(company, key, "cmo", question, rating=first, text=f"Marketing on {question}.")
    assert answers(company, key, "cio", question, rating=second, text=f"IT on {question}.").revealed


def asked(company: Company, key: str, by: str = "cmo", questions: tuple[int, ...] = (1, 2, 3, 4)) -> list[int]:
    """A lead asks both sides."""
    with company.indoors():
        return answering.open_dialogue(company.member(by), key, questions, now=company.now)


def dialogues(company: Company, key: str, reader: str | None = None) -> list[DialogueView]:
    """Every dialogue as somebody reads it."""
    with company.indoors():
        db.session.rollback()
        return dialogues_of(number(key), company.id(reader) if reader else None)
