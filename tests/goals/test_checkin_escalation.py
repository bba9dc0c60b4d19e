"""A check-in that does not come goes up the line, minute by minute; the goal is dark, and never closed for it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from collab.escalations import service as escalations
from collab.escalations.service.auditing import find_trouble
from collab.goals.models import Goal, Owner
from collab.goals.queries import find_goal
from collab.goals.queries.dark import facts, list_dark
from collab.goals.queries.rhythm import late_together
from collab.goals.queries.standing import standings
from collab.goals.service import living, rhythm
from collab.goals.service.checking_in import check_in
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed
from collab.kernel.i18n import Reader
from collab.nudges import queries as nudges
from collab.outbox import service as outbox
from collab.outbox.models import Card, Message
from collab.outbox.rules.moves import SENT
from collab.subjects import queries as subjects
from tests.factories import Company
from tests.factories.checkins import MONDAY, Asks
from tests.factories.escalations import moment
from tests.factories.goals import goal, number

DUE = "2026-11-26 09:00"
"""Two business days after the ask, on a Thursday."""


@pytest.fixture
def asks(company: Company) -> Asks:
    """Without the goal every company begins with."""
    with company.indoors(), atomic():
        db.session.execute(update(Goal).where(Goal.id == 1).values(state="paused"))
    return Asks(company)


def asked(asks: Asks, *owners: str, goals: int = 1) -> list[str]:
    """Goals whose check-in was asked for, and nobody answered yet."""
    keys = [goal(asks.company, f"Goal number {n}", owners=owners) for n in range(goals)]
    asks.begin(*keys)
    asks.ask(MONDAY)
    asks.told()
    return keys


def test_the_last_chance_then_the_superior_then_the_next_one_up_to_the_minute(asks: Asks) -> None:
    asked(asks, "mika")
    assert asks.clocks.sweep("2026-11-26 08:59") == 0
    assert asks.clocks.run_until("2026-12-02 09:00") == [DUE, "2026-11-30 09:00", "2026-12-02 09:00"]
    assert asks.told() == [
        ("mika", "checkin_last", DUE), ("cmo", "told", "2026-11-30 09:00"), ("ceo", "told", "2026-12-02 09:00"),
    ]  # fmt: skip


def test_with_two_sides_the_other_sides_lead_hears_too(asks: Asks) -> None:
    (key,) = asked(asks, "mika", "kenji")
    asks.check_in(key, "kenji", "2026-11-24 10:00")
    view = asks.clocks.view(asks.wait(key, "mika"))
    assert (view.other, view.department, view.other_department) == (asks.company.id("kenji"), "marketing", "it")
    asks.clocks.run_until("2026-12-02 12:00")
    assert asks.told() == [
        ("mika", "checkin_last", DUE), ("cmo", "told", "2026-11-30 09:00"), ("ceo", "told", "2026-12-02 09:00"), ("cio", "told", "2026-12-02 09:00"),
    ]  # fmt: skip


def test_at_the_end_somebody_owns_it_by_name_and_the_goal_is_still_open(asks: Asks) -> None:
    (key,) = asked(asks, "mika")
    asks.clocks.run_until("2027-01-29 18:00")
    view = asks.clocks.view(asks.wait(key, "mika"))
    assert (view.state, asks.clocks.name(view.owner or 0)) == ("exhausted", "ceo")
    assert asks.told()[-1][:2] == ("ceo", "exhausted")
    with asks.company.indoors():
        found = find_goal(key)
    assert found is not None
    assert found.state == "active", "nobody closes a goal because nobody said how it stands"
    assert asks.owner(key, "mika") == ("asked until", DUE)


def test_checking_in_ends_it_at_any_rung(asks: Asks) -> None:
    first, second = asked(asks, "mika", goals=2)
    asks.clocks.run_until(DUE)
    asks.check_in(first, "mika", "2026-11-26 09:30")
    asks.clocks.run_until("2026-11-30 12:00")
    assert asks.waits() == [asks.wait(second, "mika")]
    asks.check_in(second, "mika", "2026-11-30 15:00")
    asks.told()
    assert asks.clocks.run_until("2027-01-29 18:00") == []
    assert asks.told() == []


def test_a_goal_that_is_paused_is_silent_even_if_nobody_stopped_its_clock(asks: Asks) -> None:
    (key,) = asked(asks, "mika")
    with asks.company.indoors(), atomic():
        db.session.execute(update(Goal).where(Goal.id == number(key)).values(state="paused"))
    asks.clocks.run_until("2026-12-10 18:00")
    assert (asks.told(), asks.waits()) == ([], [])


def test_it_is_dark_from_the_minute_it_is_late_until_somebody_says_how_it_stands(asks: Asks) -> None:
    (key,) = asked(asks, "mika", "kenji")
    assert not dark(asks, key, DUE)
    assert dark(asks, key, "2026-11-26 09:01")
    asks.check_in(key, "mika", "2026-11-26 10:00")
    assert dark(asks, key, "2026-11-26 10:01"), "the other side has not said anything"
    asks.check_in(key, "kenji", "2026-11-26 11:00")
    assert not dark(asks, key, "2026-11-26 11:01")


def dark(asks: Asks, key: str, at: str) -> bool:
    with asks.company.indoors():
        found = find_goal(key)
        assert found is not None
        standing = standings([found], now=moment(at))[found.id]
        listed = [one.key for one in list_dark(asks.company.member("cfo"), moment(at))]
        assert standing.dark == (key in listed)
        return standing.dark


def test_the_list_of_dark_goals_shows_nobody_more_than_they_may_see(asks: Asks, company: Company) -> None:
    key = goal(company, owners=("mika",), visibility="involved")
    asks.begin(key)
    asks.ask(MONDAY)
    with company.indoors():
        seen = {
            name: len(list_dark(company.member(name), moment("2026-11-27 09:00")))
            for name in ("mika", "cmo", "kenji", "auditor")
        }
        with pytest.raises(NotAllowed):
            list_dark(company.member("agency"), moment("2026-11-27 09:00"))
    assert seen == {"mika": 1, "cmo": 1, "kenji": 0, "auditor": 1}


def test_superiors_read_that_it_is_dark_in_their_own_words(asks: Asks) -> None:
    (key,) = asked(asks, "mika")
    wait = asks.wait(key, "mika")
    with asks.company.indoors():
        for locale, state, last in (("en", "Dark: nobody", "not yet"), ("ja", "進捗確認なし", "まだありません")):
            reader = Reader(locale, "Asia/Tokyo")
            said = {reader.say(label): reader.show(value) for label, value in facts([wait])[wait]}
            assert any(value.startswith(state) for value in said.values())
            assert last in said.values()


def test_nothing_runs_without_a_clock_and_no_clock_without_an_ask(asks: Asks, company: Company) -> None:
    keys = asked(asks, "mika", "kenji", goals=3)
    asks.check_in(keys[0], "mika", "2026-11-24 10:00")
    with company.indoors():
        assert find_trouble(moment("2026-11-24 10:01")) == []
        with atomic():
            escalations.end([asks.wait(keys[1], "mika")], reason="lost", now=moment("2026-11-24 10:02"))
        assert [(one.code, one.key) for one in find_trouble(moment("2026-11-24 10:03"))] == [
            ("no_clock", asks.wait(keys[1], "mika"))
        ]


# --- noise


def deliver(company: Company, start: str, *, minutes: int = 10) -> None:
    """A worker's rounds from a moment on; one person hears one thing a second."""
    with company.indoors():
        for second in range(0, minutes * 60, 20):
            while outbox.drain(now=moment(start) + timedelta(seconds=second)):
                pass


