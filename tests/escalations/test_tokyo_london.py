"""A pair across two sites: every moment against tables worked out by hand, over Golden Week and the clock changes of 2026.

Off in Tokyo: 29 April, 3 to 6 May (the 6th a substitute holiday). Off in London: 3 and 6 April, 4 May. Tokyo is open from 9 to
12 and from 13 to 18, London from 9 to 17:30. London is eight hours behind Tokyo in summer, nine in winter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collab.calendars.queries import get_calendar
from collab.escalations.queries import EscalationView
from collab.outbox.rules import groups
from tests.factories import Company
from tests.factories.escalations import LAST_CHANCE, LONDON, TOKYO, Clocks, moment, shown
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
STANDARD = (Path(__file__).parents[2] / "config/escalations/standard.toml").read_text(encoding="utf-8")
CARD = LAST_CHANCE

# Whose wall the times are on, when it was due, and then: the moment it fell due, who hears, and when they can read it.
TABLES = {
    "London is late over Golden Week": ("tom", "mika", LONDON, "2026-04-28 16:00", [
        # four hours of London's: Tuesday until 17:30, Wednesday from 9. Wednesday is off in Tokyo alone.
        ("2026-04-28 16:00", "tom", "2026-04-28 16:00"),
        ("2026-04-29 11:30", "grace", "2026-04-29 11:30"),
        # London: Thursday 11:30. Tokyo, closed on the 29th, counts from Thursday's opening: Friday 09:00 JST = 01:00 BST.
        ("2026-05-01 01:00", "cmo + grace", "2026-05-01 01:00"),
        # London: off on the 4th, so 5, 6 May. Tokyo: off until the 6th, so 7, 8 May: 09:00 JST.
        ("2026-05-08 01:00", "ceo + rupert", "2026-05-08 01:00"),
        # a business day of London's after 01:00 on Friday is Monday's opening: the second loop, the last chance first
        ("2026-05-11 09:00", "tom", "2026-05-11 09:00"),
        ("2026-05-11 13:00", "grace", "2026-05-11 13:00"),
        # 13:00 BST is 21:00 JST: closed in Tokyo, on a business day of both
        ("2026-05-12 13:00", "cmo + grace", "2026-05-12 13:00"),
        ("2026-05-14 13:00", "ceo + rupert", "2026-05-14 13:00"),
        # both loops are used up on Friday evening in Tokyo: the owner reads it on Monday at 09:00 JST
        ("2026-05-15 13:00", "ceo", "2026-05-18 01:00"),
    ]),
    "Tokyo is late over Golden Week": ("kenji", "tom", TOKYO, "2026-05-01 17:00", [
        ("2026-05-01 17:00", "kenji", "2026-05-01 17:00"),
        # an hour on Friday, three on Thursday the 7th: due at noon, which is closing; Daichi is back at 13:00
        ("2026-05-07 12:00", "cio", "2026-05-07 13:00"),
        # Tokyo: Friday 13:00. London: Thursday 05:00, so Friday at its opening, 09:00 BST = 17:00 JST
        ("2026-05-08 17:00", "cio + grace", "2026-05-08 17:00"),
        ("2026-05-12 17:00", "ceo + rupert", "2026-05-12 17:00"),
    ]),
    "London's clocks go forward on 29 March": ("tom", "mika", LONDON, "2026-03-27 16:30", [
        ("2026-03-27 16:30", "tom", "2026-03-27 16:30"),
        # an hour on Friday, three on Monday, now in summer time
        ("2026-03-30 12:00", "grace", "2026-03-30 12:00"),
        ("2026-03-31 12:00", "cmo + grace", "2026-03-31 12:00"),
        ("2026-04-02 12:00", "ceo + rupert", "2026-04-02 12:00"),
        # Good Friday and Easter Monday
        ("2026-04-07 12:00", "tom", "2026-04-07 12:00"),
    ]),
    "London's clocks go back on 25 October": ("kenji", "tom", TOKYO, "2026-10-23 17:00", [
        ("2026-10-23 17:00", "kenji", "2026-10-23 17:00"),
        ("2026-10-26 12:00", "cio", "2026-10-26 13:00"),
        # London's opening is 18:00 JST now: Tokyo has just closed, and it is Tuesday for both
        ("2026-10-27 18:00", "cio + grace", "2026-10-27 18:00"),
        ("2026-10-29 18:00", "ceo + rupert", "2026-10-29 18:00"),
    ]),
    "a normal week": ("tom", "mika", LONDON, "2026-06-08 10:00", [
        ("2026-06-08 10:00", "tom", "2026-06-08 10:00"),
        ("2026-06-08 14:00", "grace", "2026-06-08 14:00"),
        ("2026-06-09 14:00", "cmo + grace", "2026-06-09 14:00"),
        ("2026-06-11 14:00", "ceo + rupert", "2026-06-11 14:00"),
    ]),
    "a Friday evening in London is Saturday in Tokyo": ("tom", "mika", LONDON, "2026-06-11 16:00", [
        ("2026-06-11 16:00", "tom", "2026-06-11 16:00"),
        ("2026-06-12 11:30", "grace", "2026-06-12 11:30"),
        # London: Monday 11:30; Tokyo: Friday 19:30, so Monday until closing
        ("2026-06-15 11:30", "cmo + grace", "2026-06-15 11:30"),
    ]),
}  # fmt: skip


@pytest.fixture
def clocks(company: Company) -> Clocks:
    found = Clocks(company)
    found.department("uk")
    found.join("rupert", site="london", manager="ceo")
    found.join("grace", site="london", department="uk", leads="uk", manager="rupert")
    found.join("tom", site="london", department="uk", manager="grace")
    found.policies(STANDARD)
    return found


def departments(late: str) -> dict[str, str]:
    return (
        {"department": "uk", "other_department": "marketing"}
        if late == "tom"
        else {"department": "it", "other_department": "uk"}
    )


@on_both
@pytest.mark.parametrize("name", TABLES)
def test_every_moment_is_the_one_worked_out_by_hand(clocks: Clocks, name: str) -> None:
    late, other, zone, due, rows = TABLES[name]
    clocks.wait(late=late, other=other, due=moment(due, zone), **departments(late))
    for slot, who, read_at in rows:
        assert shown(clocks.view().next_at, zone) == slot
        clocks.sweep(slot, zone)
        assert [(heard, at) for heard, _kind, _why, at in clocks.told(zone)] == [(who, read_at)], slot


def test_a_sweep_some_seconds_late_still_means_the_moment_it_was_for(clocks: Clocks) -> None:
    late, other, zone, due, rows = TABLES["Tokyo is late over Golden Week"]
    clocks.wait(late=late, other=other, due=moment(due, zone), **departments(late))
    for slot, _who, _read_at in rows:
        assert shown(clocks.view().next_at, zone) == slot
        clocks.sweep(moment(slot, zone) + timedelta(seconds=259))


def test_nobody_hears_on_a_day_off_or_alone_after_hours(clocks: Clocks) -> None:
    """Waits due at all hours of seven weeks around Golden Week, each climbed to its end."""
    start = moment("2026-04-13 00:30")
    dues = [start + timedelta(hours=29 * n) for n in range(40)]
    for number, due in enumerate(dues):
        late, other = ("tom", "mika") if number % 2 else ("kenji", "tom")
        clocks.wait(f"X-{number + 1}", late=late, other=other, due=due, **departments(late))
    _run_all(clocks)
    heard = [
        (row, member) for row in clocks.messages() for member in groups.members_of(row.channel) or (row.member_id,)
    ]
    assert len(heard) > 40 * 8
    calendars = {clocks.id(who): get_calendar("london") for who in ("tom", "grace", "rupert")}
    for row, member in heard:
        calendar = calendars.get(member) or get_calendar("tokyo")
        assert calendar.is_business_day(row.due_at.astimezone(calendar.zone).date()), (
            f"{clocks.name(member)} {row.due_at}"
        )
        if row.kind != "escalation.shared":
            assert calendar.is_open(row.due_at), f"{clocks.name(member)} {row.due_at}"


def _run_all(clocks: Clocks) -> None:
    for _ in range(2000):
        views: list[EscalationView] = clocks.views()
        upcoming: list[datetime] = [view.next_at for view in views if view.next_at is not None]
        if not upcoming:
            return
        clocks.sweep(min(upcoming))
    raise AssertionError("it never ends")
