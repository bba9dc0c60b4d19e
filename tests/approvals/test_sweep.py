"""A seat that could fall to nobody: never stuck."""

from __future__ import annotations

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.people import queries as people
from tests.factories import Company
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]


def waiting(company: Company, key: str) -> set[str]:
    emails = people.emails_of(seat.member for seat in approvals.get_chain(key).waiting())
    return {email.partition("@")[0] for email in emails.values()}


def test_a_leavers_seat_whose_whole_line_is_away_falls_to_another_office_and_not_to_nobody(company: Company) -> None:
    key = company.filed("kenji", category="other", amount="120000")
    holder = waiting(company, key).pop()
    company.away("ceo")
    company.leaves(holder)
    assert waiting(company, key) == {"cfo"}
    assert service.sweep(now=company.now) == 0
