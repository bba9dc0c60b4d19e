"""One grouped reminder per person and business day, at their own nine o'clock; never about what is done, never twice."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.nudges import service
from collab.nudges.models import Nudge
from collab.nudges.service import reminding
from collab.outbox import service as outbox
from collab.people import models as people
from collab.people import service as staffing
from tests.factories.nudges import Days
from tests.parts.databases import on_both
from tests.parts.statements import statements
from tests.slack_double import buttons, text_of

pytestmark = on_both

NINE_IN_TOKYO = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
"""Thursday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(days: Days, moment: datetime) -> None:
    days.company.now = moment


def remind(days: Days, moment: datetime) -> int:
    at(days, moment)
    made = days.sweep()
    days.deliver()
    return made


def test_everything_that_presses_comes_in_one_message_the_most_pressing_first(days: Days) -> None:
    days.waits("mika", "Due today", due_at=NINE_IN_TOKYO + 8 * HOUR)
    days.waits("mika", "Late", due_at=NINE_IN_TOKYO - 17 * HOUR)
    days.waits("mika", "Due tomorrow", due_at=NINE_IN_TOKYO + DAY)
    days.waits("mika", "Due on Tuesday", due_at=NINE_IN_TOKYO + 5 * DAY)
    assert remind(days, NINE_IN_TOKYO) == 1
    (message,) = days.messages("mika")
    said = text_of(message)
    assert [said.index(title) for title in ("Late", "Due today", "Due tomorrow")] == sorted(
        said.index(title) for title in ("Late", "Due today", "Due tomorrow")
    )
    assert "Due on Tuesday" not in said
    assert "3件" in message.text


def test_friday_looks_over_a_long_weekend_to_tuesday(days: Days) -> None:
    friday = NINE_IN_TOKYO + DAY  # Monday 23 November is a holiday
    days.waits("mika", "By Tuesday evening", due_at=friday + 4 * DAY + 9 * HOUR)
    days.waits("mika", "By Wednesday", due_at=friday + 5 * DAY)
    assert remind(days, friday) == 1
    said = text_of(days.messages("mika")[0])
    assert "By Tuesday evening" in said
    assert "By Wednesday" not in said


def test_nothing_comes_when_nothing_presses_and_nobody_is_looked_at_twice_a_day(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO + 9 * DAY)
    assert remind(days, NINE_IN_TOKYO) == 0
    assert days.messages("mika") == []
    days.waits("mika", "New and late", due_at=NINE_IN_TOKYO - HOUR)
    assert remind(days, NINE_IN_TOKYO + HOUR) == 0


