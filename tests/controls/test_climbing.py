"""A change that waits for its second person has a clock: on the calendar of whoever is asked, up to those who may confirm it in their
place, and never past the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from collab.controls import queries, service
from collab.escalations import service as escalations
from collab.escalations.models import Notice
from collab.escalations.queries import find_by_key
from collab.escalations.service.importing import take
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.i18n import Reader
from collab.outbox.models import Message
from collab.outbox.registry import Envelope, kinds
from collab.people import queries as people
from collab.people.models import Member
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.agreements import at
from tests.factories.company import CONFIG

pytestmark = pytest.mark.usefixtures("indoors")
ACTING = {"office": "CMO", "member": "nao@example.com", "acting": True}


@pytest.fixture(autouse=True)
def policies_in_force(company: Company, indoors: None) -> None:
    """Those that come with the product; kenji is a second administrator."""
    files = [file.read_text(encoding="utf-8") for file in sorted((CONFIG / "escalations").glob("*.toml"))]
    take(files, actor=None, now=company.now)
    with atomic():
        db.session.execute(update(Member).where(Member.email == "kenji@example.com").values(is_admin=True))


def proposed(company: Company, *, by: str = "admin") -> Any:
    return service.propose(company.member(by), "office.give", ACTING, reason="Reorganisation.", now=company.now)


def run(company: Company, until: datetime, step: timedelta = timedelta(hours=3)) -> None:
    """Let the sweepers run every so often up to a moment."""
    while company.now < until:
        company.now = min(company.now + step, until)
        db.session.rollback()
        escalations.sweep(now=company.now)
        service.sweep(now=company.now)


def told(key: str, rung: int) -> set[str]:
    db.session.rollback()
    heard = (Notice.subject_key == key) & (Notice.rung == rung) & Notice.skipped.is_(None)
    return {
        people.email_of(one).partition("@")[0]
        for one in db.session.scalars(select(Notice.member_id).where(heard))
        if one
    }


def test_it_is_due_after_three_business_days_of_whoever_is_asked(company: Company) -> None:
    """Friday evening in Tokyo; Monday 23 November is a holiday there: Tuesday, Wednesday, Thursday."""
    company.now = at("2026-11-20 19:00+09:00")
    row = proposed(company)
    wait = find_by_key(f"{row.key}:second")
    assert wait is not None
    assert (wait.late, wait.other, wait.due_at) == (
        company.id("kenji"),
        company.id("admin"),
        at("2026-11-26 18:00+09:00"),
    )
    rows = [one for one in inbox(company.member("kenji"), company.now) if one.key == row.key]
    assert [one.due_at for one in rows] == [wait.due_at]


def test_it_climbs_to_those_who_may_confirm_it_and_stops_at_the_answer(company: Company) -> None:
    row = proposed(company)
    due = queries.due_for(company.member("kenji"), row)
    run(company, due + timedelta(hours=3))
    assert (told(row.key, 0), told(row.key, 1)) == ({"kenji"}, set())
    run(company, due + timedelta(days=7))
    assert told(row.key, 1) == {"cfo"}
    assert told(row.key, 2) == {
        "ceo",
        "admin",
    }  # the CEO may confirm it; whoever proposed it learns that it stands still
    count = len(db.session.scalars(select(Notice.id)).all())
    service.confirm(company.member("ceo"), row.key, seen_version=row.version, now=company.now)
    assert find_by_key(f"{row.key}:second").ended_at == company.now  # type: ignore[union-attr]
    run(company, company.now + timedelta(days=20), timedelta(days=1))
    assert len(db.session.scalars(select(Notice.id)).all()) == count


@pytest.mark.parametrize("way", ["confirmed", "declined", "withdrawn", "expired", "left"])
def test_nobody_hears_of_what_is_over(company: Company, way: str) -> None:
    by = "kenji" if way == "left" else "admin"
    row = proposed(company, by=by)
    other = company.member("cfo")
    if way == "confirmed":
        service.confirm(other, row.key, seen_version=row.version, now=company.now)
    elif way == "declined":
        service.decline(other, row.key, reason="Not now.", now=company.now)
    elif way == "withdrawn":
        service.withdraw(company.member("admin"), row.key, now=company.now)
    elif way == "expired":
        service.sweep(now=row.expires_at)
    else:
        company.leaves("kenji")
    assert find_by_key(f"{row.key}:second").ended_at is not None  # type: ignore[union-attr]
    assert escalations.find_trouble(company.now) == []
    run(company, company.now + timedelta(days=6), timedelta(hours=12))
    assert told(row.key, 0) | told(row.key, 1) == set()


def test_whoever_was_waited_for_leaves_and_the_next_who_may_is_waited_for(company: Company) -> None:
    """Not the lead of their department, who may not confirm it."""
    row = proposed(company)
    company.leaves("kenji")
    wait = find_by_key(f"{row.key}:second")
    assert wait is not None
    assert wait.late in {company.id("ceo"), company.id("cfo")}
    assert wait.ended_at is None


def test_whoever_was_waited_for_loses_the_role_and_the_next_who_may_is_waited_for_and_told(company: Company) -> None:
    row = proposed(company)
    with atomic():
        db.session.execute(update(Member).where(Member.email == "kenji@example.com").values(is_admin=False))
    company.now += timedelta(days=2)
    service.sweep(now=company.now)
    wait = find_by_key(f"{row.key}:second")
    assert wait is not None
    assert wait.late in {company.id("ceo"), company.id("cfo")}
    assert wait.due_at > company.now + timedelta(days=2), "days of their own"
    cards = db.session.scalars(select(Message.member_id).where(Message.kind == service.ASKED)).all()
    assert sorted(cards) == sorted(company.id(name) for name in ("kenji", "ceo", "cfo"))
    service.sweep(now=company.now + timedelta(minutes=1))
    assert len(db.session.scalars(select(Message.id).where(Message.kind == service.ASKED)).all()) == 3, "told once"


def test_a_lost_clock_is_missed(company: Company) -> None:
    row = proposed(company)
    with atomic():
        escalations.end([f"{row.key}:second"], reason="lost", now=company.now)
    found = [(one.code, one.key) for one in escalations.find_trouble(company.later(minutes=15))]
    assert found == [("no_clock", f"{row.key}:second")]


@pytest.mark.parametrize(("locale", "words"), [("en", "before others hear"), ("ja", "ほかの確認者にも共有されます")])
def test_the_last_chance_says_what_happens_next_and_until_when_it_can_be_answered(
    company: Company, locale: str, words: str
) -> None:
    row = proposed(company)
    run(company, queries.due_for(company.member("kenji"), row) + timedelta(hours=3))
    message = db.session.scalars(select(Message).where(Message.kind == service.LAST_CHANCE)).one()
    assert message.member_id == company.id("kenji")
    reader = Reader(locale, company.member("kenji").zone)
    envelope = Envelope(row.key, dict(message.args), company.member("kenji"), reader, company.now)
    shown = kinds[service.LAST_CHANCE].render(envelope)
    assert shown is not None
    assert words in shown.text
    assert reader.moment(row.expires_at) in str(shown.blocks)
    service.decline(company.member("cfo"), row.key, reason="Not now.", now=company.now)
    assert kinds[service.LAST_CHANCE].render(envelope) is None
