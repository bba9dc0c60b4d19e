"""A company at random: goals, tasks, requests and agreements in every state, with everybody in every role, as rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from collab.agreements.models import Agreement
from collab.approvals.models import RouteVersion
from collab.goals.models import CheckIn, Contributor, Goal, Measurement, Metric, Owner, Week
from collab.goals.queries.weeks import JOB
from collab.kernel import periods
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.subjects.models import Follow
from collab.tasks.models import Task, TaskPerson
from tests.digests.papers import BEFORE, CODES, DAYS, STATUSES, WEEK, Papers, week
from tests.factories.company import NAMES, NOW, Company

__all__ = ["BEFORE", "WEEK", "World", "week"]


class World(Papers):
    """Rows by the dozen. `kept`: how goals stood at the end of the week was written down."""

    def __init__(self, company: Company, seed: int, *, kept: bool = True, things: int = 12) -> None:
        self.rng, self.things, self.kept = random.Random(seed), things, kept
        with company.indoors(), atomic():
            self.ids = [company.id(name) for name in NAMES]
            self.version = db.session.scalar(select(RouteVersion.id).limit(1))
            self._goals()
            self._tasks()
            self._purchases()
            self._agreements()
            self._wishes()
            db.session.flush()

    def _goals(self) -> None:
        for number in range(100, 100 + self.things):
            self._goal(number)
        if self.kept:
            periods.claim(JOB, WEEK, now=NOW)

    def _goal(self, number: int) -> None:
        state = self.one("active", "active", "active", "paused", "draft", "closed")
        ends = {"closed_at": NOW, "result": "missed"} if state == "closed" else {}
        progress = self.maybe(Decimal(self.rng.randint(-200, 1400)) / 10, 0.8)
        self.put(
            Goal, id=number, kind=self.one("goal", "goal", "promise"), title=f"Goal {number}", state=state, outcome="",
            visibility=self.one("company", "involved"), progress=progress, claimed=self.maybe(self.one(STATUSES), 0.3),
            starts_on=date(2026, 10, 1), due_on=self.one(self.day, date(2027, 3, 31)) if number % 2 else date(2027, 3, 31),
            created_by_id=self.maybe(self.who), created_at=NOW, activated_at=NOW - 60 * DAYS, **ends,
        )  # fmt: skip
        for side, code in enumerate(self.rng.sample(CODES, self.one(1, 2, 2)), 1):
            self._owner(number, side, code)
        for member in self.rng.sample(self.ids, 2):
            self.put(Contributor, goal_id=number, member_id=member, added_by_id=self.who, added_at=NOW,
                     removed_at=self.maybe(NOW, 0.2))  # fmt: skip
        self._figures(number, progress)

    def _owner(self, number: int, side: int, code: str) -> None:
        due_at = self.maybe(self.moment)
        held = {row[0] for row in db.session.execute(select(Owner.member_id).where(Owner.goal_id == number))}
        member = self.one([one for one in self.ids if one not in held])
        common = {
            "goal_id": number,
            "side": side,
            "department_code": code,
            "named_at": NOW,
            "means": "Ours.",
            "accepted_at": NOW,
        }
        self.put(Owner, member_id=member, confidence=self.maybe(self.one(range(0, 101, 10)), 0.8), due_at=due_at,
                 asked_at=due_at and due_at - DAYS, **common)  # fmt: skip
        self.put(
            Owner,
            member_id=self.who,
            confidence=0,
            removed_at=NOW,
            due_at=NOW - DAYS,
            asked_at=NOW - 2 * DAYS,
            **common,
        )

    def _figures(self, number: int, progress: Decimal | None) -> None:
        ceiling = self.maybe(Decimal(10), 0.4)
        kind = "increase" if ceiling is None else "stay_below"
        ends = {"baseline": Decimal(0), "target": Decimal(100)} if ceiling is None else {"ceiling": ceiling}
        metric = self.put(
            Metric, goal_id=number, position=1, name="Found", kind=kind, created_at=NOW, value=progress,
            stale_after_days=10, measured_on=None if progress is None else self.day, **ends,
        )  # fmt: skip
        for on in range(self.rng.randint(0, 3)):
            self.put(Measurement, metric_id=metric, on=date(2026, 11, 1) + on * DAYS, value=Decimal(1),
                     recorded_at=self.moment, recorded_by_id=self.maybe(self.who, 0.7))  # fmt: skip
        for _ in range(self.rng.randint(0, 2)):
            self.put(CheckIn, goal_id=number, member_id=self.who, at=self.moment, suggested="on_track")
        for name in (WEEK, BEFORE) if self.kept else (BEFORE,):
            if self.rng.random() < 0.85:
                moved = None if progress is None else progress + self.rng.choice((0, 0, Decimal("0.4"), -3, 1, 12))
                self.put(Week, week=name, goal_id=number, progress=moved, status=self.one(STATUSES), taken_at=NOW,
                         broken=self.maybe(True, 0.3) or False, by_id=self.maybe(self.who, 0.4))  # fmt: skip

    def _tasks(self) -> None:
        for number in range(1, 3 * self.things):
            state = self.one(
                "asked", "countered", "accepted", "started", "blocked", "done", "confirmed", "declined", "withdrawn"
            )
            runs = state in ("asked", "countered", "accepted", "started", "blocked", "done")
            ours, theirs, third = self.rng.sample(CODES, 3)
            asker, confirmer, responsible = self.who, self.maybe(self.who, 0.8), self.maybe(self.who, 0.9)
            open_ = {"due_at": self.moment, "waiting_department": self.one(ours, theirs, theirs, third), "waiting_id": self.one(confirmer, responsible),
                     "snoozed_until": self.maybe(self.moment, 0.2)} if runs else {"ended_at": self.moment}  # fmt: skip
            more = {"returns_to": "accepted"} if state in ("countered", "blocked") else {}
            more |= (
                {"block_reason": "No contract.", "lifter_department": third, "lifter_id": self.who}
                if state == "blocked"
                else {}
            )
            task = self.put(
                Task, state=state, title=f"Task {number}", severity=self.one("normal", "normal", "urgent", "brand"), source="web",
                visibility="company", from_department=ours, to_department=theirs, cross_silo=self.rng.random() < 0.8,
                asker_id=asker, confirmer_id=confirmer, responsible_id=responsible, moved_at=self.moment,
                moved_verb=self.one("accept", "counter", "decline", "done", "confirm", "start", "question"), moved_by_id=self.maybe(self.who, 0.8),
                asked_at=NOW - 30 * DAYS, accepted_at=self.maybe(self.moment), done_at=self.maybe(self.moment), promised_at=self.maybe(self.moment),
                **open_, **more,
            )  # fmt: skip
            if self.rng.random() < 0.5:
                db.session.execute(
                    Task.__table__.update()
                    .where(Task.id == task, Task.severity != "brand")
                    .values(visibility="parties")
                )
            if self.rng.random() < 0.3:
                self.put(TaskPerson, task_id=task, member_id=self.who, why="shared", since=NOW)

    def _agreements(self) -> None:
        for number in range(1, self.things):
            state = self.one("proposed", "active", "active", "paused", "ended")
            giver, receiver = self.rng.sample(self.ids, 2)
            given, received = self.rng.sample(CODES, 2)
            due = {"due_on": self.day, "due_at": self.moment} if state in ("active", "paused") else {}
            self.put(
                Agreement, state=state, title=f"Agreement {number}", data="Sales", giver_code=given, giver_id=giver,
                receiver_code=received, receiver_id=receiver, every=1, unit="week", weekday=0, starts_on=date(2026, 4, 1),
                proposer_id=giver, created_at=NOW, ended_at=NOW if state == "ended" else None, **due,
            )  # fmt: skip

    def _wishes(self) -> None:
        keys = [f"G-{number}" for number in range(100, 100 + self.things)]
        keys += [f"T-{number}" for number in range(1, 3 * self.things)] + [
            f"PR-{number}" for number in range(1, 2 * self.things)
        ]
        keys += [f"DA-{number}" for number in range(1, self.things)]
        for member in self.ids:
            mine: Sequence[str] = self.rng.sample(keys, len(keys) // 4)
            mine = [*mine, *(f"{prefix}-*" for prefix in ("G", "T", "PR", "DA") if self.rng.random() < 0.2)]
            for key in mine:
                self.put(Follow, key=key, member_id=member, wish=self.one("follow", "mute"), at=NOW)
