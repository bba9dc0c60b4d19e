"""Reading: after somebody decided over or for a member, in circulation, as a sampled check. It never decides anything."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.purchases import queries as purchases
from collab.subjects.queries import inbox
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
LONG_WAY = route("member:nao@example.com", "office:CFO", "office:CMO")


def to_read(company: Company, key: str) -> list[tuple[str, str, bool]]:
    """Who has what to read, and whether they have."""
    names = {
        company.id(name): name for name in ("mika", "nao", "kenji", "emma", "cfo", "cmo", "cio", "ceo", "service-lead")
    }
    return sorted((names[row.member], row.why, row.read_at is not None) for row in approvals.list_readings(key))


def asks(company: Company, name: str) -> list[tuple[str, str]]:
    return [(row.key, row.ask.key) for row in inbox(company.member(name), company.now)]


def written(key: str, kind: str) -> list[int]:
    """Whom a kind of message is for."""
    return sorted(db.session.scalars(select(Message.member_id).where(Message.kind == kind, Message.subject_key == key)))


def trail(company: Company, key: str) -> list[str]:
    return [event.verb for event in purchases.history(company.member("auditor"), key)]


def lifted(company: Company) -> str:
    """A request the CMO approved over nao and the CFO."""
    company.routes(LONG_WAY)
    key = company.filed(category="other")
    service.lift(key=key, actor=company.member("cmo"), now=company.later())
    return key


@on_both
def test_whoever_was_approved_over_reads_after_and_confirms(company: Company) -> None:
    key = lifted(company)
    assert to_read(company, key) == [("cfo", "view_after", False), ("nao", "view_after", False)]
    assert asks(company, "nao") == [(key, "approval.ask.view_after")]
    assert written(key, "approval.to_read") == sorted([company.id("nao"), company.id("cfo")])
    done = service.read(key=key, actor=company.member("nao"), now=company.later())
    assert (done.fresh, done.whys) == (True, ("view_after",))
    assert asks(company, "nao") == []
    assert to_read(company, key) == [("cfo", "view_after", False), ("nao", "view_after", True)]
    assert trail(company, key)[-2:] == ["view_after", "read"]


def test_nobody_reads_after_what_they_did_themselves(company: Company) -> None:
    company.routes(route("office:CMO", "office:CFO", "office:CMO", "office:CEO"))
    key = company.filed(category="other")
    # over the CFO, and over a seat of their own
    service.lift(key=key, actor=company.member("cmo"), now=company.later())
    assert to_read(company, key) == [("cfo", "view_after", False)]


def test_saying_it_twice_is_no_harm_and_leaves_one_entry(company: Company) -> None:
    key = lifted(company)
    first = service.read(key=key, actor=company.member("nao"), now=company.later())
    again = service.read(key=key, actor=company.member("nao"), now=company.later())
    assert (again.fresh, again.at) == (False, first.at)
    assert trail(company, key).count("read") == 1


def test_an_approval_over_others_taken_back_is_read_by_nobody_and_told_once_when_it_happens_again(
    company: Company,
) -> None:
    company.routes(route("member:nao@example.com", "office:CFO", "office:CMO", "office:CEO"))
    key = company.filed(category="other")
    cmo = company.member("cmo")
    service.lift(key=key, actor=cmo, now=company.later())
    service.read(key=key, actor=company.member("nao"), now=company.later())
    service.undo(key=key, actor=cmo, now=company.later())
    assert to_read(company, key) == [("nao", "view_after", True)]  # what was read was read
    service.lift(key=key, actor=cmo, now=company.later())
    assert to_read(company, key) == [("cfo", "view_after", False), ("nao", "view_after", True)]
    assert written(key, "approval.to_read") == sorted([company.id("nao"), company.id("cfo")])


def test_whoever_is_asked_anew_after_being_approved_over_need_not_read_after(company: Company) -> None:
    company.routes(route("member:nao@example.com", "office:CFO", "office:CMO", "office:CEO"))
    key = company.filed(category="other")
    service.lift(key=key, actor=company.member("cmo"), now=company.later())
    company.decide(key, "ceo", "return", to=1, resume="again")
    assert to_read(company, key) == []


@on_both
def test_whose_seat_fell_to_a_deputy_in_their_absence_reads_after(company: Company) -> None:
    company.routes(route("member:nao@example.com", "office:CFO"))
    company.away("nao", deputy="kenji")
    key = company.filed(category="other")
    company.decide(key, "kenji")
    assert to_read(company, key) == [("nao", "view_after", False)]
    assert trail(company, key)[-1] == "view_after"


def test_a_seat_its_holder_may_not_decide_owes_them_nothing(company: Company) -> None:
    key = company.filed("cmo", category="other")  # the requester's own key falls up the line
    chain = approvals.get_chain(key)
    holder = next(seat for seat in chain.seats if seat.instead_of == company.id("cmo"))
    name = {company.id(name): name for name in ("ceo", "cfo", "cio")}[holder.member]
    company.decide(key, name)
    assert to_read(company, key) == []


def test_a_step_of_circulation_holds_nothing_up_and_its_people_get_it_when_it_is_reached(company: Company) -> None:
    company.routes(
        'currency = "JPY"\n[[route]]\ncode = "own"\n'
        '[[route.step]]\nname = "First"\nkind = "circulate"\nseats = ["member:emma@example.com"]\n'
        '[[route.step]]\nname = "CFO"\nseats = ["office:CFO"]\n'
        '[[route.step]]\nname = "Know"\nkind = "circulate"\nconfirm = true\nseats = ["member:nao@example.com"]\n'
        '[[route.step]]\nname = "CEO"\nseats = ["office:CEO"]'
    )
    key = company.filed(category="other")
    assert to_read(company, key) == [("emma", "circulate", False)]
    assert asks(company, "emma") == []  # nobody is pressed to read what is only put before them
    company.decide(key, "cfo")
    assert to_read(company, key) == [("emma", "circulate", False), ("nao", "circulate", False)]
    assert asks(company, "nao") == [(key, "approval.ask.circulate")]
    assert company.decide(key, "ceo").verb == "decide"
    assert trail(company, key).count("circulate") == 2


@on_both
def test_whoever_it_is_circulated_to_sees_it_whole_and_only_they(company: Company) -> None:
    key = company.filed(visibility="involved")
    with pytest.raises(NotFound):
        purchases.get_purchase(company.member("kenji"), key)
    done = service.circulate(
        key=key, actor=company.member("cmo"), members=["kenji@example.com"], note="For your plans", now=company.later()
    )
    assert done.told == (company.id("kenji"),)
    kenji = company.member("kenji")
    seen = purchases.get_purchase(kenji, key)
    assert purchases.amounts_visible(kenji, [seen]) == {key}
    assert key in [row.key for row in purchases.list_purchases(kenji, purchases.Filter())[0]]
    with pytest.raises(NotFound):
        purchases.get_purchase(company.member("emma"), key)
    with pytest.raises(NotAllowed):  # to read is not to hand on
        service.circulate(key=key, actor=kenji, members=["emma@example.com"], now=company.later())
    with pytest.raises(NotAllowed):
        company.decide(key, "kenji")


def test_circulating_again_tells_nobody_twice_and_may_ask_for_confirmation_later(company: Company) -> None:
    key, cmo = company.filed(), company.member("cmo")
    to = ["kenji@example.com", "KENJI@example.com "]
    service.circulate(key=key, actor=cmo, members=to, now=company.later())
    again = service.circulate(key=key, actor=cmo, members=to, now=company.later())
    assert (again.told, again.already) == ((), (company.id("kenji"),))
    assert asks(company, "kenji") == []
    service.circulate(key=key, actor=cmo, members=to, confirm=True, now=company.later())
    assert asks(company, "kenji") == [(key, "approval.ask.circulate")]
    assert trail(company, key).count("circulate") == 2


def test_not_everybody_can_be_given_it(company: Company) -> None:
    key, cmo = company.filed(), company.member("cmo")
    refused = {
        "field.required": [], "unknown_member": ["nobody@example.com"], "auditor": ["auditor@example.com"],
        "guest": ["kenji@example.com", "agency@example.com"], "knows": ["mika@example.com"],
        "too_many": [f"a{number}@example.com" for number in range(51)],
    }  # fmt: skip
    for word, members in [*refused.items(), ("knows", ["cmo@example.com"]), ("unknown_member", ["left@example.com"])]:
        with pytest.raises(Invalid) as said:
            service.circulate(key=key, actor=cmo, members=members, now=company.later())
        assert said.value.fields["members"].key.endswith(word)
    assert to_read(company, key) == []


def test_a_draft_nobody_submitted_is_not_circulated_and_a_stranger_has_nothing_to_read(company: Company) -> None:
    with pytest.raises(NotNow):
        service.circulate(
            key=company.drafted(), actor=company.member("mika"), members=["kenji@example.com"], now=company.later()
        )
    with pytest.raises(NotFound):
        service.read(key=company.filed(visibility="involved"), actor=company.member("emma"), now=company.later())
    with pytest.raises(NotAllowed):
        service.read(key=company.filed(), actor=company.member("cmo"), now=company.later())


def test_an_objection_of_the_sampled_check_is_told_to_the_requester_and_the_department(company: Company) -> None:
    company.routes(
        'currency = "JPY"\n[[route]]\ncode = "small"\nauto = "auto_approve"\nwhen = { total_lt = "1000000" }\n'
        'review = { percent = 100, seats = ["member:kenji@example.com"], due = "5bd" }'
    )
    key = company.filed(category="other")
    assert company.purchase(key).state == "approved"
    assert asks(company, "kenji") == [(key, "approval.ask.after_review")]
    kenji = company.member("kenji")
    service.read(key=key, actor=kenji, answer="The vendor is not one of ours.", now=company.later())
    assert asks(company, "kenji") == []
    assert written(key, "approval.objected") == sorted([company.id("mika"), company.id("cmo")])
    with pytest.raises(Invalid):
        service.read(key=key, actor=kenji, answer="And once more.", now=company.later())


def test_nobody_objects_where_nothing_was_to_be_checked(company: Company) -> None:
    key = lifted(company)
    with pytest.raises(Invalid):
        service.read(key=key, actor=company.member("nao"), answer="I would have said no.", now=company.later())
    assert ("nao", "view_after", False) in to_read(company, key)
