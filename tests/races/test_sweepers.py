"""Four sweepers over two thousand waits that are due at the same moment, round after round: nobody told twice, nobody
forgotten, one chain of entries."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from collab.audit import queries as audit
from collab.audit import service as trail
from collab.escalations import service
from collab.escalations.models import Escalation, Notice
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.subjects import service as subjects
from tests.factories import Company
from tests.factories.escalations import Clocks, moment, policy

SWEEPERS, WAITS, TO_A_SUBJECT = 4, 2000, 4
DUE = moment("2026-11-18 14:00")
HOUR = timedelta(hours=1)
RUNGS = [{"wait": "1h", "to": [f"member:{name}@example.com"]} for name in ("cio", "cmo", "cfo", "ceo", "nao", "mika")]
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_postgresql
def test_four_sweepers_tell_everybody_once(company: Company) -> None:
    Race(company).run(rounds=3)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@on_postgresql
def test_four_sweepers_tell_everybody_once_a_hundred_times(company: Company) -> None:
    Race(company).run(rounds=100)


class Race:
    """Two thousand waits, four to a subject, and those who sweep them."""

    def __init__(self, company: Company) -> None:
        self.company, self.clocks = company, Clocks(company)
        per_loop = len(RUNGS) + 1
        self.clocks.policies(policy(*RUNGS, hours="always", ack="1h", loops=10))
        self.moments = per_loop * 10 + 1
        self.filled = 0

    def run(self, *, rounds: int) -> None:
        """Every round is the next moment of all of them; when they have an owner, two thousand more begin."""
        for number in range(rounds):
            if number % self.moments == 0:
                self._fill()
            self._round(number % self.moments)
        with self.company.indoors():
            assert audit.verify() == []

    def _fill(self) -> None:
        first = self.filled * WAITS
        with self.company.indoors():
            late = self.clocks.id("kenji")
            with atomic():
                for n in range(first, first + WAITS, TO_A_SUBJECT):
                    subjects.introduce(f"X-{n}", "x")
                    trail.record("asked", f"X-{n}", actor=None, at=DUE)
                service.watch(*(self._wait(n, late) for n in range(first, first + WAITS)), now=DUE)
        self.filled += 1

    @staticmethod
    def _wait(number: int, late: int | None) -> service.Wait:
        return service.Wait(f"X-{number}:answer", f"X-{number - number % TO_A_SUBJECT}", "x.answer", DUE, late)

    def _round(self, number: int) -> None:
        before = self._written()
        moved = self._all_at_once(DUE + number * HOUR)
        after = self._written()
        assert sum(moved) == WAITS, moved
        assert Counter(after) - Counter(before) == Counter(notices=WAITS, messages=WAITS), "told twice, or forgotten"
        self._nobody_is_left(number)

    def _all_at_once(self, now: datetime) -> list[int]:
        start = threading.Barrier(SWEEPERS)

        def one(_number: int) -> int:
            with self.company.app.app_context():
                start.wait(30)
                moved, idle = 0, 0
                while idle < 2:  # others may still hold what this one found taken
                    done = service.sweep(now=now, limit=100)
                    moved, idle = moved + done, idle + (done == 0)
                return moved

        with ThreadPoolExecutor(SWEEPERS) as pool:
            return list(pool.map(one, range(SWEEPERS)))

    def _written(self) -> dict[str, int]:
        with self.company.indoors():
            db.session.rollback()
            told = select(func.count()).select_from(Notice).where(Notice.skipped.is_(None))
            said = select(func.count()).select_from(Message).where(Message.kind != "cards.repaint")
            return {"notices": db.session.scalar(told) or 0, "messages": db.session.scalar(said) or 0}

    def _nobody_is_left(self, number: int) -> None:
        with self.company.indoors():
            per_loop = len(RUNGS) + 1
            rows = select(Escalation.loop, Escalation.rung, func.count()).where(Escalation.next_at.is_not(None))
            stands = db.session.execute(rows.group_by(Escalation.loop, Escalation.rung)).all()
            here = [(number // per_loop + 1, number % per_loop + 1, WAITS)]
            assert [tuple(row) for row in stands] == (here if number + 1 < self.moments else [])
            ran = select(Notice.escalation_id, Notice.rung, Notice.loop).where(Notice.skipped.is_(None))
            twice = ran.group_by(Notice.escalation_id, Notice.rung, Notice.loop).having(func.count() > 1)
            assert db.session.execute(twice).first() is None
