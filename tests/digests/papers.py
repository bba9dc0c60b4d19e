"""Rows at random, and requests in every state with everybody in every role: the lower half of tests/digests/world.py."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert

from collab.approvals.models import Condition, Question, Reading, Revocation, RevocationVoice, Round, Seat
from collab.digests.rules.content import Span
from collab.digests.rules.due import span_of
from collab.kernel.db import db
from collab.purchases.models import Purchase, Share
from tests.factories.company import DEPARTMENTS, NOW

WEEK, BEFORE = "2026-W46", "2026-W45"
DAYS = timedelta(days=1)
CODES = tuple(DEPARTMENTS)
STATUSES = ("on_track", "at_risk", "off_track")


def week() -> Span:
    """The week before the company's present day, in its zone."""
    span = span_of(WEEK, ZoneInfo("Asia/Tokyo"))
    assert span is not None
    return span


class Papers:
    """Rows of whatever model; then requests and what stands beside them."""

    rng: random.Random
    things: int
    kept: bool
    ids: list[int]
    version: int

    def put(self, model: Any, **values: Any) -> int:
        """A row."""
        table: Table = model.__table__
        key = next(iter(table.primary_key.columns))
        return int(db.session.execute(insert(table).values(**values).returning(key)).scalar_one() if key.name == "id" else self._other(table, values))  # fmt: skip

    def _other(self, table: Table, values: dict[str, Any]) -> int:
        db.session.execute(insert(table).values(**values))
        return 0

    def one(self, *of: Any) -> Any:
        return self.rng.choice(of[0] if len(of) == 1 else of)

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.rng.random() < chance else None

    @property
    def who(self) -> int:
        return int(self.rng.choice(self.ids))

    @property
    def moment(self) -> datetime:
        """Within some weeks around the one that is told; the bounds themselves, too."""
        span = week()
        return self.one(
            span.starts_at, span.ends_at, NOW, NOW + 7 * DAYS, NOW + timedelta(minutes=self.rng.randint(-30_000, 30_000)),
            span.starts_at + timedelta(minutes=self.rng.randint(0, 10_079)), span.ends_at - timedelta.resolution,
        )  # fmt: skip

    @property
    def day(self) -> date:
        return NOW.date() + self.rng.randint(-20, 12) * DAYS

    def _purchases(self) -> None:
        for number in range(1, 2 * self.things):
            state = self.one(
                "draft",
                "pending",
                "approved",
                "approved",
                "purchased",
                "rejected",
                "rejected",
                "revoked",
                "revoked",
                "dropped",
            )
            given = self.rng.random() < 0.9
            purchase = self.put(
                Purchase, state=state, title=f"Request {number}", round=0 if state == "draft" else 1, requester_id=self.who,
                on_behalf_of_id=self.maybe(self.who, 0.2), department_code=self.one(CODES), currency="JPY",
                amount_minor=1000 if given else None, total_minor=number * 1000 if given else None, visibility=self.one("company", "involved"),
                business_owner_id=self.maybe(self.who, 0.3), purchased_on=NOW.date() if state == "purchased" else None,
                needed_by_on=self.maybe(self.day), created_at=NOW, submitted_at=NOW - 20 * DAYS,
                ended_at=None if state in ("draft", "pending") else self.moment,
            )  # fmt: skip
            if self.rng.random() < 0.3:
                self.put(
                    Share,
                    purchase_id=purchase,
                    member_id=self.who,
                    shared_by_id=self.who,
                    shared_at=NOW,
                    content_version=1,
                )
            if state not in ("draft", "dropped"):
                self._round(f"PR-{purchase}", state)

    def _round(self, key: str, state: str) -> None:
        ends = {"purchased": "approved"}.get(state, state)
        common = {"content_version": 1, "requester_id": self.who, "barred": [], "route": {}, "route_version_id": self.version,
                  "opened_at": NOW - 20 * DAYS}  # fmt: skip
        round_ = self.put(Round, subject_key=key, number=1, state=ends, step=1,
                          ended_at=None if ends == "pending" else NOW, **common)  # fmt: skip
        steps = self.rng.randint(0 if state in ("approved", "rejected") else 1, 2)
        seat = None
        for step in range(steps):
            for position, member in enumerate(self.rng.sample(self.ids, self.one(1, 1, 2, 3))):
                last = step == steps - 1
                said = (
                    "rejected"
                    if last and position == 0 and ends == "rejected"
                    else "planned"
                    if ends == "pending"
                    else "approved"
                )
                seat = self.put(
                    Seat, round_id=round_, step=step, position=position, member_id=member, state=said, comment="No.",
                    decided_at=None if said == "planned" else NOW, decided_by_id=self.maybe(self.who, 0.2) if said != "planned" else None,
                    instead_of_id=self.maybe(self.who, 0.2), through_id=self.maybe(self.who, 0.1),
                )  # fmt: skip
        self._beside(key, round_, seat, revoked=state == "revoked")

    def _beside(self, key: str, round_: int, seat: int | None, *, revoked: bool) -> None:
        if self.rng.random() < 0.3:
            self.put(
                Reading,
                subject_key=key,
                round_id=round_,
                member_id=self.who,
                why="circulate",
                confirm=False,
                asked_at=NOW,
            )
        if self.rng.random() < 0.3:
            self.put(
                Question,
                subject_key=key,
                round_id=round_,
                asker_id=self.who,
                asked_id=self.who,
                question="Why?",
                asked_at=NOW,
            )
        if revoked and self.rng.random() < 0.7:
            asked = self.put(Revocation, subject_key=key, round_id=round_, requested_by_id=self.who, reason="No.", requested_at=NOW,
                             **self.one({"state": "granted", "ended_at": NOW}, {"state": "declined", "ended_at": NOW}))  # fmt: skip
            for member in self.rng.sample(self.ids, self.one(1, 2)):
                self.put(
                    RevocationVoice,
                    revocation_id=asked,
                    member_id=member,
                    answer=self.one("yes", "yes", "no"),
                    answered_at=NOW,
                )
        for number in range(1, self.rng.randint(0, 3) if seat is not None else 1):
            state = self.one("open", "open", "met", "void")
            self.put(
                Condition, subject_key=key, number=number, round_id=round_, seat_id=seat, set_by_id=self.who, text=f"Condition {number}",
                owner_id=self.who, due_on=self.day, before_order=self.maybe(True) or False, state=state, set_at=NOW,
                ended_at=None if state == "open" else NOW,
            )  # fmt: skip
