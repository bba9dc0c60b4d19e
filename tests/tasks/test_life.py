"""The life of a task: who is asked and told, what must be said, what the history keeps, and who wins a race."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from collab.audit import queries as audit
from collab.kernel import reactions
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow, Stale
from collab.tasks import queries, service
from collab.tasks.queries.waiting import KINDS
from collab.tasks.rules.moves import MOVES, STATES, landing
from collab.tasks.service import TaskAsked, TaskMoved
from tests.factories.company import Company, address
from tests.factories.tasks import Tasks
from tests.parts.applications import inside
from tests.parts.databases import on_both


@on_both
def test_from_the_ask_to_the_confirmation(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(detail="All stores, last 90 days.", due="8bh", needed_by_on=date(2026, 11, 30))
    assert tasks.wait(key).late_id == company.id("cio")  # nobody is named: the lead answers for the department
    for verb, by in (("accept", "kenji"), ("start", "kenji"), ("done", "kenji"), ("confirm", "mika")):
        company.later()
        tasks.do(verb, key, by)
    seen = tasks.view(key)
    assert (seen.state, seen.due_at, seen.waiting_on) == ("confirmed", None, None)
    assert tasks.waits(key) == []
    assert tasks.notes(key) == [
        ("asked", "cio", "ask"), ("told", "cio", "accept"), ("told", "mika", "accept"), ("told", "mika", "start"),
        ("asked", "mika", "done"), ("told", "kenji", "confirm"),
    ]  # fmt: skip
    with company.indoors():
        lines = queries.list_history(company.member("mika"), key)
        assert [line.verb for line in lines] == ["ask", "accept", "start", "done", "confirm"]
        assert [line.seq for line in lines] == [1, 2, 3, 4, 5]
        assert audit.verify() == []


def test_nobody_hears_of_their_own_act(company: Company, tasks: Tasks) -> None:
    """The lead of a department asks his own department: his to-do, without a single message."""
    key = tasks.ask("cio", "it")
    assert tasks.view(key).cross_silo is False
    assert tasks.wait(key).late_id == company.id("cio")
    for verb in ("accept", "counter", "agree", "done", "confirm"):
        tasks.do(verb, key, "cio")
    assert tasks.notes(key) == []


def test_a_date_is_negotiated_and_every_date_is_kept(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    tasks.do("counter", key, "cio", due="3bd", scope="Only Kanto", note="The rest is not digitised.")
    assert tasks.view(key).proposal is not None
    tasks.do("agree", key, "mika")
    seen = tasks.view(key)
    assert (seen.state, seen.agreed_scope) == ("accepted", "Only Kanto")
    assert (seen.assignee and seen.assignee.email) == address("cio")
    tasks.do("counter", key, "cio", due="5bd")
    proposal = tasks.view(key).proposal
    assert proposal is not None
    assert proposal.more_time
    tasks.do("ask_again", key, "mika", reason="The print shop closes.")
    tasks.do("counter", key, "cio", due="4bd")
    tasks.do("agree", key, "mika")
    assert tasks.view(key).counters == 3
    with company.indoors():
        promised = [
            line.after["promised_at"][:10]
            for line in queries.list_history(company.member("mika"), key)
            if line.after and "promised_at" in line.after
        ]
        proposed = [
            line.after["proposed_at"][:10]
            for line in queries.list_history(company.member("mika"), key)
            if line.after and "proposed_at" in line.after
        ]
    assert promised == ["2026-11-24", "2026-11-25"]
    assert proposed == ["2026-11-24", "2026-11-26", "2026-11-25"]


def test_another_scope_alone_means_the_day_it_is_needed(tasks: Tasks) -> None:
    key = tasks.ask(needed_by_on=date(2026, 12, 4))
    tasks.do("counter", key, "cio", due=None, scope="Without the addresses")
    proposal = tasks.view(key).proposal
    assert proposal is not None
    assert proposal.due_at is not None
    assert proposal.due_at.isoformat() == "2026-12-04T09:00:00+00:00"


UNSAID: list[tuple[str, str, str, dict[str, object], str]] = [
    ("decline", "asked", "cio", {"reason": "  "}, "reason"),
    ("counter", "asked", "cio", {"due": None}, "due"),
    ("ask_again", "countered", "mika", {"reason": ""}, "reason"),
    ("question", "asked", "cio", {"text": ""}, "text"),
    ("question", "asked", "cio", {"to": "nobody@example.com"}, "to"),
    ("question", "asked", "cio", {"to": "auditor@example.com"}, "to"),
    ("question", "asked", "cio", {"to": "agency@example.com"}, "to"),
    ("question", "asked", "cio", {"to": "cio@example.com"}, "to"),
    ("block", "accepted", "kenji", {"reason": " "}, "reason"),
    ("block", "accepted", "kenji", {"lifter": "left@example.com"}, "lifter"),
    ("block", "accepted", "kenji", {"cost": {"amount": "5"}}, "cost.currency"),
    ("block", "accepted", "kenji", {"cost": {"amount": "x", "currency": "JPY", "per": "day"}}, "cost.amount"),
    ("block", "accepted", "kenji", {"cost": {"amount": "5", "currency": "ZZZ", "per": "day"}}, "cost.currency"),
    ("reopen", "done", "mika", {"reason": ""}, "reason"),
    ("hand_over", "asked", "cio", {"to": "warehouse"}, "to"),
    ("hand_over", "asked", "cio", {"to": "it"}, "to"),
    ("hand_over", "accepted", "kenji", {"to": "kenji@example.com"}, "to"),
    ("snooze", "asked", "cio", {"until": "someday"}, "until"),
]


def test_what_must_be_said(tasks: Tasks) -> None:
    keys = {state: tasks.at(state) for state in ("asked", "countered", "accepted", "done")}
    for verb, state, by, said, field in UNSAID:
        with pytest.raises(Invalid) as refusal:
            tasks.do(verb, keys[state], by, **said)
        assert field in refusal.value.fields, (verb, said)
    assert {tasks.view(key).state for key in keys.values()} == set(keys)


UNASKABLE: list[tuple[dict[str, object], set[str]]] = [
        ({"title": " "}, {"title"}), ({"to": None}, {"to_department"}), ({"to": "warehouse"}, {"to_department"}),
        ({"assignee": address("emma")}, {"assignee"}), ({"assignee": address("left")}, {"assignee"}),
        ({"assignee": address("auditor")}, {"assignee"}), ({"from_department": "sales"}, {"from_department"}),
        ({"links": ["G-99"]}, {"links"}), ({"shared_with": ["nobody@example.com"]}, {"shared_with"}),
        ({"due": "soon"}, {"due"}), ({"title": "", "to": "warehouse", "links": ["X-1"]}, {"title", "to_department", "links"}),
]  # fmt: skip


def test_an_ask_that_cannot_be_taken_names_every_field(tasks: Tasks) -> None:
    for fields, wrong in UNASKABLE:
        with pytest.raises(Invalid) as refusal:
            tasks.ask(**fields)  # type: ignore[arg-type]
        assert set(refusal.value.fields) == wrong, fields


def test_a_person_alone_names_the_department_too(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(to=None, assignee=address("emma"))
    seen = tasks.view(key)
    assert (seen.to_department, seen.cross_silo) == ("sales", True)
    assert tasks.notes(key) == [("asked", "emma", "ask")]


def test_auditors_and_guests_ask_for_nothing(tasks: Tasks) -> None:
    for name in ("auditor", "agency", "left"):
        with pytest.raises(NotAllowed):
            tasks.ask(name, "it")


def test_a_task_serves_a_goal_and_is_found_from_it(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(links=["G-1"])
    with company.indoors():
        from collab.subjects.queries import list_related

        assert [summary.key for summary in list_related(company.member("nao"), "G-1")] == [key]
        assert [summary.key for summary in list_related(company.member("nao"), key)] == ["G-1"]


def test_a_stale_writer_is_told_and_a_late_one_learns_who_was_faster(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    seen = tasks.view(key).version
    tasks.do("question", key, "cio")
    with pytest.raises(Stale):
        tasks.do("accept", key, "kenji", seen=seen)
    at = company.later()
    tasks.do("accept", key, "kenji")
    company.later()
    with pytest.raises(NotNow) as refusal:
        tasks.do("accept", key, "admin", seen=seen)
    said = refusal.value
    assert (said.said_code, said.args_said["by"], said.args_said["at"]) == ("task_moved", address("kenji"), at)


@on_both
def test_of_two_who_take_it_at_once_exactly_one_has_it(company: Company, tasks: Tasks) -> None:
    for _round in range(5):
        key = tasks.ask()
        ready = threading.Barrier(2)
        ends: dict[str, object] = {}

        def take(name: str, key: str = key, ready: threading.Barrier = ready, ends: dict[str, object] = ends) -> None:
            with inside(company.app):
                actor = company.member(name)
                ready.wait(10)
                try:
                    ends[name] = service.accept(actor, key, due="2bd", now=company.now).state
                except NotNow as refusal:
                    ends[name] = refusal
                finally:
                    db.session.remove()

        takers = [threading.Thread(target=take, args=(name,)) for name in ("kenji", "admin")]
        for taker in takers:
            taker.start()
        for taker in takers:
            taker.join(30)
        winners = [name for name, end in ends.items() if end == "accepted"]
        assert len(winners) == 1, ends
        (late,) = [end for end in ends.values() if isinstance(end, NotNow)]
        assert (late.said_code, late.args_said["by"]) == ("task_moved", address(winners[0]))
        seen = tasks.view(key)
        assert seen.assignee is not None
        assert seen.assignee.email == address(winners[0])
        assert len(tasks.waits(key)) == 1


def test_news_goes_up_once_per_move(company: Company, tasks: Tasks) -> None:
    heard: list[object] = []
    reactions.on(TaskAsked, heard.append)
    reactions.on(TaskMoved, heard.append)
    try:
        key = tasks.at("done")
    finally:
        for event in (TaskAsked, TaskMoved):
            reactions._listeners[event].remove(heard.append)
    assert [getattr(event, "verb", "ask") for event in heard] == ["ask", "accept", "done"]
    assert {event.key for event in heard} == {key}  # type: ignore[attr-defined]


def test_an_open_task_has_one_clock_and_a_closed_one_none(company: Company, tasks: Tasks) -> None:
    keys = {state: tasks.at(state) for state in STATES}
    running = {wait.key for key in keys.values() for wait in tasks.waits(key)}
    with company.indoors():
        assert queries.still(sorted(running)) == running
        assert {wait for kind in KINDS for wait in queries.expected(kind, company.now)} == running
    for state, key in keys.items():
        seen, waits = tasks.view(key), tasks.waits(key)
        assert len(waits) == (state not in ("confirmed", "declined", "withdrawn"))
        for wait in waits:
            assert seen.waiting_on is not None
            assert seen.waiting_on.member is not None
            assert wait.late_id == seen.waiting_on.member.id
            assert (wait.due_at, wait.watch) == (seen.due_at, f"task.{seen.waiting_on.wait}")


def test_facts_for_superiors_say_what_is_asked_what_stops_it_and_what_it_costs(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(detail="The list of all stores")
    tasks.do("accept", key, "kenji")
    tasks.do("block", key, "kenji", cost={"amount": "50000", "currency": "JPY", "per": "week"})
    with company.indoors():
        facts = {
            label.key: value for label, value in queries.facts([f"{key}:blocked", "T-99:answer"])[f"{key}:blocked"]
        }
    assert facts["task.field.asked"] == "The list of all stores"
    assert facts["task.field.block_reason"] == "The contract is not signed."
    assert facts["task.field.cost"].key == "task.per.week"


def test_the_table_of_life_is_whole() -> None:
    """Every open state has a way out to an end, and no closed state has any way on."""
    ends = {state for state in STATES if not any(state in move.to for move in MOVES.values())}
    assert ends == {"confirmed", "declined", "withdrawn"}
    for state in set(STATES) - ends:
        reached, grown = {state}, True
        while grown:
            step = {
                landing(verb, at, "accepted") for at in reached for verb, move in MOVES.items() if at in move.to
            } | reached
            reached, grown = step, step != reached
        assert reached & ends


def test_what_is_nobodys_business_is_not_there(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(visibility="parties")
    for name, sees in (("cmo", True), ("cio", True), ("kenji", True), ("nao", False), ("emma", False), ("agency", False),
                       ("auditor", True), ("service-lead", False)):  # fmt: skip
        with company.indoors():
            viewer = company.member(name)
            found = queries.find_task(viewer, key, company.now) is not None
            listed = bool(queries.list_tasks(viewer, queries.Filter(), now=company.now)[1])
            summed = bool(list(queries.summaries([(viewer, [key])])))
        assert (found, listed, summed) == (sees, sees, sees), name
    tasks.do("share", key, "mika", members=[address("agency"), address("nao")])
    for name in ("agency", "nao"):
        assert tasks.view(key, name).shared_with
    with pytest.raises(NotFound):
        tasks.view("T-99")


def test_a_guest_does_what_was_given_to_them_and_nothing_else(company: Company, tasks: Tasks) -> None:
    key = tasks.ask("mika", "marketing", assignee=address("agency"))
    assert tasks.notes(key) == [("asked", "agency", "ask")]
    tasks.do("accept", key, "agency")
    assert "hand_over" not in tasks.view(key, "agency").can
    with pytest.raises(NotAllowed):
        tasks.do("hand_over", key, "agency", to="it")
    tasks.do("done", key, "agency")
    tasks.do("confirm", key, "mika")
    other = tasks.ask("mika", "marketing")
    with pytest.raises(NotFound):
        tasks.do("accept", other, "agency")


def test_brand_incidents_are_open_to_the_company(tasks: Tasks) -> None:
    assert tasks.view(tasks.ask(severity="brand", visibility="parties"), "emma").visibility == "company"
