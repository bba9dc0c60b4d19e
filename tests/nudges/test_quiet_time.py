"""Quiet time: what would disturb waits and is said at its end if it still matters; what is urgent comes at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.nudges import queries, service
from collab.nudges.rules.pattern import Pattern
from collab.nudges.rules.times import Window, parse_window
from collab.outbox import service as outbox
from collab.outbox.models import Message
from collab.outbox.registry import MessageKind, Rendered, add_kind, kinds
from collab.outbox.service import Note
from tests.factories.nudges import Days
from tests.parts.databases import on_both
from tests.parts.statements import statements

pytestmark = on_both

NEWS, ASK = "test.news", "test.ask"
EIGHT_IN_THE_EVENING = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
"""In Tokyo."""
EIGHT_IN_THE_MORNING = EIGHT_IN_THE_EVENING + timedelta(hours=12)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    add_kind(MessageKind(NEWS, _said))
    add_kind(MessageKind(ASK, _said, must_arrive=True))
    yield
    kinds.pop(NEWS), kinds.pop(ASK)


def _said(envelope: Any) -> Rendered | None:
    text = envelope.args["text"]
    if text in OVER:
        return None
    return Rendered(text, [{"type": "section", "text": {"type": "plain_text", "text": text}}])


OVER: set[str] = set()


@pytest.fixture(autouse=True)
def nothing_is_over() -> None:
    OVER.clear()


def say(days: Days, text: str, *, to: str = "mika", kind: str = NEWS, **more: Any) -> None:
    with days.company.indoors(), atomic():
        member = None if "members" in more or "channel" in more else days.company.member(to).id
        note = Note(kind, "T-1", f"{text}:{to}", member=member, args={"text": text}, **more)
        outbox.enqueue(note, now=days.company.now)


def quiet(days: Days, window: str | None, *, who: str = "mika") -> None:
    with days.company.indoors():
        chosen = parse_window(window) if window else None
        service.choose_quiet(days.company.member(who), chosen, now=days.company.now)


def texts(days: Days, name: str = "mika") -> list[str]:
    return [message.text for message in days.messages(name)]


def pass_to(days: Days, moment: datetime) -> None:
    """Time passes with a worker's round every half hour, and one to the minute before."""
    while days.company.now < moment - timedelta(minutes=31):
        days.company.later(minutes=30)
        days.deliver()
    days.company.now = moment
    days.deliver()


def test_it_waits_until_the_minute_the_quiet_time_ends(days: Days) -> None:
    quiet(days, "20:00-08:00")
    days.company.now = EIGHT_IN_THE_EVENING - timedelta(minutes=1)
    say(days, "before")
    days.deliver()
    days.company.now = EIGHT_IN_THE_EVENING
    say(days, "in the evening")
    pass_to(days, EIGHT_IN_THE_MORNING - timedelta(minutes=1))
    assert texts(days) == ["before"]
    pass_to(days, EIGHT_IN_THE_MORNING)
    assert texts(days) == ["before", "in the evening"]


def test_what_is_urgent_comes_at_once_and_nobody_else_waits(days: Days) -> None:
    quiet(days, "20:00-08:00")
    days.company.now = EIGHT_IN_THE_EVENING
    say(days, "to everybody", to="cmo")
    say(days, "to everybody")
    say(days, "brand incident", urgent=True)
    days.deliver()
    assert (texts(days), texts(days, "cmo")) == (["brand incident"], ["to everybody"])


def test_what_is_over_by_then_is_not_said(days: Days) -> None:
    quiet(days, "20:00-08:00")
    days.company.now = EIGHT_IN_THE_EVENING
    say(days, "one")
    say(days, "two")
    days.deliver()
    OVER.add("one")
    pass_to(days, EIGHT_IN_THE_MORNING)
    assert texts(days) == ["two"]


