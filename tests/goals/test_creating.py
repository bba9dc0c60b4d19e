"""Writing a goal down and changing it: who may, what is refused by field, what a change costs before and after it runs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from collab.goals import service
from collab.goals.models import Goal, Metric, Parent, Shift
from collab.goals.queries.metrics import metrics_of
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Stale
from tests.factories import Company
from tests.factories.company import address
from tests.factories.goals import goal, number, owners, row
from tests.parts.databases import on_both

METRIC = {"name": "Visits that end well", "unit": "%", "kind": "increase", "baseline": Decimal(40), "target": Decimal(60),
          "baseline_on": date(2026, 4, 1)}  # fmt: skip


def written(company: Company, by: str = "cmo", **fields: Any) -> str:
    with company.indoors():
        return service.create(company.member(by), {"title": "Customers find it", **fields}, now=company.now)


def refused(company: Company, by: str = "cmo", **fields: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        written(company, by, **fields)
    return {path: said.key.rpartition(".")[2] for path, said in caught.value.fields.items()}


def changed(company: Company, key: str, by: str = "cmo", reason: str | None = None, **fields: Any) -> None:
    with company.indoors():
        service.change(company.member(by), key, fields, now=company.now, reason=reason)


def shifts(company: Company, key: str) -> list[Shift]:
    with company.indoors():
        db.session.rollback()
        return list(db.session.scalars(select(Shift).where(Shift.goal_id == number(key)).order_by(Shift.id)))


def named(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"department": department, "member": address(name)} for department, name in pairs]


@on_both
def test_a_goal_is_written_whole(company: Company) -> None:
    parent = goal(company, owners=("cmo",))
    key = written(
        company, outcome="Nobody searches twice", period="FY2026-H2", metric=METRIC,
        accountable=named(("marketing", "mika"), ("it", "kenji")), parents=[{"goal": parent, "share": 40}],
    )  # fmt: skip
    there = row(company, key)
    assert (there.state, there.starts_on, there.due_on) == ("draft", date(2026, 10, 1), date(2027, 3, 31))
    assert [(one.side, one.department_code, one.accepted_at) for one in owners(company, key)] == [
        (1, "marketing", None),
        (2, "it", None),
    ]
    with company.indoors():
        assert db.session.scalars(select(Metric.target).where(Metric.goal_id == there.id)).all() == [Decimal(60)]
        tie = db.session.scalars(select(Parent).where(Parent.child_id == there.id)).one()
        assert (tie.kind, tie.share) == ("contribute", 40)


def test_a_day_of_its_own_beats_the_period(company: Company) -> None:
    there = row(company, written(company, period="FY2026", due_on=date(2026, 12, 31)))
    assert (there.starts_on, there.due_on) == (date(2026, 4, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("by", "asked", "state"),
    [("cmo", None, "draft"), ("cmo", "candidate", "candidate"), ("service-lead", None, "draft"), ("mika", None, "candidate"),
     ("mika", "candidate", "candidate")],
)  # fmt: skip
def test_whoever_leads_writes_drafts_everybody_else_candidates(
    company: Company, by: str, asked: str | None, state: str
) -> None:
    assert row(company, written(company, by, state=asked)).state == state


@pytest.mark.parametrize(
    ("by", "state"), [("mika", "draft"), ("agency", None), ("auditor", None), ("agency", "candidate")]
)
def test_others_write_none(company: Company, by: str, state: str | None) -> None:
    with pytest.raises(NotAllowed):
        written(company, by, state=state)


def test_no_goal_is_born_running(company: Company) -> None:
    assert refused(company, state="active") == {"state": "not_a_choice"}


@pytest.mark.parametrize(
    ("accountable", "wrong"),
    [
        (named(("marketing", "agency")), {"accountable.0.member": "unknown_member"}),
        (named(("marketing", "auditor")), {"accountable.0.member": "unknown_member"}),
        (named(("marketing", "left")), {"accountable.0.member": "unknown_member"}),
        (named(("marketing", "nobody")), {"accountable.0.member": "unknown_member"}),
        (named(("garden", "mika")), {"accountable.0.department": "unknown_department"}),
        (named(("it", "mika")), {"accountable.0.member": "other_department"}),
        (named(("marketing", "mika"), ("marketing", "nao")), {"accountable.1.department": "same_department"}),
        (named(("marketing", "mika"), ("marketing", "mika")), {"accountable.1.member": "same_person"}),
        (named(("marketing", "mika"), ("it", "kenji"), ("sales", "emma")), {"accountable": "two_at_most"}),
    ],
)
def test_who_cannot_answer_for_a_goal(company: Company, accountable: Any, wrong: dict[str, str]) -> None:
    assert refused(company, accountable=accountable) == wrong


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": None}, {"title": "required"}),
        ({"period": "2026"}, {"period": "unknown_period"}),
        ({"starts_on": date(2027, 1, 1), "due_on": date(2027, 1, 1)}, {"due_on": "days_reversed"}),
        ({"due_on": date(9999, 12, 31)}, {"due_on": "too_far"}),
        ({"journey_stage": "moon"}, {"journey_stage": "unknown_stage"}),
        ({"metric": {**METRIC, "target": Decimal(30)}}, {"metric.target": "target_increase"}),
        ({"metrics": [METRIC, {"kind": "stay_above"}]}, {"metrics.1.name": "required", "metrics.1.floor": "floor_needed"}),
        ({"parents": [{"goal": "G-99"}, {"goal": "x"}]}, {"parents.0.goal": "unknown_goal", "parents.1.goal": "unknown_goal"}),
    ],
)  # fmt: skip
def test_every_complaint_by_field_and_nothing_written(company: Company, fields: Any, wrong: dict[str, str]) -> None:
    assert refused(company, **fields) == wrong
    with company.indoors():
        assert db.session.scalar(select(Goal.id).where(Goal.title == "Customers find it")) is None


def test_before_it_runs_a_change_of_substance_asks_the_other_side_again(company: Company) -> None:
    key = goal(company, owners=("cmo", "cio"), state="accepted")
    changed(company, key, title="Better said")
    assert [one.accepted_at is None for one in owners(company, key)] == [False, False]
    changed(company, key, due_on=date(2027, 6, 30))
    assert [one.accepted_at is None for one in owners(company, key)] == [False, True]
    assert row(company, key).state == "draft"
    assert shifts(company, key) == []


def test_a_yes_to_a_goal_is_none_to_a_vision(company: Company) -> None:
    key = goal(company, owners=("cmo", "cio"), state="accepted")
    changed(company, key, kind="vision")
    assert [one.accepted_at is None for one in owners(company, key)] == [False, True]
    assert row(company, key).state == "draft"


def test_whoever_answers_alone_stays_with_their_word(company: Company) -> None:
    key = goal(company, owners=("cmo",), state="accepted")
    changed(company, key, due_on=date(2027, 6, 30))
    assert row(company, key).state == "accepted"


def test_somebody_who_answers_for_nothing_voids_both(company: Company) -> None:
    key = goal(company, owners=("mika", "kenji"), state="accepted")
    changed(company, key, by="cio", starts_on=date(2026, 11, 1))
    assert [one.accepted_at for one in owners(company, key)] == [None, None]


@on_both
def test_a_running_goal_moves_its_goalposts_in_the_open(company: Company) -> None:
    key = goal(company, state="active")
    for fields in ({"due_on": date(2027, 6, 30)}, {"title": "Easier"}):
        with pytest.raises(Invalid) as caught:
            changed(company, key, **fields)
        assert set(caught.value.fields) == {"reason"}
    changed(company, key, due_on=date(2027, 6, 30), reason="The stores open later.")
    changed(company, key, title="Said better", reason="Nobody understood it.")
    changed(company, key, visibility="involved")
    (only,) = shifts(company, key)
    assert (only.kind, only.before, only.after, only.reason, only.by_id) == (
        "due", {"due_on": "2027-03-31"}, {"due_on": "2027-06-30"}, "The stores open later.", company.id("cmo"),
    )  # fmt: skip
    assert all(one.accepted_at for one in owners(company, key))
    assert row(company, key).state == "active"


def test_after_its_day_every_edit_is_late(company: Company) -> None:
    key = goal(company, state="active", due_on=date(2026, 11, 17))
    changed(company, key, title="It was meant so", reason="To make it true.")
    changed(company, key, due_on=date(2027, 3, 31), outcome="More", reason="It takes longer.")
    assert [one.kind for one in shifts(company, key)] == ["late_edit", "late_edit"]
    assert shifts(company, key)[1].before == {"due_on": "2026-11-17", "outcome": ""}


def test_its_last_day_is_not_late(company: Company) -> None:
    key = goal(company, state="active", due_on=date(2026, 11, 18))
    changed(company, key, title="So", reason="Better.")
    assert shifts(company, key) == []


def test_what_stays_the_same_is_no_change(company: Company) -> None:
    key = goal(company, state="active")
    before = row(company, key).version
    changed(company, key, title=row(company, key).title, due_on=row(company, key).due_on)
    assert row(company, key).version == before


def test_who_may_not_change_it(company: Company) -> None:
    key = goal(company, owners=("cmo",))
    for name in ("kenji", "auditor"):
        with pytest.raises(NotAllowed):
            changed(company, key, by=name, title="Mine")
    closed = goal(company, state="closed")
    with pytest.raises(NotNow):
        changed(company, closed, title="Mine")
    with company.indoors(), pytest.raises(Stale):
        service.change(company.member("cmo"), key, {"title": "Mine"}, now=company.now, version=99)


def test_a_kind_is_settled_before_it_runs(company: Company) -> None:
    vision = goal(company, owners=("cmo",), kind="vision", state="draft", metrics=())
    promise = goal(company, owners=("cmo",), kind="promise", state="draft", parents={vision: 100})
    running = goal(company, owners=("cmo",))
    for key, kind, word in (
        (vision, "goal", "promises_below"),
        (promise, "vision", "vision_is_root"),
        (running, "promise", "kind_runs"),
    ):
        with pytest.raises(Invalid) as caught:
            changed(company, key, kind=kind)
        assert {said.key.rpartition(".")[2] for said in caught.value.fields.values()} == {word}
    changed(company, promise, kind="goal")
    assert row(company, promise).kind == "goal"


def test_the_company_day_decides_what_is_late(company: Company) -> None:
    """Half past midnight in Tokyo is the day before in London: the company's day counts."""
    key = goal(company, state="active", due_on=date(2026, 11, 18))
    company.now = company.now.replace(hour=15, minute=30)
    changed(company, key, title="So", reason="Better.")
    assert [one.kind for one in shifts(company, key)] == ["late_edit"]


def test_a_promise_runs_as_a_pair(company: Company) -> None:
    """One side of it alone says nothing."""
    pair = [{**METRIC, "role": role} for role in ("promise", "experience")]
    key = written(company, kind="promise", period="FY2026", metrics=pair[:1])
    with company.indoors():
        cmo = company.member("cmo")
        assert service.accept(cmo, key, "We mean it.", now=company.now).state == "accepted"
        service.add_metric(cmo, key, {**pair[1], "unit": "pt"}, now=company.now)
        with pytest.raises(NotNow) as caught:
            service.activate(cmo, key, now=company.now)
        assert [one.key for one in caught.value.args_said["missing"]] == ["goal.life.missing.pair"]
        metric = metrics_of([number(key)])[number(key)][1]
        service.change_metric(cmo, key, metric.id, {"unit": "%"}, now=company.now)
        assert service.activate(cmo, key, now=company.now).state == "active"
