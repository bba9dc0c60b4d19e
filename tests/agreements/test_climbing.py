"""Late data climbs: the last chance first, then both leads together; whoever acts stops it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from collab.agreements import service
from collab.escalations import service as escalations
from collab.escalations.models import Notice
from collab.escalations.queries import find_by_key
from collab.escalations.service.importing import take
from collab.kernel.db import db
from collab.outbox.models import Message
from tests.factories import Company
from tests.factories.agreements import active, at, delivered
from tests.factories.company import CONFIG, address
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def policies_in_force(company: Company, indoors: None) -> None:
    """Those that come with the product."""
    take(
        [file.read_text(encoding="utf-8") for file in sorted((CONFIG / "escalations").glob("*.toml"))],
        actor=None,
        now=company.now,
    )


def run(company: Company, until: str, step: timedelta = timedelta(hours=1)) -> None:
    """Let the sweeper run every so often up to a moment."""
    end = at(until)
    while company.now < end:
        company.now = min(company.now + step, end)
        db.session.rollback()
        escalations.sweep(now=company.now)


def heard(company: Company, key: str) -> list[tuple[str, frozenset[str], datetime]]:
    """Who heard of it in which kind of message, in order; a shared card names all of them."""
    db.session.rollback()
    kinds = ("agreement.last_chance", "escalation.told", "escalation.shared")
    rows = db.session.scalars(
        select(Message).where(Message.subject_key == key, Message.kind.in_(kinds)).order_by(Message.id)
    ).all()
    names = {company.id(name): name for name in ("kenji", "mika", "cio", "cmo", "ceo")}
    found = []
    for row in rows:
        members = row.args.get("members") or ([row.member_id] if row.member_id else [])
        found.append((row.kind, frozenset(names[one] for one in members), row.due_at))
    return found


def test_late_data_is_asked_for_once_more_then_both_leads_hear_in_one_card(company: Company) -> None:
    key = active(company)
    company.now = at("2026-11-30 17:59+09:00")
    run(company, "2026-11-30 18:00+09:00", MINUTE)
    run(company, "2026-12-01 08:59+09:00")
    assert [kind for kind, _who, _at in heard(company, key)] == ["agreement.last_chance"]
    assert heard(company, key)[0][2] == at("2026-12-01 09:00+09:00")  # exactly at closing: read at the next opening
    run(company, "2026-12-02 09:01+09:00")
    assert [who for kind, who, _at in heard(company, key)] == [{"kenji"}, {"cio"}]
    run(company, "2026-12-08 12:00+09:00", timedelta(hours=3))
    shared = select(Notice.member_id).where(Notice.subject_key == key, Notice.rung == 2, Notice.skipped.is_(None))
    assert set(db.session.scalars(shared)) == {company.id("cio"), company.id("cmo")}


@pytest.mark.parametrize("way", ["delivered", "new date", "handed over"])
def test_the_late_person_acts_and_nobody_above_ever_hears(company: Company, way: str) -> None:
    key = active(company)
    company.now = at("2026-11-30 17:59+09:00")
    run(company, "2026-12-01 10:00+09:00")
    if way == "delivered":
        delivered(company, key)
    elif way == "new date":
        service.postpone(company.member("kenji"), key, on=date(2026, 12, 15), reason="Moved", now=company.now)
    else:
        service.hand_over(company.member("kenji"), key, to="cio@example.com", now=company.now)
        delivered(company, key, "cio")
    run(company, "2026-12-10 18:00+09:00", timedelta(hours=12))
    assert [kind for kind, _who, _at in heard(company, key)] == ["agreement.last_chance"]


def test_a_disputed_delivery_is_late_again_and_climbs(company: Company) -> None:
    key = active(company)
    company.now = at("2026-11-30 12:00+09:00")
    delivered(company, key)
    service.dispute(company.member("mika"), key, reason="Empty", now=company.now)
    run(company, "2026-12-01 17:00+09:00", timedelta(hours=6))
    assert heard(company, key) == []
    run(company, "2026-12-02 10:00+09:00")
    assert [kind for kind, _who, _at in heard(company, key)] == ["agreement.last_chance"]


def test_the_receiver_hands_over_and_the_giver_stays_as_late_as_they_are(company: Company) -> None:
    key = active(company)
    run(company, "2026-12-02T12:00+09:00")
    before = find_by_key(f"{key}:delivery")
    service.hand_over(company.member("mika"), key, to=address("nao"), now=company.now)
    after = find_by_key(f"{key}:delivery")
    assert before is not None
    assert after is not None
    assert before.state == "climbing"
    assert (after.id, after.state, after.next_at) == (before.id, before.state, before.next_at)
    assert (before.other, after.other) == (company.id("mika"), company.id("nao"))
