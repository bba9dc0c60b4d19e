"""The life of a goal: every verb in every state by everybody, what a yes leads to, what an end leaves behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from collab.audit import queries as audit
from collab.goals import service
from collab.goals.models import Shift
from collab.goals.queries import find_goal, relations_of
from collab.goals.queries.accepting import mark_of
from collab.goals.rules import STATES
from collab.goals.rules.moves import MOVES
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from tests.contracts.test_permits import PAGE
from tests.factories.company import Company
from tests.factories.goals import (
    asked,
    child,
    control,
    goal,
    helps,
    measured,
    number,
    owners,
    progressed,
    row,
    timed,
)

ACTORS = ("cmo", "cio", "mika", "nao", "kenji", "sales-lead", "ceo", "admin", "agency", "auditor", "left")
"""Owner of side 1, asked owner of side 2, the creator, a helper, a checker, strangers."""
WORDS: dict[str, dict[str, Any]] = {
    "accept": {"means": "Every store shows the web price."},
    "decline": {"reason": "Not ours."},
    "pause": {"reason": "The season is over."},
    "close": {"result": "missed", "lesson": "Ask sooner."},
}


class Undone(Exception):
    """Nothing of a trial stays."""


def tried(company: Company, verb: str, key: str, name: str) -> type[DomainError] | None:
    """How a verb ends; whatever it did is undone."""
    try:
        with atomic():
            getattr(service, verb)(company.member(name), key, **WORDS.get(verb, {}), now=company.now)
            raise Undone
    except Undone:
        return None
    except DomainError as refusal:
        return next(kind for kind in (NotAllowed, NotFound, NotNow, DomainError) if isinstance(refusal, kind))


def promised(verb: str, state: str, here: frozenset[str]) -> type[DomainError] | None:
    """What the hand-written page promises somebody with all these relations."""
    known = here & set(PAGE.relations_of(f"goal.{verb}"))
    answers = {PAGE.answer(f"goal.{verb}", state, relation) for relation in known}
    barred = [bar for bar in ("auditor", "partner") if bar in here and f"goal.{verb}" not in PAGE.despite[bar]]
    if barred or not answers & {"+", "-"}:
        return NotAllowed
    return None if "+" in answers else NotNow


@pytest.mark.parametrize("state", STATES)
def test_every_verb_in_every_state_by_everybody(company: Company, state: str) -> None:
    key = goal(
        company, state=state, accepted=("cmo",), by="mika", visibility="involved" if state == "draft" else "company"
    )
    helps(company, key, "nao")
    helps(company, key, "agency", may_check_in=True)
    wrong = []
    with company.indoors():
        for name in ACTORS:
            actor, seen = company.member(name), find_goal(key)
            here = relations_of(actor, seen)
            for verb in MOVES:
                expected = promised(verb, state, here)
                if not {"owner", "helper", "creator", "home_lead", "company_visible", "auditor"} & here:
                    expected = NotFound
                if verb == "accept" and name == "cmo" and state in MOVES["accept"].states:
                    expected = None  # a second yes is once
                if verb == "activate" and expected is None:
                    expected = NotNow  # the other side has not said yes
                found = tried(company, verb, key, name)
                if found is not expected:
                    wrong.append(f"{verb} in {state} by {name} {sorted(here)}: {found}, promised {expected}")
    assert not wrong, "\n".join(wrong)


def told(key: str) -> list[tuple[str, int, str]]:
    """(asked or told, whom, verb) in order, without repaints."""
    db.session.rollback()
    rows = db.session.scalars(select(Message).where(Message.subject_key == key).order_by(Message.id))
    return [
        (one.kind.partition(".")[2], one.member_id, one.args.get("verb", ""))
        for one in rows
        if one.kind in ("goal.asked", "goal.told")
    ]


def verbs(key: str) -> list[str]:
    return [entry.verb for entry in audit.list_entries(key)]


@pytest.mark.usefixtures("indoors")
class TestAccepting:
    def test_one_yes_of_two_activates_nothing_and_the_second_does(self, company: Company) -> None:
        key = goal(company, state="draft")
        first = service.accept(company.member("cmo"), key, "One price everywhere.", now=company.now)
        assert (first.state, [held.accepted for held in first.owners]) == ("draft", [True, False])
        second = service.accept(company.member("cio"), key, "One price service.", now=company.later())
        assert (second.state, row(company, key).activated_at) == ("active", company.now)
        assert [one.means for one in owners(company, key)] == ["One price everywhere.", "One price service."]
        assert verbs(key) == ["accept", "accept", "activate"]
        assert all(one.asks_at for one in owners(company, key))
        cmo, cio = company.id("cmo"), company.id("cio")
        assert told(key) == [("told", cio, "accept"), ("told", cmo, "activate")]  # nobody hears of their own act

    def test_pressing_twice_is_once_and_keeps_the_first_words(self, company: Company) -> None:
        key = goal(company, state="draft")
        for words in ("First.", "Second."):
            service.accept(company.member("cmo"), key, words, now=company.later())
        assert ([one.means for one in owners(company, key)], verbs(key)) == (["First.", None], ["accept"])

    def test_what_it_means_must_be_said(self, company: Company) -> None:
        key = goal(company, state="draft")
        for words in ("", "  ", None, "x" * 2001):
            with pytest.raises(Invalid) as refusal:
                service.accept(company.member("cmo"), key, words, now=company.now)
            assert set(refusal.value.fields) == {"means"}

    def test_a_yes_counts_for_what_was_looked_at(self, company: Company) -> None:
        key = goal(company, state="draft")
        seen = mark_of(find_goal(key))
        service.accept(company.member("cio"), key, "Ours.", now=company.later(), seen=seen)
        assert mark_of(find_goal(key)) == seen, "the other side's yes is no change of what is asked"
        with atomic() as unit:
            unit.session.execute(db.text("update goal_metrics set target = '120'"))
        with pytest.raises(NotNow) as refusal:
            service.accept(company.member("cmo"), key, "Ours.", now=company.later(), seen=seen)
        assert refusal.value.said_code == "goal_changed"
        assert find_goal(key).state == "draft"

    def test_incomplete_or_not_begun_it_is_accepted_only(self, company: Company) -> None:
        bare = goal(company, state="draft", metrics=(), owners=("cmo",))
        ahead = goal(company, state="draft", owners=("cmo",), starts_on=date(2026, 12, 1))
        for key in (bare, ahead):
            assert service.accept(company.member("cmo"), key, "Ours.", now=company.now).state == "accepted"
        with pytest.raises(NotNow) as refusal:
            service.activate(company.member("cmo"), bare, now=company.now)
        assert [one.key for one in refusal.value.args_said["missing"]] == ["goal.life.missing.metric"]
        assert service.activate(company.member("cmo"), ahead, now=company.now).state == "active"

    def test_what_was_agreed_begins_by_itself_on_its_first_day(self, company: Company) -> None:
        ahead = goal(company, state="accepted", starts_on=date(2026, 12, 1))
        half = goal(company, state="accepted", accepted=("cmo",), starts_on=date(2026, 11, 1))
        bare = goal(company, state="accepted", metrics=(), starts_on=date(2026, 11, 1))
        assert service.activate_due(company.now) == 0
        company.later(days=12, hours=13)  # 30 November, 23:00 in Tokyo
        assert service.activate_due(company.now) == 0
        company.later(hours=1)
        assert (service.activate_due(company.now), service.activate_due(company.now)) == (1, 0)
        assert [row(company, key).state for key in (ahead, half, bare)] == ["active", "accepted", "accepted"]
        assert audit.list_entries(ahead)[-1].actor == "system"

    def test_whoever_declined_says_why_and_may_still_say_yes(self, company: Company) -> None:
        key = goal(company, state="draft", by="mika", accepted=("cmo",))
        service.decline(company.member("cio"), key, "Not before spring.", now=company.later())
        assert (row(company, key).state, owners(company, key)[1].decline_reason) == ("draft", "Not before spring.")
        assert {whom for _kind, whom, _verb in told(key)} == {company.id("cmo"), company.id("mika")}
        assert service.accept(company.member("cio"), key, "Now.", now=company.later()).state == "active"
        assert owners(company, key)[1].declined_at is None


@pytest.mark.usefixtures("indoors")
class TestStandingStillAndEnding:
    def test_a_pause_silences_and_resuming_asks_again(self, company: Company) -> None:
        key = goal(company)
        asked(company, key, "cio", at=company.now, due_at=company.later(days=2))
        service.pause(company.member("cmo"), key, "Stores are being rebuilt.", now=company.later())
        assert [(one.asked_at, one.due_at) for one in owners(company, key)] == [(None, None), (None, None)]
        assert (row(company, key).pause_reason, [one.asks_at for one in owners(company, key)]) == (
            "Stores are being rebuilt.", [None, None],
        )  # fmt: skip
        service.resume(company.member("cio"), key, now=company.later())
        after = row(company, key)
        assert (after.state, after.paused_at, after.pause_reason) == ("active", None, None)
        assert all(one.asks_at for one in owners(company, key))

    def test_the_lesson_is_needed_whatever_the_result(self, company: Company) -> None:
        key = goal(company)
        for result in ("achieved", "missed", "dropped"):
            with pytest.raises(Invalid) as refusal:
                service.close(company.member("cmo"), key, result=result, lesson=" ", now=company.now)
            assert set(refusal.value.fields) == {"lesson"}
        with pytest.raises(Invalid) as refusal:
            service.close(company.member("cmo"), key, result="won", lesson="", now=company.now)
        assert set(refusal.value.fields) == {"result", "lesson"}

    def test_achieved_below_the_target_stands_among_the_goalposts(self, company: Company) -> None:
        for progress, noted in ((Decimal("62.5"), True), (None, True), (Decimal(100), False), (Decimal(130), False)):
            key = goal(company)
            progressed(company, key, progress) if progress is not None else None
            service.close(company.member("cmo"), key, result="achieved", lesson="Good enough.", now=company.later())
            shifts = db.session.scalars(select(Shift).where(Shift.goal_id == number(key))).all()
            assert [(one.kind, one.reason, one.by_id) for one in shifts] == (
                [("greener", "Good enough.", company.id("cmo"))] if noted else []
            )
            assert row(company, key).final_progress == progress

    def test_achieved_beyond_a_guard_rail_stands_there_too(self, company: Company) -> None:
        key = goal(company, metrics=(timed(0, 100), control(ceiling=30, name="Complaints")))
        measured(company, key, date(2026, 11, 2), 100)
        measured(company, key, date(2026, 11, 2), 31, position=2)
        service.close(company.member("cmo"), key, result="achieved", lesson="It hurt.", now=company.later())
        (only,) = db.session.scalars(select(Shift).where(Shift.goal_id == number(key)))
        assert (only.kind, only.before) == ("greener", {"progress": "100", "suggested": "off_track"})

    def test_a_closed_goal_is_over_for_good(self, company: Company) -> None:
        key = goal(company)
        service.close(company.member("cio"), key, result="missed", lesson="Ask sooner.", now=company.later())
        after = row(company, key)
        assert (after.state, after.result, after.lesson, after.closed_at) == (
            "closed",
            "missed",
            "Ask sooner.",
            company.now,
        )
        assert ("told", company.id("cmo"), "close") in told(key)
        for verb in MOVES:
            assert tried(company, verb, key, "cio") in (NotNow, NotAllowed)

    def test_dropping_a_child_takes_it_out_of_its_parent(self, company: Company) -> None:
        parent = goal(company, progress_from="children", metrics=())
        one, other = (child(company, parent, share=100, owners=(name,)) for name in ("mika", "kenji"))
        measured(company, one, date(2026, 11, 2), 20)
        measured(company, other, date(2026, 11, 2), 60)
        assert row(company, parent).progress == 40
        service.close(company.member("mika"), one, result="dropped", lesson="Doubled work.", now=company.later())
        assert row(company, parent).progress == 60
        (moved,) = db.session.scalars(select(Shift).where(Shift.goal_id == number(parent)))
        assert (moved.kind, moved.before, moved.after, moved.reason) == (
            "metric", {"child": one, "share": 100}, {"child": one, "share": None}, "Doubled work.",
        )  # fmt: skip

    def test_a_candidate_asks_nobody_until_it_is_planned(self, company: Company) -> None:
        key = goal(company, state="candidate", by="mika")
        with pytest.raises(NotNow):
            service.accept(company.member("cmo"), key, "Ours.", now=company.now)
        service.plan(company.member("mika"), key, now=company.later())
        assert sorted(whom for kind, whom, _ in told(key) if kind == "asked") == sorted(map(company.id, ("cmo", "cio")))
