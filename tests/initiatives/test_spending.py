"""What is bought for an initiative: under its charter only, in a pilot until its last second and within its cap, whoever comes
first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from collab.initiatives import service as initiatives
from collab.initiatives.queries.spending import spent_in_pilot
from collab.initiatives.rules.spending import Limit, Spent, counted, refusal
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotNow
from collab.kernel.i18n import Reader
from collab.kernel.money import Money
from collab.people import queries as people
from collab.purchases import queries, service
from tests.factories import Company
from tests.factories.initiatives import CLOSING, an_initiative, seen
from tests.factories.pilots import chartered, piloted, swept, the_pilot, voted
from tests.factories.signatures import laid, written
from tests.parts.applications import inside
from tests.parts.databases import on_both

END = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)


def refused(act: Callable[[], object]) -> tuple[str, str]:
    """The code of a refusal, and what people read."""
    with pytest.raises(NotNow) as found:
        act()
    return found.value.said_code, Reader("en").say(found.value.text)


def bought(company: Company, key: str, amount: str = "400000", by: str = "mika", **more: Any) -> str:
    company.later()
    return company.filed(by, initiative=key, amount=amount, **more)


def spent(company: Company, key: str) -> str:
    with company.indoors():
        return str(spent_in_pilot(seen(company, key), the_pilot(company, key)))


def ordered(company: Company, key: str) -> str:
    with company.indoors():
        db.session.rollback()
        return service.purchase(company.member("mika"), key, on=people.today(company.now), now=company.later()).state


def test_an_idea_a_closed_one_and_an_unsigned_one_spend_nothing(company: Company) -> None:
    idea = an_initiative(company)
    assert refused(lambda: bought(company, idea))[0] == "initiative_idea"
    changed = chartered(company, state="active")
    written(company, changed, scope="Ten stores")
    code, words = refused(lambda: bought(company, changed))
    assert (code, changed in words) == ("initiative_unsigned", True)
    closed = an_initiative(company, state="closed")
    with pytest.raises(Invalid) as refusal_:
        bought(company, closed)
    assert set(refusal_.value.fields) == {"initiative"}
    key = company.drafted(initiative=idea)
    assert company.purchase(key).state == "draft"


def test_only_what_one_sees_is_cited(company: Company) -> None:
    hidden = chartered(company, visibility="involved")
    for key in (hidden, "I-99", "G-1", "nonsense"):
        with pytest.raises(Invalid) as refusal_:
            bought(company, key)
        assert set(refusal_.value.fields) == {"initiative"}
    mine = bought(company, hidden, by="cmo", department="marketing")
    with company.indoors():
        row = company.purchase(mine)
        details = [queries_details(company, name, row) for name in ("cmo", "cio", "ceo", "auditor")]
    assert [(one["initiative"], one["initiative_hidden"]) for one in details] == [
        (hidden, False), (hidden, False), (None, True), (hidden, False),
    ]  # fmt: skip
    copy = service.copy
    with company.indoors():
        assert queries.find_purchase(copy(company.member("cmo"), mine, now=company.now).key).initiative_id is not None  # type: ignore[union-attr]


def queries_details(company: Company, name: str, row: Any) -> dict[str, Any]:
    from collab.purchases.queries.details import details

    return details(company.member(name), row, Reader("en"), company.now)


def test_chartered_active_and_scaling_ones_know_no_cap(company: Company) -> None:
    for state in ("chartered", "active", "scaling"):
        key = chartered(company)
        with company.indoors():
            db.session.rollback()
            if state != "chartered":
                initiatives.start(company.member("cmo"), key, now=company.later())
        if state == "scaling":
            piloted(company, key=key, cap="1")
            voted(company, key, "cmo", "scale")
            voted(company, key, "cio", "scale")
        assert company.purchase(bought(company, key, "900000")).state == "pending"


def test_a_pilot_spends_its_cap_and_not_one_more(company: Company) -> None:
    key = piloted(company, cap="1000000")
    bought(company, key, "600000")
    code, words = refused(lambda: bought(company, key, "400001"))
    assert code == "pilot_cap"
    assert all(figure in words for figure in ("1,000,000", "600,000", "400,001", "400,000", key))
    bought(company, key, "400000")
    assert spent(company, key) == "1000000"


def test_it_is_the_total_of_the_term_that_counts(company: Company) -> None:
    key = piloted(company, cap="500000")
    assert refused(lambda: bought(company, key, "50000", billing="monthly", term_months=12))[0] == "pilot_cap"
    bought(company, key, "50000", billing="monthly", term_months=10)
    assert spent(company, key) == "500000"


@pytest.mark.parametrize("way", ["withdraw", "reject", "return"])
def test_what_is_taken_back_or_refused_gives_its_part_of_the_cap_back(company: Company, way: str) -> None:
    key = piloted(company, cap="500000")
    first = bought(company, key, "500000")
    assert refused(lambda: bought(company, key, "1"))[0] == "pilot_cap"
    if way == "withdraw":
        with company.indoors():
            service.withdraw(company.member("mika"), first, now=company.later())
    else:
        company.decide(first, "cmo", way)
    assert spent(company, key) == "0"
    bought(company, key, "500000")
    if way == "return":
        with company.indoors():
            db.session.rollback()
            again = refused(lambda: service.submit(company.member("mika"), first, now=company.later()))
        assert again[0] == "pilot_cap"


def test_another_currency_than_the_caps_is_refused(company: Company) -> None:
    key = piloted(company, cap="1000000", currency="JPY")
    code, words = refused(lambda: bought(company, key, "10", currency="USD"))
    assert (code, "JPY" in words) == ("pilot_currency", True)


def test_at_the_last_second_and_not_after(company: Company) -> None:
    key = piloted(company)
    company.now = END - timedelta(minutes=1, seconds=1)
    bought(company, key)
    company.now = END - timedelta(minutes=1)
    code, words = refused(lambda: bought(company, key))
    assert (code, "December" in words or "Dec" in words) == ("pilot_over", True)


def test_the_last_yes_is_refused_once_the_pilot_is_over_or_closed(company: Company) -> None:
    key = piloted(company)
    request = bought(company, key)
    company.decide(request, "cmo")
    company.now = END
    assert refused(lambda: company.decide(request, "cio"))[0] == "pilot_over"
    swept(company)
    assert refused(lambda: company.decide(request, "cio"))[0] == "initiative_closed"
    assert company.purchase(request).state == "pending"
    company.decide(request, "cio", "reject")
    assert company.purchase(request).state == "rejected"


def test_the_last_yes_is_refused_where_the_charter_was_changed_or_the_lead_closed_it(company: Company) -> None:
    key = chartered(company, state="active")
    request = bought(company, key)
    company.decide(request, "cmo")
    laid(company, key, scope="Ten stores")
    assert refused(lambda: company.decide(request, "cio"))[0] == "initiative_unsigned"
    with company.indoors():
        db.session.rollback()
        initiatives.close(company.member("cmo"), key, **CLOSING, now=company.later())
    assert refused(lambda: company.decide(request, "cio"))[0] == "initiative_closed"


def test_a_decided_one_is_not_ordered_after_the_pilots_end(company: Company) -> None:
    key = piloted(company)
    one, two = bought(company, key, "100000"), bought(company, key, "100000")
    for request in (one, two):
        company.decide(request, "cmo")
        company.decide(request, "cio")
    assert ordered(company, one) == "purchased"
    company.now = END
    assert refused(lambda: ordered(company, two))[0] == "pilot_over"
    swept(company)
    assert refused(lambda: ordered(company, two))[0] == "initiative_closed"


def test_an_amendment_counts_once_with_what_it_amends(company: Company) -> None:
    key = piloted(company, cap="500000")
    first = bought(company, key, "400000")
    company.decide(first, "cmo")
    company.decide(first, "cio")
    with company.indoors():
        amendment = service.amend(company.member("mika"), first, now=company.later()).key
        service.edit(company.member("mika"), amendment, {"amount": "500000"}, seen=None, now=company.later())
        db.session.rollback()
        service.submit(company.member("mika"), amendment, now=company.later())
    assert spent(company, key) == "500000"
    assert refused(lambda: bought(company, key, "1"))[0] == "pilot_cap"
    company.decide(amendment, "cmo")
    company.decide(amendment, "cio")
    assert spent(company, key) == "500000"


def test_what_was_decided_before_the_pilot_is_not_the_pilots(company: Company) -> None:
    key = chartered(company)
    before, pending = bought(company, key, "900000"), bought(company, key, "300000")
    company.decide(before, "cmo")
    company.decide(before, "cio")
    piloted(company, key=key, cap="1000000")
    assert spent(company, key) == "300000"
    bought(company, key, "700000")
    assert refused(lambda: bought(company, key, "1"))[0] == "pilot_cap"
    assert company.purchase(pending).state == "pending"


def test_the_form_says_beforehand_why_it_would_be_refused(company: Company) -> None:
    key = piloted(company, cap="100000")
    with company.indoors():
        from tests.factories import request_fields

        found = service.preview(company.member("mika"), request_fields(initiative=key), now=company.later())
        assert found.refusal is not None
        assert "100,000" in Reader("en").say(found.refusal)


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    def tried(act: Callable[[], object]) -> object:
        try:
            return act()
        except DomainError as told:
            return told

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


@on_both
def test_two_at_once_never_pass_the_cap_together(company: Company) -> None:
    """Submitted at once while the last yes of a third is given: nobody waits in a ring, and the cap holds."""
    key = piloted(company, cap="1000000")
    third = bought(company, key, "100000")
    company.decide(third, "cmo")
    drafts = [company.drafted(initiative=key, amount="500000") for _ in range(4)]
    mika, cio, now = company.member("mika"), company.member("cio"), company.later()

    def submit(draft: str) -> Callable[[], object]:
        def act() -> object:
            with inside(company.app):
                done = service.submit(mika, draft, now=now).state
                db.session.remove()
                return done

        return act

    def decide() -> object:
        from collab.approvals import service as engine

        with inside(company.app):
            done = engine.decide(key=third, actor=cio, verb="approve", now=now).state
            db.session.remove()
            return done

    *said, decided = at_once([*map(submit, drafts), decide])
    assert decided == "approved"
    assert said.count("pending") == 1
    assert {one.said_code for one in said if isinstance(one, DomainError)} == {"pilot_cap"}
    assert spent(company, key) == "600000"


def jpy(minor: int) -> Money:
    return Money(minor, "JPY")


LIMIT = Limit(
    "I-1", "pilot", chartered=True, cap=jpy(100), since=END - timedelta(days=9), ends_on=date(2026, 12, 18), ends_at=END
)


def test_the_sum_knows_each_request_once() -> None:
    rows = [
        Spent(1, jpy(30), "approved", decided_at=END - timedelta(days=1)), Spent(2, jpy(50), "pending", amends=1),
        Spent(3, jpy(10), "purchased", decided_at=END - timedelta(days=10)), Spent(4, Money(5, "USD"), "pending"),
        Spent(5, jpy(7), "rejected"), Spent(8, jpy(7), "revoked"), Spent(6, None, "pending"), Spent(7, jpy(2), "purchased", decided_at=END - timedelta(days=2)),
    ]  # fmt: skip
    assert counted(LIMIT, rows) == jpy(52)
    smaller = [
        Spent(1, jpy(30), "approved", decided_at=END - timedelta(days=1)),
        Spent(2, jpy(10), "pending", amends=1),
    ]
    assert counted(LIMIT, smaller) == jpy(30)
    taken = [smaller[0], Spent(2, jpy(10), "approved", amends=1, decided_at=END - timedelta(hours=1))]
    assert counted(LIMIT, taken) == jpy(10)


def test_amendments_of_amendments_count_once_and_what_was_ordered_does_not_come_back() -> None:
    decided = {"decided_at": END - timedelta(days=2)}
    chain = [Spent(1, jpy(60), "approved", **decided), Spent(2, jpy(80), "approved", amends=1, **decided)]
    third = Spent(3, jpy(90), "pending", amends=2)
    assert refusal(LIMIT, third, chain, END - timedelta(days=1)) is None
    assert counted(LIMIT, [*chain, third]) == jpy(90)
    assert counted(LIMIT, [*chain, Spent(3, jpy(10), "approved", amends=2, **decided)]) == jpy(10)
    ordered_ = [Spent(1, jpy(90), "purchased", **decided), Spent(2, jpy(10), "approved", amends=1, **decided)]
    assert counted(LIMIT, ordered_) == jpy(90)
    found = refusal(LIMIT, Spent(3, jpy(90), "draft"), ordered_, END - timedelta(days=1))
    assert found is not None
    assert (found.code, found.args["left"]) == ("pilot_cap", jpy(10))


def test_what_was_decided_before_the_pilot_is_ordered_whatever_its_cap_and_not_after_its_end() -> None:
    before = Spent(1, jpy(900), "approved", decided_at=END - timedelta(days=30))
    assert refusal(LIMIT, before, [before], END - timedelta(days=1)) is None
    late = refusal(LIMIT, before, [before], END)
    assert late is not None
    assert late.code == "pilot_over"


def test_exactly_the_cap_passes() -> None:
    now = END - timedelta(seconds=1)
    assert refusal(LIMIT, Spent(9, jpy(100), "draft"), [], now) is None
    over = refusal(LIMIT, Spent(9, jpy(101), "draft"), [], now)
    assert over is not None
    assert (over.code, over.args["left"]) == ("pilot_cap", jpy(100))
