"""Tasks, asked and moved by the product's own services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from collab.escalations.models import Escalation
from collab.kernel.db import AnyRow, db
from collab.kernel.i18n import Reader
from collab.outbox.models import Message
from collab.outbox.registry import Envelope
from collab.people import queries as people
from collab.tasks import queries, service
from collab.tasks.queries import TaskView
from collab.tasks.service import Moved
from collab.tasks.slack import cards
from tests.factories.company import Company, address
from tests.parts.applications import inside

SAID: Mapping[str, dict[str, Any]] = {
    "accept": {"due": "2bd"},
    "decline": {"reason": "We have no data of this kind."},
    "counter": {"due": "5bd"},
    "ask_again": {"reason": "It has to be this week."},
    "question": {"text": "Which stores?"},
    "answer": {"text": "All of them."},
    "block": {"reason": "The contract is not signed."},
    "reopen": {"reason": "The totals are missing."},
    "escalate": {"reason": "The campaign starts on Monday."},
    "snooze": {"until": "2h"},
}
"""What each verb has to say, where a test does not say it."""


class Tasks:
    """The tasks of a company in the hands of a test."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def ask(self, by: str = "mika", to: str | None = "it", *, source: str = "web", **fields: Any) -> str:
        """The key of a task asked."""
        given = {"title": "Customer list of the spring campaign", **({"to_department": to} if to else {}), **fields}
        with inside(self.company.app):
            return service.ask(self.company.member(by), given, source=source, now=self.company.now)

    def do(self, verb: str, key: str, by: str, **said: Any) -> Moved:
        """Somebody moves a task, as of now."""
        words = {**SAID.get(verb, {}), **said}
        if verb == "hand_over" and "@" not in words.get("to", "@") and "-" in words["to"]:
            words["to"] = address(words["to"])
        with inside(self.company.app):
            moved: Moved = getattr(service, verb)(self.company.member(by), key, **words, now=self.company.now)
            return moved

    def at(self, state: str, *, by: str = "mika", to: str = "it", owner: str = "kenji", **fields: Any) -> str:
        """A task that has come to a state by the shortest way."""
        key = self.ask(by, to, **fields)
        ways = {
            "countered": [("accept", owner), ("counter", owner)], "accepted": [("accept", owner)],
            "started": [("accept", owner), ("start", owner)], "blocked": [("accept", owner), ("block", owner)],
            "done": [("accept", owner), ("done", owner)],
            "confirmed": [("accept", owner), ("done", owner), ("confirm", by)],
            "declined": [("decline", "cio")], "withdrawn": [("withdraw", by)],
        }  # fmt: skip
        for verb, who in ways.get(state, []):
            self.company.later()
            self.do(verb, key, who)
        self.company.later()
        return key

    def view(self, key: str, viewer: str = "auditor") -> TaskView:
        """A task as somebody sees it now."""
        with inside(self.company.app):
            db.session.rollback()
            return queries.get_task(self.company.member(viewer), key, self.company.now)

    def waits(self, key: str) -> list[AnyRow]:
        """The clocks of a task that run."""
        with inside(self.company.app):
            db.session.rollback()
            table = Escalation.__table__
            rows = select(table).where(table.c.subject_key == key, table.c.state != "ended").order_by(table.c.id)
            return [*db.session.execute(rows)]

    def wait(self, key: str) -> AnyRow:
        """The one clock that runs."""
        (found,) = self.waits(key)
        return found

    def notes(self, key: str, kind: str | None = None) -> list[tuple[str, str, str]]:
        """What was said about a task: kind, to whom (by name), because of which verb; in order."""
        with inside(self.company.app):
            db.session.rollback()
            table = Message.__table__
            rows = (
                select(table).where(table.c.subject_key == key, table.c.kind.startswith("task.")).order_by(table.c.id)
            )
            names = {self.company.id(name): name for name in _names()}
            return [
                (row.kind.removeprefix("task."), names[row.member_id], row.args["verb"])
                for row in db.session.execute(rows)
                if kind is None or row.kind == f"task.{kind}"
            ]

    def last_chances(self, key: str) -> list[str]:
        """Before whom the last chance was put, by name; only those whose card still has something to ask."""
        with inside(self.company.app):
            db.session.rollback()
            table = Message.__table__
            rows = db.session.execute(
                select(table).where(table.c.subject_key == key, table.c.kind == "task.last_chance").order_by(table.c.id)
            ).all()
            names = {self.company.id(name): name for name in _names()}
            return [names[row.member_id] for row in rows if self._asks(row)]

    def _asks(self, row: AnyRow) -> bool:
        envelope = Envelope(
            recipient=people.get_actor(row.member_id, self.company.now), subject_key=row.subject_key, args=row.args,
            reader=Reader("en"), now=self.company.now,
        )  # fmt: skip
        return cards.last_chance(envelope) is not None


def _names() -> tuple[str, ...]:
    from tests.factories.company import NAMES

    return NAMES


def minutes(since: datetime, until: datetime) -> int:
    """Minutes that really pass between two moments."""
    return (until - since) // timedelta(minutes=1)
