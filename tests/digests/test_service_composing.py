"""One issue a member and week: at their own weekday and minute, whatever sweepers, clocks and choices do."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select, update

from collab.digests import queries, service
from collab.digests.models import Issue
from collab.digests.rules.content import Content, Item, Section, Span
from collab.digests.service import composing
from collab.digests.service.composing import Found
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid
from collab.outbox import service as outbox
from collab.outbox.models import Message
from collab.people.models import Member
from tests.factories import Company
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble, text_of

TOKYO, LONDON = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London")
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MONDAY = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
"""Nine in Tokyo: the issue of 2026-W48 is due there."""
W48 = "2026-W48"
GATHER = "collab.digests.service.composing.gather"


@dataclass
class Weeks:
    """Mondays of a company in which something happened to everybody."""

    company: Company
    slack: SlackDouble
    gather: Callable[[Sequence[Actor], Span, datetime], Mapping[int, Content]]

    def sweep(self, moment: datetime) -> int:
        self.company.now = moment
        with self.company.indoors():
            return service.sweep(now=moment)

    def deliver(self) -> None:
        with time_machine.travel(self.company.now, tick=False), self.company.app.app_context():
            while outbox.drain(now=self.company.now, limit=50):
                pass

    def issues(self) -> Counter[tuple[str, str]]:
        """Of whom there is a row for which week."""
        names = {self.company.member(name).id: name for name in ("mika", "emma", "cmo", "cio")}
        with self.company.app.app_context():
            rows = db.session.execute(select(Issue.member_id, Issue.week)).all()
        return Counter((names[row.member_id], row.week) for row in rows if row.member_id in names)

    def of(self, name: str) -> list[str]:
        """The weeks of somebody's issues."""
        return sorted(week for (who, week) in self.issues() if who == name)

    def notes(self) -> Counter[str]:
        with self.company.app.app_context():
            mine = select(Message.dedupe_key).where(Message.kind == service.KIND)
            return Counter(db.session.scalars(mine))

    def choose(self, name: str, **change: object) -> None:
        with self.company.indoors():
            service.choose(self.company.member(name), change, now=self.company.now)

    def heard(self, name: str) -> list[str]:
        return [text_of(message) for message in self.slack.record.messages_to(f"{name}@example.com")]


@pytest.fixture
def weeks(company: Company, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch) -> Weeks:
    something = Content(
        (Section("moved", (Item("G-1", "Answer every customer", "/goals/G-1", "moved", {"was": 40, "now": 55}),)),)
    )

    def gather(members: Sequence[Actor], _span: Span, _now: datetime) -> Mapping[int, Content]:
        return {one.id: something for one in members}

    monkeypatch.setattr(GATHER, gather)
    return Weeks(company, slack, gather)


@on_both
def test_at_nine_on_their_own_monday_and_not_a_minute_before(weeks: Weeks) -> None:
    weeks.sweep(MONDAY - MINUTE)
    assert weeks.of("mika") == []
    weeks.sweep(MONDAY)
    assert (weeks.of("mika"), weeks.of("emma")) == ([W48], [])
    weeks.sweep(MONDAY + 9 * HOUR)
    assert weeks.of("emma") == [W48]
    weeks.deliver()
    assert [("Answer every customer" in said, len(weeks.heard("mika"))) for said in weeks.heard("mika")] == [(True, 1)]


def test_swept_every_hour_of_three_weeks_everybody_has_one_a_week(weeks: Weeks) -> None:
    now = MONDAY - DAY
    while now < MONDAY + 3 * WEEK:
        weeks.sweep(now)
        now += 8 * HOUR
    assert weeks.of("mika") == weeks.of("emma") == [W48, "2026-W49", "2026-W50"]
    assert set(weeks.issues().values()) == set(weeks.notes().values()) == {1}


@on_both
def test_four_sweepers_at_once_write_and_say_each_once(weeks: Weeks) -> None:
    start = threading.Barrier(4)
    weeks.company.now = MONDAY + 9 * HOUR

    def one(_number: int) -> int:
        with weeks.company.app.app_context():
            start.wait()
            return service.sweep(now=MONDAY + 9 * HOUR)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(one, range(4)))
    assert sum(made) == weeks.notes().total() == 13
    assert set(weeks.notes().values()) == {1}


@on_both
def test_clocks_that_jump_back_and_forth_and_sweeps_run_again(weeks: Weeks) -> None:
    for jump in (0 * DAY, -WEEK, WEEK, -DAY, 3 * HOUR, -2 * WEEK, 0 * DAY, WEEK, DAY):
        weeks.sweep(MONDAY + jump)
    assert set(weeks.notes().values()) == {1}
    assert {W48, "2026-W49"} <= set(weeks.of("mika"))


