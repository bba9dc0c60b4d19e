"""Who may open a dashboard, what it costs, and addresses nobody wrote."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from collab.kernel import remember
from tests.factories import Company
from tests.factories.goals import goal, said
from tests.factories.tasks import Tasks
from tests.parts.clients import Pages
from tests.parts.statements import statements

PagesAs = Callable[[str], Pages]


class TestPages:
    @pytest.mark.parametrize("path", ["", "/goals", "/approvals", "/flow"])
    def test_a_guest_opens_none(self, company: Company, pages_as: PagesAs, path: str) -> None:
        assert pages_as("agency").get(f"/dashboards{path}").status_code == 403
        assert pages_as("agency").get("/dashboards/goals/trend.svg").status_code == 403

    @pytest.mark.parametrize(
        "path", ["/dashboards", "/dashboards/goals", "/dashboards/approvals", "/dashboards/flow", "/"]
    )
    def test_the_number_of_statements_does_not_grow(
        self, company: Company, pages_as: PagesAs, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(remember, "time", SimpleNamespace(monotonic=lambda: 1.0))  # however slow the machine

        def some(n: int) -> None:
            for number in range(n):
                one = goal(company, f"Goal {n} {number}")
                said(company, one, "cmo", 90)
                said(company, one, "cio", 20)
                company.filed(title=f"Request {n} {number}")
                company.decided(title=f"Decided {n} {number}", amount=f"1{n}{number}000")
                Tasks(company).at("accepted", by="cio", to="marketing", owner="mika", title=f"Task {n} {number}")
                Tasks(company).at("blocked", title=f"Blocked {n} {number}")

        some(2)
        pages = pages_as("cmo")
        pages.get(path)
        with statements(company.app) as few:
            assert pages.get(path).status_code == 200
        some(3)
        with statements(company.app) as many:
            pages.get(path)
        assert many.count <= few.count, f"{few}\n\n{many}"

    def test_a_figure_nobody_knows_leaves_the_list_as_it_is(self, company: Company, pages_as: PagesAs) -> None:
        key = company.filed()
        pages = pages_as("cmo")
        assert key in pages.get("/purchases?figure=nonsense&of=x").text
        gone = pages.get("/purchases?figure=approvals.step&of=Nowhere%00").text
        assert key not in gone
        assert "もうありません" in gone
