"""Seats and the escalation engine: each open seat has a clock of its own, and nobody hears of one that was decided."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.service import clocks as seat_clocks
from collab.kernel.errors import NotAllowed, NotFound, NotNow
from collab.people import queries as people
from collab.people import service as staffing
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.factories.escalations import Clocks, moment, shown
from tests.factories.papers import LARGE
from tests.parts.databases import on_both

STANDARD = (Path(__file__).parents[2] / "config" / "escalations" / "standard.toml").read_text()
DUE = "2026-11-20 10:00"
"""Two business days after Wednesday, 10:00: when the two keys are due."""
SIDE_BY_SIDE = route("office:CMO office:CIO", "office:CFO")
"""Two who approve before the last word: what a deputy may do."""

pytestmark = pytest.mark.usefixtures("indoors")


@pytest.fixture
def clocks(company: Company) -> Clocks:
    clocks = Clocks(company)
    clocks.policies(STANDARD)
    return clocks


def seats(company: Company, key: str) -> dict[str, approvals.SeatView]:
    """The seats that wait, by their holder's name."""
    chain = approvals.get_chain(key)
    emails = people.emails_of(seat.member for seat in chain.waiting())
    return {emails[seat.member].partition("@")[0]: seat for seat in chain.waiting()}


def wait_of(company: Company, key: str, name: str) -> str:
    return seat_clocks.wait_key(key, seats(company, key)[name].id)


def running(clocks: Clocks) -> dict[str, str]:
    """Who is late, by when, for every clock that runs."""
    return {clocks.name(view.late): shown(view.due_at) for view in clocks.views() if view.late}


def last_chances(clocks: Clocks) -> list[str]:
    return [name for name, kind, *_ in clocks.told() if kind.endswith("last_chance")]


@on_both
def test_every_seat_that_is_asked_gets_its_own_clock_in_the_next_sweep(company: Company, clocks: Clocks) -> None:
    company.filed()
    assert running(clocks) == {}, "deciding and filing start no clock: they keep their price"
    service.sweep(now=company.now)
    assert running(clocks) == {"cmo": DUE, "cio": DUE}


def test_sweeping_again_starts_no_second_clock(company: Company, clocks: Clocks) -> None:
    key = company.filed()
    for _ in range(3):
        service.sweep(now=company.later())
    assert len(clocks.views()) == 2
    assert seat_clocks.keep(now=company.later()) == 0
    assert seats(company, key)["cmo"].clock_at == seats(company, key)["cmo"].due_at


def test_a_planned_seat_has_no_clock_before_its_step_opens(company: Company, clocks: Clocks) -> None:
    company.filed("kenji", category="other", amount="2000000", **LARGE)
    service.sweep(now=company.now)
    assert set(running(clocks)) == {"cio"}


def test_a_decided_seat_is_no_longer_waited_for(company: Company, clocks: Clocks) -> None:
    key = company.filed()
    service.sweep(now=company.now)
    company.decide(key, "cmo")
    service.sweep(now=company.later())
    assert set(running(clocks)) == {"cio"}


def test_nobody_hears_of_a_seat_that_was_decided_although_no_sweep_ran_since(company: Company, clocks: Clocks) -> None:
    key = company.filed()
    service.sweep(now=company.now)
    company.decide(key, "cmo")
    company.decide(key, "cio")
    clocks.told()
    clocks.run_until("2026-12-10 10:00")
    assert clocks.told() == []


def test_the_late_hear_first_then_the_requester_then_those_above(company: Company, clocks: Clocks) -> None:
    company.filed()
    service.sweep(now=company.now)
    clocks.told()
    clocks.sweep("2026-11-20 09:59")
    assert clocks.told() == []
    clocks.sweep(DUE)
    assert {(name, kind) for name, kind, *_ in clocks.told()} == {
        ("cmo", "approval.last_chance"),
        ("cio", "approval.last_chance"),
    }
    clocks.run_until("2026-11-24 10:00")
    assert {name for name, *_ in clocks.told()} == {"mika"}, "a business day later the requester, who may ask again"
    clocks.run_until("2026-11-25 10:00")
    assert {name for name, *_ in clocks.told()} == {"ceo"}


@on_both
def test_more_time_moves_the_deadline_a_business_day_and_is_counted(company: Company, clocks: Clocks) -> None:
    key = company.filed()
    service.sweep(now=company.now)
    at = moment("2026-11-20 16:30")
    clocks.sweep(at)
    due = service.more_time(key=key, actor=company.member("cmo"), now=at)
    assert shown(due) == "2026-11-24 16:30", "the 23rd is a holiday"
    assert seats(company, key)["cmo"].due_at == due
    assert running(clocks)["cmo"] == "2026-11-24 16:30"
    service.more_time(key=key, actor=company.member("cmo"), now=at)
    with pytest.raises(NotNow) as refusal:
        service.more_time(key=key, actor=company.member("cmo"), now=at)
    assert refusal.value.said_code == "no_more_time"
    assert running(clocks) == {"cmo": "2026-11-25 16:30", "cio": DUE}


def test_more_time_is_for_whoever_is_asked_and_nobody_else(company: Company, clocks: Clocks) -> None:
    key = company.filed()
    with pytest.raises(NotAllowed):
        service.more_time(key=key, actor=company.member("mika"), now=company.now)
    with pytest.raises(NotFound):
        service.more_time(key=key, actor=company.member("kenji"), now=company.now)
    company.decide(key, "cmo")
    with pytest.raises(NotAllowed):
        service.more_time(key=key, actor=company.member("cmo"), now=company.now)


