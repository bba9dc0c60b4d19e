"""The clock runs only on whoever must act next, to the minute, on their own calendar. Moments are worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from collab.kernel.errors import Invalid, NotNow
from collab.tasks.rules import clocks
from tests.factories.company import Company
from tests.factories.tasks import Tasks
from tests.parts.databases import on_both

TOKYO, LONDON = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/London")


def tokyo(*when: int) -> datetime:
    return datetime(*when, tzinfo=TOKYO)  # type: ignore[misc]


def london(*when: int) -> datetime:
    return datetime(*when, tzinfo=LONDON)  # type: ignore[misc]


def test_an_answer_is_due_on_the_calendar_of_whoever_must_answer(company: Company, tasks: Tasks) -> None:
    """Wednesday 10:00 in Tokyo is 01:00 in London: Emma's eight hours begin when she opens."""
    assert tasks.view(tasks.ask(due="8bh")).due_at == tokyo(2026, 11, 19, 10, 0)
    hers = tasks.view(tasks.ask(to="sales", assignee="emma@example.com", due="8bh"))
    assert hers.due_at == london(2026, 11, 18, 17, 0)
    two_days = tasks.ask(to="sales", assignee="emma@example.com", due="2bd")
    assert tasks.view(two_days).due_at == london(2026, 11, 20, 9, 0)


def test_a_holiday_of_the_one_who_must_act_does_not_count_and_that_of_the_asker_does(
    company: Company, tasks: Tasks
) -> None:
    """Friday 16:00 in Tokyo; Monday 23 November is a holiday there, not in London."""
    company.now = tokyo(2026, 11, 20, 16, 0)
    assert tasks.view(tasks.ask(due="8bh")).due_at == tokyo(2026, 11, 24, 16, 0)
    hers = tasks.view(tasks.ask(to="sales", assignee="emma@example.com", due="8bh"))
    assert hers.due_at == london(2026, 11, 20, 17, 0)


@pytest.mark.parametrize(
    ("severity", "due"),
    [("normal", tokyo(2026, 11, 19, 10, 0)), ("urgent", tokyo(2026, 11, 18, 12, 0)), ("brand", tokyo(2026, 11, 18, 10, 15))],
)  # fmt: skip
def test_where_nobody_says_it_the_severity_says_how_long(tasks: Tasks, severity: str, due: datetime) -> None:
    assert tasks.view(tasks.ask(severity=severity)).due_at == due


@on_both
def test_a_question_moves_the_clock_to_the_asked_and_the_answer_gives_the_rest_back(
    company: Company, tasks: Tasks
) -> None:
    """Kenji (Tokyo) has until Thursday 10:00. At Wednesday 15:00 he has four hours left and asks Emma, in London."""
    key = tasks.ask(due="8bh")
    company.now = tokyo(2026, 11, 18, 15, 0)
    tasks.do("question", key, "cio", to="emma@example.com")
    seen = tasks.view(key)
    assert (seen.waiting_on and seen.waiting_on.member and seen.waiting_on.member.name_en) == "Emma Clarke"
    assert seen.due_at == london(2026, 11, 18, 17, 0)  # 15:00 in Tokyo is 06:00: eight hours from 09:00
    assert tasks.wait(key).key == f"{key}:question"

    company.now = london(2026, 11, 18, 16, 30)  # 01:30 on Thursday in Tokyo: Kenji's side lost no minute overnight
    tasks.do("answer", key, "emma")
    assert tasks.view(key).due_at == tokyo(2026, 11, 19, 14, 0)  # 09:00-12:00 and 13:00-14:00
    assert tasks.wait(key).key == f"{key}:answer"


def test_a_question_over_golden_week_costs_the_stopped_one_nothing(company: Company, tasks: Tasks) -> None:
    """29 April and 3-5 May 2027 are holidays in Tokyo; 3 May is one in London."""
    company.now = tokyo(2027, 4, 28, 16, 0)
    key = tasks.at("accepted", due="8bh")
    company.now = tokyo(2027, 4, 28, 17, 0)
    tasks.do("counter", key, "kenji", due=tokyo(2027, 4, 30, 12, 0))
    tasks.do("agree", key, "mika")
    company.now = tokyo(2027, 4, 30, 9, 30)  # two and a half hours left
    tasks.do("question", key, "kenji", to="emma@example.com")
    assert tasks.view(key).due_at == london(2027, 4, 30, 17, 0)  # 01:30 there: eight hours from 09:00
    company.now = london(2027, 4, 30, 15, 0)  # 23:00 on Friday in Tokyo; the next opening is Thursday 6 May
    tasks.do("answer", key, "emma")
    assert tasks.view(key).due_at == tokyo(2027, 5, 6, 11, 30)
    assert tasks.view(key).promised_at == tokyo(2027, 4, 30, 12, 0)  # the promise itself is history, and stays


