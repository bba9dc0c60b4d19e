"""A company that speaks in shared channels: which channel is whose, what was said in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from collab.channels import service
from collab.channels.rules import LEADERS, ChannelView, Settings
from collab.channels.service.connecting import Place
from collab.kernel import clock
from collab.kernel.db import db
from collab.outbox import service as outbox
from collab.outbox.models import Card, Message
from tests.factories import Company

TEAM = "console"


class Channels:
    """Connecting and hearing. `said` is what was shown in a channel since the start, by kind."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.team = TEAM

    def connect(self, channel: str, whose: str = "marketing", by: str = "cmo", **changes: Any) -> ChannelView:
        """Connect a channel: with a department, or with the leaders."""
        company = self.company
        purpose, code = (LEADERS, None) if whose == LEADERS else ("department", whose)
        wanted = replace(Settings(purpose, code, "en", "Asia/Tokyo"), **changes)
        with company.indoors():
            return service.connect(company.member(by), Place(self.team, channel, channel), wanted, now=company.now)

    def tell(self) -> int:
        """What the sweep does, a moment later."""
        self.company.later(seconds=20)
        with self.company.indoors():
            return service.sweep(now=self.company.now)

    def deliver(self) -> None:
        """What workers do until nothing is due."""
        for _round in range(30):
            self.company.later(seconds=11)
            with self.company.indoors():
                if not outbox.drain(now=self.company.now):
                    return

    def hear(self) -> None:
        """Tell, and deliver it."""
        self.tell()
        self.deliver()

    def rows(self, channel: str, *kinds: str) -> list[Any]:
        """The messages written for a channel."""
        with self.company.indoors():
            rows = db.session.execute(select(Message.__table__).where(Message.channel == channel).order_by(Message.id))
            return [row for row in rows if row.kind in (kinds or ("channel.card", "channel.news"))]

    def said(self, channel: str, *kinds: str) -> list[str]:
        """What was sent to a channel, as words."""
        return [words(row.payload) for row in self.rows(channel, *kinds) if row.state == "sent"]

    def card(self, channel: str, key: str) -> str:
        """What the card of a subject shows now."""
        with self.company.indoors():
            stands = select(Card.shown).join(Message, Message.id == Card.message_id)
            found = db.session.scalar(stands.where(Message.channel == channel, Card.subject_key == key))
            return words(found)


def words(payload: Any) -> str:
    """The text of blocks, one after the other."""
    return "\n".join(_texts(payload["blocks"])) if payload else ""


def _texts(tree: Any) -> Sequence[str]:
    if isinstance(tree, dict):
        own = [tree["text"]] if isinstance(tree.get("text"), str) else []
        return [*own, *(text for part in tree.values() for text in _texts(part))]
    return [text for part in tree for text in _texts(part)] if isinstance(tree, list) else []


@pytest.fixture
def channels(company: Company) -> Channels:
    return Channels(company)


@pytest.fixture(autouse=True)
def a_round_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is: time passes only when a test says so."""
    monkeypatch.setattr(clock, "ticking", lambda start: lambda: start)
