"""A seat that could fall to nobody is looked at again: never stuck."""

from __future__ import annotations

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.people import queries as people
from collab.people import service as staffing
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


def waiting(company: Company, key: str) -> set[str]:
    emails = people.emails_of(seat.member for seat in approvals.get_chain(key).waiting())
    return {email.partition("@")[0] for email in emails.values()}


def test_a_leavers_seat_that_could_fall_to_nobody_falls_when_somebody_is_back(company: Company) -> None:
    key = company.filed("kenji", category="other", amount="120000")
    holder = waiting(company, key).pop()
    company.away("ceo")
    company.leaves(holder)
    assert waiting(company, key) == {holder}
    assert service.sweep(now=company.now) == 0
    staffing.be_back(company.member("ceo"), now=company.now)
    assert service.sweep(now=company.now) == 1
    assert waiting(company, key) == {"ceo"}
    assert service.sweep(now=company.now) == 0
