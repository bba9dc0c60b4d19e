"""Requests nobody is asked about: decided in the transaction that submits them, on the trail, and a sample read afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from collab.approvals import queries as approvals
from collab.approvals.models import Reading
from collab.approvals.service import automatic
from collab.approvals.slack import cards
from collab.audit import queries as audit
from collab.kernel.db import db
from collab.kernel.errors import DomainError
from collab.kernel.i18n import Reader
from collab.outbox.models import Message
from collab.outbox.registry import Envelope
from collab.purchases import service as purchases
from tests.factories import Company, request_fields
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

indoors = pytest.mark.usefixtures("indoors")
BOOK = """
[[route]]
code = "own"
priority = 1
when = { total_lt = "50000" }
auto = "own_authority"
by = ["department_lead"]
review = { percent = 100, seats = ["office:CFO"] }
[[route]]
code = "tiny"
priority = 2
when = { total_lt = "1000" }
auto = "auto_approve"
[[route]]
code = "usual"
[[route.step]]
name = "Lead"
seats = ["department_lead"]
"""


def trail(key: str) -> list[tuple[str, str, str | None]]:
    return [(entry.verb, entry.actor, entry.details.get("rule")) for entry in audit.list_entries(key)]


@on_both
@indoors
def test_a_lead_decides_a_small_request_by_filing_it(company: Company) -> None:
    company.routes(BOOK)
    key = company.filed("sales-lead", category="other", amount="49999")
    chain, row = approvals.get_chain(key), company.purchase(key)
    assert (row.state, row.ended_at, chain.state, chain.ended_at, list(chain.steps)) == (
        "approved",
        company.now,
        "approved",
        company.now,
        [],
    )
    assert ("own_authority", "sales-lead@example.com", "own") in trail(key)
    reading = db.session.scalars(select(Reading).where(Reading.subject_key == key)).one()
    assert (reading.member_id, reading.why, reading.confirm) == (company.id("cfo"), "after_review", True)
    assert reading.due_at is not None
    assert reading.due_at.date().isoformat() == "2026-12-03"  # ten business days in Tokyo, a holiday between
    told = db.session.scalars(
        select(Message.args).where(Message.kind == "approval.told", Message.subject_key == key)
    ).all()
    assert [args["verb"] for args in told] == ["own_authority"]


@indoors
def test_a_draft_submitted_is_decided_the_same_way(company: Company) -> None:
    company.routes(BOOK)
    key = company.drafted("sales-lead", category="other", amount="49999")
    assert purchases.submit(company.member("sales-lead"), key, now=company.later()).state == "approved"
    assert company.purchase(key).state == "approved"


@indoors
def test_below_a_limit_the_rule_itself_approves_and_nobody_s_name_stands_for_it(company: Company) -> None:
    company.routes(BOOK)
    key = company.filed("mika", category="other", amount="999")
    assert company.purchase(key).state == "approved"
    assert ("auto_approve", "system", "tiny") in trail(key)
    assert not db.session.scalars(select(Reading).where(Reading.subject_key == key)).all()


@indoors
def test_filed_for_somebody_else_it_is_nobody_s_own_authority(company: Company) -> None:
    company.routes(BOOK)
    key = company.filed("sales-lead", category="other", amount="49999", on_behalf_of="emma@example.com")
    assert company.purchase(key).state == "pending"
    assert {seat.member for seat in approvals.get_chain(key).waiting()}.isdisjoint(
        {company.id("sales-lead"), company.id("emma")}
    )


@indoors
def test_nobody_decides_or_takes_back_what_decided_itself(company: Company) -> None:
    company.routes(BOOK)
    key = company.filed("sales-lead", category="other", amount="49999")
    for name in ("cfo", "ceo", "sales-lead"):
        with pytest.raises(DomainError):
            company.decide(key, name, "reject")
    with pytest.raises(DomainError):
        purchases.withdraw(company.member("sales-lead"), key, now=company.later())


@indoors
def test_the_sample_is_the_same_each_time_and_spread_evenly(company: Company) -> None:
    draws = [automatic.draw(f"PR-{number}", 1) for number in range(1, 2001)]
    assert draws == [automatic.draw(f"PR-{number}", 1) for number in range(1, 2001)]
    assert all(0 <= draw < 1 for draw in draws)
    assert 150 < sum(draw < 0.1 for draw in draws) < 250
    assert automatic.draw("PR-1", 1) != automatic.draw("PR-1", 2)
    company.app.config["SECRET_KEY"] += "another"
    try:
        assert draws != [automatic.draw(f"PR-{number}", 1) for number in range(1, 2001)]
    finally:
        company.app.config["SECRET_KEY"] = company.app.config["SECRET_KEY"].removesuffix("another")


class TestFaces:
    """Clients open their own context."""

    def test_it_reads_well_on_the_page_over_the_api_and_in_slack(
        self, company: Company, pages_as: Callable[[str], Pages], as_: Callable[[str], Api]
    ) -> None:
        company.routes(BOOK)
        sent = pages_as("sales-lead").send(
            "/purchases",
            {**request_fields(category="other", amount="100"), "department": "sales", "then": "submit"},
            page="/purchases/new",
        )
        key = sent.headers["Location"].rpartition("/")[2]
        page = pages_as("sales-lead").get(f"/purchases/{key}").text
        assert f"{key} を専決で決裁しました" in pages_as("sales-lead").get("/").text or "専決" in page
        found = as_("cfo").get(f"/api/v1/purchases/{key}").json
        assert (found["status"], found["route"], found["waiting_for"]) == ("approved", [], [])
        history = as_("cfo").get(f"/api/v1/purchases/{key}/history").json
        assert [event["actor"] for event in history if event["verb"] == "own_authority"] == ["sales-lead@example.com"]
        assert key in {row["key"] for row in as_("cfo").get("/api/v1/me/inbox").json}, "the sampled one is to be read"
        with company.indoors():
            (args,) = [row.args for row in db.session.query(Message).filter_by(kind="approval.told", subject_key=key)]
            for locale, said in (("en", "is decided under your own authority"), ("ja", "を専決で決裁しました")):
                card = cards.told(Envelope(key, args, company.member("sales-lead"), Reader(locale), company.now))
                assert card is not None
                assert f"{key}" in card.text
                assert said in card.text
