"""A seat that fell to somebody else goes home while nobody has decided on it: the absence is over, the office or the lead
is somebody else's. Whoever it passed through still sees the request."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.audit.queries import list_entries
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.outbox.models import Message
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.models import Term
from collab.purchases import queries as purchases
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")


def waiting(company: Company, key: str) -> set[str]:
    emails = people.emails_of(seat.member for seat in approvals.get_chain(key).waiting())
    return {email.partition("@")[0] for email in emails.values()}


def seat_of(company: Company, key: str, name: str) -> approvals.SeatView:
    found = approvals.get_chain(key).waiting_seat_of(company.id(name))
    assert found is not None
    return found


def asked(company: Company, key: str, name: str) -> int:
    """How many cards were put before somebody."""
    rows = select(Message).where(Message.subject_key == key, Message.kind == "approval.asked")
    return sum(row.member_id == company.id(name) for row in db.session.scalars(rows))


def filed(company: Company) -> str:
    """A request two people approve before the CFO has the last word."""
    company.routes(route("office:CMO office:CIO", "office:CFO"))
    return company.filed(category="other")


@on_both
def test_whoever_is_back_gets_what_nobody_decided_on_with_a_deadline_of_their_own(company: Company) -> None:
    key = filed(company)
    company.away("cmo", deputy="nao")
    staffing.be_back(company.member("cmo"), now=company.later(hours=3))
    assert waiting(company, key) == {"cmo", "cio"}
    seat = seat_of(company, key, "cmo")
    assert (seat.instead_of, seat.through) == (None, company.id("nao"))
    assert seat.opened_at == company.now
    assert asked(company, key, "cmo") == 2
    moves = [entry.after for entry in list_entries(key) if entry.verb == "seat_moved"]
    assert [(move["from"][:3], move["to"][:3]) for move in moves] == [("cmo", "nao"), ("nao", "cmo")]


def test_the_deputy_hears_kindly_that_it_went_home_and_still_sees_it(company: Company) -> None:
    key = filed(company)
    company.away("cmo", deputy="nao")
    staffing.be_back(company.member("cmo"), now=company.later())
    with pytest.raises(NotNow) as refusal:
        company.decide(key, "nao")
    assert refusal.value.said_code == "seat_moved"
    assert refusal.value.args_said["who"].email == "cmo@example.com"
    assert purchases.get_purchase(company.member("nao"), key).key == key


def test_an_absence_that_runs_out_brings_seats_home_in_the_next_sweep(company: Company) -> None:
    key = filed(company)
    company.away("cmo", deputy="nao", days=1)
    service.sweep(now=company.later(hours=20))
    assert waiting(company, key) == {"nao", "cio"}
    for _ in range(2):
        service.sweep(now=company.later(days=1))
        assert waiting(company, key) == {"cmo", "cio"}
    assert asked(company, key, "cmo") == 2, "asked once again, not with every sweep"


def test_what_the_deputy_decided_stands(company: Company) -> None:
    key = filed(company)
    company.away("cmo", deputy="nao")
    company.decide(key, "nao")
    staffing.be_back(company.member("cmo"), now=company.later())
    service.sweep(now=company.later())
    assert waiting(company, key) == {"cio"}
    company.decide(key, "cio")
    assert waiting(company, key) == {"cfo"}


@on_both
def test_a_seat_that_moved_twice_goes_home_to_whom_it_belongs(company: Company) -> None:
    key = filed(company)
    company.away("cmo", deputy="nao", days=9)
    company.away("nao", deputy="kenji", days=4)
    assert waiting(company, key) == {"ceo", "cio"}, "a deputy's deputy would be a second hand"
    assert seat_of(company, key, "ceo").instead_of == company.id("cmo")
    staffing.be_back(company.member("nao"), now=company.later())
    assert waiting(company, key) == {"ceo", "cio"}, "it was never the deputy's own"
    staffing.be_back(company.member("cmo"), now=company.later())
    assert waiting(company, key) == {"cmo", "cio"}


def test_a_leaver_gets_nothing_back(company: Company) -> None:
    key = company.filed()
    company.leaves("cmo")
    service.sweep(now=company.later())
    assert waiting(company, key) == {"ceo", "cio"}


def test_the_requester_never_gets_a_seat_back(company: Company) -> None:
    key = company.filed("cmo")
    before = waiting(company, key)
    assert "cmo" not in before
    service.sweep(now=company.later())
    assert waiting(company, key) == before


def test_one_person_never_turns_two_keys_also_on_the_way_home(company: Company) -> None:
    key = company.filed()
    company.away("cmo", deputy="nao")
    company.takes_office("cio", "CMO", acting=True)
    service.sweep(now=company.later())
    assert len(waiting(company, key)) == 2


@on_both
def test_a_new_lead_takes_over_what_was_asked_of_the_former_one(company: Company) -> None:
    company.routes(route("department_lead", "office:CEO"))
    key = company.filed(category="other")
    assert waiting(company, key) == {"cmo"}
    company.later(days=1)
    company.leads("nao", "marketing")
    service.sweep(now=company.later())
    assert waiting(company, key) == {"nao"}
    assert seat_of(company, key, "nao").lead_of == "marketing"
    assert asked(company, key, "nao") == 1
    with pytest.raises(NotNow) as refusal:
        company.decide(key, "cmo")
    assert refusal.value.said_code == "seat_moved"
    company.decide(key, "nao")
    assert waiting(company, key) == {"ceo"}


def test_a_lead_who_is_the_requester_does_not_get_their_own_request(company: Company) -> None:
    company.routes(route("department_lead", "office:CEO"))
    key = company.filed(category="other")
    company.later(days=1)
    company.leads("mika", "marketing")
    service.sweep(now=company.later())
    assert waiting(company, key) == {"cmo"}


def test_an_office_that_ends_its_acting_holder_goes_home(company: Company) -> None:
    key = company.filed()
    company.takes_office("nao", "CMO", acting=True)
    staffing.sweep(now=company.later())
    assert waiting(company, key) == {"nao", "cio"}
    _ends_acting(company, "CMO")
    service.sweep(now=company.later(days=1))
    assert waiting(company, key) == {"cmo", "cio"}


def _ends_acting(company: Company, office: str) -> None:
    with atomic() as unit:
        acting = (Term.office_code == office) & Term.acting
        unit.session.execute(update(Term).where(acting).values(until_on=people.today(company.now)))
    company.later(hours=1)
