"""Things that wait for people, days that pass with a sweep every so often, and what people hear.

days.waits("emma", "Answer the agency", due_at=...)
days.pass_until(moment)      # the reminder sweep and delivery, every half hour
days.heard("emma")           # [(moment in their zone, message), ...]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import time_machine

from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.nudges import service
from collab.outbox import service as outbox
from collab.subjects.registry import InboxRow, registry
from tests.factories.company import Company, address
from tests.slack_double import Message, SlackDouble

SOURCE = "test.waits"


@dataclass
class Days:
    """A company's days, in the hands of a test."""

    company: Company
    slack: SlackDouble
    rows: dict[int, list[InboxRow]] = field(default_factory=lambda: defaultdict(list))
    moments: list[tuple[datetime, str]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def install(self) -> None:
        """Have these things in everybody's inbox."""
        registry.add_inbox_source(SOURCE, self._inbox)

    def uninstall(self) -> None:
        registry._sources.pop(SOURCE, None)

    def _inbox(self, members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
        return {member.id: self.rows[member.id] for member in members}

    def waits(
        self, name: str, title: str = "", *, due_at: datetime | None = None, since: datetime | None = None
    ) -> InboxRow:
        """Something waits for somebody."""
        number = next(self.numbers)
        row = InboxRow(
            key=f"PR-{900 + number}", ask=Text("approval.ask.decide"), title=title or f"Thing {number}", path="/", due_at=due_at,
            since=since or self.company.now, by_en="Mika Tanabe", by_ja="田辺 美香",
        )  # fmt: skip
        self.rows[self.company.member(name).id].append(row)
        return row

    def acts(self, name: str, *titles: str) -> None:
        """They did it; all of it unless some is named."""
        mine = self.rows[self.company.member(name).id]
        mine[:] = [row for row in mine if titles and row.title not in titles]

    def changes(self, name: str, title: str, **changes: object) -> None:
        """Something about a thing that waits."""
        mine = self.rows[self.company.member(name).id]
        mine[:] = [replace(row, **changes) if row.title == title else row for row in mine]

    def sweep(self) -> int:
        """One reminder sweep at the company's moment."""
        with self.company.indoors():
            return service.sweep(now=self.company.now)

    def deliver(self) -> None:
        """Rounds of a worker until nothing may go out at this moment."""
        with time_machine.travel(self.company.now, tick=False), self.company.app.app_context():
            before = {name: len(self.messages(name)) for name in self.names}
            while outbox.drain(now=self.company.now):
                pass
        for name, known in before.items():
            self.moments += [(self.company.now, name)] * (len(self.messages(name)) - known)

    names: tuple[str, ...] = ("cmo", "cio", "mika", "emma")

    def pass_until(self, end: datetime, *, every: timedelta = timedelta(minutes=30)) -> None:
        """Time passes with a sweep and delivery every so often."""
        while self.company.now < end:
            self.company.now = min(self.company.now + every, end)
            self.sweep()
            self.deliver()

    def messages(self, name: str) -> list[Message]:
        """What stands in somebody's direct messages."""
        return self.slack.record.messages_to(address(name))

    def heard(self, name: str) -> list[str]:
        """When somebody heard something, on the clock of their wall: "Thu 04-29 09:00"."""
        zone = ZoneInfo(self.company.member(name).zone)
        return [f"{at.astimezone(zone):%a %m-%d %H:%M}" for at, who in self.moments if who == name]
