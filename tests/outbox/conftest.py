"""A company whose members have Slack accounts, and a plain kind of message that channels can be sent by the dozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import service
from collab.outbox.models import Attempt, Message
from collab.outbox.registry import Line, MessageKind, Rendered, add_kind, kinds
from collab.outbox.service import Note
from tests.factories import Company
from tests.slack_double import DEFAULT_SCOPES, HISTORY_SCOPES, SlackDouble

WORD, MUST = "test.word", "test.must"


@pytest.fixture
def scopes() -> frozenset[str]:
    """What the app was granted; with the history of conversations unless a test takes it away."""
    return frozenset(DEFAULT_SCOPES | HISTORY_SCOPES)


@pytest.fixture
def slack(scopes: frozenset[str]) -> Iterator[SlackDouble]:
    with SlackDouble(scopes=scopes) as double:
        for name in ("ceo", "cmo", "cio", "mika", "nao", "kenji", "admin"):
            double.add_user(f"{name}@example.com", name)
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
        "SLACK_API_URL": slack.api_url,
    }


@pytest.fixture(autouse=True)
def a_round_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is: time passes only when a test says so."""
    monkeypatch.setattr(clock, "ticking", lambda start: lambda: start)


@pytest.fixture
def post(company: Company, slack: SlackDouble) -> Iterator[Post]:
    """Saying plain things and delivering them."""
    add_kind(MessageKind(WORD, _render, line=_line))
    add_kind(MessageKind(MUST, _render, line=_line, must_arrive=True))
    yield Post(company, slack)
    for code in (WORD, MUST):
        kinds.pop(code)


def _render(envelope: Any) -> Rendered | None:
    if envelope.args.get("fails"):
        raise RuntimeError("cannot be said")
    if envelope.args.get("over"):
        return None
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": envelope.args["text"]}}]
    return Rendered(envelope.args["text"], blocks)


def _line(envelope: Any) -> Line | None:
    return Line(envelope.subject_key, envelope.args["text"], open=not envelope.args.get("over"))


@dataclass
class Post:
    """The post office of a test: things to say, and worker's rounds at the company's time."""

    company: Company
    slack: SlackDouble
    count: int = 0

    def channel(self, name: str) -> str:
        return self.slack.add_channel(name)

    def say(self, to: str, text: str = "", *, kind: str = WORD, **args: Any) -> str:
        """Enqueue one message to a channel id or a member's name; what it says."""
        self.count += 1
        text = text or f"word {self.count}"
        urgent, due_at = args.pop("urgent", False), args.pop("due_at", None)
        with self.company.indoors():
            member = None if to.startswith("C0") else self.company.member(to).id
            note = Note(
                kind, f"T-{self.count}", f"test:{self.count}", member=member, channel=None if member else to,
                args={"text": text, **args}, urgent=urgent, due_at=due_at,
            )  # fmt: skip
            with atomic():
                service.enqueue(note, now=self.company.now)
        return text

    def round(self, limit: int = 20) -> int:
        """One round of one worker; how many messages it handled."""
        with time_machine.travel(self.company.now), self.company.app.app_context():
            return service.drain(now=self.company.now, limit=limit)

    def deliver(self) -> None:
        """Rounds until there is nothing to do at this moment."""
        for _ in range(50):
            if not self.round():
                return
        raise AssertionError("delivery never comes to rest")

    def sweep(self) -> None:
        """A sweep, as beat starts it."""
        with time_machine.travel(self.company.now), self.company.app.app_context():
            service.sweep(now=self.company.now)

    def later(self, **span: float) -> None:
        """Time passes."""
        self.company.later(**span)

    def wait_and_deliver(self, seconds: float, every: float = 5) -> None:
        """Time passes with a sweep every few seconds."""
        for _ in range(int(seconds / every)):
            self.company.later(seconds=every)
            self.deliver()

    @property
    def states(self) -> Counter[str]:
        with self.company.app.app_context():
            return Counter(db.session.scalars(select(Message.state).where(Message.kind.in_((WORD, MUST)))))

    def row(self, text: str) -> Message:
        """The row of a message, by what it says."""
        with self.company.app.app_context():
            rows = db.session.scalars(select(Message).where(Message.kind.in_((WORD, MUST)))).all()
            return next(row for row in rows if row.args["text"] == text)

    def attempts(self, text: str) -> list[tuple[str | None, str | None]]:
        """How each attempt ended, and with which problem."""
        message = self.row(text).id
        with self.company.app.app_context():
            found = db.session.scalars(select(Attempt).where(Attempt.message_id == message).order_by(Attempt.number))
            return [(attempt.outcome, attempt.problem) for attempt in found]

    def change(self, text: str, **values: Any) -> None:
        """Write into a message's row what a worker that died would have left there."""
        with self.company.indoors(), atomic() as unit:
            row = unit.session.get_one(Message, self.row_id(text))
            for name, value in values.items():
                setattr(row, name, value)

    def row_id(self, text: str) -> int:
        rows = db.session.scalars(select(Message)).all()
        return next(row.id for row in rows if row.args.get("text") == text)

    @property
    def calls(self) -> int:
        """How often Slack was asked to post."""
        return len(self.slack.record.calls("chat.postMessage"))

    @property
    def said(self) -> list[str]:
        """The texts that stand in Slack."""
        return [message.text for message in self.slack.record.messages()]


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.fixture
def broken(post: Post, slack: SlackDouble) -> Callable[..., int]:
    """A message to somebody that Slack refused; its number."""

    def make(name: str = "mika", error: str = "is_archived") -> int:
        text = post.say(name)
        slack.faults.refuse(1.0, error, times=1)
        post.deliver()
        slack.faults.clear()
        return post.row(text).id

    return make
