"""Something that stalls: waits about a purchase, their clock, and the sweeps that make them climb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from collab.escalations import queries, service
from collab.escalations.queries import EscalationView
from collab.escalations.registry import Watch, add_watch, watches
from collab.escalations.service import Wait
from collab.kernel.atomic import atomic
from collab.kernel.errors import Text
from collab.outbox import service as outbox
from collab.outbox.registry import MessageKind, Rendered, add_kind, kinds
from tests.factories.company import CONFIG, Company

WATCH, LAST_CHANCE = "test.answer", "test.last_chance"


class Stalls:
    """Waits in the hands of a test. `over` names those nobody waits for any more, `expected` those that ought to run."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.over: set[str] = set()
        self.expected: set[str] = set()
        self.expecting: Callable[[], set[str]] = lambda: self.expected
        self.subject: Callable[[], str] = company.filed
        self.facts: tuple[tuple[Text, Any], ...] = ()

    def policies(self, *texts: str) -> None:
        """Bring policies in force; without any, those of the sample company."""
        files = texts or [file.read_text(encoding="utf-8") for file in sorted((CONFIG / "escalations").glob("*.toml"))]
        with self.company.indoors():
            service.take(files, actor=None, now=self.company.now)

    def start(
        self, late: str | None = "kenji", other: str | None = "mika", *, subject: str | None = None, **more: Any
    ) -> int:
        """Somebody waits for somebody, for two hours; the id of the wait."""
        subject = subject or self.subject()
        due = {
            "due_at": self.company.now + timedelta(hours=2),
            "department": "it",
            "other_department": "marketing",
            **more,
        }
        number = due.pop("number", 1)
        key = f"{subject}:answer:{number}"
        with self.company.indoors():
            people = {name: self.company.id(who) if who else None for name, who in (("late", late), ("other", other))}
            with atomic():
                service.watch(Wait(key, subject, WATCH, **people, **due), now=self.company.now)
            found = queries.find_by_key(key)
            assert found is not None
            return found.id

    def view(self, wait: int) -> EscalationView:
        """As it stands."""
        with self.company.indoors():
            return queries.get_escalation(wait)

    def sweep(self, at: datetime | None = None) -> int:
        """A sweep at a moment, which is the present one from then on."""
        self.company.now = at or self.company.now
        with self.company.indoors():
            return service.sweep(now=self.company.now)

    def climb(self, wait: int, rungs: int = 1) -> EscalationView:
        """Let time pass until the next steps have been taken."""
        for _ in range(rungs):
            next_at = self.view(wait).next_at
            assert next_at is not None
            self.sweep(max(next_at, self.company.now))
        return self.view(wait)

    def take(self, wait: int, who: str) -> None:
        """Somebody sees to it."""
        with self.company.indoors():
            service.acknowledge(actor=self.company.member(who), escalation_id=wait, now=self.company.now)

    def end(self, wait: int, reason: str = "acted") -> None:
        """Whoever was late acts, as their feature says it."""
        view = self.view(wait)
        with self.company.indoors(), atomic():
            service.end([view.key], reason=reason, now=self.company.now)
            outbox.repaint(view.subject, turn=f"{view.key}:{reason}", now=self.company.now)


@contextmanager
def stalling(company: Company) -> Iterator[Stalls]:
    """A kind of wait of the test's own, known while the test runs."""
    stalls = Stalls(company)
    add_watch(
        Watch(
            WATCH, LAST_CHANCE, lambda keys: frozenset(keys) - stalls.over, lambda keys: dict.fromkeys(keys, stalls.facts),
            lambda _now: stalls.expecting(),
        )
    )  # fmt: skip
    add_kind(MessageKind(LAST_CHANCE, lambda envelope: Rendered(f"last chance {envelope.args['wait']}", [])))
    try:
        yield stalls
    finally:
        watches.pop(WATCH)
        kinds.pop(LAST_CHANCE)
