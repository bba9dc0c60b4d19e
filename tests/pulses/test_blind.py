"""While a pulse is open nobody reads anything of it but their own answers; afterwards nobody can say who answered what, not even
with the database in their hands."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from sqlalchemy import text

from collab.audit.models import Entry
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.pulses import queries, service
from collab.pulses.rules.sealing import key_from
from collab.subjects.models import Subject
from collab.web.models import Repeat
from tests.factories import Company
from tests.factories.pulses import CODES, answered, closed, everybody, given, opened, row, said, staffed
from tests.parts import leaks
from tests.parts.clients import Api
from tests.parts.leaks import overheard, tables_of, tell_apart

VIEWERS = ("admin", "auditor")
"""Who opened it and runs the installation, and who reads all."""


def test_nothing_anybody_reads_changes_when_somebody_answers(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, calls, Slack, messages as they would be rendered, the inbox, search, the digest, the audit export: enumerated."""
    staff = staffed(company, marketing=4)
    key = opened(company, "admin")
    monkeypatch.setattr(leaks, "subject_keys", lambda: [key])  # of nothing else does any row change: see below
    everybody(company, key, staff["marketing"][:3], 2)
    late = staff["marketing"][3]
    assert (
        tell_apart(company.app, company, VIEWERS, lambda: answered(company, key, late, 5), own=("pulse_answers",)) == []
    )


def test_the_database_outside_the_sealed_answers_does_not_change_at_all(company: Company) -> None:
    """No entry in the trail, no message, no version, no moment: whoever compares two copies sees a sealed line more."""
    key = opened(company)
    before = tables_of(company, ("pulse_answers", "sessions", "tokens"))
    answered(company, key, "mika", 1, 2, 3, 4, 5, 1)
    answered(company, key, "mika", 5, 4, 3, 2, 1, 5)
    assert tables_of(company, ("pulse_answers", "sessions", "tokens")) == before
    (kept,) = given(company)
    assert set(vars(kept)) - {"_sa_instance_state"} == {"token", "pulse_id", "sealed"}


def test_a_copy_of_the_database_while_it_is_open_tells_neither_who_nor_what(company: Company) -> None:
    """It holds one half of the key. The other is the installation's secret, which is never in the database."""
    key = opened(company)
    answered(company, key, "mika", 1, 2, 3, 4, 5, 1)
    (kept,), pulse = given(company), row(company, key)
    mika = company.id("mika")
    copied = key_from("", pulse.secret or "")
    assert copied.token(mika) != kept.token
    assert [copied.opened(kept.sealed, CODES)[code] for code in CODES] != [1, 2, 3, 4, 5, 1]
    with company.indoors():
        ours = key_from(str(company.app.secret_key), pulse.secret or "")
    assert ours.token(mika) == kept.token
    assert ours.opened(kept.sealed, CODES) == said(1, 2, 3, 4, 5, 1)


def test_the_same_answers_never_look_the_same(company: Company) -> None:
    key = opened(company)
    everybody(company, key, ("mika", "nao", "kenji"), 3)
    before = {one.sealed[32:] for one in given(company)}
    answered(company, key, "mika", 3)
    assert len(before | {one.sealed[32:] for one in given(company)}) == 4


def test_nothing_is_logged(company: Company) -> None:
    """Down to the statements with what they were given: neither the ratings nor who they are of."""
    key = opened(company)
    with overheard() as heard:
        answered(company, key, "mika", 1, 2, 3, 4, 5, 1)
    written = "\n".join(line for line in heard if "pulse_answers" in line or "sealed" in line)
    assert '"metrics"' not in written
    assert not any(line for line in heard if "answered" in line.lower() and "mika" in line)


def test_an_idempotency_key_keeps_nothing_of_an_answer(company: Company) -> None:
    """Not even a print of it: six ratings have few enough that one could try them all."""
    key = opened(company)
    mika, kenji = (Api(company.app, company.token(name)) for name in ("mika", "kenji"))
    headers = {"Idempotency-Key": "same"}
    for caller, rating in ((mika, 1), (kenji, 5), (mika, 2)):
        told = caller.post(f"/pulses/{key}/answers", {"answers": said(rating)}, headers=headers)
        assert (told.status_code, told.json["mine"]) == (200, said(rating))
    with company.indoors():
        assert db.session.query(Repeat).count() == 0


def test_after_closing_the_database_holds_counts_of_shown_groups_and_nothing_else(company: Company) -> None:
    staff = staffed(company, marketing=4, it=3)
    key = opened(company)
    for name, rating in zip(staff["marketing"], (1, 2, 4, 5), strict=True):
        answered(company, key, name, rating)
    everybody(company, key, staff["it"], 3)
    closed(company, key)
    with company.indoors():
        kept = db.session.execute(text("select department_code, question, rating, n from pulse_counts")).all()
        assert Counter((one.department_code, one.rating, one.n) for one in kept) == {
            ("marketing", rating, 1): 6 for rating in (1, 2, 4, 5)
        }
        assert db.session.execute(text("select count(*) from pulse_answers")).scalar() == 0
        assert db.session.execute(text("select count(*) from pulses where secret is not null")).scalar() == 0
        said_of = json.dumps(
            [[one.details, one.before, one.after] for one in db.session.query(Entry).filter(Entry.subject_key == key)]
        )
        assert "3" not in said_of.replace('"2026', "").split("closes_at")[0]
        assert all(one.args == {} for one in db.session.query(Message).filter(Message.kind.like("pulse.%")))


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_nobodys_own_answers_come_back_after_the_end(company: Company, end: str) -> None:
    key = opened(company)
    answered(company, key, "mika", 4)
    mika = Api(company.app, company.token("mika"))
    assert mika.get(f"/pulses/{key}").json["mine"] == said(4)
    with company.indoors():
        cmo = company.member("cmo")
        service.close(cmo, key, now=company.now) if end == "close" else service.cancel(
            cmo, key, reason="x", now=company.now
        )
        assert queries.find_own(company.member("mika"), row(company, key)) is None
    assert mika.get(f"/pulses/{key}").json["mine"] is None


def test_search_and_the_trail_know_the_questions_and_no_answer(company: Company) -> None:
    key = opened(company)
    with company.indoors():
        before = db.session.get(Subject, key)
        assert before is not None
        seq = before.audit_seq
    answered(company, key, "mika", 5)
    with company.indoors():
        db.session.rollback()
        after = db.session.get(Subject, key)
        assert after is not None
        assert after.audit_seq == seq
        assert "metrics match" in queries.words([key])[key]
