"""A promise beside what customers experience: the gap, and what happens when it is broken."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from collab.goals.queries.breaches import list_breaches
from collab.goals.queries.promises import Pledge, list_promises
from collab.goals.rules.progress import Course
from collab.goals.rules.promises import falls_short, promised
from collab.goals.service.measuring import measure
from collab.incidents import queries as incidents
from collab.incidents import service as incident_service
from collab.kernel.db import db
from collab.subjects.models import Link
from collab.tasks.models import Task
from tests.factories import Company
from tests.factories.goals import helps, metric_ids
from tests.factories.measured import ON, measured_goal, say
from tests.parts.clients import Api, Pages

PAIR: list[dict[str, Any]] = [
    {"name": "Answered within a day, as we say", "role": "promise", "unit": "%", "target": Decimal(95)},
    {"name": "Answered within a day, as customers say", "role": "experience", "unit": "%", "kind": "stay_above",
     "floor": Decimal(80), "target": None},
]  # fmt: skip


@pytest.fixture
def promise(company: Company) -> str:
    return measured_goal(company, "An answer within a day", goal={"kind": "promise"}, metrics=PAIR)


def experienced(company: Company, key: str, value: str, *, day: int = 1, position: int = 1) -> None:
    metric = metric_ids(company, key)[position]
    with company.indoors():
        measure(
            company.member("mika"),
            key,
            [{"on": ON.replace(day=day), "value": value}],
            now=company.later(),
            metric=metric,
        )


def ledger(company: Company, by: str = "nao") -> list[Pledge]:
    with company.indoors():
        db.session.rollback()
        return list_promises(company.member(by), now=company.now)


def tasks(company: Company) -> list[Task]:
    with company.indoors():
        db.session.rollback()
        return db.session.query(Task).order_by(Task.id).all()


@pytest.mark.parametrize(
    ("course", "figure", "is_"),
    [
        (Course("increase", target=Decimal(95)), Fraction(93), 93),
        (Course("increase", target=Decimal(95)), None, 95),
        (Course("stay_below", ceiling=Decimal(24)), None, 24),
        (Course("increase"), None, None),
    ],
)
def test_what_is_promised_is_what_was_measured_of_it_else_where_it_is_to_be(
    course: Course, figure: Any, is_: Any
) -> None:
    assert promised(course, figure) == is_


def test_falling_short_depends_on_which_way_is_better() -> None:
    assert falls_short(Fraction(1), "increase")
    assert falls_short(Fraction(-1), "stay_below")
    assert not falls_short(Fraction(-1), "increase")
    assert not falls_short(Fraction(0), "increase")
    assert not falls_short(None, "increase")


def test_the_gap_is_promise_minus_experience(company: Company, promise: str) -> None:
    assert ledger(company)[0].gap is None
    say(company, promise, value="96.5")
    experienced(company, promise, "88")
    (pledge,) = ledger(company)
    assert (pledge.gap, pledge.short, pledge.broken) == (Fraction(17, 2), True, False)


def test_two_units_have_no_gap(company: Company) -> None:
    pair = [PAIR[0], {**PAIR[1], "unit": "pt"}]
    key = measured_goal(company, "Mixed", goal={"kind": "promise"}, metrics=pair)
    experienced(company, key, "88")
    assert ledger(company)[0].gap is None


def test_what_keeps_a_promise_is_shown_to_those_who_may_see_it(company: Company, promise: str) -> None:
    seen = measured_goal(company, "Seen", under={promise: 50})
    hidden = measured_goal(company, "Hidden", under={promise: None}, owner="kenji", goal={"visibility": "involved"})
    assert [goal.key for goal, _ in ledger(company)[0].evidence] == [seen]
    assert [goal.key for goal, _ in ledger(company, "kenji")[0].evidence] == [seen, hidden]


def test_a_guest_sees_the_promises_they_were_named_for(company: Company, promise: str) -> None:
    assert ledger(company, "agency") == []
    helps(company, promise, "agency")
    assert [one.goal.key for one in ledger(company, "agency")] == [promise]


def test_a_broken_promise_opens_one_brand_task_while_it_is_open(company: Company, promise: str) -> None:
    experienced(company, promise, "80", day=1)
    assert tasks(company) == [], "the bound itself is within"
    experienced(company, promise, "79.9", day=2)
    (task,) = tasks(company)
    assert (task.severity, task.to_department, task.asker_id) == ("brand", "marketing", company.id("mika"))
    key = f"T-{task.id}"
    with company.indoors():
        assert db.session.query(Link).filter_by(from_key=key, to_key=promise, kind="promise").count() == 1
        assert incidents.find_incident(key) is not None
    experienced(company, promise, "70", day=3)
    experienced(company, promise, "90", day=4)
    experienced(company, promise, "60", day=5)
    assert len(tasks(company)) == 1, "broken again while somebody sees to it"
    with company.indoors():
        incident_service.answer(company.member("cmo"), key, text="We know.", now=company.later())
        incident_service.close(company.member("cmo"), key, what_happened="A", root_cause="B", now=company.later())
    experienced(company, promise, "50", day=6)
    assert len(tasks(company)) == 1, "it had not been kept in between"
    experienced(company, promise, "90", day=7)
    experienced(company, promise, "60", day=8)
    assert len(tasks(company)) == 2


def test_a_promise_breaks_by_what_its_children_measure(company: Company) -> None:
    pair = [PAIR[0], {**PAIR[1], "gathers": True, "is_ratio": True, "per": 100}]
    key = measured_goal(company, "Gathered", goal={"kind": "promise"}, metrics=pair)
    child = measured_goal(company, "C", under={key: 100}, is_ratio=True, per=100, unit="%")
    say(company, child, numerator="8", denominator="10")
    assert tasks(company) == []
    say(company, child, numerator="7", denominator="10")
    assert len(tasks(company)) == 1


@pytest.mark.parametrize("goal", [{"kind": "goal"}, {"kind": "promise", "state": "paused"}])
def test_only_running_promises_break(company: Company, goal: dict[str, Any]) -> None:
    experienced(company, measured_goal(company, "A", goal=goal, metrics=PAIR), "10")
    assert tasks(company) == []


def test_whoever_left_is_not_asked_and_the_figure_stands(company: Company, promise: str) -> None:
    helps(company, promise, "nao", may_check_in=True)
    company.leaves("mika")
    metric = metric_ids(company, promise)[1]
    with company.indoors():
        done = measure(company.member("nao"), promise, [{"on": ON, "value": "1"}], now=company.later(), metric=metric)
    assert done.added == 1
    assert ledger(company)[0].broken


def test_a_bound_that_was_left_proposes_the_goal_that_brings_it_back(company: Company, promise: str) -> None:
    experienced(company, promise, "70")
    with company.indoors():
        (breach,) = list_breaches(company.member("nao"))
    assert breach.proposal["parents"] == [{"goal": promise, "kind": "support"}]
    metric = breach.proposal["metric"]
    assert (metric["kind"], metric["baseline"], metric["target"]) == ("increase", "70.0", "80")


def test_the_ledger_over_the_api_and_on_its_page(company: Company, promise: str, as_: Any) -> None:
    child = measured_goal(company, "Answer mails first", under={promise: 100})
    experienced(company, promise, "70")
    api: Api = as_("nao")
    (row,) = api.get("/goals/promises").json
    assert (row["goal"], row["gap"], row["short"], row["broken"]) == (promise, "25.0", True, True)
    assert row["evidence"][0]["goal"] == child
    (breach,) = api.get("/goals/breaches").json
    assert breach["proposal"]["title"]
    page = Pages(company, "nao").get("/goals/promises").text
    assert "An answer within a day" in page
    assert "25.0" in page
