"""Brand incidents: who is paged whatever the hour, who takes it, what the public hears, what is learnt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab.audit import queries as audit
from collab.goals import queries as goals
from collab.incidents import queries, service
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.people.models import Member
from collab.subjects.queries import inbox, list_related
from collab.tasks import service as tasks
from collab.tasks.queries.rows import read
from tests.factories import Company
from tests.factories.incidents import TEXT, alerted, clocks, communications, incident, notes, paged
from tests.parts.databases import on_both

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]
SUNDAY = datetime.fromisoformat("2026-11-22T03:00+09:00")


def asks(company: Company, name: str) -> list[str]:
    return [row.ask.key for row in inbox(company.member(name), company.now) if row.ask.key.startswith("incident.")]


def timeline(company: Company, key: str) -> list[str]:
    return [event.verb for event in queries.history(company.member("auditor"), key)]


def closed(company: Company, key: str) -> None:
    service.take(company.member("cmo"), key, now=company.later())
    service.answer(company.member("cmo"), key, text="We are sorry.", link="https://example.com/p", now=company.later())
    service.close(
        company.member("cmo"),
        key,
        what_happened="The gift was lost.",
        root_cause="No hand-over on Sundays.",
        now=company.later(),
    )


def test_on_a_sunday_at_three_all_three_are_paged_at_once(company: Company) -> None:
    communications(company, "nao")
    company.now = SUNDAY
    key = alerted(company)
    assert paged(company, key) == {"cx_owner": ["cmo"], "lead": ["service-lead"], "communications": ["nao"]}
    assert sorted(notes(company, key)) == [("cmo", True), ("nao", True), ("service-lead", True)]
    due = db.session.scalars(select(Message.due_at).where(Message.kind == "incident.page")).all()
    assert {moment.isoformat() for moment in due} == {SUNDAY.astimezone(due[0].tzinfo).isoformat()}
    assert clocks(company, key)["ack"] == "2026-11-21T18:10:00+00:00"
    assert clocks(company, key)["reply"] == "2026-11-21T19:00:00+00:00"


def test_whoever_is_away_is_paged_through_their_deputy_else_their_manager(company: Company) -> None:
    communications(company, "nao")
    company.away("cmo", deputy="cio")
    company.away("service-lead")
    key = alerted(company)
    assert paged(company, key) == {
        "cx_owner": ["cio for cmo"],
        "lead": ["ceo for service-lead"],
        "communications": ["nao"],
    }
    assert "cmo" not in [name for name, _urgent in notes(company, key)]
    service.take(company.member("cio"), key, now=company.later())


def test_with_nobody_to_speak_the_named_department_does(company: Company) -> None:
    key = alerted(company)
    assert paged(company, key)["communications"] == ["cmo"]
    assert notes(company, key) == [("cmo", True), ("service-lead", True)]


def test_an_alert_without_a_department_goes_to_the_configured_one(company: Company) -> None:
    key = alerted(company, department=None)
    assert incident(company, key).department_code == "marketing"


def test_a_task_of_severity_brand_is_the_same_incident(company: Company) -> None:
    fields = {"title": "炎上しています", "to_department": "service", "severity": "brand"}
    key = tasks.ask(company.member("kenji"), fields, now=company.now)
    assert incident(company, key).state == "raised"
    assert notes(company, key) == [("cmo", True), ("service-lead", True)]
    assert notes(company, key, "task.asked") == []
    assert timeline(company, key)[:3] == ["ask", "incident.raise", "incident.page"]


@pytest.mark.parametrize("severity", ["normal", "urgent"])
def test_no_other_task_is_an_incident(company: Company, severity: str) -> None:
    fields = {"title": "A report", "to_department": "service", "severity": severity}
    key = tasks.ask(company.member("kenji"), fields, now=company.now)
    assert queries.find_incident(key) is None


def test_a_guest_raises_an_alert_and_sees_that_one_only(company: Company) -> None:
    mine, other = alerted(company, "agency"), alerted(company)
    guest = company.member("agency")
    assert [row.key for row in queries.list_incidents(guest, queries.Filter())[0]] == [mine]
    assert queries.get_incident(guest, mine).raised_by_id == guest.id
    with pytest.raises(NotFound):
        queries.get_incident(guest, other)
    service.note(guest, mine, text="It is spreading.", now=company.later())
    for verb in (service.take,):
        with pytest.raises(NotAllowed):
            verb(guest, mine, now=company.later())


@pytest.mark.parametrize("name", ["auditor", "left"])
def test_auditors_and_former_members_raise_nothing(company: Company, name: str) -> None:
    with pytest.raises(NotAllowed):
        alerted(company, name)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "   "}, "text"),
        ({"department": "moon"}, "department"),
        ({"since_at": SUNDAY}, "since_at"),
        ({"since_at": SUNDAY - timedelta(days=400)}, "since_at"),
    ],
)
def test_what_cannot_be_raised_is_named_and_nobody_is_paged(
    company: Company, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        alerted(company, **{"text": TEXT, **changes})
    assert set(refusal.value.fields) == {field}
    assert db.session.scalars(select(Message).where(Message.kind == "incident.page")).all() == []


def test_one_takes_it_and_the_other_learns_who(company: Company) -> None:
    key = alerted(company)
    assert asks(company, "cmo") == ["incident.ask.take"]
    assert asks(company, "kenji") == []
    service.take(company.member("service-lead"), key, now=company.later())
    assert set(clocks(company, key)) == {"reply", "promise"}
    assert (read(key).state, read(key).responsible_id) == ("accepted", company.id("service-lead"))
    assert notes(company, key, "incident.told") == [("mika", False)]
    assert asks(company, "cmo") == []
    assert asks(company, "service-lead") == ["incident.ask.answer"]
    with pytest.raises(NotNow) as refusal:
        service.take(company.member("cmo"), key, now=company.later())
    assert refusal.value.said_code == "already_taken"
    assert refusal.value.args_said["who"].email == "service-lead@example.com"


@pytest.mark.parametrize("name", ["mika", "kenji", "cio", "auditor", "admin"])
def test_nobody_else_takes_answers_or_closes_it(company: Company, name: str) -> None:
    key = alerted(company)
    who = company.member(name)
    with pytest.raises(NotAllowed):
        service.take(who, key, now=company.now)
    with pytest.raises(NotAllowed):
        service.answer(who, key, text="We are sorry.", now=company.now)
    with pytest.raises(NotAllowed):
        service.false_alarm(who, key, reason="I think so", now=company.now)


def test_accepting_the_task_takes_the_incident(company: Company) -> None:
    key = alerted(company)
    tasks.accept(company.member("service-lead"), key, due="2h", now=company.later())
    assert (incident(company, key).state, incident(company, key).taken_by_id) == ("taken", company.id("service-lead"))
    assert "ack" not in clocks(company, key)


@pytest.mark.parametrize("verb", ["decline", "withdraw"])
def test_the_task_is_not_ended_behind_the_incidents_back(company: Company, verb: str) -> None:
    key = alerted(company)
    with pytest.raises(NotNow) as refusal:
        if verb == "decline":
            tasks.decline(company.member("service-lead"), key, reason="Not ours", now=company.later())
        else:
            tasks.withdraw(company.member("mika"), key, now=company.later())
    assert refusal.value.said_code == "incident_decides"
    db.session.rollback()
    assert (incident(company, key).state, read(key).state) == ("raised", "asked")


def test_a_public_answer_ends_its_clock_and_counts_as_taking(company: Company) -> None:
    key = alerted(company)
    service.answer(company.member("cmo"), key, text="We are sorry.", link="https://example.com/p", now=company.later())
    now = incident(company, key)
    assert (now.state, now.taken_by_id, now.answer_link) == ("answered", company.id("cmo"), "https://example.com/p")
    assert set(clocks(company, key)) == {"promise"}
    service.answer(company.member("cmo"), key, text="And here is more.", now=company.later(hours=2))
    assert incident(company, key).answered_at == now.answered_at


def test_closing_takes_words_and_the_review_is_due_in_business_days(company: Company) -> None:
    key = alerted(company)
    service.take(company.member("cmo"), key, now=company.later())
    with pytest.raises(Invalid) as refusal:
        service.close(company.member("cmo"), key, what_happened="It was lost.", root_cause="Sundays", now=company.now)
    assert set(refusal.value.fields) == {"no_answer_reason"}
    service.close(
        company.member("cmo"), key, what_happened="It was lost.", root_cause="Sundays", no_answer_reason="They took it down.",
        now=company.later(),
    )  # fmt: skip
    assert (read(key).state, incident(company, key).state) == ("confirmed", "closed")
    assert list(clocks(company, key)) == ["review"]
    # from Wednesday 18 November five business days; Monday 23 is a holiday
    assert incident(company, key).review_due_at == datetime.fromisoformat("2026-11-26T10:02+09:00")
    assert asks(company, "cmo") == ["incident.ask.review"]


def test_the_review_makes_tasks_and_goal_items_tied_both_ways(company: Company) -> None:
    key = alerted(company)
    closed(company, key)
    learnt = service.review(
        company.member("cmo"), key, findings="Nobody hands over on Sundays.",
        actions=[{"title": "A Sunday rota", "to_department": "service"}, {"title": "A page for it", "to_department": "it", "due": "2bd"}],
        goal="G-1", new_goal={"title": "No gift is ever late"}, now=company.later(),
    )  # fmt: skip
    assert (len(learnt.tasks), learnt.goals[0], len(learnt.goals)) == (2, "G-1", 2)
    me = company.member("mika")
    follows = {one.key for one in list_related(me, key)}
    assert follows == {*learnt.tasks, *learnt.goals}
    for other in follows:
        assert key in {one.key for one in list_related(me, other)}
    assert (incident(company, key).state, clocks(company, key)) == ("reviewed", {})


def test_a_review_is_whole_or_not_at_all(company: Company) -> None:
    key = alerted(company)
    closed(company, key)
    good = {"title": "A Sunday rota", "to_department": "service"}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"actions": [good, {"title": "Nobody's", "to_department": "moon"}]}, "actions.1.to_department"),
        ({"actions": [good], "goal": "G-99"}, "goal"),
    ]
    for more, field in wrong:
        with pytest.raises(Invalid) as refusal:
            service.review(company.member("cmo"), key, findings="Much", **more, now=company.now)
        assert set(refusal.value.fields) == {field}
        db.session.rollback()
    assert list_related(company.member("mika"), key) == []
    assert incident(company, key).state == "closed"


def test_whoever_may_set_no_goal_proposes_one(company: Company) -> None:
    communications(company, "nao")
    key = alerted(company)
    closed(company, key)
    learnt = service.review(company.member("nao"), key, findings="Much", new_goal={"title": "A goal"}, now=company.now)
    (made,) = learnt.goals
    goal = goals.find_goal(made)
    assert goal is not None
    assert (goal.state, goal.title) == ("candidate", "A goal")


def test_a_false_alarm_ends_everything_with_its_reason(company: Company) -> None:
    key = alerted(company)
    service.false_alarm(company.member("cmo"), key, reason="An old post", now=company.later())
    assert (incident(company, key).state, read(key).state, clocks(company, key)) == ("false_alarm", "withdrawn", {})
    for act in (
        lambda: service.take(company.member("cmo"), key, now=company.now),
        lambda: service.note(company.member("mika"), key, text="x", now=company.now),
    ):
        with pytest.raises(NotNow):
            act()


def test_the_timeline_is_complete_in_order_and_sealed(company: Company) -> None:
    key = alerted(company)
    service.note(
        company.member("mika"),
        key,
        text="It is on television.",
        at=company.now - timedelta(minutes=5),
        now=company.later(),
    )
    closed(company, key)
    service.review(company.member("cmo"), key, findings="Sundays", now=company.later())
    events = queries.history(company.member("auditor"), key)
    ours = [event.verb for event in events if event.verb.startswith("incident.")]
    assert ours == [f"incident.{verb}" for verb in ("raise", "page", "note", "take", "answer", "close", "review")]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert all(event.actor for event in events)
    assert audit.verify() == []


def test_whoever_leaves_or_goes_away_in_the_middle_is_replaced_and_paged(company: Company) -> None:
    key = alerted(company)
    service.take(company.member("cmo"), key, now=company.later())
    company.later()
    company.away("cmo", deputy="nao")
    assert paged(company, key)["cx_owner"] == ["cmo", "nao for cmo"]
    company.leaves("cmo")
    assert incident(company, key).taken_by_id in (company.id("service-lead"), company.id("nao"))
    gone = db.session.scalar(select(Member.deactivated_at).where(Member.email == "cmo@example.com"))
    assert gone is not None


def test_only_those_concerned_see_the_banner(company: Company) -> None:
    communications(company, "nao")
    key = alerted(company)
    concerned = {name for name in ("cmo", "service-lead", "nao", "mika") if queries.concerned(company.member(name))}
    assert concerned == {"cmo", "service-lead", "nao", "mika"}
    for name in ("kenji", "ceo", "cio", "auditor", "admin", "agency"):
        assert queries.concerned(company.member(name)) == [], name
    service.false_alarm(company.member("cmo"), key, reason="Nothing", now=company.later())
    assert queries.concerned(company.member("mika")) == []
