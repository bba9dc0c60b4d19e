"""Whom a verb is told to: those the table names, never whoever acted; every card shows what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.rules.verbs import TABLE
from collab.approvals.service import telling
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.people import queries as people
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
CONSULTED = """
currency = "JPY"
[[route]]
code = "own"
[[route.step]]
name = "Legal"
kind = "consult"
seats = ["member:kenji@example.com"]
parallel = "both"
branch = "a"
[[route.step]]
name = "For the customer"
kind = "advocate"
seats = ["member:kenji@example.com", "member:service-lead@example.com"]
parallel = "both"
branch = "b"
[[route.step]]
name = "Final"
seats = ["office:CFO"]
"""


def written(key: str) -> list[tuple[str, str, str]]:
    """Kind, verb and recipient of everything written about a subject, in order."""
    rows = db.session.scalars(select(Message).where(Message.subject_key == key).order_by(Message.id)).all()
    names = people.emails_of(row.member_id for row in rows if row.member_id)
    return [(row.kind, str(row.args.get("verb") or ""), names.get(row.member_id, "").partition("@")[0]) for row in rows]


def fresh(key: str, before: int) -> list[tuple[str, str, str]]:
    return written(key)[before:]


@on_both
def test_every_verb_of_a_seat_tells_those_it_was_filed_by_and_for_and_repaints(company: Company) -> None:
    company.routes(route("member:nao@example.com", "member:emma@example.com", "office:CFO", "office:CEO"))
    key = company.filed(category="other", on_behalf_of="kenji@example.com")
    who = company.member
    later = company.later

    def hold() -> Any:
        until = people.today(company.now) + timedelta(days=7)
        return service.hold(key=key, actor=who("nao"), reason="Waiting for the offer", until_on=until, now=later())

    acts: list[tuple[str, Any]] = [
        ("hold", hold),
        ("release", lambda: service.release(key=key, actor=who("nao"), now=later())),
        ("add_step", lambda: service.add_step(
            key=key, actor=who("nao"), members=[company.id("service-lead")], before=True, reason="Ask her", now=later()
        )),
        ("approve", lambda: company.decide(key, "service-lead")),
        ("undo", lambda: service.undo(key=key, actor=who("service-lead"), now=later())),
        ("approve", lambda: company.decide(key, "service-lead")),
        ("approve", lambda: company.decide(key, "nao")),
        ("return", lambda: company.decide(key, "emma", "return", to=2)),
        ("lift", lambda: service.lift(key=key, actor=who("cfo"), now=later())),
        ("decide", lambda: company.decide(key, "ceo")),
        ("revoke", lambda: service.revoke(key=key, actor=who("ceo"), reason="A mistake", now=later())),
    ]  # fmt: skip
    for verb, act in acts:
        before = len(written(key))
        act()
        news = fresh(key, before)
        assert sorted(name for kind, told, name in news if (kind, told) == ("approval.told", verb)) == [
            "kenji",
            "mika",
        ], verb
        assert "cards.repaint" in [kind for kind, _told, _name in news], verb
    keys = list(db.session.scalars(select(Message.dedupe_key).where(Message.subject_key == key)))
    assert len(keys) == len(set(keys))


def test_whoever_sits_in_two_steps_that_open_at_once_is_asked_once(company: Company) -> None:
    company.routes(CONSULTED)
    key = company.filed(category="other")
    asked = [name for kind, _verb, name in written(key) if kind == "approval.asked"]
    assert sorted(asked) == ["kenji", "service-lead"]
    company.decide(key, "kenji", "consult", opinion="agree")
    rows = db.session.scalars(select(Message).where(Message.subject_key == key, Message.kind == "approval.told")).all()
    assert [(row.args["verb"], row.args["opinion"]) for row in rows] == [("consult", "agree")]


def test_the_table_names_nobody_the_engine_does_not_know() -> None:
    known = {
        "filers", "replaced", "deciders", "shared", "asked", "asker", "readers", "setter", "owner",
    }  # fmt: skip
    assert {name for verb in TABLE for name in verb.tells} <= known


def test_whoever_acts_is_never_told_of_it(company: Company) -> None:
    key = company.filed(on_behalf_of="nao@example.com")
    chain = approvals.get_chain(key)
    for verb in ("approve", "decide", "review", "consult", "advocate", "hold", "lift", "add_step", "undo", "revoke"):
        assert telling.audience(chain, verb) == {company.id("mika"), company.id("nao")}, verb
    company.decide(key, "cmo")
    assert "cmo" not in [name for kind, _verb, name in written(key) if kind == "approval.told"]
