"""The life of an initiative: it starts from the customer, two people write at once, it is closed with what was learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from collab.audit import queries as audit
from collab.escalations.models import Escalation
from collab.initiatives import service
from collab.initiatives.models import Initiative
from collab.initiatives.queries import find_initiative
from collab.initiatives.queries.charters import is_chartered
from collab.initiatives.rules import policy, readiness
from collab.initiatives.rules.moves import OPEN, STATES
from collab.initiatives.service import holding, living, settling
from collab.initiatives.service.events import InitiativeClosed
from collab.kernel import reactions
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Stale
from collab.outbox.models import Message
from collab.people import queries as people
from collab.people.models import Department
from collab.signatures.queries import find_sheet
from collab.subjects.queries import inbox as list_inbox
from collab.subjects.queries import list_related
from tests.factories.company import Company
from tests.factories.goals import goal
from tests.factories.initiatives import CLOSING, a_stage, an_initiative, initiative_fields, lead, seen
from tests.factories.pilots import chartered as signed_by_both
from tests.factories.signatures import laid
from tests.parts.at_once import DONE, ends
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")


@pytest.fixture
def voided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why signatures were voided, each time."""
    why: list[str] = []
    monkeypatch.setattr(settling.chartering, "touched", lambda _initiative, reason, _actor, _now: why.append(reason))
    return why


def told(key: str) -> set[tuple[int | None, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(Message).where(Message.subject_key == key, Message.kind == service.TOLD))
    return {(one.member_id, one.args["verb"]) for one in rows}


def complaints(act: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        act()
    return {field: text.key.rpartition(".")[2] for field, text in refused.value.fields.items()}


# ---- It starts from the customer


def test_an_idea_is_written_down_and_its_leads_hear_of_it(company: Company) -> None:
    a_stage(company)
    made = service.create(company.member("mika"), initiative_fields(), now=company.now)
    assert (made.state, made.version, made.kind, made.visibility) == ("idea", 1, "delivery", "company")
    assert [(one.slot, one.department) for one in made.leads] == [(1, "marketing"), (2, "it")]
    assert made.departments == {"marketing", "it"}
    assert told(made.key) == {(company.id("cmo"), "create"), (company.id("cio"), "create")}
    (entry,) = audit.list_entries(made.key)
    assert (entry.verb, entry.after["goals"], entry.after["leads"][1]["member"]) == (
        "create",
        ["G-1"],
        "cio@example.com",
    )


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"title": " "}, {"title": "required"}),
        ({"problem": None}, {"problem": "required"}),
        ({"problem": "  "}, {"problem": "required"}),
        ({"journey_stage": None}, {"journey_stage": "required"}),
        ({"journey_stage": "moon"}, {"journey_stage": "unknown_stage"}),
        ({"goals": []}, {"goals": "goal_needed"}),
        ({"goals": ["G-99"]}, {"goals.0": "unknown_goal"}),
        ({"goals": ["G-1", "nonsense"]}, {"goals.1": "unknown_goal"}),
        ({"goals": ["G-2"]}, {"goals.0": "goal_over"}),
        ({"leads": []}, {"leads": "both_sides"}),
        ({"leads": [lead(1, "marketing", "cmo")]}, {"leads": "both_sides"}),
        ({"kind": "experiment"}, dict.fromkeys(("hypothesis", "measured_by", "stops_on"), "experiment_needs")),
    ],
)
def test_what_an_idea_cannot_do_without(company: Company, changes: dict[str, Any], refused: dict[str, str]) -> None:
    a_stage(company)
    fields = initiative_fields(**changes)
    assert complaints(lambda: service.create(company.member("mika"), fields, now=company.now)) == refused
    assert find_initiative("I-1") is None


