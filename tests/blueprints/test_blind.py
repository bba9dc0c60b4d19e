"""An answer that is not revealed is read by its author alone: every page and call, every line, button, form and card of Slack, the
digest, the search, the trail and its export, the log, every table. The readers are `tests.parts.leaks`; that they find what is
there to be found is tested first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, text, update

from collab.audit import service as audit
from collab.blueprints.models import Answer
from collab.blueprints.queries import dialogue as queries
from collab.blueprints.service import answering, differing, drifting
from collab.channels import service as channels
from collab.channels.rules import Settings
from collab.channels.service.connecting import Place
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.subjects import service as subjects
from tests.factories import Company
from tests.factories.blueprints import a_blueprint, signed
from tests.factories.dialogues import answers, asked, both
from tests.parts.clients import Api, Pages
from tests.parts.leaks import addresses, kept_in, leaks, overheard, subject_keys, tell_apart

As = Callable[[str], Api]
MARK = "zq7shhh"
OWN = ("blueprint_answers.text", "blueprint_answers.rating")
AUTHOR, OTHER = "cmo", "cio"
NEAR = re.compile(r"/(api/v1/)?(initiatives|joint|threads|subjects|search|me/inbox|digests|channels|$)")
"""Addresses that may hang on what is said between two sides."""
VIEWERS = (OTHER, "admin", "auditor", "agency", "nao", "kenji", "sales-lead", "ceo")
"""The other lead; the administrator; the auditor; a guest who takes part; somebody of the author's department and of the other's,
both at work on it; the lead of a third department; the CEO."""
_answers: Table = Answer.__table__  # type: ignore[assignment]


@pytest.fixture
def house(company: Company) -> str:
    """An initiative with a signed blueprint, a report of the last quarter, a connected channel, one question revealed with a task
    of the difference, two asked, and of one of these the secret answer, said twice."""
    company.now -= timedelta(days=60)
    key = a_blueprint(company, third=("data", "service-lead"), guests=("agency",))
    signed(company, key)
    company.now += timedelta(days=60)
    with company.indoors():
        place = Settings("department", "marketing", "ja", "Asia/Tokyo")
        channels.connect(company.member("cmo"), Place("T1", "C1", "C1"), place, now=company.now)
        drifting.sweep(now=company.now)
    asked(company, key)
    both(company, key, 1, 2, 5)
    with company.indoors():
        differing.differ(company.member(AUTHOR), key, 1, now=company.now)
    return key


def whisper(company: Company, key: str) -> None:
    """The secret is said, and everything that speaks has had its turn."""
    answers(company, key, AUTHOR, 2, rating=1, text=f"{MARK} first")
    answers(company, key, AUTHOR, 2, rating=5, text=f"{MARK} second")
    with company.indoors():
        subjects.index()
        channels.sweep(now=company.later(minutes=5))
        outbox.drain(now=company.now)


def test_nobody_but_its_author_reads_it_anywhere(app: Flask, company: Company, house: str, travel: Any) -> None:
    """And the author does, by the same ways: the proof looks at something."""
    whisper(company, house)
    found = leaks(app, company, MARK, (*VIEWERS, AUTHOR), own=OWN)
    assert found == [f"{AUTHOR} {where}" for where in (
        f"GET /api/v1/initiatives/{house}/dialogue", f"GET /initiatives/{house}/dialogue", f"button blueprint.answer {house}:2"
    )]  # fmt: skip
    with company.indoors():
        assert kept_in(MARK) == ["blueprint_answers.text"]


def test_what_they_read_does_not_hang_on_it(app: Flask, company: Company, house: str, travel: Any) -> None:
    """Another rating and other words change nothing anybody else reads: no mark of a version, no order, no count."""
    whisper(company, house)

    def change() -> None:
        with company.indoors():
            fields = {"question": 2, "rating": 1, "text": "Something else altogether, and much longer than it was."}
            answering.answer(company.member(AUTHOR), house, fields, now=company.now)

    def change_what_is_revealed() -> None:
        with company.indoors(), atomic() as unit:
            unit.session.execute(update(_answers).where(_answers.c.side == 1).values(rating=4))

    with company.indoors():
        near = [path for path in addresses(app, subject_keys()) if NEAR.match(path)]
    assert len(near) > 25
    assert tell_apart(app, company, (OTHER,), change, own=OWN, only=near) == []
    page = f"/initiatives/{house}/dialogue"
    assert f"{OTHER} GET {page}" in tell_apart(app, company, (OTHER,), change_what_is_revealed, own=OWN, only=(page,))


def test_saying_it_leaves_no_trace_in_the_log(app: Flask, company: Company, house: str, as_: As) -> None:
    said = {"question": 2, "rating": 4, "text": f"{MARK} words"}
    with overheard() as heard:
        assert (
            as_(AUTHOR).post(f"/initiatives/{house}/answers", said, headers={"Idempotency-Key": "k"}).status_code == 200
        )
        page = Pages(company, AUTHOR)
        for wrong in ({"rating": "7"}, {"question": "9"}, {}):
            form = {**said, **wrong}
            page.send(f"/initiatives/{house}/answers", form, page=f"/initiatives/{house}/dialogue")
            as_(AUTHOR).post(f"/initiatives/{house}/answers", form)
    assert len(heard) > 20
    assert [line for line in heard if MARK in line] == []
    with company.indoors():
        assert kept_in(MARK) == ["blueprint_answers.text"]


def test_the_authors_key_repeats_nothing_to_anybody_else(company: Company, house: str, as_: As) -> None:
    said = {"question": 2, "rating": 4, "text": f"{MARK} words"}
    first = as_(AUTHOR).post(f"/initiatives/{house}/answers", said, headers={"Idempotency-Key": "k"})
    for name in VIEWERS:
        again = as_(name).post(f"/initiatives/{house}/answers", {**said, "text": "x"}, headers={"Idempotency-Key": "k"})
        assert MARK not in again.text
        assert again.status_code in ((200,) if name == OTHER else (403, 404))
    assert MARK not in first.text


def test_a_failure_of_ours_tells_nothing(
    app: Flask, company: Company, house: str, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database refuses the row, or we break: neither the answer nor the log says what was written. The page that breaks
    gives its author back what they typed, so that no word is lost: this one page, which no browser keeps; the next one knows
    nothing of it, nor does their session, anybody else's page or any table."""
    with company.indoors(), atomic() as unit:
        unit.session.execute(
            text("create trigger no_more before insert on blueprint_answers begin select raise(abort, 'full'); end")
        )
    said = {"question": 2, "rating": 4, "text": f"{MARK} words"}
    with overheard() as heard:
        broken = as_(AUTHOR).post(f"/initiatives/{house}/answers", said)
        monkeypatch.setattr(answering, "_write", lambda *_args: {}["no"])
        author, dialogue = Pages(company, AUTHOR), f"/initiatives/{house}/dialogue"
        page = author.send(f"/initiatives/{house}/answers", said, page=dialogue)
    with author.client.session_transaction() as session:
        kept = str(dict(session))
    later = [author.get(dialogue).text, Pages(company, OTHER).get(dialogue).text]
    assert (broken.status_code, page.status_code) == (409, 500)
    assert [one for one in (broken.text, str(page.headers), kept, *later, *heard) if MARK in one] == []
    assert re.findall(rf".{{12}}{MARK}[^<]*", page.text) == [f"<blockquote>{MARK} words"]
    assert page.headers["Cache-Control"] == "private, no-store"
    with company.indoors():
        assert kept_in(MARK) == []
        db.session.execute(text("drop trigger no_more"))
        db.session.commit()


