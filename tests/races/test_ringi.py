"""Two people, or one with two devices, at the same moment on one request: one outcome, whoever was later is told so kindly,
and the trail holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from collab.approvals import queries as approvals
from collab.approvals import service
from collab.approvals.service import adding, revoking
from collab.audit import queries as audit
from collab.kernel.db import db
from collab.kernel.errors import DomainError
from collab.people import service as staff
from collab.people.service import Terms
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.factories.company import address

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
DONE = "done"
TOLD = {403, 409}
"""What the later one may hear: not now, or no longer yours to do."""
Deed = Callable[[], object]


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often each race is run."""
    return 60 if request.config.getoption("--soak", default=False) else 3


class Race:
    """One request per round, and those who act on it at once."""

    def __init__(self, company: Company, *steps: str, keys: bool = False) -> None:
        self.company = company
        company.routes(route(*steps, keys=keys))

    def run(
        self, rounds: int, *deeds: tuple[str, Callable[..., Any], dict[str, Any]], begin: Any = None
    ) -> Iterator[tuple[str, list[str]]]:
        """After each round the request's key, and what each one heard: done, or the code of the refusal."""
        for _ in range(rounds):
            key = self.company.filed(category="other")
            if begin is not None:
                begin(key)
            heard = self._at_once(key, deeds)
            with self.company.indoors():
                db.session.rollback()
                assert not [answer for answer in heard if ":" in answer], heard
                yield key, heard
        with self.company.indoors():
            assert audit.verify() == []

    def _at_once(self, key: str, deeds: tuple[tuple[str, Callable[..., Any], dict[str, Any]], ...]) -> list[str]:
        actors = {who: self.company.member(who) for who, _verb, _said in deeds}
        start, now = threading.Barrier(len(deeds)), self.company.later()

        def one(number: int) -> str:
            who, verb, said = deeds[number]
            with self.company.app.app_context():
                start.wait(30)
                try:
                    verb(key=key, actor=actors[who], now=now + timedelta(milliseconds=number), **said)
                except DomainError as refusal:
                    return refusal.said_code if refusal.status in TOLD else f"{refusal.status}: {refusal}"
                finally:
                    db.session.remove()
                return DONE

        with ThreadPoolExecutor(len(deeds)) as pool:
            return list(pool.map(one, range(len(deeds))))


def verbs(key: str) -> list[str]:
    """What people did, in order."""
    return [entry.verb for entry in audit.list_entries(key) if entry.actor != "system"]


def states(key: str) -> list[str]:
    return [seat.state for seat in approvals.get_chain(key).seats]


APPROVE = {"verb": "approve"}


def test_two_keys_turned_at_once_are_one_decision(company: Company, rounds: int) -> None:
    race = Race(company, "office:CMO office:CIO", keys=True)
    for key, heard in race.run(rounds, ("cmo", service.decide, APPROVE), ("cio", service.decide, APPROVE)):
        assert heard == [DONE, DONE]
        assert sorted(verbs(key)[1:]) == ["approve", "decide"]
        assert company.purchase(key).state == "approved"


def test_one_key_turned_on_two_devices_is_turned_once(company: Company, rounds: int) -> None:
    race = Race(company, "office:CMO office:CIO", keys=True)
    for key, heard in race.run(rounds, ("cmo", service.decide, APPROVE), ("cmo", service.decide, APPROVE)):
        assert sorted(heard) == ["already_decided", DONE]
        assert states(key) == ["approved", "waiting"]


def test_approving_while_somebody_approves_over_is_one_yes(company: Company, rounds: int) -> None:
    race = Race(company, "member:nao@example.com", "office:CFO", "office:CEO")
    for key, heard in race.run(rounds, ("nao", service.decide, APPROVE), ("cfo", service.lift, {})):
        assert DONE in heard
        assert states(key) in (["approved", "waiting", "planned"], ["lifted", "approved", "waiting"])
        assert verbs(key).count("approve") + verbs(key).count("lift") == 1


