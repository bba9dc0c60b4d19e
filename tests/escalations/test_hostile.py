"""What could make a wait hang, or a part of the house silence another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from collab.escalations import service
from collab.escalations.models import Escalation
from collab.escalations.registry import Watch, add_watch, watches
from collab.escalations.service import auditing
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed
from tests.factories import Company
from tests.factories.escalations import LAST_CHANCE, WATCH, Clocks, moment, policy
from tests.parts.applications import inside
from tests.parts.databases import on_both

LEAD = {"wait": "4bh", "to": ["deputy", "lead"]}
DUE = "2026-11-18 14:00"


@pytest.fixture
def clocks(company: Company) -> Clocks:
    found = Clocks(company)
    found.policies(policy(LEAD, {"wait": "1bd", "to": ["other_line:1"]}, loops=1))
    return found


@pytest.fixture
def broken() -> Iterator[str]:
    """A feature that cannot say any more what is waited for."""

    def fails(_keys: object) -> frozenset[str]:
        raise KeyError("broken")

    add_watch(Watch("y.broken", LAST_CHANCE, still=fails, expected=fails))
    yield "y.broken"
    del watches["y.broken"]


@on_both
def test_a_feature_that_fails_keeps_nobody_else_waiting_however_much_of_it_is_due(
    company: Company, clocks: Clocks, broken: str
) -> None:
    clocks.waits([(f"Y-{n}", "kenji", "mika") for n in range(1, 8)], due="2026-11-18 13:00", watch=broken)
    clocks.waits([(f"X-{n}", "kenji", "mika") for n in range(1, 4)], due=DUE)
    with company.indoors():
        assert service.sweep(now=moment(DUE), limit=2) == 3
    assert {row.subject_key for row in clocks.messages()} == {"X-1", "X-2", "X-3"}


def test_the_auditor_names_a_feature_that_fails_and_looks_at_the_others(
    company: Company, clocks: Clocks, broken: str
) -> None:
    add_watch(Watch(WATCH, LAST_CHANCE, still=frozenset, expected=lambda _now: ["X-9:answer"]))
    with company.indoors():
        found = {(one.code, one.key) for one in service.audit(now=moment(DUE))}
    assert found == {(auditing.NO_ANSWER, broken), (auditing.NO_CLOCK, "X-9:answer")}


def test_an_owner_who_leaves_hands_on_what_nobody_else_would_look_at(company: Company, clocks: Clocks) -> None:
    key = clocks.wait(due=DUE)
    clocks.run_until("2026-12-18 18:00")
    assert (clocks.view(key).state, clocks.name(clocks.view(key).owner)) == ("exhausted", "ceo")
    company.now = moment("2026-12-21 10:00")
    company.leaves("ceo")
    assert clocks.view(key).state == "climbing"
    company.takes_office("cfo", "CEO")
    clocks.sweep("2026-12-21 10:01")
    assert (clocks.view(key).state, clocks.name(clocks.view(key).owner)) == ("exhausted", "cfo")


def test_whoever_waits_leaves_and_their_lead_waits_instead(company: Company, clocks: Clocks) -> None:
    key = clocks.wait(late="kenji", other="mika", due=DUE)
    company.leaves("mika")
    view = clocks.view(key)
    assert (clocks.name(view.other), clocks.name(view.late)) == ("cmo", "kenji")


def test_a_feature_vouches_for_a_party_and_bars_still_hold(company: Company, clocks: Clocks) -> None:
    wait = clocks.view(clocks.wait(due=DUE)).id
    with company.indoors():
        for name, vouched in (("emma", False), ("auditor", True), ("agency", True)):
            with pytest.raises(NotAllowed):
                service.escalate(
                    actor=company.member(name), escalation_id=wait, reason="Now.", now=moment(DUE), as_party=vouched
                )
        service.escalate(
            actor=company.member("emma"), escalation_id=wait, reason="Now.", now=moment(DUE), as_party=True
        )
    assert clocks.view().rung == 2


def test_two_by_hand_in_the_same_instant_are_two_steps(company: Company, clocks: Clocks) -> None:
    """Once around the loop and at the same rung again, at one and the same moment."""
    clocks.policies(policy(LEAD, loops=3))
    wait = clocks.view(clocks.wait(due=DUE)).id
    with company.indoors():
        for _ in range(3):
            service.escalate(actor=company.member("mika"), escalation_id=wait, reason="Now.", now=moment(DUE))
    assert clocks.view().loop == 3


def test_a_clock_far_ahead_is_counted_again_by_the_auditor_once(company: Company, clocks: Clocks) -> None:
    key = clocks.wait(due=DUE)
    clocks.sweep(DUE)
    with company.indoors():
        with atomic():
            far = {"next_at": moment(DUE) + timedelta(days=90)}
            db.session.execute(update(Escalation).where(Escalation.key == key).values(**far))
        assert [one.code for one in service.audit(now=moment("2026-11-18 14:05"))] == [auditing.TOO_FAR]
        assert service.audit(now=moment("2026-11-18 14:06")) == []
    assert clocks.view(key).next_at == moment("2026-11-19 09:05")


def test_what_was_handed_on_when_it_was_late_is_no_trouble(company: Company, clocks: Clocks) -> None:
    clocks.wait(late="kenji", due=DUE)
    company.now = moment("2026-11-18 16:00")
    company.leaves("kenji")
    with company.indoors():
        assert auditing.TOO_FAR not in {one.code for one in service.find_trouble(moment("2026-11-18 16:00"))}


@on_both
def test_somebody_goes_away_while_they_press_and_neither_hangs(company: Company, clocks: Clocks) -> None:
    """Subjects are locked before waits, whoever comes: an absence that begins and a button that is pressed."""
    now = moment("2026-11-18 14:02")
    clocks.waits([(f"X-{n}", "kenji", "mika") for n in range(1, 9)], due=DUE)
    clocks.sweep(DUE)
    ids = [clocks.view(f"X-{n}:answer").id for n in range(1, 9)]
    kenji, mika = company.member("kenji"), company.member("mika")
    with company.indoors():
        for wait in ids:
            service.acknowledge(actor=kenji, escalation_id=wait, now=moment("2026-11-18 14:01"))

    def away() -> None:
        with atomic():
            service.let_go(kenji.id, now=now)
            service.move_on(kenji.id, now=now)

    def press() -> None:
        for wait in reversed(ids):
            service.escalate(actor=mika, escalation_id=wait, reason="Now.", now=now)

    assert at_once(company, away, press) == []


def at_once(company: Company, *acts: Callable[[], None]) -> list[Exception]:
    """Each in a thread of its own; what went wrong."""
    wrong: list[Exception] = []

    def tried(act: Callable[[], None]) -> None:
        try:
            with inside(company.app):
                act()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
            wrong.append(error)

    threads = [threading.Thread(target=tried, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return wrong
