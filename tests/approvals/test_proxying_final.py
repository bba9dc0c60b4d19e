"""The last word in somebody's absence (代決), and where the seats of absent people fall: deputies named beforehand, never for
important or unusual matters, a key, or against a department; else up the line. Nothing gets stuck."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.kernel.errors import NotAllowed
from collab.people import service as staffing
from collab.purchases import queries as purchases
from collab.purchases import service as filing
from tests.approvals.test_proxying import TWO, delegate
from tests.approvals.test_service_planning import route, seated
from tests.factories import Company

pytestmark = pytest.mark.usefixtures("indoors")
LAST = route("office:CMO")
CONSULTED = (
    'currency = "JPY"\n[[route]]\ncode = "own"\n'
    '[[route.step]]\nname = "Opinion"\nkind = "consult"\nseats = ["office:CFO"]\n'
    '[[route.step]]\nname = "Decision"\nseats = ["office:CMO"]\n'
)


def filed(company: Company, book: str = LAST, **fields: Any) -> str:
    company.routes(book)
    return company.filed(category="other", **fields)


def held(company: Company, key: str) -> list[str]:
    """Who holds the open seats, by step."""
    return [name for step in seated(company, key) for name in step]


def test_a_deputy_named_beforehand_decides_in_the_absence_and_the_principal_reads_it(company: Company) -> None:
    company.away("cmo", deputy="nao")
    key = filed(company)
    assert held(company, key) == ["nao"]
    assert company.decide(key, "nao").verb == "decide"
    event = next(event for event in purchases.history(company.member("mika"), key) if event.verb == "decide")
    assert (event.actor, event.acting_for) == ("nao@example.com", "cmo@example.com")
    assert [(one.member, one.why) for one in approvals.list_readings(key)] == [(company.id("cmo"), "view_after")]


def test_a_deputy_named_only_afterwards_does_not(company: Company) -> None:
    key = filed(company)
    company.later(hours=1)
    company.away("cmo", deputy="nao")
    assert held(company, key) == ["ceo"], "it falls up the line"
    assert company.decide(key, "ceo").verb == "decide"


def test_a_delegation_that_includes_decisions_names_a_deputy_beforehand(company: Company) -> None:
    delegate(company, "cmo", "kenji", may_decide=True)
    key = filed(company)
    assert held(company, key) == ["cmo"], "the principal is there"
    company.later(hours=1)
    company.away("cmo", deputy="nao")
    assert held(company, key) == ["kenji"]
    assert company.decide(key, "kenji").state == "approved"


def test_one_confirmed_only_after_the_submission_does_not(company: Company) -> None:
    key = filed(company)
    company.later(hours=1)
    delegate(company, "cmo", "kenji", may_decide=True)
    company.away("cmo")
    assert held(company, key) == ["ceo"]


def test_one_that_does_not_is_for_approvals_only(company: Company) -> None:
    delegate(company, "cmo", "kenji")
    company.away("cmo")
    assert held(company, filed(company)) == ["ceo"]
    assert held(company, filed(company, TWO)) == ["kenji", "cfo"]


def test_a_delegate_in_scope_comes_before_the_deputy_of_the_absence(company: Company) -> None:
    delegate(company, "cmo", "kenji", categories=("other",))
    company.away("cmo", deputy="nao")
    assert held(company, filed(company, TWO)) == ["kenji", "cfo"]
    delegation = delegate(company, "cmo", "emma", categories=("martech",))
    assert held(company, filed(company, TWO)) == ["kenji", "cfo"]
    staffing.end_delegation(company.member("cmo"), delegation, now=company.now)


def test_a_key_falls_up_the_line_and_to_no_deputy(company: Company) -> None:
    delegate(company, "cmo", "kenji", may_decide=True)
    company.away("cmo", deputy="nao")
    assert held(company, filed(company, route("office:CMO office:CIO", keys=True))) == ["ceo", "cio"]


def test_after_the_fact_no_deputy_has_the_last_word(company: Company) -> None:
    company.away("cmo", deputy="nao")
    unusual = {"after_the_fact": {"on": date(2026, 11, 10), "reason": "The contract ran out."}}
    assert held(company, filed(company, **unusual)) == ["ceo"]


def test_a_disagreement_takes_the_decision_from_the_deputy_at_once(company: Company) -> None:
    company.away("cmo", deputy="nao")
    key = filed(company, CONSULTED)
    assert held(company, key) == ["cfo", "nao"]
    company.decide(key, "cfo", "consult", "It is too dear.", opinion="disagree")
    assert held(company, key) == ["cfo", "ceo"]
    assert company.decide(key, "ceo", comment="We do it all the same.").verb == "decide"


def test_without_a_disagreement_the_deputy_decides(company: Company) -> None:
    company.away("cmo", deputy="nao")
    key = filed(company, CONSULTED)
    company.decide(key, "cfo", "consult", "Fine.", opinion="agree")
    assert company.decide(key, "nao").verb == "decide"


def test_the_server_refuses_a_deputy_who_holds_a_seat_they_may_not_keep(company: Company) -> None:
    """Between an end by the calendar and the next sweep the seat still stands with them."""
    delegation = delegate(company, "cmo", "kenji", may_decide=True, days=1)
    company.away("cmo", days=9)
    key = filed(company)
    assert held(company, key) == ["kenji"]
    company.later(days=2)
    with pytest.raises(NotAllowed) as refusal:
        company.decide(key, "kenji")
    assert refusal.value.said_code == "proxy_not_before"
    for _ in range(2):
        service.sweep(now=company.later())
        assert held(company, key) == ["ceo"]
    assert delegation


def test_a_delegation_that_ends_gives_its_seats_on_at_once(company: Company) -> None:
    delegation = delegate(company, "cmo", "kenji")
    company.away("cmo", deputy="nao")
    key = filed(company, TWO)
    assert held(company, key) == ["kenji", "cfo"]
    staffing.end_delegation(company.member("kenji"), delegation, now=company.later())
    assert held(company, key) == ["nao", "cfo"]
    moves = [event for event in purchases.history(company.member("mika"), key) if event.verb == "seat_moved"]
    assert [(move.after["from"][:5], move.after["to"][:3]) for move in moves] == [("kenji", "nao")]


def test_a_seat_is_handed_on_once_and_then_goes_up(company: Company) -> None:
    company.away("cmo", deputy="nao")
    company.away("nao", deputy="kenji")
    assert held(company, filed(company, TWO)) == ["ceo", "cfo"]


@pytest.mark.parametrize("deputies", [("nao", "kenji", "cmo"), ("nao", "kenji", "emma")])
def test_with_more_hands_it_goes_from_deputy_to_deputy_and_never_round_in_circles(
    company: Company, deputies: tuple[str, ...]
) -> None:
    company.app.extensions["company"] = replace(company.app.extensions["company"], delegation_hops=5)
    for name, deputy in zip(("cmo", "nao", "kenji"), deputies, strict=True):
        company.away(name, deputy=deputy)
    assert held(company, filed(company, TWO)) == ["emma" if "emma" in deputies else "ceo", "cfo"]


def test_whoever_asks_does_not_get_the_seat_through_anybody(company: Company) -> None:
    company.app.extensions["company"] = replace(company.app.extensions["company"], delegation_hops=3)
    delegate(company, "cmo", "mika")
    delegate(company, "mika", "kenji")
    company.away("cmo")
    company.away("mika")
    assert held(company, filed(company, TWO)) == ["ceo", "cfo"]


@pytest.mark.parametrize(("leaver", "holder"), [("cmo", "ceo"), ("kenji", "nao")])
def test_a_leavers_seats_move_at_once_also_those_held_for_somebody(company: Company, leaver: str, holder: str) -> None:
    delegate(company, "cmo", "kenji")
    company.away("cmo", deputy="nao")
    key = filed(company, TWO)
    company.leaves(leaver)
    assert held(company, key) == [holder, "cfo"]


def test_nobody_stands_in_for_somebody_who_has_left(company: Company) -> None:
    company.away("cmo", deputy="nao")
    key = filed(company, TWO)
    company.leaves("cmo")
    assert held(company, key) == ["ceo", "cfo"]


def test_a_seat_on_hold_of_a_leaver_moves_and_the_hold_is_over(company: Company) -> None:
    from collab.approvals.service import holding

    key = filed(company, TWO)
    until = company.now.date() + timedelta(days=3)
    holding.hold(key=key, actor=company.member("cmo"), reason="Figures.", until_on=until, now=company.later())
    company.leaves("cmo")
    (seat, _) = approvals.get_chain(key).seats
    assert (seat.member, seat.held_until) == (company.id("ceo"), None)


def test_planned_and_parallel_seats_of_a_leaver_move_too(company: Company) -> None:
    key = filed(company, route("office:CIO", "office:CMO office:CFO"))
    company.leaves("cmo")
    assert held(company, key) == ["cio", "ceo", "cfo"]


def test_a_withdrawn_request_keeps_no_deputy(company: Company) -> None:
    company.away("cmo", deputy="nao")
    key = filed(company, TWO)
    filing.withdraw(company.member("mika"), key, now=company.later())
    staffing.be_back(company.member("cmo"), now=company.later())
    filing.submit(company.member("mika"), key, now=company.later())
    assert held(company, key) == ["cmo", "cfo"]


def test_what_a_leaver_had_to_read_is_closed_and_whoever_asked_them_hears(company: Company) -> None:
    from sqlalchemy import select

    from collab.approvals.service import asking
    from collab.kernel.db import db
    from collab.outbox.models import Message

    company.away("cmo", deputy="nao")
    key = filed(company, TWO)
    asking.ask(
        key=key, actor=company.member("nao"), member="kenji@example.com", question="Is it safe?", now=company.later()
    )
    company.decide(key, "nao")
    assert [one.member for one in approvals.list_readings(key)] == [company.id("cmo")]
    company.leaves("cmo")
    company.leaves("kenji")
    assert approvals.list_readings(key) == []
    assert "reading_closed" in [event.verb for event in purchases.history(company.member("mika"), key)]
    told = db.session.scalars(select(Message).where(Message.kind == "approval.unanswered")).all()
    assert [one.member_id for one in told] == [company.id("nao")]