def test_an_experiment_says_by_which_day_it_stops_and_that_day_is_to_come(company: Company) -> None:
    a_stage(company)
    fields = initiative_fields(kind="experiment", hypothesis="Half of them would stay home", measured_by="Visits")
    mika, day = company.member("mika"), company.now.date()
    late = partial(service.create, mika, {**fields, "stops_on": day}, now=company.now)
    assert complaints(late) == {"stops_on": "day_over"}
    made = service.create(mika, {**fields, "stops_on": day + timedelta(days=60)}, now=company.now)
    company.later(days=90)  # what was written once is not complained of for ever
    kept = service.change(company.member("cmo"), made.key, {"title": "Another"}, now=company.now)
    assert kept.title == "Another"
    gone = partial(service.change, company.member("cmo"), made.key, {"hypothesis": None}, now=company.now)
    assert complaints(gone) == {"hypothesis": "experiment_needs"}


@pytest.mark.parametrize("name", ["agency", "auditor"])
def test_guests_and_auditors_begin_nothing(company: Company, name: str) -> None:
    with pytest.raises(NotAllowed):
        service.create(company.member(name), initiative_fields(), now=company.now)


# ---- Changing it


def test_what_the_sheet_shows_voids_what_was_signed_and_nothing_else_does(company: Company, voided: list[str]) -> None:
    key = an_initiative(company)
    cmo = company.member("cmo")
    service.change(
        cmo, key, {"title": seen(company, key).title, "problem": seen(company, key).problem}, now=company.now
    )
    assert (voided, seen(company, key).version, audit.list_entries(key)) == ([], 1, [])
    service.change(cmo, key, {"visibility": "involved", "measured_by": "Visits"}, now=company.now)
    assert (voided, seen(company, key).version) == ([], 2)
    for change in ({"title": "T"}, {"problem": "P"}, {"journey_stage": a_stage(company, "use")}):
        service.change(cmo, key, change, now=company.later())
    assert (voided, seen(company, key).version) == (["content"] * 3, 5)
    linked = goal(company)
    for act in (service.link_goal, service.link_goal, service.unlink_goal):  # the same goal again is no change
        act(cmo, key, linked, now=company.later())
    assert voided[3:] == ["goals", "goals"]
    service.name_leads(cmo, key, [lead(1, "marketing", "mika")], now=company.later())
    assert voided[5:] == ["leads"]


@pytest.mark.parametrize("field", ["title", "problem", "journey_stage"])
def test_what_it_starts_from_is_never_taken_away(company: Company, field: str) -> None:
    key = an_initiative(company)
    gone = partial(service.change, company.member("cmo"), key, {field: None}, now=company.now)
    assert complaints(gone) == {field: "required"}


def test_whoever_looked_at_an_older_one_changes_nothing(company: Company) -> None:
    key = an_initiative(company)
    service.change(company.member("cmo"), key, {"title": "Mine"}, now=company.now, version=1)
    with pytest.raises(Stale):
        service.change(company.member("cio"), key, {"title": "Theirs"}, now=company.now, version=1)
    assert seen(company, key).title == "Mine"


def test_a_write_on_something_older_is_refused_under_the_lock_too(company: Company) -> None:
    key = an_initiative(company)
    with atomic():
        older = holding.locked(key)
        holding.move(older, {"title": "First"})
        with pytest.raises(NotNow):
            holding.move(older, {"title": "Second"})


@on_both
def test_of_two_who_write_on_the_same_at_once_one_is_told_to_look_again(company: Company) -> None:
    key = an_initiative(company)
    acts = [
        partial(service.change, company.member(name), key, {"title": name}, now=company.now, version=1)
        for name in ("cmo", "cio")
    ]
    became = ends(company, *acts)
    assert sorted(became) == [DONE, "stale"]
    assert seen(company, key).title == ("cmo" if became[0] == DONE else "cio")
    assert seen(company, key).version == 2


# ---- Its goals


def test_the_last_goal_stays(company: Company) -> None:
    key = an_initiative(company)
    cmo = company.member("cmo")
    assert complaints(lambda: service.unlink_goal(cmo, key, "G-1", now=company.now)) == {"goal": "last_goal"}
    assert complaints(lambda: service.unlink_goal(cmo, key, "G-2", now=company.now)) == {"goal": "not_linked"}
    assert complaints(lambda: service.link_goal(cmo, key, "G-2", now=company.now)) == {"goal": "goal_over"}


