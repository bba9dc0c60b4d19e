"""The factory the tests of goals rest on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from collab.goals import queries
from tests.factories import goals as make
from tests.factories.company import Company


def test_goals_as_rows_stand_as_the_queries_read_them(company: Company) -> None:
    key = make.goal(company)
    make.measured(company, key, date(2026, 11, 1), 40)
    below = make.child(company, key, share=60, owners=("sales-lead",))
    with company.indoors():
        found = queries.get_goal(company.member("cmo"), key)
        assert (found.key, found.state, found.progress, found.two_sided) == ("G-3", "active", Decimal(40), True)
        assert queries.get_goal(company.member("mika"), below).owners[0].department == "sales"
