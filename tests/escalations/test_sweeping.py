"""The sweep itself: what it costs, outages, clocks that are wrong, rows that cannot be moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from collab.audit import queries as audit
from collab.escalations import service
from collab.escalations.models import Escalation, Notice
from collab.escalations.service import silences
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import queries as outbox
from collab.outbox.models import Message
from tests.factories import Company
from tests.factories.escalations import LAST_CHANCE, Clocks, moment, policy, shown
from tests.parts.databases import on_both
from tests.parts.statements import Statements, statements

pytestmark = [on_both, pytest.mark.usefixtures("indoors")]
LEAD = {"wait": "4bh", "to": ["deputy", "lead"]}
BOTH = {"wait": "1bd", "to": ["line:1", "other_line:1"], "shared": True}
DUE = "2026-11-18 14:00"
A_BATCH = 13
"""Ten for the batch: claiming, three about people, two for notices, waits, outbox, entries, heads; three to leave word."""


@pytest.fixture
def clocks(company: Company) -> Clocks:
    found = Clocks(company)
    found.policies(policy(LEAD, BOTH))
    return found


def many(clocks: Clocks, number: int, *, first: int = 1, due: str | datetime = DUE) -> None:
    people = ("kenji", "nao", "mika")
    clocks.waits([(f"X-{n}", people[n % 3], people[(n + 1) % 3]) for n in range(first, first + number)], due=due)


def a_sweep(company: Company, at: datetime) -> Statements:
    service.sweep(now=at - timedelta(minutes=30))  # no outage
    with statements(company.app) as seen:
        assert service.sweep(now=at)
    return seen


def test_a_batch_costs_the_same_for_three_waits_and_for_three_hundred(clocks: Clocks, company: Company) -> None:
    """At every rung: the last chance, one superior, both in one card."""
    many(clocks, 3, due="2026-11-18 13:00")
    clocks.sweep("2026-11-18 13:00")  # warm: calendars are remembered for a few seconds
    many(clocks, 3, first=10, due="2026-11-18 15:00")
    many(clocks, 300, first=1000, due="2026-11-18 16:00")
    for few, lots in (("18 15:00", "18 16:00"), ("19 10:00", "19 11:00"), ("20 10:00", "20 11:00")):
        cheap, dear = (a_sweep(company, moment(f"2026-11-{at}")) for at in (few, lots))
        assert dear.count <= cheap.count <= A_BATCH, f"{cheap}\n\n{dear}"
        assert dear.commits == cheap.commits == 2, "one for the batch, one for leaving word"


def test_more_than_a_batch_is_taken_in_turns(clocks: Clocks) -> None:
    many(clocks, 25)
    assert service.sweep(now=moment(DUE), limit=10) == 25
    assert len(clocks.told()) == 25


def test_one_that_cannot_be_moved_keeps_nobody_else_waiting(clocks: Clocks) -> None:
    many(clocks, 5)
    with atomic():
        db.session.execute(update(Escalation).where(Escalation.key == "X-3:answer").values(policy={"code": "broken"}))
    assert service.sweep(now=moment(DUE)) == 4
    assert {row.subject_key for row in clocks.messages()} == {"X-1", "X-2", "X-4", "X-5"}
    assert clocks.view("X-3:answer").next_at == moment(DUE), "it stays due, for the auditor to find"


def test_after_an_outage_one_person_gets_one_note_about_the_rest(clocks: Clocks, company: Company) -> None:
    clocks.sweep("2026-11-18 09:00")
    clocks.waits([(f"X-{n}", "kenji", "mika") for n in range(1, 8)], due=DUE)
    clocks.waits([("X-9", "nao", "mika")], due=DUE)
    assert service.sweep(now=moment("2026-11-19 10:00"), limit=3) == 8
    told = clocks.messages()
    by_kind = sorted((clocks.name(row.member_id), row.kind) for row in told)
    assert by_kind == [("kenji", "escalation.catch_up"), ("kenji", LAST_CHANCE), ("nao", LAST_CHANCE)]
    (note,) = [row for row in told if row.kind == "escalation.catch_up"]
    ids = {clocks.view(f"X-{n}:answer").id for n in range(2, 8)}
    assert set(note.args["escalations"]) == ids
    assert (shown(datetime.fromisoformat(note.args["from"])), shown(datetime.fromisoformat(note.args["to"]))) == (
        "2026-11-18 09:00", "2026-11-19 10:00",
    )  # fmt: skip
    clocks.sweep("2026-11-19 10:00")
    assert clocks.messages() == [], "never twice for one outage"
    assert all(len(clocks.view(f"X-{n}:answer").told) == 1 for n in range(1, 8)), (
        "each wait says whom it was put before"
    )


def test_an_outage_whose_catching_up_is_cut_short_is_made_up_for_once(
    clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks.sweep("2026-11-18 09:00")
    clocks.waits([(f"X-{n}", "kenji", "mika") for n in range(1, 8)], due=DUE)
    monkeypatch.setattr("collab.escalations.service.sweeping.LONGEST", -1.0)
    assert service.sweep(now=moment("2026-11-19 10:00"), limit=3) == 3
    assert len(clocks.messages()) == 1
    monkeypatch.undo()
    assert service.sweep(now=moment("2026-11-19 10:01"), limit=3) == 4
    (first, note) = clocks.messages()
    assert sorted([first.kind, note.kind]) == ["escalation.catch_up", LAST_CHANCE]
    gathered = note if note.kind == "escalation.catch_up" else first
    assert len(gathered.args["escalations"]) == 5


def test_a_sweeper_that_is_slower_gathers_nothing_for_an_outage_that_is_made_up_for(clocks: Clocks) -> None:
    """What it gathered would be told by nobody."""
    clocks.sweep("2026-11-18 09:00")
    many(clocks, 3)
    now = moment("2026-11-19 10:00")
    slower = silences.heard_of(moment("2026-11-18 09:00"), now)
    service.sweep(now=now)
    with atomic():
        rows = db.session.execute(select(Escalation.next_at.label("now"), Escalation.due_at.label("next_at"))).all()
        assert silences.begin(slower, rows, now) is None


def test_brand_incidents_are_never_gathered(clocks: Clocks) -> None:
    clocks.policies(policy({"wait": "15m", "to": ["lead"]}, hours="always"))
    clocks.sweep("2026-11-18 09:00")
    clocks.waits([(f"X-{n}", "kenji", "mika") for n in range(1, 4)], due=DUE, severity="brand")
    clocks.sweep("2026-11-19 10:00")
    assert [kind for _who, kind, *_rest in clocks.told()] == [LAST_CHANCE] * 3


def test_a_short_pause_is_no_outage(clocks: Clocks) -> None:
    clocks.sweep("2026-11-18 13:30")
    many(clocks, 8)
    clocks.sweep("2026-11-18 14:20")
    assert {kind for _who, kind, *_rest in clocks.told()} == {LAST_CHANCE}
    assert outbox.last_sweep("escalations.sweep") == moment("2026-11-18 14:20")


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=-1), timedelta(days=40)])
def test_a_clock_that_jumps_and_comes_back_runs_no_rung_twice_and_loses_none(clocks: Clocks, jump: timedelta) -> None:
    many(clocks, 8)
    at = moment(DUE)
    service.sweep(now=at + jump)
    for minutes in range(0, 60 * 24 * 30, 60 * 6):
        service.sweep(now=at + timedelta(minutes=minutes))
    rows = db.session.execute(select(Notice.escalation_id, Notice.rung, Notice.loop, Notice.member_id, func.count())
                              .where(Notice.skipped.is_(None))
                              .group_by(Notice.escalation_id, Notice.rung, Notice.loop, Notice.member_id)).all()  # fmt: skip
    assert {row[-1] for row in rows} == {1}, "no rung twice in a loop"
    assert {view.state for view in clocks.views()} == {"exhausted"}, "none lost: all went the whole way in time"
    messages = db.session.scalars(select(Message).where(Message.kind != "cards.repaint")).all()
    assert max(message.due_at for message in messages) < at + timedelta(days=31), "nothing waits for the wrong clock"
    assert audit.verify() == []


def test_a_moment_written_by_a_clock_that_was_ahead_is_counted_again_from_now(clocks: Clocks) -> None:
    clocks.wait(due=DUE)
    clocks.sweep(moment("2026-12-28 20:00"))
    ahead = clocks.view().next_at
    assert shown(ahead) > "2027-01-04"
    assert service.repair(moment("2026-11-18 15:00")) == 1
    assert shown(clocks.view().next_at) == "2026-11-19 10:00", "four hours of work from now"
    (card,) = clocks.messages()
    assert shown(card.due_at) == "2026-11-18 15:00", "what was held until then is said now"
    assert service.repair(moment("2026-11-18 15:00")) == 0


def test_an_acknowledgement_given_by_a_clock_that_was_ahead_runs_out_in_time(clocks: Clocks) -> None:
    clocks.wait(due=DUE)
    clocks.run_until("2026-11-19 10:00")
    clocks.acknowledge("cio", "2026-12-28 10:00")
    assert service.repair(moment("2026-11-19 11:00")) == 1
    assert shown(clocks.view().next_at) == "2026-11-20 11:00"


def test_what_is_right_is_left_alone(clocks: Clocks) -> None:
    clocks.wait("X-1", due=DUE)
    clocks.wait("X-2", due="2027-06-01 10:00", now=moment(DUE))
    clocks.sweep(DUE)
    assert service.repair(moment(DUE)) == 0
