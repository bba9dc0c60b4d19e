"""Taking back exactly what one did, and only while nobody acted after; a seat whose holder has left is never nobody's."""

from __future__ import annotations

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.kernel.errors import NotNow
from tests.approvals.test_service_planning import route
from tests.factories import Company

pytestmark = pytest.mark.usefixtures("indoors")


def states(key: str) -> list[str]:
    return [seat.state for seat in approvals.get_chain(key).seats]


def test_nobody_takes_a_yes_back_once_somebody_has_sent_it_back_to_an_earlier_step(company: Company) -> None:
    company.routes(route("office:CMO", "office:CIO", "office:CEO"))
    key = company.filed(category="other")
    for name in ("cmo", "cio"):
        company.decide(key, name)
    company.decide(key, "ceo", "return", to=1, resume="here")
    with pytest.raises(NotNow) as refusal:
        service.undo(key=key, actor=company.member("cio"), now=company.later())
    assert refusal.value.said_code == "acted_after"
    assert states(key) == ["waiting", "approved", "planned"]


def test_undoing_asks_those_again_whom_this_yes_went_over_and_no_others(company: Company) -> None:
    company.routes(
        route("member:nao@example.com", "office:CFO", "member:kenji@example.com", "office:CFO", "office:CEO")
    )
    key = company.filed(category="other")
    for _ in range(2):
        service.lift(key=key, actor=company.member("cfo"), now=company.later())
    assert states(key) == ["lifted", "approved", "lifted", "approved", "waiting"]
    service.undo(key=key, actor=company.member("cfo"), now=company.later())
    assert states(key) == ["lifted", "approved", "waiting", "planned", "planned"]


def test_a_seat_whose_holder_leaves_goes_to_another_office_when_everybody_above_sits_there_already(
    company: Company,
) -> None:
    company.routes(route("member:sales-lead@example.com office:CEO"))
    key = company.filed(category="other")
    company.decide(key, "ceo")
    company.leaves("sales-lead")
    seat = approvals.get_chain(key).waiting()[0]
    assert seat.member in {company.id(name) for name in ("cfo", "cio", "cmo")}
    holder = next(name for name in ("cfo", "cio", "cmo") if company.id(name) == seat.member)
    assert company.decide(key, holder).verb == "decide"