def test_not_before_nine_and_not_twice_after(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    assert remind(days, NINE_IN_TOKYO - timedelta(minutes=1)) == 0
    assert remind(days, NINE_IN_TOKYO) == 1
    for minutes in (1, 2, 600, -1, 0):
        assert remind(days, NINE_IN_TOKYO + timedelta(minutes=minutes)) == 0
    assert len(days.messages("mika")) == 1


def test_golden_week_in_tokyo_and_the_bank_holiday_in_london(days: Days) -> None:
    """2027: 29 April, 3, 4 and 5 May are off in Tokyo, 3 May in London; London's clocks are on summer time."""
    start = datetime(2027, 4, 26, 22, 0, tzinfo=UTC) - DAY
    for name in ("mika", "emma"):
        days.waits(name, due_at=datetime(2027, 4, 23, 6, 0, tzinfo=UTC))
    at(days, start)
    days.pass_until(datetime(2027, 5, 8, 0, 0, tzinfo=UTC), every=2 * HOUR)
    assert days.heard("mika") == [
        "Mon 04-26 09:00", "Tue 04-27 09:00", "Wed 04-28 09:00", "Fri 04-30 09:00", "Thu 05-06 09:00", "Fri 05-07 09:00",
    ]  # fmt: skip
    assert days.heard("emma") == [
        "Mon 04-26 09:00", "Tue 04-27 09:00", "Wed 04-28 09:00", "Thu 04-29 09:00", "Fri 04-30 09:00",
        "Tue 05-04 09:00", "Wed 05-05 09:00", "Thu 05-06 09:00", "Fri 05-07 09:00",
    ]  # fmt: skip


def test_clocks_that_change_in_london_leave_nine_oclock_where_it_is(days: Days) -> None:
    days.waits("emma", due_at=datetime(2027, 3, 25, 12, 0, tzinfo=UTC))
    at(days, datetime(2027, 3, 25, 0, 0, tzinfo=UTC))
    days.pass_until(datetime(2027, 3, 31, 0, 0, tzinfo=UTC), every=HOUR)
    assert days.heard("emma") == ["Thu 03-25 09:00", "Tue 03-30 09:00"]  # Good Friday and Easter Monday are off


def test_what_was_done_meanwhile_is_not_said(days: Days) -> None:
    days.waits("mika", "First", due_at=NINE_IN_TOKYO)
    days.waits("mika", "Second", due_at=NINE_IN_TOKYO)
    at(days, NINE_IN_TOKYO)
    days.sweep()
    days.acts("mika", "First")
    days.deliver()
    (message,) = days.messages("mika")
    assert "First" not in text_of(message)
    at(days, NINE_IN_TOKYO + DAY)
    days.sweep()
    days.acts("mika")
    days.deliver()
    assert len(days.messages("mika")) == 1


def test_after_an_outage_it_comes_the_same_day_and_never_the_next(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO - DAY)
    at(days, NINE_IN_TOKYO)
    assert days.sweep() == 1
    at(days, NINE_IN_TOKYO + 15 * HOUR)  # Friday, 00:00: it waited too long in the outbox
    days.deliver()
    assert days.messages("mika") == []
    assert remind(days, NINE_IN_TOKYO + DAY + 14 * HOUR) == 1  # the scheduler stood still until Friday night
    assert days.heard("mika") == ["Fri 11-20 23:00"]


def test_what_waits_from_yesterday_gives_way_to_today(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO - DAY)
    at(days, NINE_IN_TOKYO)
    days.sweep()
    assert remind(days, NINE_IN_TOKYO + DAY) == 1
    assert days.heard("mika") == ["Fri 11-20 09:00"]


def test_who_is_away_hears_nothing(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    days.company.away("mika", days=2)
    assert remind(days, NINE_IN_TOKYO) == 0
    assert remind(days, NINE_IN_TOKYO + 5 * DAY) == 1  # Tuesday


def test_who_goes_away_between_sweep_and_delivery_hears_nothing(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    at(days, NINE_IN_TOKYO)
    days.sweep()
    days.company.away("mika")
    days.deliver()
    assert days.messages("mika") == []


def test_a_former_member_hears_nothing(days: Days) -> None:
    days.waits("nao", due_at=NINE_IN_TOKYO)
    days.company.leaves("nao")
    assert remind(days, NINE_IN_TOKYO) == 0


def choose(days: Days, name: str, *, daily: bool = True, at: int | None = None) -> None:
    with days.company.indoors():
        service.choose_reminder(days.company.member(name), daily=daily, at=at, now=days.company.now)


def test_a_member_chooses_the_hour_or_none(days: Days) -> None:
    for name in ("mika", "cmo"):
        days.waits(name, due_at=NINE_IN_TOKYO - DAY)
    choose(days, "mika", at=8 * 60 + 30)
    choose(days, "cmo", daily=False)
    assert remind(days, NINE_IN_TOKYO - timedelta(minutes=31)) == 0
    assert remind(days, NINE_IN_TOKYO - timedelta(minutes=30)) == 1
    days.pass_until(NINE_IN_TOKYO + 12 * HOUR)
    assert (len(days.messages("mika")), days.messages("cmo")) == (1, [])


def test_turned_off_between_sweep_and_delivery_is_off(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    at(days, NINE_IN_TOKYO)
    days.sweep()
    choose(days, "mika", daily=False)
    days.deliver()
    assert days.messages("mika") == []


def live_in(days: Days, name: str, zone: str) -> None:
    with days.company.indoors(), atomic() as unit:
        mine = people.Member.email == f"{name}@example.com"
        unit.session.execute(update(people.Member).where(mine).values(zone=zone))


def test_a_move_to_another_zone_reminds_nobody_twice_a_day(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    assert remind(days, NINE_IN_TOKYO) == 1
    live_in(days, "mika", "Europe/London")
    days.pass_until(NINE_IN_TOKYO + 20 * HOUR, every=HOUR)
    assert len(days.messages("mika")) == 1
    days.pass_until(NINE_IN_TOKYO + DAY + 9 * HOUR, every=HOUR)
    assert days.heard("mika")[1:] == ["Fri 11-20 09:00"]


def test_an_hour_that_the_clock_jumps_over_and_one_that_comes_twice(days: Days) -> None:
    """In Cairo 30 April 2027, a Friday, begins at one o'clock; on Friday 29 October 2027 the last hour of Thursday comes twice."""
    live_in(days, "mika", "Africa/Cairo")
    days.waits("mika", due_at=datetime(2027, 4, 28, tzinfo=UTC))
    choose(days, "mika", at=30)
    at(days, datetime(2027, 4, 29, 20, 0, tzinfo=UTC))
    days.pass_until(datetime(2027, 4, 30, 2, 0, tzinfo=UTC), every=timedelta(minutes=15))
    assert days.heard("mika") == ["Fri 04-30 01:00"]  # the day before is a holiday
    days.moments.clear()
    days.waits("mika", due_at=datetime(2027, 10, 27, tzinfo=UTC))
    choose(days, "mika", at=23 * 60 + 30)
    at(days, datetime(2027, 10, 28, 19, 0, tzinfo=UTC))
    days.pass_until(datetime(2027, 10, 28, 23, 30, tzinfo=UTC), every=timedelta(minutes=15))
    assert days.heard("mika") == ["Thu 10-28 23:30"]


def test_what_is_put_aside_is_left_out(days: Days) -> None:
    days.waits("mika", "Snoozed", due_at=NINE_IN_TOKYO)
    days.changes("mika", "Snoozed", remind=False)
    assert remind(days, NINE_IN_TOKYO) == 0


def test_no_more_than_seven_rows_and_a_way_to_the_rest(days: Days) -> None:
    for number in range(9):
        days.waits("mika", f"Thing {number}", due_at=NINE_IN_TOKYO + timedelta(minutes=number))
    remind(days, NINE_IN_TOKYO)
    (message,) = days.messages("mika")
    assert ["Thing 6" in text_of(message), "Thing 7" in text_of(message)] == [True, False]
    labels = [one.label for one in buttons(message)]
    assert (labels.count("確認する"), labels.count("ほか 2 件を見る")) == (7, 1)


def test_who_was_asked_an_hour_ago_about_the_only_thing_is_not_reminded_of_it(days: Days) -> None:
    key = days.company.filed()
    days.deliver()
    (asked,) = days.messages("cmo")
    wednesday_11 = days.company.now + HOUR
    choose(days, "cmo", at=11 * 60)
    with days.company.indoors(), atomic() as unit:
        from collab.approvals.models import Seat

        unit.session.execute(update(Seat).values(due_at=wednesday_11 - timedelta(minutes=5)))
    remind(days, wednesday_11)
    assert days.messages("cmo") == [asked]
    remind(days, wednesday_11 + DAY)
    assert key in text_of(days.messages("cmo")[-1])
    assert len(days.messages("cmo")) == 2


def test_a_card_that_came_after_the_sweep_makes_the_reminder_needless(days: Days) -> None:
    at(days, NINE_IN_TOKYO)
    days.waits("cmo", due_at=NINE_IN_TOKYO)
    days.sweep()
    days.acts("cmo")
    days.company.filed()
    with days.company.indoors(), atomic() as unit:
        from collab.approvals.models import Seat

        unit.session.execute(update(Seat).values(due_at=NINE_IN_TOKYO + HOUR))
    days.deliver()
    assert len(days.messages("cmo")) == 1  # the card alone


def test_somebody_whose_list_cannot_be_read_keeps_nobody_waiting(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    days.waits("cmo", due_at=NINE_IN_TOKYO)
    days.changes("cmo", days.rows[days.company.member("cmo").id][0].title, since="not a moment", due_at=None)
    assert remind(days, NINE_IN_TOKYO) == 1


def test_four_sweepers_at_once_remind_everybody_once(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "BATCH", 3)
    names = ("cmo", "cio", "cfo", "ceo", "mika", "nao", "kenji", "sales-lead", "service-lead", "admin")
    for name in names:
        days.waits(name, due_at=NINE_IN_TOKYO)
    at(days, NINE_IN_TOKYO)
    made: list[int] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        barrier.wait()
        with days.company.app.app_context():
            made.append(service.sweep(now=NINE_IN_TOKYO))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(made) == len(names)
    days.deliver()
    assert all(len(days.messages(name)) == 1 for name in ("cmo", "mika", "kenji"))


def test_a_sweeper_that_dies_before_its_commit_has_reminded_nobody(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    at(days, NINE_IN_TOKYO)

    def die(*_notes: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "enqueue", die)
        with pytest.raises(KeyboardInterrupt):
            days.sweep()
    assert remind(days, NINE_IN_TOKYO + timedelta(minutes=1)) == 1


def test_a_sweep_with_nobody_to_remind_asks_little(days: Days) -> None:
    remind(days, NINE_IN_TOKYO)
    with statements(days.company.app) as said:
        days.sweep()
    assert said.count <= 4, said  # the places, and who of each is due


def test_marks_of_days_long_gone_are_dropped(days: Days) -> None:
    at(days, NINE_IN_TOKYO)
    days.sweep()
    at(days, NINE_IN_TOKYO + timedelta(days=70))
    days.sweep()
    with days.company.indoors():
        assert min(db.session.scalars(select(Nudge.for_on))) > date(2026, 12, 1)


def test_the_absence_that_ended_early_counts_no_more(days: Days) -> None:
    days.waits("mika", due_at=NINE_IN_TOKYO)
    days.company.away("mika")
    with days.company.indoors():
        staffing.be_back(days.company.member("mika"), now=days.company.now)
    assert remind(days, NINE_IN_TOKYO) == 1