def test_whoever_gets_the_clock_back_has_an_hour_at_the_least(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(due="8bh")
    company.now = tokyo(2026, 11, 19, 9, 50)
    tasks.do("question", key, "cio")
    company.now = tokyo(2026, 11, 19, 17, 30)
    tasks.do("answer", key, "mika")
    assert tasks.view(key).due_at == tokyo(2026, 11, 20, 9, 30)


def test_the_asker_may_ask_back_too_and_a_second_question_waits(company: Company, tasks: Tasks) -> None:
    key = tasks.at("accepted")
    company.later(minutes=10)
    tasks.do("question", key, "mika", text="Do you need the list of 2025 as well?")
    assert tasks.wait(key).late_id == company.id("kenji")
    with pytest.raises(NotNow, match="task_question_open"):
        tasks.do("question", key, "kenji", text="Which list?")


def test_a_block_moves_the_clock_to_whoever_can_lift_it_and_gives_the_rest_back(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    tasks.do("accept", key, "kenji", due=tokyo(2026, 11, 19, 12, 0))
    company.now = tokyo(2026, 11, 18, 17, 0)  # four business hours left
    tasks.do(
        "block", key, "kenji", lifter="emma@example.com", cost={"amount": "50000", "currency": "JPY", "per": "day"}
    )
    seen = tasks.view(key)
    assert seen.due_at == london(2026, 11, 18, 17, 0)
    assert seen.block is not None
    assert (str(seen.block.cost), seen.block.cost_per) == ("50000", "day")
    wait = tasks.wait(key)
    assert (wait.late_id, wait.other_id, wait.department) == (company.id("emma"), company.id("kenji"), "sales")
    company.now = london(2026, 11, 19, 10, 0)  # 19:00 in Tokyo
    tasks.do("unblock", key, "emma")
    assert tasks.view(key).due_at == tokyo(2026, 11, 20, 14, 0)
    assert tasks.view(key).state == "accepted"


def test_a_question_inside_a_block_stops_the_lifter_and_not_the_owner(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    tasks.do("accept", key, "kenji", due=tokyo(2026, 11, 19, 12, 0))
    company.now = tokyo(2026, 11, 18, 17, 0)
    tasks.do("block", key, "kenji")  # Mika has eight hours: until Thursday 17:00 ... 18:00 and 7 more
    assert tasks.view(key).due_at == tokyo(2026, 11, 19, 17, 0)
    company.now = tokyo(2026, 11, 19, 10, 0)  # six left
    tasks.do("question", key, "mika")
    company.now = tokyo(2026, 11, 19, 11, 0)
    tasks.do("answer", key, "kenji")
    assert tasks.view(key).due_at == tokyo(2026, 11, 19, 18, 0)  # six hours from 11:00
    tasks.do("unblock", key, "mika")
    assert tasks.view(key).due_at == tokyo(2026, 11, 19, 16, 0)  # the owner's four hours from 11:00


def test_asking_again_gives_the_owner_the_time_that_was_left(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(due="8bh")
    company.now = tokyo(2026, 11, 18, 14, 0)  # five hours left
    tasks.do("counter", key, "cio", scope="Only the stores of Kanto")
    assert tasks.wait(key).late_id == company.id("mika")
    company.now = tokyo(2026, 11, 19, 9, 0)
    tasks.do("ask_again", key, "mika")
    seen = tasks.view(key)
    assert (seen.state, seen.due_at) == ("asked", tokyo(2026, 11, 19, 15, 0))


def test_a_brand_incident_never_sleeps(company: Company, tasks: Tasks) -> None:
    """Saturday 23:00: fifteen minutes are fifteen minutes."""
    company.now = tokyo(2026, 11, 21, 23, 0)
    key = tasks.ask(severity="brand")
    assert tasks.view(key).due_at == tokyo(2026, 11, 21, 23, 15)
    company.now = tokyo(2026, 11, 21, 23, 5)
    tasks.do("question", key, "cio")
    company.now = tokyo(2026, 11, 21, 23, 7)
    tasks.do("answer", key, "mika")
    assert tasks.view(key).due_at == tokyo(2026, 11, 22, 0, 7)  # the least anybody gets back
    assert tasks.view(key).visibility == "company"


@pytest.mark.parametrize(
    ("given", "promised"),
    [("2bd", tokyo(2026, 11, 20, 10, 0)), (date(2026, 11, 20), tokyo(2026, 11, 20, 18, 0)),
     (date(2026, 11, 21), tokyo(2026, 11, 22, 0, 0)), (tokyo(2026, 12, 1, 15, 0), tokyo(2026, 12, 1, 15, 0))],
)  # fmt: skip
def test_a_promise_is_a_span_a_day_or_a_moment(tasks: Tasks, given: object, promised: datetime) -> None:
    key = tasks.ask()
    moved = tasks.do("accept", key, "kenji", due=given)
    assert moved.due_at == promised
    assert tasks.view(key).promised_at == promised


@pytest.mark.parametrize(
    "given", ["8 weeks", "0h", tokyo(2026, 11, 18, 9, 0), date(2026, 11, 17), tokyo(2031, 1, 1, 0, 0), "99999bd"]
)
def test_a_date_that_cannot_be_kept_is_refused(tasks: Tasks, given: object) -> None:
    key = tasks.ask()
    with pytest.raises(Invalid) as refusal:
        tasks.do("accept", key, "kenji", due=given)
    assert set(refusal.value.fields) == {"due"}


def test_a_date_that_passed_while_it_was_being_agreed_leaves_an_hour(company: Company, tasks: Tasks) -> None:
    key = tasks.ask()
    tasks.do("counter", key, "cio", due=tokyo(2026, 11, 18, 18, 0))
    company.now = tokyo(2026, 11, 19, 9, 0)
    tasks.do("agree", key, "mika")
    assert tasks.view(key).due_at == tokyo(2026, 11, 19, 10, 0)


@pytest.mark.parametrize(
    ("preset", "until"),
    [("2h", tokyo(2026, 11, 20, 18, 0)), ("tomorrow", tokyo(2026, 11, 21, 9, 0)),
     ("next_business_day", tokyo(2026, 11, 24, 9, 0)), ("after_my_leave", tokyo(2026, 12, 7, 9, 0))],
)  # fmt: skip
def test_presets_of_putting_off(company: Company, tasks: Tasks, preset: str, until: datetime) -> None:
    """Friday 16:00 before a long weekend; Kenji will be away from 30 November to 4 December."""
    company.now = tokyo(2026, 11, 20, 16, 0)
    with company.indoors():
        from collab.people import service

        days = {"from_on": date(2026, 11, 30), "until_on": date(2026, 12, 4)}
        service.be_away(company.member("kenji"), deputy=None, now=company.now, **days)
    key = tasks.ask(assignee="kenji@example.com", due="2h")
    tasks.do("snooze", key, "kenji", until=preset)
    seen = tasks.view(key)
    assert (seen.snoozed_until, seen.due_at, seen.snoozes_left) == (until, until, 2)
    assert tasks.wait(key).due_at == until


def test_there_is_no_leave_to_come_back_from(tasks: Tasks) -> None:
    key = tasks.ask()
    with pytest.raises(Invalid, match="invalid"):
        tasks.do("snooze", key, "cio", until="after_my_leave")


def test_arithmetic_of_what_is_left_never_owes(company: Company) -> None:
    with company.indoors():
        from collab.calendars.queries import get_calendar

        calendar = get_calendar("tokyo")
    now = tokyo(2026, 11, 18, 10, 0)
    assert clocks.rest(calendar, now, now - timedelta(days=3), always=False) == 0
    assert clocks.rest(calendar, now, now + timedelta(days=1), always=False) == 8 * 60
    assert clocks.rest(calendar, now, now + timedelta(days=1), always=True) == 24 * 60
    assert clocks.give_back(calendar, now, 0, always=True) == now.astimezone(UTC) + timedelta(hours=1)


def test_a_proposal_over_an_open_question_keeps_what_the_question_kept(company: Company, tasks: Tasks) -> None:
    key = tasks.ask(due="8bh")
    company.now = tokyo(2026, 11, 18, 15, 0)  # four hours left
    tasks.do("question", key, "cio", to="emma@example.com")
    company.now = tokyo(2026, 11, 18, 17, 0)
    tasks.do("counter", key, "cio")
    company.now = tokyo(2026, 11, 19, 9, 0)
    tasks.do("ask_again", key, "mika")
    assert tasks.view(key).due_at == tokyo(2026, 11, 19, 14, 0)