def test_after_an_outage_only_the_latest_and_at_their_own_hour(weeks: Weeks) -> None:
    weeks.sweep(MONDAY)
    assert weeks.of("mika") == [W48]
    back = MONDAY + 2 * WEEK + 2 * DAY  # the machine stood still for two weeks; it is Wednesday, nine in Tokyo
    weeks.sweep(back - 6 * HOUR)
    assert weeks.of("mika") == [W48], "nobody is written to at three in the morning because a machine came back"
    weeks.sweep(back)
    assert weeks.of("mika") == [W48, "2026-W50"]


def test_a_worker_that_dies_between_two_members_leaves_nobody_out(
    weeks: Weeks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "BATCH", 3)
    real, calls = composing.write, []

    def dies(issues: Sequence[Found], week: str, now: datetime, **how: bool) -> int:
        calls.append(week)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(issues, week, now, **how)

    monkeypatch.setattr(composing, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        weeks.sweep(MONDAY + 9 * HOUR)
    assert weeks.notes().total() == 3
    weeks.sweep(MONDAY + 9 * HOUR + MINUTE)
    assert (weeks.notes().total(), set(weeks.notes().values())) == (13, {1})


@on_both
def test_a_message_is_there_exactly_if_its_issue_is(weeks: Weeks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither without the other: the row and what says it are one commit."""

    def refuses(*_notes: object, now: datetime) -> None:
        raise RuntimeError(str(now))

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "enqueue", refuses)
        with pytest.raises(RuntimeError):
            weeks.sweep(MONDAY)
    assert not weeks.issues()
    weeks.sweep(MONDAY)
    assert weeks.of("mika") == [W48]


def test_one_who_cannot_be_read_for_keeps_nobody_waiting(weeks: Weeks, monkeypatch: pytest.MonkeyPatch) -> None:
    mika, real = weeks.company.member("mika").id, weeks.gather

    def breaks(members: Sequence[Actor], span: Span, now: datetime) -> Mapping[int, Content]:
        if any(one.id == mika for one in members):
            raise ZeroDivisionError
        return real(members, span, now)

    with monkeypatch.context() as broken:
        broken.setattr(GATHER, breaks)
        weeks.sweep(MONDAY)
    assert (weeks.of("mika"), weeks.of("cmo")) == ([], [W48])
    weeks.sweep(MONDAY + MINUTE)
    assert weeks.of("mika") == [W48]


def test_nothing_to_say_is_a_row_and_no_message(weeks: Weeks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GATHER, gathering_nothing)
    weeks.sweep(MONDAY)
    assert weeks.of("mika") == [W48]
    assert not any(key.startswith(f"digest:{weeks.company.member('mika').id}:") for key in weeks.notes())
    with weeks.company.indoors():
        assert queries.find_latest(weeks.company.member("mika").id) is None


def gathering_nothing(members: Sequence[Actor], _span: Span, _now: datetime) -> dict[int, Content]:
    return {one.id: Content() for one in members}


def test_a_holiday_waits_for_the_next_working_day(weeks: Weeks) -> None:
    """Monday 23 November 2026 is a holiday in Tokyo, not in London."""
    labour = MONDAY - WEEK
    weeks.sweep(labour + 12 * HOUR)
    assert (weeks.of("mika"), weeks.of("emma")) == ([], ["2026-W47"])
    weeks.sweep(labour + DAY - MINUTE)
    assert weeks.of("mika") == []
    weeks.sweep(labour + DAY)
    assert weeks.of("mika") == ["2026-W47"]


def test_whoever_is_away_gets_it_the_day_they_are_back(weeks: Weeks) -> None:
    weeks.company.now = MONDAY - 3 * DAY
    weeks.company.away("mika", days=5)  # until Wednesday
    weeks.sweep(MONDAY)
    weeks.sweep(MONDAY + 3 * DAY - MINUTE)
    assert weeks.of("mika") == []
    weeks.sweep(MONDAY + 3 * DAY)
    assert weeks.of("mika") == [W48]


@on_both
def test_off_means_no_row_and_on_begins_with_the_next(weeks: Weeks) -> None:
    weeks.company.now = MONDAY - DAY
    weeks.choose("mika", wanted=False)
    weeks.sweep(MONDAY)
    assert weeks.of("mika") == []
    weeks.company.now = MONDAY + DAY
    weeks.choose("mika", wanted=True)
    weeks.sweep(MONDAY + DAY + HOUR)
    assert weeks.of("mika") == [], "turned on again, nothing is made good"
    weeks.sweep(MONDAY + WEEK)
    assert weeks.of("mika") == ["2026-W49"]


@pytest.mark.parametrize(("first", "then"), [(0, 4), (4, 0), (2, 1), (0, 6)])
def test_a_weekday_changed_in_mid_week_gives_no_second_issue_and_skips_none(
    weeks: Weeks, first: int, then: int
) -> None:
    weeks.company.now = MONDAY - DAY
    weeks.choose("mika", weekday=first)
    now, changed = MONDAY, False
    while now < MONDAY + 4 * WEEK:
        if not changed and now >= MONDAY + 2 * DAY:
            weeks.choose("mika", weekday=then)
            changed = True
        weeks.sweep(now)
        now += 12 * HOUR
    assert {W48, "2026-W49", "2026-W50"} <= set(weeks.of("mika"))
    assert set(weeks.notes().values()) == {1}


def test_a_zone_that_changes_does_not_bring_the_week_twice(weeks: Weeks) -> None:
    weeks.sweep(MONDAY)
    with weeks.company.indoors(), atomic():
        db.session.execute(update(Member).where(Member.email == "mika@example.com").values(zone="America/Los_Angeles"))
    weeks.sweep(MONDAY + 17 * HOUR)
    assert weeks.of("mika") == [W48]


def test_sections_somebody_does_not_want_are_left_out_when_it_is_put_together(weeks: Weeks) -> None:
    weeks.company.now = MONDAY - DAY
    weeks.choose("mika", off=["moved"])
    weeks.sweep(MONDAY)
    with weeks.company.indoors():
        issue = queries.find_issue(week=W48, member=weeks.company.member("mika").id)
        assert issue is not None
        assert issue.empty


@on_both
def test_sent_by_hand_what_is_missing_is_made_and_nothing_twice(weeks: Weeks) -> None:
    weeks.sweep(MONDAY)
    told: list[tuple[int, int]] = []
    weeks.company.now = MONDAY + HOUR
    with weeks.company.indoors():
        sent = service.send(W48, now=MONDAY + 16 * HOUR, progress=lambda done, every: told.append((done, every)))
        again = service.send(W48, now=MONDAY + 16 * HOUR, progress=lambda done, every: told.append((done, every)))
    assert (sent.issues, again.issues) == (1, 0)
    assert told == [(1, 1)]
    assert set(weeks.notes().values()) == {1}


def test_sent_again_it_says_the_same(weeks: Weeks) -> None:
    weeks.sweep(MONDAY)
    weeks.deliver()
    (first,) = weeks.heard("mika")
    weeks.company.now = MONDAY + 2 * DAY
    with weeks.company.indoors():
        service.send_to(weeks.company.member("mika"), W48, now=weeks.company.now)
    weeks.deliver()
    assert weeks.heard("mika") == [first, first]


def test_an_older_week_sent_by_hand_is_said_although_a_later_one_is_there(weeks: Weeks) -> None:
    weeks.sweep(MONDAY)
    weeks.deliver()
    weeks.company.now = MONDAY + HOUR
    with weeks.company.indoors():
        service.send("2026-W47", now=MONDAY + HOUR, progress=lambda _done, _every: None)
    weeks.deliver()
    assert len(weeks.heard("mika")) == 2


@pytest.mark.parametrize("week", ["2026-W49", "2026-W54", "last week", "2026-w48", ""])
def test_by_hand_only_a_week_that_is_over(weeks: Weeks, week: str) -> None:
    with weeks.company.indoors(), pytest.raises(Invalid):
        service.send_to(weeks.company.member("mika"), week, now=MONDAY)


def test_a_later_issue_takes_the_place_of_one_that_was_not_said(weeks: Weeks) -> None:
    weeks.sweep(MONDAY)
    weeks.sweep(MONDAY + WEEK)
    weeks.deliver()
    (said,) = weeks.heard("mika")
    assert said.startswith("11月30日")
    with weeks.company.indoors():
        states = db.session.execute(
            select(Message.state, func.count()).where(Message.kind == service.KIND).group_by(Message.state)
        )
        assert dict(states.all())["superseded"] >= 1


def test_one_turned_off_while_its_message_waits_is_not_said(weeks: Weeks) -> None:
    weeks.sweep(MONDAY)
    weeks.choose("mika", wanted=False)
    weeks.deliver()
    assert weeks.heard("mika") == []


def test_no_older_week_comes_after_a_later_one(weeks: Weeks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GATHER, gathering_nothing)
    weeks.sweep(MONDAY)
    assert weeks.of("mika") == [W48]
    monkeypatch.setattr(GATHER, weeks.gather)
    weeks.company.now = MONDAY + DAY
    weeks.choose("mika", weekday=4)
    weeks.sweep(MONDAY + DAY + HOUR)  # last Friday's, of which there is none, would be W47's
    assert weeks.of("mika") == [W48]


def test_a_clock_that_ran_ahead_for_months_silences_nobody(weeks: Weeks) -> None:
    weeks.sweep(MONDAY + 20 * WEEK)
    weeks.sweep(MONDAY)
    weeks.deliver()
    assert W48 in weeks.of("mika")
    assert any("11月23日" in said for said in weeks.heard("mika")), weeks.heard("mika")
