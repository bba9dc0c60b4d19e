"""The first page: what needs me, what is at risk, what changed; for each role what it looks for first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from collab.home.queries import get_glance, list_watched
from collab.home.queries.glance import Glance
from collab.subjects import queries as subjects
from tests.factories import Company
from tests.factories.goals import goal, said
from tests.factories.tasks import Tasks
from tests.parts.clients import Pages

PagesAs = Callable[[str], Pages]


def glance(company: Company, name: str) -> Glance:
    with company.indoors():
        member = company.member(name)
        waiting = {row.key for row in subjects.inbox(member, company.now)}
        return get_glance(member, waiting=waiting, now=company.now)


def keys(rows: object) -> list[str]:
    return [row.key for row in rows]  # type: ignore[attr-defined]


class TestAtRisk:
    def test_what_is_mine_or_my_departments_and_nothing_that_waits_for_me_already(self, company: Company) -> None:
        bad = goal(company, "Off track", owners=("sales-lead", "service-lead"))
        said(company, bad, "sales-lead", 50, status="off_track", suggested="on_track", reason="Nobody buys.")
        assert bad in keys(glance(company, "sales-lead").risks)
        assert glance(company, "nao").risks == []

    def test_a_narrowed_goal_is_nobodys_risk_who_may_not_see_it(self, company: Company) -> None:
        bad = goal(company, "Hidden", owners=("sales-lead", "service-lead"), visibility="involved")
        said(company, bad, "sales-lead", 50, status="off_track", suggested="on_track", reason="Nobody buys.")
        assert [bad in keys(glance(company, name).risks) for name in ("sales-lead", "cmo", "mika")] == [
            True,
            False,
            False,
        ]

    def test_a_lead_sees_whose_late_answer_holds_up_their_departments_request(self, company: Company) -> None:
        key = company.filed(title="Held up")
        company.decide(key, "cmo")
        company.later(days=9)
        (row,) = (one for one in glance(company, "cmo").risks if one.key == key)
        assert row.said.args["who"].name_en == "Daichi Sakai"
        assert key not in keys(glance(company, "sales-lead").risks)
        assert key not in keys(glance(company, "cio").risks), "it waits in the inbox of who is late"

    def test_three_at_most_and_how_many_more(self, company: Company) -> None:
        for number in range(5):
            bad = goal(company, f"Goal {number}", owners=("sales-lead", "service-lead"))
            said(company, bad, "sales-lead", 50, status="off_track", suggested="on_track", reason="Nobody buys.")
        found = glance(company, "sales-lead")
        assert (len(found.risks), found.more_risks) == (3, 2)


class TestWhatChanged:
    def test_since_the_last_working_day_ended(self, company: Company) -> None:
        company.now -= timedelta(days=1)
        old = Tasks(company).at("accepted", title="Yesterday morning")
        company.now += timedelta(days=1)
        new = Tasks(company).at("accepted", title="Today")
        found = glance(company, "mika")
        assert found.since.isoformat() == "2026-11-17T09:00:00+00:00", "18:00 in Tokyo"
        assert new in keys(found.news)
        assert old not in keys(found.news)

    def test_a_decision_on_my_request_is_news_and_my_own_deed_is_not(self, company: Company) -> None:
        key = company.decided()
        company.later(hours=1)
        assert key in keys(glance(company, "mika").news)
        assert glance(company, "emma").news == []


class TestRoles:
    def test_an_auditor_watches_the_trail_and_what_went_past_the_route(
        self, company: Company, pages_as: PagesAs
    ) -> None:
        late = company.filed(after_the_fact={"on": company.now.date() - timedelta(days=3), "reason": "It broke."})
        company.filed(title="Plain")
        with company.indoors():
            found = list_watched(company.member("auditor"), now=company.now)
        (after,) = (one for one in found if one.label.key == "home.watch.after_the_fact")
        assert after.n == 1
        page = pages_as("auditor").get(after.href).text
        assert late in page
        assert "Plain" not in page

    @pytest.mark.parametrize(
        ("name", "watches"), [("admin", 4), ("auditor", 4), ("cmo", 0), ("mika", 0), ("agency", 0)]
    )
    def test_only_who_has_the_role_watches(self, company: Company, pages_as: PagesAs, name: str, watches: int) -> None:
        with company.indoors():
            assert len(list_watched(company.member(name), now=company.now)) == watches
        assert pages_as(name).get("/").status_code == 200

    def test_a_guest_reads_what_is_theirs_and_nothing_of_the_company(self, company: Company, pages_as: PagesAs) -> None:
        bad = goal(company, "Nobody outside")
        said(company, bad, "cmo", 50, status="off_track", suggested="on_track", reason="Nobody buys.")
        page = pages_as("agency").get("/").text
        assert "Nobody outside" not in page
        assert "/dashboards" not in page

    def test_the_header_counts_what_the_page_shows(self, company: Company, pages_as: PagesAs) -> None:
        company.filed()
        page = pages_as("cmo").get("/").text
        assert '<span class="count" aria-hidden="true">1</span>' in page
