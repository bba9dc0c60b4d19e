"""The dialogue: each side answers without seeing the other, both are revealed together, once; nobody answers for somebody else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from collab.audit.queries import list_entries
from collab.blueprints.models import Answer, Dialogue
from collab.blueprints.queries import awaited
from collab.blueprints.service import answering
from collab.escalations.models import Escalation
from collab.initiatives import service as initiatives
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.blueprints import a_blueprint
from tests.factories.dialogues import answers, asked, both, dialogues
from tests.factories.initiatives import CLOSING, an_initiative, lead
from tests.parts.clients import Api
from tests.parts.databases import on_both

As = Callable[[str], Api]
QUARTER = "FY2026-Q3"
DUE = datetime.fromisoformat("2026-11-26 10:00+09:00")
"""Five business days of Tokyo after Wednesday, 10:00: Monday is a holiday."""


def waits(company: Company, key: str) -> dict[str, tuple[int | None, datetime]]:
    """Clocks that run: whom they run on, and until when."""
    with company.indoors():
        db.session.rollback()
        mine = select(Escalation).where(Escalation.subject_key == key, Escalation.ended_at.is_(None))
        return {one.key: (one.late_id, one.due_at) for one in db.session.scalars(mine) if one.watch == awaited.WATCH}


def told(company: Company, key: str) -> list[tuple[str, int | None]]:
    with company.indoors():
        db.session.rollback()
        mine = select(Message).where(Message.subject_key == key, Message.kind.like("blueprint.%")).order_by(Message.id)
        return [(one.kind.partition(".")[2], one.member_id) for one in db.session.scalars(mine)]


def asks(company: Company, name: str) -> list[tuple[str, int]]:
    with company.indoors():
        rows = inbox(company.member(name), company.now)
        return [(row.ask.key.rpartition(".")[2], row.ask.args["n"]) for row in rows if "dialogue" in row.ask.key]


def test_both_sides_are_asked_at_once_and_both_answers_come_out_together(company: Company) -> None:
    key = a_blueprint(company)
    assert asked(company, key) == [1, 2, 3, 4]
    assert asked(company, key) == []
    cmo, cio = company.id("cmo"), company.id("cio")
    assert set(told(company, key)) == {("dialogue_asked", cmo), ("dialogue_asked", cio)}
    assert waits(company, key) == {f"{key}:answer:1": (cmo, DUE), f"{key}:answer:2": (cio, DUE)}
    assert (asks(company, "cmo"), asks(company, "cio"), asks(company, "nao")) == ([("answer", 4)], [("answer", 4)], [])
    first = answers(company, key, "cmo", 2, rating=5, text="Very well")
    assert (first.quarter, first.revealed, asks(company, "cio")) == (QUARTER, False, [("answer_other", 4)])
    hidden = dialogues(company, key, "cio")[1]
    assert (hidden.answered, hidden.given, hidden.answers, hidden.ratings, hidden.gap) == ({1}, (), (), {}, 0)
    assert dialogues(company, key, "cmo")[1].given[0].text == "Very well"
    assert answers(company, key, "cio", 2, rating=2, text="Not at all").revealed
    shown = dialogues(company, key)[1]
    assert [(one.side, one.rating, one.text) for one in shown.answers] == [(1, 5, "Very well"), (2, 2, "Not at all")]
    assert (shown.gap, shown.differs) == (3, True)
    assert told(company, key)[-2:] == [("revealed", cmo), ("revealed", cio)]
    assert asks(company, "cio") == [("answer", 3)]


def test_whoever_answered_everything_is_waited_for_no_more(company: Company) -> None:
    key = a_blueprint(company)
    asked(company, key, questions=(1, 3))
    answers(company, key, "cio", 1)
    assert set(waits(company, key)) == {f"{key}:answer:1", f"{key}:answer:2"}
    answers(company, key, "cio", 3)
    assert set(waits(company, key)) == {f"{key}:answer:1"}
    with company.indoors():
        assert set(awaited.expected(None)) == {f"{key}:answer:1"}
        assert awaited.still_awaited([f"{key}:answer:1", f"{key}:answer:2", "T-1:answer"]) == {f"{key}:answer:1"}


def test_an_answer_opens_a_question_nobody_asked_yet_and_asks_the_other_side(company: Company) -> None:
    key = an_initiative(company, state="chartered")
    answers(company, key, "cio", 4)
    assert [(one.question, one.quarter, one.answered) for one in dialogues(company, key)] == [(4, QUARTER, {2})]
    assert [row for row in told(company, key) if row[0] == "dialogue_asked"] == [("dialogue_asked", company.id("cmo"))]
    assert set(waits(company, key)) == {f"{key}:answer:1"}


def test_an_answer_may_be_changed_until_the_other_side_has_answered(company: Company) -> None:
    key = a_blueprint(company)
    answers(company, key, "cmo", rating=1, text="No")
    assert answers(company, key, "cmo", rating=4, text="On second thoughts").again
    with company.indoors():
        assert [entry.verb for entry in list_entries(key)].count("blueprint_answer") == 1
    answers(company, key, "cio", rating=4)
    assert dialogues(company, key)[0].answers[0].text == "On second thoughts"
    for name in ("cmo", "cio"):
        with pytest.raises(NotNow) as refusal:
            answers(company, key, name, rating=5)
        assert refusal.value.said_code == "dialogue_revealed"


@pytest.mark.parametrize("name", ["nao", "kenji", "mika", "ceo", "sales-lead", "admin", "auditor", "agency"])
def test_nobody_answers_or_asks_for_a_lead(company: Company, name: str) -> None:
    key = a_blueprint(company, guests=("agency",))
    company.away("cmo", deputy="nao")
    for act in (answers, asked):
        with pytest.raises((NotAllowed, NotFound)):
            act(company, key, name)
    assert dialogues(company, key) == []


def test_the_third_lead_asks_and_does_not_answer(company: Company) -> None:
    key = a_blueprint(company, third=("data", "admin"))
    assert asked(company, key, "admin", (1,)) == [1]
    with pytest.raises(NotAllowed):
        answers(company, key, "admin")


def test_somebody_who_changes_sides_never_answers_for_both(company: Company) -> None:
    key = a_blueprint(company)
    answers(company, key, "cmo", text="As marketing")
    with company.indoors(), db.session.begin_nested():  # as if the seat had moved without anybody noticing
        db.session.execute(Answer.__table__.update().values(side=2))
        db.session.commit()
    with pytest.raises(NotAllowed) as refusal:
        answers(company, key, "cmo", text="As IT")
    assert refusal.value.said_code == "dialogue_other_side"


def test_what_a_former_lead_answered_goes_with_them_and_the_new_one_is_asked(company: Company) -> None:
    key = a_blueprint(company)
    asked(company, key, questions=(1,))
    answers(company, key, "cio", text="Of the former lead")
    company.later(days=1)
    with company.indoors():
        initiatives.name_leads(company.member("cio"), key, [lead(2, "it", "kenji")], now=company.now)
    assert dialogues(company, key, "cio")[0].given == ()
    assert told(company, key)[-1] == ("dialogue_asked", company.id("kenji"))
    assert waits(company, key)[f"{key}:answer:2"][0] == company.id("kenji")
    assert waits(company, key)[f"{key}:answer:2"][1] > DUE
    with pytest.raises(NotAllowed):
        answers(company, key, "cio")
    answers(company, key, "cmo")
    answers(company, key, "kenji", text="Mine")
    assert dialogues(company, key)[0].answers[1].text == "Mine"


def test_a_closed_initiative_asks_nobody_and_reveals_nothing(company: Company) -> None:
    key = a_blueprint(company)
    answers(company, key, "cmo")
    with company.indoors():
        initiatives.close(company.member("cio"), key, **CLOSING, now=company.now)
    assert waits(company, key) == {}
    with pytest.raises(NotNow):
        answers(company, key, "cio")
    assert asks(company, "cio") == []


def test_next_quarter_the_same_question_is_asked_anew_and_the_trend_shows(company: Company, as_: As) -> None:
    key = a_blueprint(company)
    both(company, key, 1, 2, 5)
    answers(company, key, "cmo", 2)
    company.now += timedelta(days=60)
    assert asked(company, key) == [1, 3, 4]  # the second still waits for one side
    both(company, key, 1, 3, 4)
    answers(company, key, "cio", 2)
    found = dialogues(company, key)
    assert [(one.question, one.quarter) for one in found if one.revealed_at] == [
        (1, QUARTER), (2, QUARTER), (1, "FY2026-Q4")
    ]  # fmt: skip
    trend = as_("ceo").get(f"/initiatives/{key}/dialogue").json["questions"][0]["trend"]
    assert trend == [
        {"quarter": QUARTER, "ratings": [2, 5], "gap": 3},
        {"quarter": "FY2026-Q4", "ratings": [3, 4], "gap": 1},
    ]


@on_both
def test_two_answers_at_the_same_moment_reveal_once(company: Company) -> None:
    key = a_blueprint(company)
    asked(company, key, questions=(1,))
    start = threading.Barrier(2)

    def answer(name: str) -> bool:
        with company.app.app_context():
            fields = {"question": 1, "rating": 3, "text": name}
            actor = company.member(name)
            start.wait()
            return answering.answer(actor, key, fields, now=company.now).revealed

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, ("cmo", "cio"))) == [False, True]
    with company.indoors():
        assert [entry.verb for entry in list_entries(key)].count("blueprint_reveal") == 1
    assert told(company, key).count(("revealed", company.id("cmo"))) == 1
    assert len(dialogues(company, key)[0].answers) == 2


@on_both
def test_two_first_answers_at_the_same_moment_are_of_one_dialogue(company: Company) -> None:
    key = an_initiative(company, state="active")
    start = threading.Barrier(2)

    def answer(name: str) -> None:
        with company.app.app_context():
            actor = company.member(name)
            start.wait()
            answering.answer(actor, key, {"question": 1, "rating": 3, "text": name}, now=company.now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(answer, ("cmo", "cio")))
    with company.indoors():
        assert db.session.scalar(select(func.count()).select_from(Dialogue)) == 1
    assert dialogues(company, key)[0].revealed_at


def test_over_the_api_an_answer_says_nothing_of_itself(as_: As, company: Company) -> None:
    key = an_initiative(company, state="active")
    said = {"question": 1, "rating": 5, "text": "<b>secret</b>"}
    made = as_("cmo").post(f"/initiatives/{key}/answers", said, headers={"Idempotency-Key": "a"})
    assert (made.status_code, made.json) == (200, {"question": 1, "quarter": QUARTER, "revealed": False})
    assert as_("cmo").post(f"/initiatives/{key}/answers", said, headers={"Idempotency-Key": "a"}).json == made.json
    one = as_("cmo").get(f"/initiatives/{key}/dialogue").json["questions"][0]
    assert (one["mine"]["text"], one["answers"], one["answered"], one["state"]) == ("<b>secret</b>", [], [1], "open")
    other = as_("cio").get(f"/initiatives/{key}/dialogue").json["questions"][0]
    assert (other["mine"], other["answers"], other["gap"]) == (None, [], None)
    for wrong, field in (({"rating": 6}, "rating"), ({"question": 5}, "question"), ({"text": " "}, "text"), ({"rating": "3.5"}, "rating")):  # fmt: skip
        refused = as_("cio").post(f"/initiatives/{key}/answers", {**said, **wrong})
        assert (refused.status_code, field in refused.json["errors"]) == (422, True)
    assert as_("nao").post(f"/initiatives/{key}/answers", said).status_code == 403
    assert as_("agency").get(f"/initiatives/{key}/dialogue").status_code == 404
    assert (
        as_("cio").post(f"/initiatives/{key}/dialogue", {"questions": [1, 2]}).json["questions"][1]["state"] == "open"
    )
