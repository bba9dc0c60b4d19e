"""Who answers for a goal, named anew: a second side, another owner, a side less; who is asked, told and forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from collab.audit import queries as audit
from collab.escalations.models import Escalation
from collab.goals import service
from collab.goals.models import Owner, Shift
from collab.goals.queries import find_goal
from collab.kernel.db import db
from collab.kernel.errors import Invalid
from tests.factories.company import Company, address
from tests.factories.goals import asked, goal, helps, number, owners, row
from tests.goals.test_living import told

pytestmark = pytest.mark.usefixtures("indoors")
DEPARTMENT = {"cmo": "marketing", "mika": "marketing", "nao": "marketing", "cio": "it", "kenji": "it", "sales-lead": "sales",
              "emma": "sales", "agency": "marketing", "auditor": "marketing", "left": "marketing"}  # fmt: skip


def side(name: str, department: str | None = None) -> dict[str, str]:
    return {"department": department or DEPARTMENT[name], "member": address(name)}


def name(company: Company, key: str, *whom: str, by: str = "cmo", **more: Any) -> None:
    named = [side(one) for one in whom]
    service.name_owners(company.member(by), key, named, now=company.later(), **{"reason": "As agreed.", **more})


def sides(company: Company, key: str) -> list[tuple[int, int, bool]]:
    return [(one.side, one.member_id, one.accepted_at is not None) for one in owners(company, key)]


def test_a_second_side_joins_a_running_goal_and_it_stays_active(company: Company) -> None:
    key = goal(company, owners=("cmo",))
    name(company, key, "cmo", "cio")
    assert sides(company, key) == [(1, company.id("cmo"), True), (2, company.id("cio"), False)]
    assert row(company, key).state == "active"
    assert told(key) == [("asked", company.id("cio"), "")]
    service.accept(company.member("cio"), key, "One price service.", now=company.later())
    assert owners(company, key)[1].asks_at is not None
    assert row(company, key).state == "active"


def test_whoever_is_replaced_is_told_and_so_is_who_stays(company: Company) -> None:
    key = goal(company)
    name(company, key, "cmo", "kenji", by="cio")
    assert sides(company, key) == [(1, company.id("cmo"), True), (2, company.id("kenji"), False)]
    assert sorted(told(key)) == sorted([("asked", company.id("kenji"), ""), ("told", company.id("cmo"), "owners")])
    key = goal(company)
    name(company, key, "cmo", "kenji", by="cmo")
    assert sorted(told(key)) == sorted([("asked", company.id("kenji"), ""), ("told", company.id("cio"), "removed")])
    (shift,) = db.session.scalars(select(Shift).where(Shift.goal_id == number(key)))
    assert (shift.kind, shift.reason) == ("owners", "As agreed."), "who answers for it is a goalpost, too"
    entry = audit.list_entries(key)[-1]
    assert (entry.verb, entry.reason) == ("name_owners", "As agreed.")
    assert entry.before["accountable"] == [side("cmo"), side("cio")]
    assert entry.after["accountable"] == [side("cmo"), side("kenji")]


def test_a_side_leaves_and_the_one_who_stays_answers_alone(company: Company) -> None:
    key = goal(company)
    asked(company, key, "cmo", at=company.now, due_at=company.later(days=2))
    name(company, key, "cio", by="cio")
    assert sides(company, key) == [(2, company.id("cio"), True)]
    gone = db.session.scalars(select(Owner).where(Owner.goal_id == number(key), Owner.removed_at.is_not(None))).one()
    assert (gone.asked_at, gone.due_at, gone.asks_at) == (None, None, None)
    assert not db.session.scalars(
        select(Escalation).where(Escalation.subject_key == key, Escalation.state != "ended")
    ).all()
    assert ("told", company.id("cmo"), "removed") in told(key)
    name(company, key, "cio", "sales-lead", by="cio")
    assert sides(company, key) == [(1, company.id("sales-lead"), False), (2, company.id("cio"), True)]


def test_before_it_runs_the_other_side_says_yes_to_whom_they_work_with(company: Company) -> None:
    key = goal(company, state="accepted")
    name(company, key, "cmo", "sales-lead", by="cio")
    assert sides(company, key) == [(1, company.id("cmo"), False), (2, company.id("sales-lead"), False)]
    assert row(company, key).state == "draft"
    assert {whom for kind, whom, _ in told(key) if kind == "asked"} == {company.id("cmo"), company.id("sales-lead")}


def test_whoever_names_keeps_their_own_yes(company: Company) -> None:
    key = goal(company, state="accepted")
    name(company, key, "cmo", "kenji", by="cmo")
    assert sides(company, key) == [(1, company.id("cmo"), True), (2, company.id("kenji"), False)]
    service.accept(company.member("kenji"), key, "Ours.", now=company.later())
    assert row(company, key).state == "active"


def test_without_the_side_that_would_not_it_is_accepted_by_who_is_left(company: Company) -> None:
    key = goal(company, state="draft", accepted=("cmo",))
    service.decline(company.member("cio"), key, "Not ours.", now=company.later())
    name(company, key, "cmo", by="cmo")
    assert (sides(company, key), row(company, key).state) == ([(1, company.id("cmo"), True)], "active")


def test_naming_the_same_people_changes_nothing(company: Company) -> None:
    key = goal(company)
    before = row(company, key).version
    name(company, key, "cio", "cmo", reason=None)
    assert (row(company, key).version, told(key), len(audit.list_entries(key))) == (before, [], 0)


def test_a_running_goal_changes_hands_for_a_reason_only(company: Company) -> None:
    key = goal(company)
    with pytest.raises(Invalid) as refusal:
        name(company, key, "cmo", reason=" ")
    assert set(refusal.value.fields) == {"reason"}
    draft = goal(company, state="draft")
    name(company, draft, "cmo", reason=None)


@pytest.mark.parametrize(
    ("whom", "field"),
    [
        ([], "accountable"),
        (["cmo", "cio", "sales-lead"], "accountable"),
        (["cmo", "mika"], "accountable.1.department"),
        (["agency"], "accountable.0.member"),
        (["cmo", "auditor"], "accountable.1.member"),
        (["left"], "accountable.0.member"),
    ],
)
def test_who_cannot_answer_for_it(company: Company, whom: list[str], field: str) -> None:
    key = goal(company)
    with pytest.raises(Invalid) as refusal:
        name(company, key, *whom)
    assert set(refusal.value.fields) == {field}
    assert len(find_goal(key).owners) == 2


def test_contributors_come_go_and_hear_of_it(company: Company) -> None:
    key = goal(company)
    add = service.add_contributor
    add(company.member("cmo"), key, address("nao"), now=company.later())
    add(company.member("cmo"), key, address("agency"), may_check_in=True, now=company.later())
    add(company.member("cmo"), key, address("agency"), may_check_in=True, now=company.later())
    assert told(key) == [("told", company.id("nao"), "shared"), ("told", company.id("agency"), "shared")]
    service.remove_contributor(company.member("cio"), key, address("agency"), now=company.later())
    assert told(key)[-1] == ("told", company.id("agency"), "unshared")
    for who in ("cio", "auditor", "left", "nobody"):
        with pytest.raises(Invalid):
            add(company.member("cmo"), key, address(who), now=company.later())
    with pytest.raises(Invalid):
        service.remove_contributor(company.member("cmo"), key, address("agency"), now=company.later())
    assert [entry.verb for entry in audit.list_entries(key)] == [
        "add_contributor",
        "add_contributor",
        "remove_contributor",
    ]


def test_a_contributor_hears_what_becomes_of_it(company: Company) -> None:
    key = goal(company)
    helps(company, key, "nao")
    service.pause(company.member("cmo"), key, "Stores are being rebuilt.", now=company.later())
    assert {whom for _kind, whom, verb in told(key) if verb == "pause"} == {company.id("cio"), company.id("nao")}
