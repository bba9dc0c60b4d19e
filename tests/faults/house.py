"""A real installation with the double in a process of its own: what a fault test starts, breaks and looks at."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from tests.faults.plans import Plan
from tests.parts import warm
from tests.parts.crew import end
from tests.parts.installation import ROOT, Installation, installed
from tests.slack_double.remote import Remote, started

ALTERED = Path(__file__).parent / "altered"
PEOPLE = ("ceo", "cmo", "cio", "cfo", "mika")
REQUEST = {
    "title": "Mail campaign tool", "purpose": "To answer customers within a day", "vendor": "Hikari KK",
    "category": "martech", "amount": "500000", "goal": "G-1",
}  # fmt: skip
DECIDERS = ("cmo", "cio")


@dataclass
class House:
    """An installation, its Slack, and its rows."""

    place: Installation
    slack: Remote
    rows: Engine

    def ask(self, sql: str) -> list[Any]:
        """Rows of the product's own tables."""
        with self.rows.connect() as connection:
            return list(connection.execute(text(sql)))

    def states(self) -> Counter[str]:
        """How many messages are in which state."""
        return Counter(
            dict(tuple(row) for row in self.ask("select state, count(*) from outbox_messages group by state"))
        )

    def open(self) -> int:
        """How many messages are not at their end; those held back for a bundle, for up to two hours, do not count."""
        over = "state in ('sent', 'broken', 'superseded') or (held and state = 'pending')"
        return int(self.ask(f"select count(*) from outbox_messages where not ({over})")[0][0])

    def channels(self, count: int, name: str = "c") -> list[str]:
        """That many new channels."""
        return [self.slack.add_channel(f"{name}{number}") for number in range(count)]

    def request(self) -> str:
        """Somebody files a request through the API; its key. Two people are asked."""
        filed = self.place.api("mika", "POST", "/purchases", REQUEST)
        assert filed.status_code == 201, filed.text
        key = str(filed.json()["key"])
        submitted = self.place.api("mika", "POST", f"/purchases/{key}/submit")
        assert submitted.ok, submitted.text
        return key

    @contextmanager
    def saying(self, plan: Plan) -> Iterator[None]:
        """Enqueue the plan's messages meanwhile, in a process of its own; all are enqueued when the block ends."""
        command = [sys.executable, "-m", "tests.faults.inside", "say"]
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as heard:
            json.dump(asdict(plan), said)
            said.seek(0)
            process = warm.start(command, self.place.environ, heard, stdin=said)
            try:
                yield
                code = process.wait(plan.seconds + 60)
                heard.seek(0)
                assert code == 0, f"not everything could be enqueued: {heard.read()[-4000:]}"
            finally:
                end(process)

    def settle(self, seconds: float) -> None:
        """Wait until every message is at its end, or waits for a bundle."""
        until(lambda: self.open() == 0, seconds, lambda: f"still open: {self.states()}")


def until(condition: Callable[[], object], seconds: float, words: Callable[[], str] = str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"this never came true. {words()}"
        time.sleep(0.2)


@contextmanager
def house(
    database_url: str | None, *, history: bool, workers: int = 2, altered: Sequence[str] = (), rates: bool = False
) -> Iterator[House]:
    """The small company, `workers` workers, beat, a broker of its own, and Slack; `altered` names changes to the product."""
    options = [*(["--history"] if history else []), *(["--rates"] if rates else [])]
    with started(*options) as slack:
        for name in PEOPLE:
            slack.add_user(f"{name}@example.com", name)
        changed = {"PYTHONPATH": f"{ALTERED}:{ROOT}", "ALTERED": ",".join(altered)} if altered else {}
        more = {**slack.environ, "COLLAB_SLACK_MESSAGES_PER_MINUTE": "6000", **changed}
        with installed(database_url, more, workers=workers, own_broker=True, furnish=_found) as place:
            slack.ask("PUT", "product", url=place.address)
            rows = create_engine(place.database_url)
            try:
                yield House(place, slack, rows)
            finally:
                rows.dispose()


def _found(place: Installation) -> None:
    place.run("-m", "tests.faults.inside", "found")
