"""Writing, changing and submitting a request: exact amounts, named gaps, nobody's work overwritten, nothing half done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from collab.audit.models import Entry
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow, Stale
from collab.kernel.money import Money
from collab.purchases import queries, service
from collab.purchases.models import Purchase
from tests.factories import Company, request_fields
from tests.factories.papers import LARGE
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


def written() -> tuple[int, int]:
    db.session.rollback()
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Purchase, Entry)]
    return counts[0] or 0, counts[1] or 0


def test_a_draft_needs_a_title_and_a_department_only(company: Company) -> None:
    key = service.draft(company.member("mika"), {"title": "An idea"}, now=company.now).key
    row = company.purchase(key)
    assert (row.state, row.department_code, row.total) == ("draft", "marketing", None)


def test_somebody_without_a_department_names_one(company: Company) -> None:
    nobody = company.member("sales-lead")
    from dataclasses import replace

    with pytest.raises(Invalid) as refusal:
        service.draft(replace(nobody, departments=()), {"title": "An idea"}, now=company.now)
    assert set(refusal.value.fields) == {"department"}


@pytest.mark.parametrize("name", ["auditor", "agency", "left"])
def test_auditors_partners_and_former_members_file_nothing(company: Company, name: str) -> None:
    before = written()
    with pytest.raises(NotAllowed):
        service.draft(company.member(name), request_fields(department="marketing"), now=company.now)
    assert written() == before


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"goal": "G-99"}, {"goal"}), ({"goal": "G-2"}, {"goal"}), ({"goal": "PR-1"}, {"goal"}), ({"amount": "-5"}, {"amount"}),
        ({"amount": "1" + "0" * 30}, {"amount"}), ({"amount": "0"}, {"amount"}), ({"amount": "5.5"}, {"amount"}), ({"currency": "XXY"}, {"currency"}),
        ({"department": "moon"}, {"department"}), ({"on_behalf_of": "nobody@example.com"}, {"on_behalf_of"}),
        ({"on_behalf_of": "left@example.com"}, {"on_behalf_of"}), ({"owners": {"data": "nobody@example.com"}}, {"owners.data"}),
        ({"benefit": {"amount": "x"}}, {"benefit.amount"}), ({"goal": "G-99", "amount": "x"}, {"goal", "amount"}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_and_nothing_is_written(
    company: Company, changes: dict[str, Any], fields: set[str]
) -> None:
    before = written()
    with pytest.raises(Invalid) as refusal:
        service.file(company.member("mika"), request_fields(**changes), now=company.now)
    assert set(refusal.value.fields) == fields
    assert written() == before


def test_everything_still_missing_is_said_at_once(company: Company) -> None:
    before = written()
    with pytest.raises(Invalid) as refusal:
        service.file(
            company.member("mika"), {"title": "An idea", "amount": "20000000", "category": "martech"}, now=company.now
        )
    assert set(refusal.value.fields) >= {
        "purpose",
        "vendor",
        "goal",
        "cx_impact",
        "benefit.text",
        "benefit.amount",
        "owners.business",
    }
    assert written() == before


def test_personal_data_asks_for_somebody_who_answers_for_it(company: Company) -> None:
    with pytest.raises(Invalid) as refusal:
        company.filed(personal_data=True)
    assert set(refusal.value.fields) == {"owners.data"}


@pytest.mark.parametrize(
    ("terms", "total"),
    [({}, 500000), ({"billing": "monthly", "term_months": 3}, 1500000), ({"billing": "annual", "term_months": 13}, 1000000), ({"billing": "monthly"}, 6000000)],
)  # fmt: skip
def test_the_total_is_computed_never_typed(company: Company, terms: dict[str, Any], total: int) -> None:
    assert company.purchase(company.drafted(**terms)).total == Money(total, "JPY")


def test_a_new_currency_keeps_the_number_and_counts_its_cents(company: Company) -> None:
    key = company.drafted(amount="1200")
    service.edit(company.member("mika"), key, {"currency": "USD"}, seen=None, now=company.later())
    assert company.purchase(key).total == Money(120000, "USD")


def test_a_writer_with_an_older_copy_is_told_so(company: Company) -> None:
    key = company.drafted()
    seen = company.purchase(key).version
    service.edit(company.member("mika"), key, {"title": "First"}, seen=seen, now=company.later())
    with pytest.raises(Stale):
        service.edit(company.member("mika"), key, {"title": "Second"}, seen=seen, now=company.later())
    assert company.purchase(key).title == "First"


def test_submitting_what_changed_meanwhile_is_refused(company: Company) -> None:
    key = company.drafted()
    seen = company.purchase(key).content_version
    service.edit(company.member("mika"), key, {"title": "Another"}, seen=None, now=company.later())
    with pytest.raises(NotNow):
        service.submit(company.member("mika"), key, now=company.later(), seen_version=seen)
    service.submit(company.member("mika"), key, now=company.later(), seen_version=company.purchase(key).content_version)


def test_both_the_writer_and_whom_it_is_for_may_mend_it_nobody_else(company: Company) -> None:
    key = company.drafted(on_behalf_of="nao@example.com")
    for name in ("mika", "nao"):
        service.edit(company.member(name), key, {"title": f"By {name}"}, seen=None, now=company.later())
    for name in ("kenji", "cmo", "auditor", "admin"):
        with pytest.raises((NotAllowed, NotFound)):
            service.edit(company.member(name), key, {"title": "Taken over"}, seen=None, now=company.later())


def test_a_copy_is_a_new_number_with_the_same_content_and_the_copiers_name(company: Company) -> None:
    key = company.decided(after_the_fact={"on": date(2026, 11, 1), "reason": "It was urgent."}, yes=())
    copied = service.copy(company.member("cmo"), key, now=company.later())
    assert (copied.state, copied.requester_id, copied.copied_from) == ("draft", company.id("cmo"), key)
    assert (copied.title, copied.total) == (company.purchase(key).title, company.purchase(key).total)
    assert copied.after_the_fact_on is None


def test_a_request_after_the_fact_gets_its_extra_step(company: Company) -> None:
    from tests.approvals.test_service_planning import seated

    key = company.filed("kenji", category="other", after_the_fact={"on": date(2026, 11, 1), "reason": "It was urgent."})
    assert seated(company, key)[-1] == ["cfo"]


def test_the_same_vendors_year_shows_a_split_order(company: Company) -> None:
    keys = [company.filed(vendor=vendor) for vendor in ("Hikari KK", "ＨＩＫＡＲＩ　ＫＫ", " hikari kk ")]
    company.filed(vendor="Somebody else")
    normal = company.purchase(keys[0]).vendor_normal
    assert normal
    last = company.purchase(keys[-1])
    seen = queries.vendor_year(company.member("mika"), normal, company.now, besides=last.id)
    assert {row.key for row in seen} == set(keys[:-1])
    assert queries.vendor_year(company.member("mika"), normal, company.now + timedelta(days=400)) == []
    assert queries.vendor_year(company.member("kenji"), normal, company.now) == []


def test_large_requests_say_everything_and_are_filed(company: Company) -> None:
    assert company.purchase(company.filed(amount="20000000", personal_data=True, **LARGE)).state == "pending"


def test_a_request_filed_for_somebody_tells_both_of_its_return(company: Company) -> None:
    from collab.outbox.models import Message

    key = company.filed(on_behalf_of="nao@example.com")
    company.decide(key, "cio", "return")
    db.session.rollback()
    told = db.session.scalars(
        select(Message.member_id).where(Message.kind == "approval.told", Message.subject_key == key)
    ).all()
    assert set(told) == {company.id("mika"), company.id("nao")}


def test_a_draft_given_up_before_anybody_was_asked_stays_its_owners_own(company: Company) -> None:
    key = company.drafted(visibility="company")
    service.drop(company.member("mika"), key, now=company.later())
    assert queries.get_purchase(company.member("mika"), key).state == "dropped"
    with pytest.raises(NotFound):
        queries.get_purchase(company.member("kenji"), key)
    assert queries.list_purchases(company.member("kenji"), queries.Filter())[1] == 0


def test_whom_it_is_filed_for_cannot_take_their_name_off(company: Company) -> None:
    key = company.drafted("mika", on_behalf_of="cfo@example.com")
    with pytest.raises(NotAllowed):
        service.edit(company.member("cfo"), key, {"on_behalf_of": None}, seen=None, now=company.now)
    service.edit(company.member("cfo"), key, {"purpose": "Better words"}, seen=None, now=company.now)
    service.edit(company.member("mika"), key, {"on_behalf_of": None}, seen=None, now=company.now)
    assert company.purchase(key).on_behalf_of_id is None