# ---- Starting and closing


def chartered(company: Company, monkeypatch: pytest.MonkeyPatch, **more: Any) -> str:
    monkeypatch.setattr(living, "is_chartered", lambda _one: True)
    return an_initiative(company, state="chartered", **more)


def test_work_starts_only_under_a_charter_both_signed(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotNow, match="wrong_state"):
        service.start(company.member("cmo"), an_initiative(company), now=company.now)
    key = an_initiative(company, state="chartered")
    with pytest.raises(NotNow, match="charter_unsigned"):
        service.start(company.member("cmo"), key, now=company.now)
    key = chartered(company, monkeypatch, participants=("nao",), guests=("agency",))
    begun = service.start(company.member("cmo"), key, now=company.now)
    assert (begun.state, begun.started_at) == ("active", company.now)
    assert told(key) == {(company.id("cio"), "start"), (company.id("nao"), "start")}  # the guest hears nothing of it


def test_a_change_of_what_was_signed_takes_it_back_and_begun_work_goes_on(company: Company) -> None:
    idea, begun = (signed_by_both(company) for _ in range(2))
    assert seen(company, idea).state == seen(company, begun).state == "chartered"
    service.start(company.member("cio"), begun, now=company.later())
    for key in (idea, begun):
        service.name_leads(company.member("cmo"), key, [lead(1, "marketing", "mika")], now=company.later())
    assert (seen(company, idea).state, seen(company, begun).state) == ("idea", "active")
    assert [is_chartered(seen(company, key)) for key in (idea, begun)] == [False, False]
    with pytest.raises(NotNow):
        service.start(company.member("mika"), idea, now=company.later())
    verbs = [entry.verb for entry in audit.list_entries(idea)]
    assert verbs[-3:] == ["name_leads", "paper_voided", "charter_lost"]


def test_nobody_is_asked_to_sign_for_what_is_over(company: Company) -> None:
    kept, asked = signed_by_both(company), an_initiative(company)
    laid(company, asked)
    waiting = select(Escalation.state).where(Escalation.subject_key == asked)
    assert set(db.session.scalars(waiting)) == {"waiting"}
    for key in (kept, asked):
        service.close(company.member("cmo"), key, **CLOSING, now=company.later())
    db.session.rollback()
    assert "waiting" not in set(db.session.scalars(waiting))
    assert [find_sheet(key, "charter").state for key in (kept, asked)] == ["valid", "void"]  # type: ignore[union-attr]
    assert list_inbox(company.member("cio"), company.now) == []