@on_both
def test_an_absence_moves_the_seat_and_the_deputys_clock_is_their_own(company: Company, clocks: Clocks) -> None:
    company.routes(SIDE_BY_SIDE)
    key = company.filed(category="other")
    service.sweep(now=company.now)
    company.now = moment("2026-11-19 15:00")
    company.away("cmo", deputy="nao", days=1)
    service.sweep(now=company.now)
    assert running(clocks) == {"nao": "2026-11-24 15:00", "cio": DUE}
    clocks.told()
    clocks.sweep(DUE)
    assert last_chances(clocks) == ["cio"], "the deputy has had the seat for a day"
    assert seats(company, key)["nao"].instead_of == company.id("cmo")


def test_a_seat_on_london_hours_runs_on_london_hours(company: Company, clocks: Clocks) -> None:
    company.routes(SIDE_BY_SIDE)
    company.filed(category="other")
    company.now = moment("2026-11-18 23:30")
    company.away("cmo", deputy="emma", days=3)
    service.sweep(now=company.now)
    assert running(clocks)["emma"] == "2026-11-20 23:30", "14:30 in London, two business days later"


def test_a_step_asked_again_after_undo_is_waited_for_again(company: Company, clocks: Clocks) -> None:
    key = company.filed("kenji", category="other", amount="2000000", **LARGE)
    service.sweep(now=company.now)
    company.decide(key, "cio")
    service.sweep(now=company.later())
    assert set(running(clocks)) == {"cfo"}
    service.undo(key=key, actor=company.member("cio"), now=company.later())
    service.sweep(now=company.later())
    assert set(running(clocks)) == {"cio"}
    company.decide(key, "cio")
    service.sweep(now=company.later())
    assert set(running(clocks)) == {"cfo"}


def test_a_request_taken_back_is_waited_for_by_nobody(company: Company, clocks: Clocks) -> None:
    from collab.purchases import service as purchases

    key = company.filed()
    service.sweep(now=company.now)
    purchases.withdraw(company.member("mika"), key, now=company.later())
    service.sweep(now=company.later())
    assert running(clocks) == {}


def test_the_auditor_knows_which_clocks_ought_to_run(company: Company, clocks: Clocks) -> None:
    key = company.filed()
    soon, late = company.now + timedelta(minutes=5), company.now + timedelta(minutes=15)
    assert seat_clocks.expected(soon) == []
    assert sorted(seat_clocks.expected(late)) == sorted(wait_of(company, key, name) for name in ("cmo", "cio"))


def test_superiors_read_who_waits_and_since_when_and_no_amount(company: Company, clocks: Clocks) -> None:
    key = company.filed()
    wait = wait_of(company, key, "cmo")
    facts = {label.key: value for label, value in seat_clocks.facts([wait])[wait]}
    assert facts["approval.card.requester"].email == "mika@example.com"
    assert facts["approval.fact.since"] == company.now
    assert not any("amount" in label for label in facts)


@on_both
def test_clocks_agree_with_seats_whatever_happens(company: Company, clocks: Clocks) -> None:
    """Two weeks of a company at work, drawn: after every sweep each open seat has one clock that says the same."""
    chance = random.Random(5)
    keys: list[str] = []
    for _ in range(60):
        company.later(hours=chance.choice((1, 3, 9)))
        _something_happens(company, keys, chance)
        if chance.random() < 0.6:
            staffing.sweep(now=company.now)
            service.sweep(now=company.now)
            assert _clocks(clocks) == _seats(company, keys)


def _something_happens(company: Company, keys: list[str], chance: random.Random) -> None:
    what = chance.choice(("file", "file", "approve", "approve", "return", "undo", "away", "back", "time", "withdraw"))
    if what == "file" or not keys:
        keys.append(company.filed(chance.choice(("mika", "nao"))))
        return
    if what == "away":
        company.away(chance.choice(("cmo", "cio", "cfo")), deputy=chance.choice(("nao", "kenji", None)), days=2)
        return
    if what == "back":
        staffing.be_back(company.member(chance.choice(("cmo", "cio", "cfo"))), now=company.now)
        return
    _one_acts(company, chance.choice(keys), what, chance)


def _one_acts(company: Company, key: str, what: str, chance: random.Random) -> None:
    from collab.purchases import service as purchases

    chain = approvals.get_chain(key)
    asked = [people.get_actor(seat.member, company.now) for seat in chain.waiting()]
    try:
        if what == "withdraw":
            purchases.withdraw(company.member("mika"), key, now=company.now)
        elif what == "undo":
            service.undo(key=key, actor=company.member(chance.choice(("cmo", "cio"))), now=company.now)
        elif asked and what == "time":
            service.more_time(key=key, actor=chance.choice(asked), now=company.now)
        elif asked:
            comment = None if what == "approve" else "Please mend it."
            service.decide(key=key, actor=chance.choice(asked), verb=what, comment=comment, now=company.now)
    except (NotAllowed, NotFound, NotNow):
        pass


def _clocks(clocks: Clocks) -> dict[str, tuple[int | None, datetime]]:
    return {view.key: (view.late, view.due_at) for view in clocks.views() if view.watch == seat_clocks.WATCH}


def _seats(company: Company, keys: list[str]) -> dict[str, tuple[int, datetime | None]]:
    return {
        seat_clocks.wait_key(key, seat.id): (seat.member, seat.due_at)
        for key in keys
        for seat in approvals.get_chain(key).waiting()
    }
