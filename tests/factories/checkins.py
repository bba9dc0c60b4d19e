"""Owners who are asked to check in, and the clocks that run on it.

asks = Asks(company)
asks.ask("2026-11-24 09:00")          # the sweep, at a wall time in Tokyo
asks.told()                           # [("cmo", "checkin_asked", "2026-11-24 09:00"), ...] since the last time
asks.owner("G-3", "cmo")              # ("asked until", "2026-11-26 09:00")
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from collab.goals.models import Owner
from collab.goals.service import rhythm
from collab.goals.service.asking import ask_due
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.subjects import service as subjects
from tests.factories.company import CONFIG, Company
from tests.factories.escalations import TOKYO, Clocks, moment, shown
from tests.factories.goals import number
from tests.parts.applications import inside

MONDAY = "2026-11-24 09:00"
"""The Tuesday on which Monday's asks are made in Tokyo: the 23rd is a holiday."""


class Asks:
    """Check-ins in the hands of a test. Wall times are Tokyo's unless a zone is named."""

    def __init__(self, company: Company) -> None:
        self.company, self.clocks = company, Clocks(company)
        files = sorted((CONFIG / "escalations").glob("*.toml"))
        self.clocks.policies(*(file.read_text(encoding="utf-8") for file in files))

    def begin(self, *keys: str, at: datetime | None = None) -> None:
        """Goals begin to run."""
        with inside(self.company.app):
            for key in keys:
                rhythm.begin(number(key), now=at or self.company.now)

    def ask(self, at: str | datetime, *, zone: str = TOKYO, limit: int = 200) -> int:
        """The sweep that asks; how many asks it made."""
        with inside(self.company.app):
            return ask_due(now=at if isinstance(at, datetime) else moment(at, zone), limit=limit)

    def check_in(self, key: str, name: str, at: str) -> None:
        """Somebody checks in, as far as the rhythm is concerned."""
        with inside(self.company.app), atomic():
            subjects.lock(key)
            row = self._row(key, name)
            db.session.execute(update(Owner).where(Owner.id == row.id).values(checked_in_at=moment(at), confidence=60))
            rhythm.answered([row.id], now=moment(at))

    def told(self) -> list[tuple[str, str, str]]:
        """Who, which kind, and when they can read it, since this was last asked; a shared card names both."""
        return [(who, kind.removeprefix("goal."), at) for who, kind, _why, at in self.clocks.told()]

    def messages(self) -> list[Any]:
        """The rows of the outbox since this was last asked."""
        return list(self.clocks.messages())

    def owner(self, key: str, name: str, zone: str = TOKYO) -> tuple[str, str]:
        """("asks at", moment), ("asked until", moment) or ("silent", "")."""
        with inside(self.company.app):
            db.session.rollback()
            row = self._row(key, name)
            if row.due_at is not None:
                return "asked until", shown(row.due_at, zone)
            return ("asks at", shown(row.asks_at, zone)) if row.asks_at else ("silent", "")

    def waits(self) -> list[str]:
        """The keys of the clocks that run."""
        with inside(self.company.app):
            return sorted(view.key for view in self.clocks.views())

    def wait(self, key: str, name: str) -> str:
        """The name of a clock."""
        return f"{key}:checkin:{self.company.id(name)}"

    def _row(self, key: str, name: str) -> Owner:
        member = self.company.id(name)
        return db.session.scalars(
            select(Owner)
            .where(Owner.goal_id == number(key), Owner.member_id == member)
            .execution_options(populate_existing=True)
        ).one()