def test_asks_wait_too_when_somebody_chose_their_own_quiet_time(days: Days) -> None:
    quiet(days, "20:00-08:00")
    days.company.now = EIGHT_IN_THE_EVENING
    say(days, "please decide", kind=ASK)
    days.deliver()
    assert texts(days) == []


def test_in_the_companys_quiet_time_only_news_waits(days: Days) -> None:
    days.company.app.extensions["nudges.pattern"] = Pattern(quiet=Window(1200, 480))
    quiet(days, None, who="cmo")
    days.company.now = EIGHT_IN_THE_EVENING
    say(days, "news")
    say(days, "please decide", kind=ASK)
    say(days, "news", to="cmo")
    days.deliver()
    assert (texts(days), texts(days, "cmo")) == (["please decide"], ["news"])
    pass_to(days, EIGHT_IN_THE_MORNING)
    assert texts(days) == ["please decide", "news"]


def test_everybody_is_quiet_by_their_own_clock(days: Days) -> None:
    quiet(days, "20:00-08:00", who="emma")
    days.company.now = EIGHT_IN_THE_EVENING  # eleven in the morning in London
    say(days, "now", to="emma")
    days.deliver()
    days.company.now = EIGHT_IN_THE_EVENING + 9 * HOUR
    say(days, "later", to="emma")
    days.deliver()
    assert texts(days, "emma") == ["now"]


def test_turned_off_or_moved_what_waited_comes(days: Days) -> None:
    quiet(days, "20:00-08:00")
    days.company.now = EIGHT_IN_THE_EVENING
    say(days, "waits")
    days.deliver()
    quiet(days, "20:00-07:00")
    days.deliver()
    assert texts(days) == []
    quiet(days, None)
    days.deliver()
    assert texts(days) == ["waits"]


def test_a_conversation_of_several_is_not_held(days: Days) -> None:
    quiet(days, "20:00-08:00")
    days.company.now = EIGHT_IN_THE_EVENING
    channel = days.slack.add_channel("everybody")
    say(days, "in a channel", channel=channel)
    days.deliver()
    assert [message.text for message in days.slack.record.messages()] == ["in a channel"]


def waiting_until(days: Days) -> datetime:
    with days.company.indoors():
        db.session.rollback()
        return db.session.scalars(select(Message.due_at).where(Message.state == "pending")).one()


def test_a_clock_that_was_wrong_holds_nothing_for_long(days: Days) -> None:
    """A machine a day ahead put it off; once its clock is right again, it is looked at within two hours."""
    quiet(days, "20:00-08:00")
    days.company.now = EIGHT_IN_THE_EVENING
    say(days, "waits")
    days.company.now += timedelta(days=1)
    days.deliver()
    days.company.now = EIGHT_IN_THE_EVENING + HOUR
    days.deliver()
    assert waiting_until(days) <= days.company.now + 2 * HOUR
    pass_to(days, EIGHT_IN_THE_MORNING)
    assert texts(days) == ["waits"]


def test_a_reminder_chosen_inside_quiet_time_comes_at_its_end(days: Days) -> None:
    quiet(days, "20:00-10:00")
    days.waits("mika", due_at=EIGHT_IN_THE_EVENING)
    days.company.now = EIGHT_IN_THE_EVENING
    days.pass_until(EIGHT_IN_THE_MORNING + 4 * HOUR)
    assert days.heard("mika") == ["Thu 11-19 10:00"]


def test_it_costs_one_statement_a_batch_and_nothing_where_nobody_is_told(days: Days) -> None:
    days.company.now = EIGHT_IN_THE_EVENING
    with days.company.indoors():
        ids = [days.company.member(name).id for name in ("mika", "cmo", "cio")]
        with statements(days.company.app) as said:
            assert queries.silences(ids, days.company.now) == {}
    assert said.count == 1, said
    say(days, "in a channel", channel=days.slack.add_channel("everybody"))
    with statements(days.company.app) as said:
        days.deliver()
    assert "nudge_habits" not in str(said)
