"""Minutes, at any hour: nobody takes it, or the public has no answer, and both lines hear."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from collab.escalations import service as escalations
from collab.escalations.models import Notice
from collab.escalations.service.importing import take
from collab.incidents import service
from collab.kernel.db import db
from collab.outbox.models import Message
from tests.factories import Company
from tests.factories.company import CONFIG
from tests.factories.incidents import alerted, communications, notes
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]
SUNDAY = datetime.fromisoformat("2026-11-22T03:00+09:00")


@pytest.fixture(autouse=True)
def policies_in_force(company: Company, indoors: None) -> None:
    """Those that come with the product."""
    take(
        [file.read_text(encoding="utf-8") for file in sorted((CONFIG / "escalations").glob("*.toml"))],
        actor=None,
        now=company.now,
    )


def run(company: Company, minutes: int) -> None:
    """Let the sweeper run every minute."""
    for _ in range(minutes):
        company.now += timedelta(minutes=1)
        db.session.rollback()
        escalations.sweep(now=company.now)


def heard(company: Company, key: str) -> dict[str, int]:
    """Who was told by the climb, and how many minutes after the alert."""
    db.session.rollback()
    names = {company.id(name): name for name in ("ceo", "cmo", "cio", "service-lead", "nao", "mika")}
    rows = db.session.execute(
        select(Notice.member_id, Notice.at)
        .where(Notice.subject_key == key, Notice.skipped.is_(None))
        .order_by(Notice.id)
    )
    found: dict[str, int] = {}
    for member, at in rows:
        if member in names:
            found.setdefault(names[member], round((at - SUNDAY).total_seconds() / 60))
    return found


def alarmed(company: Company) -> str:
    communications(company, "nao")
    company.now = SUNDAY
    return alerted(company, "mika", department="it")


def test_nobody_takes_it_and_both_lines_hear_minute_by_minute_on_a_sunday_night(company: Company) -> None:
    key = alarmed(company)
    run(company, 9)
    assert heard(company, key) == {}
    run(company, 21)
    told = heard(company, key)
    assert told["cmo"] == 10  # the minutes are over: the card once more
    assert 10 < told["cio"] <= 16  # the lead of the owning department
    assert 15 <= told["ceo"] <= 21  # both lines meet there
    kinds = {row.kind for row in db.session.scalars(select(Message).where(Message.subject_key == key))}
    assert "incident.late" in kinds
    held = db.session.scalars(
        select(Message.due_at).where(Message.subject_key == key, Message.kind.like("escalation.%"))
    ).all()
    assert all(moment <= company.now for moment in held), "at any hour: nothing waits for an opening"


def test_once_taken_nobody_hears_until_the_public_waits_too_long(company: Company) -> None:
    key = alarmed(company)
    company.now += timedelta(minutes=3)
    service.take(company.member("cio"), key, now=company.now)
    run(company, 56)
    assert heard(company, key) == {}
    run(company, 2)
    assert heard(company, key) == {"cio": 60}
    run(company, 15)
    assert "ceo" in heard(company, key)


def test_a_public_answer_in_time_keeps_everybody_asleep(company: Company) -> None:
    key = alarmed(company)
    company.now += timedelta(minutes=8)
    service.answer(company.member("cmo"), key, text="We are sorry.", now=company.now)
    run(company, 80)
    assert heard(company, key) == {}


def test_the_page_itself_came_once(company: Company) -> None:
    key = alarmed(company)
    run(company, 30)
    assert sorted(notes(company, key)) == [("cio", True), ("cmo", True), ("nao", True)]