def test_a_leak_is_found(
    app: Flask, company: Company, house: str, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody might build: the entry, the message, the copy, the query that forgets the reveal."""
    whisper(company, house)
    told = {"verb": "close", "by": None, "said": f"{MARK} {house}", "result": "achieved"}
    with company.indoors(), atomic() as unit:
        subjects.lock(house)
        audit.record("blueprint_answer", house, actor=None, at=company.now, reason=f"Said: {MARK}")
        outbox.enqueue(Note("initiative.told", house, "x", member=company.id("nao"), args=told), now=company.now)
        unit.session.execute(text(f"update initiatives set measured_by = '{MARK}'"))
    monkeypatch.setattr(queries, "or_", lambda *_given: text("1 = 1"))
    monkeypatch.setattr(queries.DialogueView, "answers", property(lambda view: view.given))
    found = leaks(app, company, MARK, (OTHER,), own=OWN, only=(f"/initiatives/{house}",))
    assert {
        "table audit_entries.reason", "table outbox_messages.args", "table initiatives.measured_by",
        f"{OTHER} GET /api/v1/initiatives/{house}/dialogue", f"{OTHER} GET /api/v1/initiatives/{house}/history",
        f"{OTHER} GET /initiatives/{house}",
    } <= set(found)  # fmt: skip
    assert any(one.startswith(f"{OTHER} message initiative.told") for one in found)
