"""How much of the company stands behind the customer: which departments have no goal tied to the customer, what can be measured,
who wrote down their part, which partner works for a channel only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from collab.goals.models import Taken
from collab.goals.queries.coverage import find_coverage
from collab.goals.rules import coverage as rules
from collab.goals.rules.coverage import Fact, Measure, Share
from collab.goals.rules.progress import Course
from collab.kernel.atomic import atomic
from collab.kernel.errors import NotAllowed
from tests.factories import Company
from tests.factories.goals import child, control, goal, helps, measured, number, timed
from tests.parts.clients import Api, Pages

CHANNEL = {"about": "channel"}


def fact(id_: int, **more: Any) -> Fact:
    return Fact(id_, **{"kind": "goal", "state": "active", "measures": (Measure("channel", whole=True),), **more})


def of(*facts: Fact) -> dict[int, Fact]:
    return {one.id: one for one in facts}


def test_three_ways_tie_a_goal_to_the_customer_and_nothing_else_does() -> None:
    goals = of(
        fact(1, kind="vision"),
        fact(2, kind="promise", parents=(1,)),
        fact(3, parents=(2,)),
        fact(4, parents=(3,)),
        fact(5, staged=True),
        fact(6, measures=(Measure("channel", whole=True), Measure("customer", whole=False))),
        fact(7),
        fact(8, parents=(7,)),
        fact(9, measures=()),
        fact(10, parents=(99,)),
    )
    assert rules.tied(goals) == {1, 2, 3, 4, 5, 6}


def test_a_path_over_a_loop_in_the_rows_ends() -> None:
    assert rules.tied(of(fact(1, parents=(2,)), fact(2, parents=(1,)))) == frozenset()


def test_a_department_is_covered_by_a_goal_that_runs_and_by_no_other() -> None:
    goals = of(
        fact(1, departments=("it",), staged=True),
        fact(2, departments=("sales",), staged=True, state="paused"),
        fact(3, departments=("it", "service")),
    )
    found = {side.code: side for side in rules.sides(goals, {"it": (1, 2), "sales": (3,), "service": ()}, {1, 9})}
    assert [code for code, side in found.items() if side.covered] == ["it"]
    assert (found["it"].tied, found["it"].untied) == ((1,), (3,))
    assert found["service"].untied == (3,)
    assert (found["it"].parts, found["sales"].parts, found["service"].parts) == (Share(1, 2), Share(0, 1), Share(0, 0))
    assert found["service"].parts.per_cent is None


@pytest.mark.parametrize(
    ("course", "figure", "whole"),
    [
        (Course("increase", 40, 60), 50, True), (Course("increase", 40, 60), None, False), (Course("increase", None, 60), 50, False),
        (Course("decrease", 40, None), 50, False), (Course("reach", None, 60), 50, True), (Course("stay_above", floor=3), 4, True),
        (Course("stay_above", target=3), 4, True), (Course("stay_below", floor=3), 4, False),
        (Course("stay_between", floor=1, ceiling=3), 2, True), (Course("stay_between", floor=1), 2, False),
    ],
)  # fmt: skip
def test_a_metric_is_whole_with_a_start_an_aim_and_a_measurement(course: Course, figure: Any, *, whole: bool) -> None:
    assert rules.is_whole(course, figure) is whole


def test_a_vision_is_not_to_be_measured_and_children_may_measure_a_goal() -> None:
    goals = [
        fact(1, kind="vision", measures=()), fact(2, by_children=True, progressed=True, measures=()),
        fact(3, by_children=True), fact(4, measures=(Measure("customer", whole=False), Measure("customer", whole=True))),
    ]  # fmt: skip
    assert rules.measurable(goals) == Share(1, 3)
    assert rules.about_customers(goals) == Share(2, 3)


def test_without_any_metric_nothing_is_said_of_channels() -> None:
    assert not rules.channel_only([fact(1, measures=())])
    assert rules.channel_only([fact(1), fact(2, measures=(Measure("campaign", whole=True),))])
    assert not rules.channel_only([fact(1), fact(2, measures=(Measure("other", whole=True),))])


@pytest.fixture
def house(company: Company) -> Company:
    """G-3 marketing and IT under a promise G-4; G-5 sales counts a channel only; G-6 (service) is narrowed."""
    shared = goal(company, "Found online, bought in the store", metric=timed(40, 60, about="channel"))
    promise = goal(company, "Answered within a day", owners=("cmo",), kind="promise", metric=control(ceiling=24))
    assert (shared, promise) == ("G-3", "G-4")
    child(company, promise, title="Chat", owners=("kenji",), metric=timed(0, 9, **CHANNEL))
    goal(company, "Banner clicks", owners=("sales-lead",), metric=timed(0, 9, name="Clicks", **CHANNEL))
    measured(company, "G-3", date(2026, 11, 1), 50)
    return company


def took_part(company: Company, key: str, *names: str) -> None:
    with company.indoors(), atomic() as unit:
        unit.session.add_all(
            Taken(goal_id=number(key), member_id=company.id(name), part="I answer the phone.", at=company.now)
            for name in names
        )


def report(company: Company, name: str) -> Any:
    with company.indoors():
        return find_coverage(company.member(name), company.now)


def test_departments_are_counted_over_running_goals(house: Company) -> None:
    found = report(house, "mika")
    sides = {side.code: side for side in found.sides}
    assert {code for code, side in sides.items() if side.covered} == {"it", "marketing"}
    assert sides["sales"].untied == (6,)
    assert (found.departments, found.aim, found.met) == (Share(2, 5), 95, False)
    assert [goal.key for goal in found.unmeasured] == ["G-1", "G-4", "G-5", "G-6"]
    assert found.measurable == Share(1, 5)
    assert {(goal.key, metric.name) for goal, metric in found.elsewhere} >= {("G-6", "Clicks")}
    assert [goal.key for goal in found.moved] == ["G-3"]


def test_who_wrote_down_their_part_is_counted_once_and_only_in_goals_that_run(house: Company) -> None:
    took_part(house, "G-3", "mika", "kenji", "agency", "left")
    took_part(house, "G-6", "mika")
    took_part(house, "G-2", "nao")
    found = report(house, "cmo")
    sides = {side.code: side.parts for side in found.sides}
    assert (sides["marketing"], sides["it"], sides["sales"]) == (Share(1, 3), Share(1, 3), Share(0, 2))
    assert found.parts.n == 2


def test_a_partner_with_channel_level_goals_only_is_named(house: Company) -> None:
    assert report(house, "cmo").firms == ()
    helps(house, "G-6", "agency", may_check_in=True)
    (firm,) = report(house, "cmo").firms
    assert (firm.code, firm.goals, firm.channel_only) == ("kumo", (6,), True)
    helps(house, "G-4", "agency")
    (firm,) = report(house, "cmo").firms
    assert (firm.goals, firm.channel_only) == ((4, 6), False)


def test_whoever_may_not_see_a_goal_reads_a_company_without_it(house: Company) -> None:
    before = report(house, "mika")
    secret = goal(house, "Secret", owners=("service-lead",), visibility="involved", metric=timed(1, 2, name="Whispers"))
    child(house, secret, title="Under it", owners=("emma",), visibility="company", metric=timed(0, 1, **CHANNEL))
    took_part(house, secret, "emma", "service-lead")
    helps(house, secret, "agency")
    helps(house, "G-6", "agency")
    seen, whole = report(house, "mika"), report(house, "auditor")
    assert seen.parts.n == 0
    assert 7 not in seen.goals
    assert [firm.goals for firm in seen.firms] == [(6,)]
    assert (seen.departments, seen.customers.n) == (before.departments, before.customers.n)
    assert {side.code for side in whole.sides if side.covered} == {"it", "marketing", "service"}
    assert whole.parts.n == 2


def test_guests_read_no_report_and_auditors_do(house: Company) -> None:
    with pytest.raises(NotAllowed):
        report(house, "agency")
    assert report(house, "auditor").departments.of == 5


def test_every_figure_of_the_page_leads_to_its_rows(house: Company, pages_as: Callable[[str], Pages]) -> None:
    helps(house, "G-6", "agency")
    answer = pages_as("mika").get("/goals/coverage")
    assert answer.status_code == 200
    for part in ("departments", "measurable", "customers", "parts", "partners"):
        assert f'href="#{part}"' in answer.text
        assert f'id="{part}"' in answer.text
    assert "2018" in answer.text
    assert "スタジオ雲" in answer.text


def test_over_the_api_shares_are_numbers_to_one_decimal(house: Company, as_: Callable[[str], Api]) -> None:
    found = as_("mika").get("/goals/coverage").json
    assert found["departments"] == {"n": 2, "of": 5, "per_cent": 40.0}
    assert found["reference"]["per_cent"] == 95
    assert found["reference"]["year"] == 2018
    moved = found["figures"][0]
    assert (moved["goal"], moved["baseline"], moved["value"], moved["target"]) == ("G-3", "40", "50.0", "60")
    assert as_("agency").get("/goals/coverage").status_code == 403
