"""Figures of a company made by hand, counted again by hand; and who may see what in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import update

from collab.dashboards.queries import (
    approval_shares,
    approvals_by_age,
    approvals_by_step,
    flow,
    goals_by_status,
    read_approvals,
    route_times,
    slowest_seats,
    spend,
)
from collab.dashboards.queries.approvals import Reading
from collab.dashboards.queries.goals import GoalsBoard
from collab.goals.models import Goal, Week
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotAllowed
from collab.purchases.models import Purchase
from tests.factories import Company
from tests.factories.goals import asked, goal, said
from tests.factories.tasks import Tasks
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

T = TypeVar("T")
As = Callable[[str], Api]
PagesAs = Callable[[str], Pages]


def board(company: Company, viewer: str = "nao") -> GoalsBoard:
    with company.indoors():
        return goals_by_status(company.member(viewer), now=company.now)


def counts(found: GoalsBoard) -> dict[str, tuple[str, ...]]:
    return {group: one.keys for group, one in found.counts.items() if one.keys and one.keys != ("G-1",)}


def reading(company: Company, viewer: str = "cmo") -> Reading:
    with company.indoors():
        return read_approvals(company.member(viewer), now=company.now)


def counted(company: Company, what: Callable[[Reading], T], viewer: str = "cmo") -> T:
    """One way of counting approvals, as a viewer sees them."""
    with company.indoors():
        return what(read_approvals(company.member(viewer), now=company.later()))


def changed(company: Company, key: str, **values: object) -> None:
    """A request as it would be after what no service does in one step."""
    with company.indoors(), atomic() as unit:
        unit.session.execute(update(Purchase).where(Purchase.id == int(key[3:])).values(**values))


class TestGoals:
    @on_both
    def test_every_goal_is_in_one_group_of_each_kind(self, company: Company) -> None:
        before = board(company).total
        good, bad, still = goal(company), goal(company, owners=("sales-lead", "cio")), goal(company, state="paused")
        silent, draft = goal(company, owners=("mika",), journey_stage=None), goal(company, state="draft")
        for key, status in ((good, "on_track"), (bad, "off_track"), (still, "on_track")):
            said(company, key, "cio", 60, status=status, suggested="at_risk", reason="We know more.")
        found = board(company)
        assert found.total - before == 4
        assert draft not in {line.goal.key for line in found.lines}
        where = {key: group for group, one in found.counts.items() for key in one.keys}
        assert [where[key] for key in (good, bad, still, silent)] == ["on_track", "off_track", "paused", "unsaid"]
        of = {row.of: {key for one in row.counts.values() for key in one.keys} for row in found.departments}
        assert [bad in of[code] for code in ("sales", "it", "marketing")] == [True, True, False], "it stands in both"
        sides = {row.of: {key for one in row.counts.values() for key in one.keys} for row in found.sides}
        assert good in sides["business"] & sides["it"]

    @on_both
    def test_a_narrowed_goal_changes_no_figure_of_who_may_not_see_it(self, company: Company) -> None:
        before = board(company)
        hidden = goal(company, owners=("sales-lead", "service-lead"), visibility="involved", title="Hidden")
        said(company, hidden, "sales-lead", 90)
        said(company, hidden, "service-lead", 10)
        with company.indoors(), atomic() as unit:
            unit.session.add(Week(week="2026-W46", goal_id=int(hidden[2:]), status="off_track", taken_at=company.now))
        after = board(company)
        assert (after.counts, after.apart, after.stale, after.departments) == (
            before.counts, before.apart, before.stale, before.departments,
        )  # fmt: skip
        assert [week.counts["off_track"].n for week in after.weeks] == [
            week.counts["off_track"].n for week in before.weeks
        ]
        assert hidden in board(company, "sales-lead").apart.keys

    def test_what_is_overdue_and_where_owners_differ(self, company: Company) -> None:
        late, apart = goal(company, title="Late"), goal(company, title="Apart")
        asked(company, late, "cmo", at=company.now - timedelta(days=9), due_at=company.now - timedelta(days=2))
        said(company, apart, "cmo", 90)
        said(company, apart, "cio", 40)
        found = board(company)
        assert (found.stale.keys, found.apart.keys) == ((late,), (apart,))

    @on_both
    def test_the_trend_is_what_was_kept_and_else_what_was_said(self, company: Company) -> None:
        key = goal(company, activated_at=company.now - timedelta(days=40))
        with company.indoors(), atomic() as unit:
            unit.session.execute(
                update(Goal).where(Goal.id == int(key[2:])).values(activated_at=company.now - timedelta(days=40))
            )
            unit.session.add(Week(week="2026-W46", goal_id=int(key[2:]), status="at_risk", taken_at=company.now))
        said(
            company,
            key,
            "cmo",
            50,
            at=company.now - timedelta(days=20),
            status="off_track",
            reason="Late.",
            suggested="on_track",
        )
        found = {
            week.week: next((s for s, one in week.counts.items() if key in one.keys), None)
            for week in board(company).weeks
        }
        assert (found["2026-W43"], found["2026-W44"], found["2026-W45"], found["2026-W46"]) == (
            None, "off_track", "off_track", "at_risk",
        ), "not before anybody said anything; W46 as it was kept"  # fmt: skip
        assert found["2026-W47"] == "off_track"
        assert len(found) == 12


class TestApprovals:
    def test_pending_requests_by_age_and_by_step(self, company: Company) -> None:
        old = company.filed()
        company.decide(old, "cmo")
        company.later(days=9)  # Friday of the next week; Monday the 23rd was a holiday
        new = company.filed(title="Another")
        found = counted(company, approvals_by_age)
        assert {one.code: one.figure.keys for one in found if one.figure.n} == {
            "0-2": (new,),
            "6-10": (old,),
        }
        (keys,) = counted(company, approvals_by_step)
        assert (keys.name_en, set(keys.figure.keys), keys.late) == ("Joint keys", {old, new}, 1)
        assert keys.overdue.keys == (old,)

    @on_both
    def test_the_median_of_a_seat_runs_on_its_holders_calendar(self, company: Company) -> None:
        company.now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # Friday, 17:00 in Tokyo, an hour before closing
        first = company.filed()
        company.now = datetime(
            2026, 11, 24, 0, 59, tzinfo=UTC
        )  # Tuesday after a holiday, 9:59; deciding takes a minute more
        company.decide(first, "cmo")
        found = {row.post: row for row in counted(company, slowest_seats)}
        assert found["office:CMO"].median_minutes == 120, "an hour on Friday, one on Tuesday"
        assert found["office:CMO"].figure.keys == (first,)
        assert found["office:CMO"].in_time == 1

    def test_people_are_named_to_themselves_those_above_them_and_auditors(self, company: Company) -> None:
        company.decided()
        company.decided(by="nao", title="Another")
        named = {
            viewer: {one.member for row in counted(company, slowest_seats, viewer) for one in row.holders}
            for viewer in ("cmo", "cio", "mika", "auditor", "ceo")
        }
        cmo, cio = company.id("cmo"), company.id("cio")
        assert named == {"cmo": {cmo}, "cio": {cio}, "mika": set(), "auditor": {cmo, cio}, "ceo": set()}, (
            "the chief executive stands above both and may read neither request"
        )

    def test_routes_and_what_came_back_or_was_late(self, company: Company) -> None:
        company.decided()
        back = company.filed(title="Back")
        company.decide(back, "cmo", "return")
        after = company.filed(
            title="After", after_the_fact={"on": company.now.date() - timedelta(days=3), "reason": "It broke."}
        )
        shares = counted(company, approval_shares)
        assert (shares.submitted.n, shares.returned.keys, shares.after_the_fact.keys) == (3, (back,), (after,))
        (route,) = (row for row in counted(company, route_times) if row.rounds)
        assert (route.code, route.rounds, route.answers, route.in_time, route.kept) == ("small", 1, 3, 3, 100)

    def test_what_one_only_knows_to_exist_is_not_counted(self, company: Company) -> None:
        company.filed(visibility="company")
        assert len(reading(company, "cmo").pending) == 1
        found = reading(company, "kenji")
        assert (found.pending, found.asked, found.rounds) == ([], [], [])


class TestFlow:
    @on_both
    def test_who_waits_for_whom(self, company: Company, travel: object) -> None:
        tasks = Tasks(company)
        open_, done = tasks.ask("mika", "it"), tasks.at("done", by="mika", to="it")
        stuck = tasks.at("blocked", by="mika", to="it")
        company.later(days=9)
        with company.indoors():
            found = flow(company.member("nao"), now=company.now)
        cells = {way: cell.open.keys for way, cell in found.cells.items()}
        assert cells[("it", "marketing")] == (done, stuck), (
            "what is done, or blocked by nobody named, waits for whoever asked"
        )
        assert open_ in cells[("marketing", "it")]
        assert found.stuck.keys == (stuck,)
        assert set(found.late.keys) >= {open_, done}
        answered = found.answers[("marketing", "it")]
        assert set(answered.answered.keys) == {done, stuck}
        assert answered.pair.answered == 2
        assert answered.pair.open == 1

    @on_both
    def test_a_task_between_its_parties_is_not_counted_for_others(self, company: Company) -> None:
        tasks = Tasks(company)
        hidden = tasks.at("accepted", by="mika", to="it", visibility="parties")
        with company.indoors():
            mine, theirs = (flow(company.member(name), now=company.now) for name in ("kenji", "emma"))
        assert hidden in mine.open.keys
        assert hidden in mine.answers[("marketing", "it")].answered.keys
        assert (theirs.open.n, dict(theirs.answers), dict(theirs.cells)) == (0, {}, {})


class TestSpend:
    @on_both
    def test_by_side_category_and_currency_and_never_added_across(self, company: Company) -> None:
        pending = company.filed(amount="500000")
        decided = company.decided(title="Decided", amount="300000")
        pounds = company.decided(title="Pounds", amount="100.50", currency="GBP", vendor="London Ltd")
        ordered = company.decided(title="Ordered", amount="200000", category="service", yes=("cmo",))
        changed(company, ordered, state="purchased", purchased_on=company.now.date())
        with company.indoors():
            found = spend(company.member("cmo"), now=company.now)
        rows = {
            (row.side, row.currency): {kind: (str(one.amount), one.figure.keys) for kind, one in row.sums.items()}
            for row in found.sides
        }
        assert rows == {
            ("business", "JPY"): {
                "pending": ("500000", (pending,)), "decided": ("300000", (decided,)), "ordered": ("200000", (ordered,)),
            },
            ("business", "GBP"): {"decided": ("100.50", (pounds,))},
        }  # fmt: skip
        assert {(row.category, row.currency) for row in found.categories} == {
            ("martech", "JPY"), ("martech", "GBP"), ("service", "JPY"),
        }  # fmt: skip
        (month,) = (one for one in found.months if one.sums)
        assert (month.month, str(month.sums["JPY"].amount)) == ("2026-11", "500000")

    def test_an_amendment_takes_the_place_of_what_it_changes(self, company: Company) -> None:
        first, second = company.decided(amount="300000"), company.decided(title="Amended", amount="350000")
        changed(company, second, amends_id=int(first[3:]))
        with company.indoors():
            found = spend(company.member("cmo"), now=company.now)
        assert [one.figure.keys for row in found.totals for one in row.sums.values()] == [(second,)]

    def test_what_went_past_the_route_and_what_runs_out(self, company: Company) -> None:
        plain, late = company.decided(amount="300000"), company.decided(title="Late", amount="100000")
        today = company.now.date()
        changed(company, late, after_the_fact_on=today, after_the_fact_reason="It broke.")
        changed(
            company,
            plain,
            state="purchased",
            purchased_on=today - timedelta(days=340),
            term_months=12,
            billing="monthly",
        )
        with company.indoors():
            found = spend(company.member("cmo"), now=company.now)
        (past,) = found.bypass
        assert (past.late.figure.keys, past.by_count, past.by_amount) == ((late,), 50, 25)
        assert [(row.key, row.on) for row in found.renewals] == [(plain, today + timedelta(days=25))]

    def test_a_lead_reads_the_departments_they_lead(self, company: Company) -> None:
        marketing = company.decided()
        sales = company.filed("emma", title="For sales", category="service", amount="60000")
        with company.indoors():
            found = spend(company.member("sales-lead"), now=company.now)
            assert found.departments == ("sales",)
            assert {key for row in found.totals for one in row.sums.values() for key in one.figure.keys} == {sales}
            seen = spend(company.member("cfo"), now=company.now)
        assert marketing not in {key for row in seen.totals for one in row.sums.values() for key in one.figure.keys}, (
            "an office alone opens no request: the finance officer reads what they were asked about"
        )

    @pytest.mark.parametrize("name", ["mika", "kenji", "admin", "agency"])
    def test_others_read_no_amounts(self, company: Company, as_: As, pages_as: PagesAs, name: str) -> None:
        with company.indoors(), pytest.raises(NotAllowed):
            spend(company.member(name), now=company.now)
        assert as_(name).get("/dashboards/spend").status_code == 403
        assert pages_as(name).get("/dashboards/spend").status_code == 403
        assert pages_as(name).get("/purchases?figure=spend.total&of=::JPY:pending").status_code == 403
