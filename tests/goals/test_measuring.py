"""Saying what a metric was: by day and source, within what it can have been, by whoever may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from collab.audit.models import Entry
from collab.goals.models import Measurement, Shift
from collab.goals.service.measuring import MOST, measure
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from tests.factories import Company
from tests.factories.company import as_of
from tests.factories.goals import helps, metric_ids
from tests.factories.measured import ON, main_of, measured_goal, progress_of
from tests.parts.clients import Api, Pages


def said(company: Company, key: str, *entries: dict[str, Any], by: str | Actor = "mika", **more: Any) -> Any:
    with company.indoors():
        actor = company.member(by) if isinstance(by, str) else by
        return measure(actor, key, entries, now=company.now, **more)


def refused(company: Company, key: str, entry: dict[str, Any], **more: Any) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        said(company, key, entry, **more)
    assert rows(company) == []
    return set(refusal.value.fields)


def rows(company: Company) -> list[Measurement]:
    with company.indoors():
        db.session.rollback()
        return db.session.query(Measurement).order_by(Measurement.on, Measurement.id).all()


@pytest.fixture
def goal(company: Company) -> str:
    return measured_goal(company, "A")


@pytest.fixture
def ratio(company: Company) -> str:
    return measured_goal(company, "B", type="csat", is_ratio=True, per=100, unit="%")


def test_a_figure_moves_progress(company: Company, goal: str) -> None:
    done = said(company, goal, {"on": ON, "value": Decimal("25.5")})
    assert (done.added, done.changed, done.unchanged) == (1, 0, 0)
    assert progress_of(company, goal) == Decimal("25.5")
    assert main_of(company, goal).measured_on == ON


def test_the_same_source_on_the_same_day_replaces_and_another_stands_beside(company: Company, goal: str) -> None:
    said(company, goal, {"on": ON, "value": "10", "source": "CRM"})
    company.later()
    said(company, goal, {"on": ON, "value": "20", "source": "survey"})
    company.later()
    assert progress_of(company, goal) == 20
    done = said(company, goal, {"on": ON, "value": "30", "source": "CRM"})
    assert (done.added, done.changed) == (0, 1)
    assert [row.source for row in rows(company)] == ["CRM", "survey"]
    assert progress_of(company, goal) == 30, "of several sources on a day the one recorded last counts"


def test_saying_the_same_again_changes_nothing(company: Company, goal: str) -> None:
    said(company, goal, {"on": ON, "value": "10", "source": "CRM"})
    company.later()
    said(company, goal, {"on": ON, "value": "20", "source": "mika"})
    company.later()
    done = said(company, goal, {"on": ON, "value": "10.0", "source": "CRM"})
    assert (done.added, done.changed, done.unchanged) == (0, 0, 1)
    assert progress_of(company, goal) == 20, "an export that runs every night does not undo what somebody put right"
    with company.indoors():
        assert db.session.query(Entry).filter_by(subject_key=goal, verb="measure").count() == 2


def test_an_earlier_day_does_not_move_what_is_latest(company: Company, goal: str) -> None:
    said(company, goal, {"on": ON, "value": "40"})
    company.later()
    said(company, goal, {"on": date(2026, 10, 5), "value": "90"})
    assert progress_of(company, goal) == 40


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"on": date(2026, 11, 19), "value": "1"}, "0.on"),
        ({"value": "1"}, "0.on"),
        ({"on": ON}, "0.value"),
        ({"on": ON, "value": "NaN"}, "0.value"),
        ({"on": ON, "value": "1e999999999"}, "0.value"),
        ({"on": ON, "value": "9" * 25}, "0.value"),
        ({"on": ON, "value": "0.12345678901"}, "0.value"),
        ({"on": ON, "value": 0.1}, "0.value"),
        ({"on": ON, "value": True}, "0.value"),
        ({"on": ON, "value": Decimal("Infinity")}, "0.value"),
        ({"on": ON, "value": "1", "numerator": "1", "denominator": "2"}, "0.numerator"),
        ({"on": ON, "value": "1", "source": "Children"}, "0.source"),
        ({"on": ON, "value": "1", "source": "x" * 81}, "0.source"),
    ],
)
def test_what_a_plain_metric_cannot_have_been(company: Company, goal: str, entry: dict[str, Any], field: str) -> None:
    assert field in refused(company, goal, entry)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"numerator": "5"}, "0.denominator"),
        ({"numerator": "5", "denominator": "0"}, "0.denominator"),
        ({"numerator": "5", "denominator": "-5"}, "0.denominator"),
        ({"value": "50"}, "0.value"),
        ({"numerator": "101", "denominator": "100"}, "0.numerator"),
        ({"numerator": "-1", "denominator": "100"}, "0.numerator"),
    ],
)
def test_what_a_ratio_cannot_have_been(company: Company, ratio: str, entry: dict[str, Any], field: str) -> None:
    assert field in refused(company, ratio, {"on": ON, **entry})


def test_the_ends_of_a_type_are_within(company: Company, ratio: str) -> None:
    said(
        company,
        ratio,
        {"on": ON, "numerator": "7", "denominator": "7"},
        {"on": STEP, "numerator": "0", "denominator": "7"},
    )
    nps = measured_goal(company, "N", type="nps")
    said(company, nps, {"on": ON, "value": "-100"})
    assert progress_of(company, nps) == -100


STEP = date(2026, 11, 2)


def test_integers_beyond_what_a_float_holds_stay_exact(company: Company) -> None:
    key = measured_goal(company, "Big", target=Decimal(2**80))
    said(company, key, {"on": ON, "value": str(2**79 + 1)})
    assert main_of(company, key).value == 2**79 + 1


def test_one_wrong_entry_stops_all_and_every_problem_is_named(company: Company, goal: str) -> None:
    with pytest.raises(Invalid) as refusal:
        said(company, goal, {"on": ON, "value": "1"}, {"on": date(2027, 1, 1), "value": "x"}, {"on": ON, "value": "2"})
    assert set(refusal.value.fields) == {"1.on", "1.value", "2.on"}
    assert rows(company) == []


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_too_many_or_none(company: Company, goal: str, count: int) -> None:
    with pytest.raises(Invalid):
        said(company, goal, *[{"on": ON, "value": "1", "source": str(number)} for number in range(count)])


def test_what_gathers_from_children_takes_nothing_itself(company: Company) -> None:
    key = measured_goal(company, "Parent", gathers=True)
    assert refused(company, key, {"on": ON, "value": "1"}) == {"0.metric"}


def test_a_metric_of_another_goal_is_not_measured_here(company: Company, goal: str, ratio: str) -> None:
    assert refused(company, goal, {"on": ON, "value": "1"}, metric=main_of(company, ratio).id) == {"metric"}


def test_only_those_who_answer_for_it_measure(company: Company, goal: str) -> None:
    for name, why in (("nao", NotAllowed), ("cmo", NotAllowed), ("auditor", NotAllowed), ("agency", NotFound)):
        with pytest.raises(why):
            said(company, goal, {"on": ON, "value": "1"}, by=name)


@pytest.mark.parametrize("state", ["candidate", "draft", "closed"])
def test_not_in_every_state(company: Company, state: str) -> None:
    key = measured_goal(company, state, goal={"state": state})
    with pytest.raises(NotNow):
        said(company, key, {"on": ON, "value": "1"})


def test_a_figure_replaced_after_the_last_day_is_a_moved_goalpost(company: Company) -> None:
    key = measured_goal(company, "Over", goal={"due_on": date(2026, 11, 10)})
    said(company, key, {"on": date(2026, 11, 10), "value": "60", "source": "CRM"})
    assert shifts(company) == [], "a last figure that comes late is no edit"
    company.later()
    said(
        company,
        key,
        {"on": date(2026, 11, 10), "value": "100", "source": "hand"},
        {"on": date(2026, 11, 12), "value": "9"},
    )
    (shift,) = shifts(company)
    assert (shift.kind, shift.by_id) == ("late_measurement", company.id("mika"))
    assert (shift.before[0]["value"], shift.after[0]["value"]) == ("60", "100")


@pytest.mark.parametrize(("due_on", "on"), [(date(2026, 11, 18), ON), (date(2026, 11, 10), date(2026, 11, 11))])
def test_what_is_put_right_in_time_or_is_of_another_time_moves_no_goalpost(
    company: Company, due_on: date, on: date
) -> None:
    key = measured_goal(company, "In time", goal={"due_on": due_on})
    said(company, key, {"on": on, "value": "60"})
    said(company, key, {"on": on, "value": "70"})
    assert shifts(company) == []


def shifts(company: Company) -> list[Shift]:
    with company.indoors():
        db.session.rollback()
        return db.session.query(Shift).all()


def test_history_says_how_many_and_which_machine(company: Company, goal: str) -> None:
    from collab.kernel.actor import Machine

    machine = as_of(company.member("mika"), machine=Machine("CRM export", "measurements"))
    said(company, goal, *[{"on": date(2026, 11, day), "value": str(day)} for day in range(1, 9)], by=machine)
    with company.indoors():
        entry = db.session.query(Entry).filter_by(subject_key=goal, verb="measure").one()
    assert entry.details == {"added": 8, "changed": 0, "token": "CRM export"}
    assert len(entry.after["measurements"]) == 5
    assert {row.source for row in rows(company)} == {"CRM export"}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"on": "2026-11-01", "value": 42.5}, 200, None),
        ({"on": "2026-11-01", "value": "４２．５"}, 200, None),
        ([{"on": "2026-11-01", "value": 10**20}], 200, None),
        ({"on": "2026-11-01", "value": 1e300}, 422, "value"),
        ({"on": "2026-11-01", "value": "NaN"}, 422, "value"),
        ({"on": "2026-11-01", "value": [1]}, 422, "value"),
        ({"on": "2026-11-01", "value": "1", "sample": 0}, 422, "sample"),
        ({"on": "20261101", "value": "1"}, 422, "on"),
        ({"on": "9999-12-31", "value": "1"}, 422, "on"),
        ({"on": "2026-11-01", "value": "1", "colour": "red"}, 422, "colour"),
        ([{"on": "2026-11-01", "value": "1"}, {"on": "2026-11-02"}], 422, "1.value"),
        ([], 422, "_"),
        ([{}] * 201, 422, "_"),
        ("figures", 422, "_"),
        ([[]], 422, "0"),
    ],
)
def test_over_the_api(as_: Callable[[str], Api], goal: str, body: Any, status: int, field: str | None) -> None:
    answer = as_("mika").send("POST", f"/goals/{goal}/measurements", json=body)
    assert answer.status_code == status, answer.json
    if field is not None:
        assert field in answer.json["errors"]


def test_the_earliest_day_there_is(as_: Callable[[str], Api], company: Company, goal: str) -> None:
    parent = measured_goal(company, "P", gathers=True, period="week")
    child = measured_goal(company, "C", under={parent: 100})
    api = as_("mika")
    assert api.post(f"/goals/{child}/measurements", {"on": "0001-01-01", "value": "1"}).status_code == 200
    assert progress_of(company, parent) == 1


def test_which_metric_is_said_by_its_number(as_: Callable[[str], Api], company: Company) -> None:
    key = measured_goal(company, "Two", metrics=[{}, {"name": "Second"}])
    second = metric_ids(company, key)[1]
    api = as_("mika")
    assert (
        api.post(f"/goals/{key}/measurements?metric={second}", {"on": "2026-11-01", "value": "7"}).json["progress"]
        is None
    )
    assert [row["figure"] for row in api.get(f"/goals/{key}/measurements?metric={second}").json] == ["7.0"]
    assert api.get(f"/goals/{key}/measurements?metric={second + 99}").status_code == 404
    assert api.get(f"/goals/{key}/measurements?metric=x").status_code == 422
    listed = api.get(f"/goals/{key}/measurements?page=2&page_size=1")
    assert (listed.json, listed.headers["X-Pagination"][:10]) == ([], '{"total": ')


def test_on_its_page(pages_as: Callable[[str], Pages], goal: str) -> None:
    pages = pages_as("mika")
    path = f"/goals/{goal}/measurements"
    refused = pages.send(path, {"on": "2026-11-01", "value": "many", "source": "<b>CRM</b>"}, page=path)
    assert (refused.status_code, "&lt;b&gt;CRM&lt;/b&gt;" in refused.text) == (422, True)
    assert pages.send(path, {"on": "2026-11-01", "value": "12"}, page=path).status_code == 303
    assert "12.0" in pages.get(path).text
    assert "/imports?kind=measurements" not in pages_as("auditor").get(path).text


def test_a_guest_who_may_measures_what_they_were_named_for(
    as_: Callable[[str], Api], company: Company, goal: str
) -> None:
    figure = {"on": "2026-11-01", "value": "1"}
    agency = as_("agency")
    assert agency.post(f"/goals/{goal}/measurements", figure).status_code == 404
    helps(company, goal, "agency")
    assert agency.post(f"/goals/{goal}/measurements", figure).status_code == 403
    other = measured_goal(company, "Other")
    helps(company, other, "agency", may_check_in=True)
    assert agency.post(f"/goals/{other}/measurements", figure).status_code == 200