def test_holding_and_approving_at_once(company: Company, rounds: int) -> None:
    until = {"reason": "Figures to come.", "until_on": company.now.date() + timedelta(days=3)}
    race = Race(company, "office:CMO", "office:CEO")
    for key, heard in race.run(rounds, ("cmo", service.decide, APPROVE), ("cmo", service.hold, until)):
        assert heard[0] in (DONE, "conflict")
        seat = approvals.get_chain(key).seats[0]
        assert (seat.state == "approved") != (seat.held_until is not None)


def test_undoing_while_the_next_one_approves(company: Company, rounds: int) -> None:
    race = Race(company, "office:CMO", "office:CIO", "office:CEO")
    deeds = ("cmo", service.undo, {}), ("cio", service.decide, APPROVE)
    for key, heard in race.run(rounds, *deeds, begin=lambda key: company.decide(key, "cmo")):
        assert sorted(heard) in (["acted_after", DONE], [DONE, "not_your_turn"])
        assert states(key) == (
            ["approved", "approved", "waiting"] if heard[1] == DONE else ["waiting", "planned", "planned"]
        )


def test_two_answers_to_one_revocation(company: Company, rounds: int) -> None:
    def asked(key: str) -> None:
        for name in ("cmo", "cio"):
            company.decide(key, name)
        with company.indoors():
            service.revoke(key=key, actor=company.member("cmo"), reason="Too dear.", now=company.later())

    race = Race(company, "office:CMO office:CIO", keys=True)
    yes, no = {"answer": "yes"}, {"answer": "no", "comment": "It stays."}
    for key, heard in race.run(
        rounds, ("cio", revoking.answer_revocation, yes), ("cio", revoking.answer_revocation, no), begin=asked
    ):
        assert heard.count(DONE) == 1
        assert company.purchase(key).state == ("revoked" if heard[0] == DONE else "approved")


def test_a_delegate_and_the_principal_at_once(company: Company, rounds: int) -> None:
    today = company.now.date()
    with company.indoors():
        terms = Terms(today, today + timedelta(days=20))
        found = staff.propose_delegation(company.member("cmo"), deputy=address("nao"), terms=terms, now=company.now)
        staff.confirm_delegation(company.member("nao"), found.id, now=company.now)
    race = Race(company, "office:CMO", "office:CEO")
    for key, heard in race.run(rounds, ("cmo", service.decide, APPROVE), ("nao", service.decide, APPROVE)):
        assert heard.count(DONE) == 1, heard
        assert states(key) == ["approved", "waiting"]
        assert verbs(key).count("approve") == 1


def test_a_step_added_while_another_approves(company: Company, rounds: int) -> None:
    race = Race(company, "office:CMO office:CIO", "office:CEO")
    added = {"members": [company.id("kenji")], "reason": "Ask security.", "kind": "review", "before": False}
    for key, heard in race.run(rounds, ("cmo", adding.add_step, added), ("cio", service.decide, APPROVE)):
        assert heard[1] == DONE or heard[0] == DONE
        chain = approvals.get_chain(key)
        assert len(chain.steps) == (3 if heard[0] == DONE else 2)
        assert [seat.state for seat in chain.seats if seat.member == company.id("cio")] == [
            "approved" if heard[1] == DONE else "waiting"
        ]


def test_taking_back_the_request_while_it_is_decided(company: Company, rounds: int) -> None:
    from collab.purchases import service as purchases

    def withdraw(*, key: str, actor: Any, now: Any) -> None:
        purchases.withdraw(actor, key, now=now)

    race = Race(company, "office:CMO")
    for key, heard in race.run(rounds, ("mika", withdraw, {}), ("cmo", service.decide, APPROVE)):
        assert heard.count(DONE) == 1
        assert company.purchase(key).state == ("draft" if heard[0] == DONE else "approved")