def sent(company: Company, name: str) -> list[str]:
    """The kinds of what reached somebody, in order."""
    with company.indoors():
        db.session.rollback()
        rows = db.session.scalars(
            select(Message).where(Message.state == SENT, Message.member_id == company.id(name)).order_by(Message.id)
        ).all()
        return [row.kind for row in rows if not row.kind.startswith("cards.")]


@pytest.mark.parametrize("goals", [2, 5])
def test_late_on_several_goals_is_one_last_chance(asks: Asks, company: Company, goals: int) -> None:
    keys = asked(asks, "mika", goals=goals)
    deliver(company, MONDAY)
    asks.clocks.run_until(DUE)
    assert len(asks.told()) == goals, "each clock says so"
    deliver(company, DUE)
    assert sent(company, "mika") == ["goal.checkin_asked", "goal.checkin_last"]
    with company.indoors():
        first = late_together(asks.wait(keys[0], "mika"))
    assert [one.key for one in first] == keys, "and it speaks of them all"


def test_a_superior_hears_of_five_goals_in_one_bundle_at_each_rung(asks: Asks, company: Company) -> None:
    for key in asked(asks, "mika", "kenji", goals=5):
        asks.check_in(key, "kenji", "2026-11-24 09:00")
    deliver(company, MONDAY)
    for day in (DUE, "2026-11-30 09:00", "2026-12-02 09:00"):
        asks.clocks.run_until(day)
        deliver(company, day)
    assert sent(company, "mika") == ["goal.checkin_asked", "goal.checkin_last"]
    assert [sent(company, name) for name in ("cmo", "ceo", "cio")] == [["outbox.bundle"]] * 3


def test_what_was_answered_in_time_is_never_said(asks: Asks, company: Company) -> None:
    keys = asked(asks, "mika", goals=3)
    deliver(company, MONDAY)
    asks.clocks.run_until(DUE)
    for key in keys:
        asks.check_in(key, "mika", "2026-11-26 09:00")
    deliver(company, DUE)
    assert sent(company, "mika") == ["goal.checkin_asked"]


