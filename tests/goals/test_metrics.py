"""Metrics of a goal: their order, what may change when, what adds up, what is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from collab.goals import service
from collab.goals.queries.metrics import metrics_of
from collab.kernel.errors import Invalid, NotAllowed, NotFound
from tests.factories import Company
from tests.factories.goals import child, goal, measured, metric_ids, number, owners, ratio, timed
from tests.goals.test_creating import METRIC, shifts
from tests.parts.databases import on_both


def added(company: Company, key: str, by: str = "cmo", reason: str | None = None, **fields: Any) -> int:
    with company.indoors():
        return service.add_metric(company.member(by), key, {**METRIC, **fields}, now=company.now, reason=reason)


def changed(company: Company, key: str, metric: int, reason: str | None = None, **fields: Any) -> None:
    with company.indoors():
        service.change_metric(company.member("cmo"), key, metric, fields, now=company.now, reason=reason)


def removed(company: Company, key: str, metric: int, reason: str | None = None) -> None:
    with company.indoors():
        service.remove_metric(company.member("cmo"), key, metric, now=company.now, reason=reason)


def wrong(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {path: said.key.rpartition(".")[2] for path, said in caught.value.fields.items()}


def names(company: Company, key: str) -> list[str]:
    with company.indoors():
        return [one.name for one in metrics_of([number(key)]).get(number(key), ())]


@on_both
def test_the_first_is_the_main_one_and_another_can_become_it(company: Company) -> None:
    key = goal(company, state="draft", metrics=())
    first, second, third = (added(company, key, name=name) for name in "ABC")
    changed(company, key, third, position=1)
    assert names(company, key) == ["C", "A", "B"]
    changed(company, key, third, position=2)
    assert names(company, key) == ["A", "C", "B"]
    removed(company, key, first)
    assert names(company, key) == ["C", "B"]
    added(company, key, name="D", position=1)
    assert names(company, key) == ["D", "C", "B"]
    changed(company, key, second, position=20)
    assert names(company, key) == ["D", "C", "B"]


def test_a_type_suggests_the_rest(company: Company) -> None:
    key = goal(company, state="draft", metrics=())
    with company.indoors():
        service.add_metric(company.member("cmo"), key, {"name": "Complaints", "type": "complaints"}, now=company.now)
        (only,) = metrics_of([number(key)])[number(key)]
    assert (only.course.kind, only.places, only.stale_after_days) == ("decrease", 0, 31)


def test_before_it_runs_another_course_asks_the_other_side_again(company: Company) -> None:
    key = goal(company, state="accepted")
    (metric,) = metric_ids(company, key)
    changed(company, key, metric, name="Said better")
    assert all(one.accepted_at for one in owners(company, key))
    changed(company, key, metric, target=Decimal(80))
    assert [one.accepted_at is None for one in owners(company, key)] == [False, True]
    assert shifts(company, key) == []


@on_both
@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"target": Decimal(80)}, "target"),
        ({"baseline": Decimal(5)}, "baseline"),
        ({"baseline_on": date(2026, 9, 1)}, "baseline"),
        ({"floor": Decimal(-5)}, "guard"),
        ({"unit": "pt"}, "metric"),
        ({"kind": "reach"}, "metric"),
        ({"stale_after_days": 3000}, "metric"),
    ],
)
def test_on_a_running_goal_each_goalpost_is_named(company: Company, fields: dict[str, Any], kind: str) -> None:
    key = goal(company)
    (metric,) = metric_ids(company, key)
    with pytest.raises(Invalid) as caught:
        changed(company, key, metric, **fields)
    assert set(caught.value.fields) == {"reason"}
    changed(company, key, metric, reason="The survey changed.", **fields)
    (only,) = shifts(company, key)
    assert (only.kind, only.metric_id, only.reason) == (kind, metric, "The survey changed.")
    assert set(only.after) == set(fields)


def test_several_goalposts_in_one_change(company: Company) -> None:
    key = goal(company)
    (metric,) = metric_ids(company, key)
    changed(company, key, metric, reason="New survey.", target=Decimal("80.50"), baseline=Decimal(1), about="channel")
    assert [(one.kind, one.before, one.after) for one in shifts(company, key)] == [
        ("target", {"target": "100"}, {"target": "80.50"}),
        ("baseline", {"baseline": "0"}, {"baseline": "1"}),
    ]


def test_what_moves_nothing_needs_no_reason(company: Company) -> None:
    key = goal(company)
    (metric,) = metric_ids(company, key)
    changed(company, key, metric, about="channel", places=2)
    assert shifts(company, key) == []


def test_adding_and_taking_away_on_a_running_goal_moves_a_goalpost(company: Company) -> None:
    key = goal(company)
    with pytest.raises(Invalid):
        added(company, key)
    metric = added(company, key, reason="We forgot the stores.")
    with pytest.raises(Invalid):
        removed(company, key, metric)
    removed(company, key, metric, reason="Nobody measures it.")
    assert [one.kind for one in shifts(company, key)] == ["metric", "metric"]
    assert shifts(company, key)[0].after["added"] == METRIC["name"]
    assert shifts(company, key)[1].before["removed"] == METRIC["name"]


def test_a_measured_main_metric_goes_with_a_reason_only(company: Company) -> None:
    key = goal(company, state="draft", owners=("cmo",))
    (metric,) = metric_ids(company, key)
    measured(company, key, date(2026, 11, 1), 40)
    with pytest.raises(Invalid) as caught:
        removed(company, key, metric)
    assert set(caught.value.fields) == {"reason"}
    removed(company, key, metric, reason="It counted robots.")
    assert names(company, key) == []


def test_a_measured_figure_stays_what_it_is(company: Company) -> None:
    key = goal(company, state="draft", owners=("cmo",))
    (metric,) = metric_ids(company, key)
    changed(company, key, metric, is_ratio=True)
    changed(company, key, metric, is_ratio=False)
    measured(company, key, date(2026, 11, 1), 40)
    with pytest.raises(Invalid) as caught:
        changed(company, key, metric, is_ratio=True)
    assert wrong(caught) == {"is_ratio": "measured_already"}


def test_a_changed_course_is_checked_whole(company: Company) -> None:
    key = goal(company, state="draft", owners=("cmo",))
    (metric,) = metric_ids(company, key)
    for fields, field in (
        ({"target": Decimal(0)}, "target"),
        ({"kind": "decrease"}, "target"),
        ({"kind": "stay_between"}, "floor"),
        ({"type": "csat", "target": Decimal(101)}, "target"),
        ({"name": None}, "name"),
    ):
        with pytest.raises(Invalid) as caught:
            changed(company, key, metric, **fields)
        assert field in caught.value.fields
    changed(company, key, metric, target=None)
    with company.indoors():
        assert metrics_of([number(key)])[number(key)][0].course.target is None


def test_figures_go_on_adding_up(company: Company) -> None:
    parent = goal(company, owners=("cmo",), state="draft", metric=ratio(gathers=True, unit="%"))
    low = child(company, parent, owners=("cmo",), state="draft", metric=ratio(unit="%"))
    (mine,), (theirs,) = metric_ids(company, low), metric_ids(company, parent)
    with pytest.raises(Invalid) as caught:
        changed(company, low, mine, unit="‰")
    assert wrong(caught) == {"unit": "sums_unit"}
    with pytest.raises(Invalid) as caught:
        changed(company, parent, theirs, unit="‰")
    assert wrong(caught) == {"gathers": "children_differ"}
    with pytest.raises(Invalid) as caught:
        added(company, low, position=1)
    assert wrong(caught) == {"unit": "sums_ratio"}
    second = added(company, low, name="Beside")
    with pytest.raises(Invalid):
        changed(company, low, second, position=1)
    with pytest.raises(Invalid):
        removed(company, low, mine)


def test_not_more_than_anybody_reads(company: Company) -> None:
    key = goal(company, state="draft", owners=("cmo",), metrics=[timed(name=str(n)) for n in range(20)])
    with pytest.raises(Invalid) as caught:
        added(company, key)
    assert wrong(caught) == {"name": "too_many_metrics"}


def test_of_another_goal_or_another_person(company: Company) -> None:
    mine, other = goal(company), goal(company, owners=("sales-lead",))
    (metric,) = metric_ids(company, other)
    with pytest.raises(NotFound):
        changed(company, mine, metric, target=Decimal(1))
    with pytest.raises(NotAllowed):
        added(company, other, by="kenji")
    with pytest.raises(NotFound):
        added(company, other, by="agency")