@pytest.mark.parametrize("name", ["mika", "ceo", "admin", "auditor", "agency"])
def test_nobody_else_starts_or_closes_it(company: Company, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    key = chartered(company, monkeypatch, participants=("mika",), guests=("agency",))
    with pytest.raises(NotAllowed):
        service.start(company.member(name), key, now=company.now)
    with pytest.raises(NotAllowed):
        service.close(company.member(name), key, **CLOSING, now=company.now)


def test_the_lead_of_a_department_does_not_stand_in_for_its_lead(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = chartered(company, monkeypatch, leads=("mika", "kenji"))
    for name in ("cmo", "cio"):
        with pytest.raises(NotAllowed):
            service.start(company.member(name), key, now=company.now)


def moved_side(department: str, side: str) -> None:
    with atomic() as unit:
        unit.session.execute(update(Department).where(Department.code == department).values(side=side))
    people.forget()


def test_a_department_that_changed_side_stops_what_needs_two_sides(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = chartered(company, monkeypatch)
    moved_side("it", "business")
    with pytest.raises(NotNow, match="initiative_lacks") as refused:
        service.start(company.member("cmo"), key, now=company.now)
    assert refused.value.args_said["what"].key == "initiative.lacks.two_sides"
    service.change(company.member("cmo"), key, {"measured_by": "Visits"}, now=company.now)  # the rest goes on
    moved_side("it", "it")
    assert service.start(company.member("cmo"), key, now=company.now).state == "active"


def test_a_goal_that_is_over_does_not_carry_it(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    key = chartered(company, monkeypatch, goals=("G-2",))
    with pytest.raises(NotNow, match="initiative_lacks"):
        service.start(company.member("cmo"), key, now=company.now)


@pytest.mark.parametrize("state", OPEN)
def test_it_is_closed_with_what_came_of_it_and_stays_tied_to_its_goals(company: Company, state: str) -> None:
    key = an_initiative(company, state=state)
    over = service.close(company.member("cio"), key, **CLOSING, now=company.now)
    assert (over.state, over.result, over.outcome, over.lesson, over.closed_at) == (
        "closed", "achieved", CLOSING["outcome"], CLOSING["lesson"], company.now,
    )  # fmt: skip
    assert over.goals == (1,)
    assert [one.key for one in list_related(company.member("mika"), "G-1")] == [key]
    assert told(key) == {(company.id("cmo"), "close")}
    for act in (
        partial(service.change, fields={"title": "More"}), partial(service.link_goal, goal="G-1"), service.start,
        partial(service.name_leads, leads=[lead(1, "marketing", "mika")]), partial(service.close, **CLOSING),
        partial(service.add_participant, member="nao@example.com"),
    ):  # fmt: skip
        with pytest.raises(NotNow):
            act(company.member("cmo"), key, now=company.now)


@pytest.mark.parametrize("missing", ["result", "outcome", "lesson"])
def test_nothing_is_closed_without_result_outcome_and_lesson(company: Company, missing: str) -> None:
    key = an_initiative(company, state="active")
    end = {**CLOSING, missing: " "} if missing != "result" else {**CLOSING, "result": None}
    gone = partial(service.close, company.member("cmo"), key, **end, now=company.now)
    assert complaints(gone) == {missing: "required"}
    silent = partial(service.close, company.member("cmo"), key, **{**CLOSING, "result": "silence"}, now=company.now)
    assert complaints(silent) == {"result": "not_a_choice"}  # nobody presses silence


def test_who_waits_for_something_of_it_hears_that_it_is_over(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[InitiativeClosed] = []
    monkeypatch.setattr(reactions, "emit", heard.append)
    key = an_initiative(company, state="pilot")
    with atomic():
        end = {"result": "silence", "outcome": None, "lesson": None}
        living.conclude(holding.locked(key), end, None, now=company.now)
    assert [(one.initiative.key, one.initiative.result, one.actor) for one in heard] == [(key, "silence", None)]
    assert told(key) == {(company.id("cmo"), "close"), (company.id("cio"), "close")}


# ---- Rules alone


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"led": {1: "marketing"}}, ("lead_2",)),
        ({"led": {}}, ("lead_1", "lead_2")),
        ({"led": {1: "marketing", 2: "sales"}}, ("two_sides",)),
        ({"fewest": 3}, ("departments",)),
        ({"live_goals": 0}, ("goal",)),
        ({"led": {2: "it"}, "departments": ["it"], "live_goals": 0}, ("lead_1", "departments", "goal")),
    ],
)
def test_what_is_lacking(changes: dict[str, Any], lacking: tuple[str, ...]) -> None:
    whole: dict[str, Any] = {
        "led": {1: "marketing", 2: "it"}, "sides": {"marketing": "business", "sales": "business", "it": "it"},
        "departments": ["marketing", "it"], "live_goals": 1, "fewest": 2,
    }  # fmt: skip
    assert readiness.lacks(**{**whole, **changes}) == lacking


def test_the_company_says_how_it_lives_with_them() -> None:
    assert policy.parse({}) == policy.Policy()
    assert policy.parse({"fewest_departments": 3}) == replace(policy.Policy(), fewest_departments=3)
    for wrong in ({"fewest_departments": 1}, {"fewest_departments": True}, {"vote_before": "soon"}, {"vote": "5bd"}):
        with pytest.raises(ValueError, match=r"initiatives\.toml"):
            policy.parse(wrong)


def test_every_state_has_a_place_in_the_table(company: Company) -> None:
    for state in STATES:
        an_initiative(company, state=state)
    with company.indoors():
        assert set(db.session.scalars(select(Initiative.state))) == set(STATES)