def test_the_first_one_answered_the_next_one_speaks(asks: Asks, company: Company) -> None:
    keys = asked(asks, "mika", goals=3)
    deliver(company, MONDAY)
    asks.clocks.run_until(DUE)
    asks.check_in(keys[0], "mika", "2026-11-26 09:00")
    deliver(company, DUE)
    assert sent(company, "mika") == ["goal.checkin_asked", "goal.checkin_last"]


def test_nobody_is_asked_and_reminded_of_the_same_on_one_day(asks: Asks, company: Company) -> None:
    asked(asks, "mika", goals=2)
    mika = company.member("mika")

    def pressing(at: str) -> int:
        with company.indoors():
            return len(nudges.list_pressing(mika, moment(at)))

    days = ["2026-11-24 09:00", "2026-11-25 09:00", DUE, "2026-11-27 09:00"]
    assert [pressing(day) for day in days] == [0, 1, 0, 1], "asked, reminded, last chance, reminded"
    with company.indoors():
        (row,) = [one for one in subjects.inbox(mika, moment(DUE)) if one.actions == ("check_in",)]
    assert row.due_at == moment(DUE), "it stands in the list all the same"


def test_stopping_repaints_what_stands(asks: Asks, company: Company) -> None:
    (key,) = asked(asks, "mika")
    with company.indoors():
        rhythm.stop(number(key), now=moment("2026-11-24 12:00"))
        turned = db.session.scalars(select(Message.subject_key).where(Message.kind == "cards.repaint")).all()
    assert set(turned) == {key, rhythm.subject_of(company.id("mika"))}


def test_a_card_speaks_of_what_became_late_with_it_and_of_nothing_that_has_time(asks: Asks, company: Company) -> None:
    keys = asked(asks, "mika", goals=3)
    with company.indoors(), atomic():
        last = (Owner.goal_id == number(keys[0])) & (Owner.member_id == company.id("mika"))
        db.session.execute(update(Owner).where(last).values(due_at=moment("2026-12-01 09:00")))
    with company.indoors():
        assert [one.key for one in late_together(asks.wait(keys[2], "mika"))] == keys[1:]


def test_the_card_of_the_last_chance_stays_true(asks: Asks, company: Company) -> None:
    keys = asked(asks, "mika", goals=3)
    deliver(company, MONDAY)
    asks.clocks.run_until(DUE)
    deliver(company, DUE)
    seen = []
    for key, at in zip(keys, ("2026-11-26 10:00", "2026-11-26 11:00", "2026-11-26 12:00"), strict=True):
        asks.check_in(key, "mika", at)
        deliver(company, at, minutes=2)
        seen.append(last_chance_of(company, "mika"))
    assert [[key for key in keys if key in text] for text in seen] == [keys[1:], keys[2:], []]


def last_chance_of(company: Company, name: str) -> str:
    """What the card shows now."""
    with company.indoors():
        db.session.rollback()
        mine = (Card.member_id == company.id(name)) & (Card.kind == "goal.checkin_last")
        return json.dumps(db.session.scalars(select(Card.shown).where(mine)).one(), ensure_ascii=False)


# --- through the services of the others


def test_a_check_in_answers_the_ask_and_acknowledges_nothing_else(asks: Asks, company: Company) -> None:
    first, second = asked(asks, "mika", "kenji", goals=2)
    asks.clocks.run_until(DUE)
    with company.indoors():
        check_in(
            company.member("mika"), first, {"confidence": 60, "note": "The pilot runs."}, now=moment("2026-11-26 09:30")
        )
    assert asks.owner(first, "mika") == ("asks at", "2026-11-30 09:00")
    assert asks.owner(second, "mika") == asks.owner(first, "kenji") == ("asked until", DUE)
    assert asks.wait(first, "mika") not in asks.waits()
    assert asks.ask("2026-11-30 09:00") == 0, "four days ago"
    assert asks.owner(first, "mika") == ("asks at", "2026-12-07 09:00")


def test_pausing_and_resuming_a_goal_stops_and_begins_its_asks(asks: Asks, company: Company) -> None:
    (key,) = asked(asks, "mika", "kenji")
    with company.indoors():
        living.pause(company.member("mika"), key, reason="The season is over.", now=moment("2026-11-24 10:00"))
    assert (asks.waits(), asks.owner(key, "kenji")) == ([], ("silent", ""))
    with company.indoors():
        living.resume(company.member("mika"), key, now=moment("2026-11-27 10:00"))
    assert asks.owner(key, "kenji") == ("asks at", "2026-11-30 09:00")


def test_whoever_leaves_is_waited_for_no_longer(asks: Asks, company: Company) -> None:
    (key,) = asked(asks, "mika", "kenji")
    company.now = moment("2026-11-25 10:00")
    company.leaves("mika")
    assert asks.waits() == [asks.wait(key, "kenji")]
