"""Putting a seat on hold: seen by all, deciding nothing, with the clock standing still and a way out of every one of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from collab.approvals import queries, service
from collab.approvals.models import Seat
from collab.approvals.queries import SeatView, get_chain
from collab.approvals.service import holding
from collab.audit.queries import list_entries
from collab.escalations.models import Escalation
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.escalations import moment
from tests.parts.databases import on_both

pytestmark = pytest.mark.usefixtures("indoors")
FRIDAY, MONDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 21)
TUESDAY = date(2026, 11, 24)
"""Monday the 23rd is a holiday in Tokyo. Tests begin on Wednesday the 18th at ten."""


def hold(
    company: Company, key: str, by: str = "cmo", until: date = FRIDAY, reason: str = "The budget is not settled."
) -> datetime:
    return service.hold(key=key, actor=company.member(by), reason=reason, until_on=until, now=company.later())


def release(company: Company, key: str, by: str = "cmo") -> datetime:
    return service.release(key=key, actor=company.member(by), now=company.later())


def seat(company: Company, key: str, of: str = "cmo") -> SeatView:
    db.session.rollback()
    return next(seat for seat in get_chain(key).seats if seat.member == company.id(of))


def verbs(key: str) -> list[str]:
    return [entry.verb for entry in list_entries(key)]


def open_minutes(company: Company, since: datetime, until: datetime | None) -> int:
    assert until is not None
    return holding.calendar_or_default(company.member("cmo").calendar).between(since, until)


@on_both
def test_it_is_seen_by_all_and_decides_nothing(company: Company) -> None:
    key = company.filed()
    version = get_chain(key).version
    until = hold(company, key)
    held = seat(company, key)
    assert (held.state, held.held_until, held.held_reason) == ("waiting", until, "The budget is not settled.")
    assert until == moment("2026-11-20 18:00")
    assert get_chain(key).version == version + 1
    entry = list_entries(key)[-1]
    assert (entry.verb, entry.actor, entry.reason) == ("hold", "cmo@example.com", "The budget is not settled.")
    assert entry.after["until_on"] == "2026-11-20"
    assert (entry.details["seat"], entry.details["turn"]) == (held.position, 1)
    told = db.session.scalars(select(Message).where(Message.kind == "approval.told")).all()
    assert [(row.member_id, row.args["verb"]) for row in told] == [(company.id("mika"), "hold")]


@on_both
def test_the_clock_stands_still_and_what_was_left_runs_on_after_it(company: Company) -> None:
    key = company.filed()
    left = open_minutes(company, company.now, seat(company, key).due_at)
    hold(company, key)
    assert open_minutes(company, moment("2026-11-20 18:00"), seat(company, key).due_at) == left - 1
    company.now = moment("2026-11-19 15:00")
    due_at = release(company, key)
    assert open_minutes(company, company.now, due_at) == left - 1
    assert seat(company, key).due_at == due_at
    assert seat(company, key).held_until is None
    assert seat(company, key).held_minutes == (company.now - moment("2026-11-18 10:01")).total_seconds() // 60


def test_one_who_is_late_has_nothing_left_after_the_hold(company: Company) -> None:
    key = company.filed()
    company.now = moment("2026-11-24 10:00")
    until = hold(company, key, until=date(2026, 11, 26))
    assert seat(company, key).due_at == until
    company.now = moment("2026-11-25 10:00")
    assert release(company, key) == company.now


@on_both
def test_the_climb_starts_again_from_the_end_of_the_hold(company: Company) -> None:
    key = company.filed()
    service.sweep(now=company.now)
    hold(company, key)
    held = seat(company, key)
    row = db.session.scalars(select(Escalation).where(Escalation.key == f"{key}:seat:{held.id}")).one()
    assert (row.due_at, held.clock_at) == (held.due_at, held.due_at)
    company.now = moment("2026-11-19 10:00")
    release(company, key)
    db.session.expire_all()
    assert db.session.get(Escalation, row.id).due_at == seat(company, key).due_at


@on_both
def test_a_hold_that_has_run_out_puts_the_card_before_its_holder_again_once(company: Company) -> None:
    key = company.filed()
    hold(company, key, by="cio", until=TUESDAY)
    until = hold(company, key)
    due_at = seat(company, key).due_at
    assert holding.end_due(now=until - timedelta(minutes=1)) == 0
    assert service.sweep(now=until) == 0
    assert holding.end_due(now=until) == 0
    after = seat(company, key)
    assert (after.held_until, after.held_reason, after.due_at) == (None, None, due_at)
    assert seat(company, key, of="cio").held_until == moment("2026-11-24 18:00")
    assert verbs(key)[-1] == "hold_ended"
    asked = db.session.scalars(
        select(Message).where(Message.kind == "approval.asked", Message.member_id == after.member)
    ).all()
    assert len(asked) == 2


@on_both
def test_a_decision_ends_the_hold(company: Company) -> None:
    key = company.filed()
    until = hold(company, key)
    company.decide(key, "cmo")
    assert seat(company, key).held_until is None
    assert seat(company, key).held_minutes == 1
    assert holding.end_due(now=until) == 0
    assert company.decide(key, "cio").state == "approved"


def test_a_seat_that_goes_to_somebody_else_is_not_on_hold(company: Company) -> None:
    key = company.filed()
    hold(company, key)
    company.away("cmo")
    service.sweep(now=company.now)
    assert [row.held_until for row in get_chain(key).waiting()] == [None, None]
    assert db.session.scalars(select(Seat.held_minutes)).all() == [0, 0]


def test_reminders_are_silent_meanwhile_and_the_inbox_says_so(company: Company) -> None:
    key = company.filed()
    until = hold(company, key)
    [row] = inbox(company.member("cmo"), company.now)
    assert (row.ask.key, row.ask.args["until"], row.remind) == ("approval.ask.held", until, False)
    assert row.due_at > until
    [other] = inbox(company.member("cio"), company.now)
    assert other.remind


@pytest.mark.parametrize("day", [date(2026, 11, 18), date(2026, 11, 17), date(2026, 12, 19), date.max, date.min])
def test_a_hold_ends_between_tomorrow_and_thirty_days_ahead(company: Company, day: date) -> None:
    key = company.filed()
    with pytest.raises(Invalid) as refused:
        hold(company, key, until=day)
    assert set(refused.value.fields) == {"until_on"}
    assert "hold" not in verbs(key)


def test_tomorrow_is_the_holders_own(company: Company) -> None:
    """At 23:30 in London it is tomorrow in Tokyo already."""
    key = company.filed()
    company.now = moment("2026-11-20 00:29")
    with pytest.raises(Invalid):
        hold(company, key, until=FRIDAY)
    assert hold(company, key, until=SATURDAY) == moment("2026-11-21 23:59")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "nul\0"])
def test_it_is_never_without_words(company: Company, reason: str) -> None:
    key = company.filed()
    with pytest.raises(Invalid) as refused:
        hold(company, key, reason=reason)
    assert set(refused.value.fields) == {"reason"}


def test_only_ones_own_waiting_seat(company: Company) -> None:
    key = company.filed()
    for name in ("mika", "ceo", "auditor", "agency", "admin"):
        with pytest.raises((NotAllowed, NotFound)):
            hold(company, key, by=name, reason="")
    hold(company, key)
    with pytest.raises(NotNow, match="not_held"):
        release(company, key, by="cio")
    assert seat(company, key).held_until is not None


def test_twice_at_once_and_more_than_twice_a_turn_are_refused(company: Company) -> None:
    key = company.filed()
    hold(company, key)
    with pytest.raises(NotNow, match="already_held"):
        hold(company, key, until=TUESDAY)
    release(company, key)
    hold(company, key)
    release(company, key)
    with pytest.raises(NotNow, match="held_enough"):
        hold(company, key)
    hold(company, key, by="cio")


def test_time_on_hold_is_no_time_it_usually_takes(company: Company) -> None:
    key = company.filed()
    hold(company, key)
    company.now += timedelta(hours=5)
    company.decide(key, "cmo")
    company.later(hours=1)
    company.decide(key, "cio")
    usual = queries.usual_times(company.now)
    assert usual.of("approve", "CMO") == timedelta(minutes=1)
    assert usual.of("approve", "CIO") == timedelta(hours=6, minutes=3)
    assert usual.of("consult", "CMO") is None
    assert usual.of("circulate", "CMO") == timedelta()
