"""Handing over, putting off, being away, leaving: a task never hangs on somebody who is not there."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from collab.escalations import service as escalations
from collab.kernel.errors import NotAllowed, NotNow
from collab.outbox.models import Message
from collab.subjects import queries as subjects
from collab.tasks import queries, service
from tests.factories.company import Company, address
from tests.factories.tasks import Tasks
from tests.parts.databases import on_both

TOKYO = ZoneInfo("Asia/Tokyo")


def late(company: Company, tasks: Tasks, key: str) -> str:
    """Who must act next, by name; the clock and the view agree."""
    seen = tasks.view(key)
    assert seen.waiting_on is not None
    assert seen.waiting_on.member is not None
    assert tasks.wait(key).late_id == seen.waiting_on.member.id
    return seen.waiting_on.member.email.partition("@")[0]


@on_both
def test_handed_on_from_hand_to_hand_each_with_their_own_clock(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    company.now = datetime(2026, 11, 18, 17, 0, tzinfo=TOKYO)
    tasks.do("hand_over", key, "kenji", to=address("emma"), note="London keeps these lists.")
    seen = tasks.view(key)
    assert (seen.state, seen.to_department, seen.handovers, seen.promised_at) == ("asked", "sales", 1, None)
    assert seen.due_at == datetime(2026, 11, 18, 17, 0, tzinfo=ZoneInfo("Europe/London"))  # eight hours of hers
    assert late(company, tasks, key) == "emma"
    tasks.do("hand_over", key, "emma", to="service")
    assert late(company, tasks, key) == "service-lead"
    tasks.do("hand_over", key, "service-lead", to="it")
    assert (late(company, tasks, key), tasks.view(key).handovers) == ("cio", 3)
    assert tasks.view(key, "kenji").key == key  # whoever had it still sees what became of it
    with company.indoors():
        history = queries.list_history(company.member("mika"), key)
    assert [line.after["to"] for line in history if line.verb == "hand_over" and line.after] == [
        address("emma"), "service", "it",
    ]  # fmt: skip


def test_whoever_handed_it_over_hears_nothing_and_whoever_had_it_does(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    before = len(tasks.notes(key))
    tasks.do("hand_over", key, "cio", to=address("admin"))
    assert sorted(tasks.notes(key)[before:]) == [
        ("asked", "admin", "hand_over"), ("told", "kenji", "hand_over"), ("told", "mika", "hand_over"),
    ]  # fmt: skip


def test_a_task_given_back_to_its_own_department_is_no_silo_crossing_any_more(tasks: Tasks) -> None:
    key = tasks.ask()
    assert tasks.view(key).cross_silo
    tasks.do("hand_over", key, "cio", to="marketing")
    assert not tasks.view(key).cross_silo


def test_a_task_is_put_off_three_times_and_the_asker_sees_each(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    for times in (1, 2, 3):
        company.later(minutes=5)
        tasks.do("snooze", key, "cio", until="2h")
        assert (tasks.view(key).snoozes, tasks.view(key).snoozes_left) == (times, 3 - times)
    assert [note for note in tasks.notes(key) if note[1] == "mika"] == [("told", "mika", "snooze")] * 3
    with pytest.raises(NotNow, match="task_snoozed_out"):
        tasks.do("snooze", key, "cio", until="2h")
    assert "snooze" not in tasks.view(key, "cio").can
    with company.indoors():
        limit = company.app.extensions["tasks.policy"].snoozes
    assert limit == 3


def test_what_is_put_off_comes_back_as_a_card_and_is_out_of_the_inbox_until_then(
    company: Company, tasks: Tasks
) -> None:
    key = tasks.ask(due="2bd")
    due = tasks.view(key).due_at
    tasks.do("snooze", key, "cio", until="2h")
    assert tasks.view(key).due_at == due  # time enough: only the reminder moves

    def inbox() -> list[str]:
        with company.indoors():
            return [row.key for row in subjects.inbox(company.member("cio"), company.now) if row.key.startswith("T-")]

    with company.indoors():
        from collab.kernel.db import db

        table = Message.__table__
        again = db.session.execute(select(table).where(table.c.dedupe_key.contains(":later:"))).one()
        assert again.due_at == company.now + timedelta(hours=2)
    assert inbox() == []
    company.later(hours=2)
    assert inbox() == [key]


def test_only_whoever_must_act_can_put_it_off(tasks: Tasks) -> None:
    key = tasks.ask()
    for name in ("mika", "kenji"):
        with pytest.raises(NotAllowed):
            tasks.do("snooze", key, name)


def test_an_absent_assignees_deputy_is_asked_and_it_says_so(company: Company, tasks: Tasks) -> None:
    company.away("kenji", deputy="admin")
    key = tasks.ask(assignee=address("kenji"))
    seen = tasks.view(key)
    people = [seen.assignee, seen.instead_of, seen.responsible]
    assert [named and named.email for named in people] == [address("kenji"), address("kenji"), address("admin")]
    assert tasks.notes(key) == [("asked", "admin", "ask")]
    tasks.do("accept", key, "admin")
    assert tasks.view(key).instead_of is None


@pytest.mark.parametrize(
    ("deputy", "asked"), [(None, "cio"), ("mika", "cio"), ("nao", "nao")]
)  # nobody named; the asker themself; somebody of another department
def test_without_a_deputy_who_can_the_lead_is_asked(
    company: Company, tasks: Tasks, deputy: str | None, asked: str
) -> None:
    company.away("kenji", deputy=deputy)
    assert late(company, tasks, tasks.ask(assignee=address("kenji"))) == asked


def test_a_deputy_of_an_absent_owner_acts_for_them_and_the_history_says_so(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    with pytest.raises(NotAllowed):
        tasks.do("done", key, "nao")
    company.away("kenji", deputy="nao")
    assert "done" in tasks.view(key, "nao").can
    tasks.do("done", key, "nao")
    with company.indoors():
        last = queries.list_history(company.member("mika"), key)[-1]
    assert (last.actor, last.acting_for) == (address("nao"), address("kenji"))


@on_both
def test_the_owner_leaves_and_the_lead_answers_at_once(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    promised = tasks.view(key).promised_at
    company.leaves("kenji")
    seen = tasks.view(key)
    assert (seen.state, seen.assignee, seen.promised_at) == ("accepted", None, promised)
    assert late(company, tasks, key) == "cio"
    assert ("asked", "cio", "person_left") in tasks.notes(key)
    assert ("told", "mika", "person_left") in tasks.notes(key)
    tasks.do("done", key, "cio")


def test_the_lead_leaves_too_and_nobody_is_there(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    company.leaves("cio")
    seen = tasks.view(key)
    assert seen.waiting_on is not None
    assert seen.waiting_on.member is None
    assert tasks.wait(key).late_id is None
    tasks.do("accept", key, "kenji")  # anybody of the department may still take it
    assert late(company, tasks, key) == "kenji"


def test_the_asker_leaves_and_their_lead_confirms(company: Company, tasks: Tasks) -> None:
    key = tasks.at("done")
    company.leaves("mika")
    assert late(company, tasks, key) == "cmo"
    assert ("asked", "cmo", "person_left") in tasks.notes(key)
    tasks.do("confirm", key, "cmo")
    assert tasks.view(key).state == "confirmed"


def test_the_asker_leaves_while_others_work_and_nobodys_clock_moves(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    due = tasks.view(key).due_at
    company.leaves("mika")
    seen = tasks.view(key)
    assert (seen.due_at, seen.confirmer and seen.confirmer.email) == (due, address("cmo"))
    assert late(company, tasks, key) == "kenji"
    tasks.do("done", key, "kenji")
    assert late(company, tasks, key) == "cmo"


def test_whoever_was_asked_a_question_leaves_and_the_clock_goes_back(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(due="8bh")
    company.now = datetime(2026, 11, 18, 15, 0, tzinfo=TOKYO)
    tasks.do("question", key, "cio", to=address("emma"))
    company.later(hours=1)
    company.leaves("emma")
    seen = tasks.view(key)
    assert seen.question is None
    assert late(company, tasks, key) == "cio"
    assert seen.due_at == datetime(2026, 11, 19, 11, 0, tzinfo=TOKYO)  # four hours from 16:00


def test_whoever_could_lift_a_block_leaves_and_the_asker_has_to(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    tasks.do("block", key, "kenji", lifter=address("emma"))
    company.leaves("emma")
    assert late(company, tasks, key) == "mika"
    tasks.do("unblock", key, "mika")


def test_everybody_leaves_one_after_the_other(company: Company, tasks: Tasks) -> None:
    """Never two clocks, never none, whoever goes and in whatever state."""
    keys = [tasks.at(state) for state in ("asked", "countered", "accepted", "started", "blocked", "done")]
    tasks.do("question", keys[2], "kenji", to=address("emma"))
    for name in ("kenji", "emma", "mika", "cio", "cmo", "admin"):
        company.later()
        company.leaves(name)
        for key in keys:
            seen = tasks.view(key)
            assert seen.waiting_on is not None
            member = seen.waiting_on.member
            assert tasks.wait(key).late_id == (member.id if member else None)
            assert tasks.wait(key).due_at == seen.due_at


def test_a_comment_extends_and_is_told_to_the_other_side(
    company: Company, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tasks.at("accepted")
    heard: list[str] = []
    monkeypatch.setattr(escalations, "extend", lambda subject, **_who: heard.append(subject))
    with company.indoors():
        service.comment(company.member("kenji"), key, "Half of it is here.", now=company.later())
        with pytest.raises(NotAllowed):
            service.comment(company.member("auditor"), key, "Hm.", now=company.later())
    assert heard == [key]
    with company.indoors():
        assert "comment" in [line.verb for line in queries.list_history(company.member("mika"), key)]


def test_sharing_upwards_by_hand_moves_the_climb_and_nobodys_turn(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    due = tasks.view(key).due_at
    company.later()
    tasks.do("escalate", key, "mika", reason="The print shop closes on Friday.")
    seen = tasks.view(key)
    assert (seen.due_at, late(company, tasks, key)) == (due, "cio")
    assert seen.escalation is not None
    assert seen.escalation.state == "climbing"
    tasks.do("accept", key, "kenji")
    climb = tasks.view(key).escalation
    assert climb is not None
    assert (climb.rung, climb.state) == (0, "waiting")
