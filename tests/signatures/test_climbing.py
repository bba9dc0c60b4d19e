"""A missing signature climbs: on the signer's own calendar, over a weekend and a holiday, up both lines, and never past who signed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from collab.escalations import service as escalations
from collab.escalations.models import Notice
from collab.escalations.service.importing import take
from collab.kernel.db import db
from collab.outbox.models import Message
from tests.factories import Company
from tests.factories.agreements import at
from tests.factories.company import CONFIG
from tests.factories.initiatives import an_initiative
from tests.factories.signatures import laid, messages, sheet, signed, written

pytestmark = pytest.mark.usefixtures("indoors")
WHO = ("cmo", "cio", "emma", "kenji", "sales-lead", "ceo", "nao", "mika")


@pytest.fixture(autouse=True)
def policies_in_force(company: Company, indoors: None) -> None:
    """Those that come with the product."""
    files = [file.read_text(encoding="utf-8") for file in sorted((CONFIG / "escalations").glob("*.toml"))]
    take(files, actor=None, now=company.now)


def run(company: Company, until: str, step: timedelta = timedelta(hours=1)) -> None:
    """Let the sweeper run every so often up to a moment."""
    end = at(until)
    while company.now < end:
        company.now = min(company.now + step, end)
        db.session.rollback()
        escalations.sweep(now=company.now)


def heard(company: Company, key: str) -> list[tuple[str, str, datetime]]:
    """Who was told of it, in which kind of message, to be read when."""
    db.session.rollback()
    ids = {company.id(name): name for name in WHO}
    kinds = ("signature.last", "escalation.told", "escalation.shared")
    rows = db.session.scalars(
        select(Message).where(Message.subject_key == key, Message.kind.in_(kinds)).order_by(Message.id)
    ).all()
    found = []
    for row in rows:
        members = row.args.get("members") or ([row.member_id] if row.member_id else [])
        found += [(row.kind, ids[one], row.due_at) for one in members]
    return found


def rungs(key: str, rung: int) -> set[int]:
    db.session.rollback()
    told = (Notice.subject_key == key) & (Notice.rung == rung) & Notice.skipped.is_(None)
    return {one for one in db.session.scalars(select(Notice.member_id).where(told)) if one}


def test_each_signer_has_three_business_days_of_their_own(company: Company) -> None:
    """Laid out on a Friday in Tokyo: the weekend counts for nobody, Labour Thanksgiving (Monday 23 November) for Tokyo alone."""
    key = an_initiative(company, leads=("emma", "kenji"))
    company.now = at("2026-11-20 19:00+09:00")
    emma, kenji = sheet(company, laid(company, key, "kenji")).seats
    assert (emma.department, emma.due_at) == ("sales", at("2026-11-25 10:00+00:00"))  # Mon, Tue, Wed in London
    assert (kenji.department, kenji.due_at) == ("it", at("2026-11-26 18:00+09:00"))  # Tue, Wed, Thu in Tokyo
    run(company, "2026-11-25 19:00+09:00", timedelta(hours=3))
    assert [(kind, who) for kind, who, _at in heard(company, key)] == [("signature.last", "emma")]
    run(company, "2026-11-27 08:00+09:00", timedelta(hours=3))
    assert ("signature.last", "kenji") in [(kind, who) for kind, who, _at in heard(company, key)]


def test_it_climbs_both_lines_and_stops_at_the_signature(company: Company) -> None:
    key = an_initiative(company, leads=("mika", "kenji"))
    number = laid(company, key, "mika")
    signed(company, number, "mika")
    company.now = sheet(company, number).seats[1].due_at - timedelta(minutes=1)
    run(company, (company.now + timedelta(hours=3)).isoformat())
    assert [(kind, who) for kind, who, _at in heard(company, key)] == [("signature.last", "kenji")]
    run(company, (company.now + timedelta(days=2)).isoformat(), timedelta(hours=2))
    assert rungs(key, 1) == {company.id("cio")}  # his lead; hers need not know yet
    assert rungs(key, 2) == {company.id("cio"), company.id("cmo")}  # both lines, in one card
    before = len(heard(company, key))
    signed(company, number, "kenji")
    run(company, (company.now + timedelta(days=10)).isoformat(), timedelta(hours=12))
    assert len(heard(company, key)) == before


@pytest.mark.parametrize("way", ["signed", "changed", "left"])
def test_nobody_above_hears_of_what_is_over(company: Company, way: str) -> None:
    key = an_initiative(company, leads=("mika", "kenji"))
    number = laid(company, key, "mika")
    company.now = sheet(company, number).seats[1].due_at - timedelta(hours=1)
    if way == "signed":
        signed(company, number, "mika", "kenji")
    elif way == "changed":
        written(company, key, "mika", scope="Less")
    else:
        company.leaves("kenji")
    run(company, (company.now + timedelta(days=8)).isoformat(), timedelta(hours=8))
    assert heard(company, key) == []


def test_whoever_stands_in_for_an_absent_signer_is_not_asked_to_sign(company: Company) -> None:
    key = an_initiative(company)
    laid(company, key)
    company.away("cio", deputy="kenji", days=20)
    company.now = at("2026-11-24 18:00+09:00")
    run(company, "2026-12-01 18:00+09:00", timedelta(hours=4))
    assert "kenji" not in [name for name, _verb in messages(company, key, "signature.last")]
    assert "kenji" not in [name for name, _verb in messages(company, key, "signature.asked")]
    assert "cmo" in [name for name, _verb in messages(company, key, "signature.last")]
