"""A connected channel has its own issue, once, at its own hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from collab.channels.models import Channel
from collab.digests import service
from collab.digests.models import Issue
from collab.digests.rules.content import Content, Item, Section
from collab.digests.service import channels
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from tests.factories import Company

MONDAY = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
"""Nine in Tokyo."""
MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=7)
SOMETHING = Content((Section("goals", (Item("G-1", "Answer every customer", "/goals/G-1", "channel.at_risk"),)),))


@pytest.fixture
def connect(company: Company, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Connect a channel of the marketing department; its number."""
    monkeypatch.setattr(channels, "gather_channels", lambda some, _span, _now: {one.id: SOMETHING for one in some})

    def made(name: str = "C1", **more: Any) -> int:
        usual = {
            "purpose": "department",
            "department_code": "marketing",
            "locale": "ja",
            "zone": "Asia/Tokyo",
            "kinds": [],
        }
        with company.indoors(), atomic() as unit:
            channel = Channel(
                team_id="T1", channel_id=name, name=name, connected_by_id=company.member("cmo").id,
                connected_at=MONDAY - 30 * HOUR, **{**usual, **more},
            )  # fmt: skip
            unit.session.add(channel)
            unit.session.flush()
            return channel.id

    return made


def sweep(company: Company, moment: datetime) -> list[tuple[int, str]]:
    """The issues of channels there are afterwards."""
    company.now = moment
    with company.indoors():
        service.sweep(now=moment)
        rows = db.session.execute(select(Issue.channel_id, Issue.week).where(Issue.channel_id.is_not(None)))
        return sorted((row.channel_id, row.week) for row in rows)


def notes(company: Company) -> list[str]:
    with company.app.app_context():
        return list(db.session.scalars(select(Message.channel).where(Message.channel.is_not(None))))


def test_at_its_own_hour_once(company: Company, connect: Callable[..., int]) -> None:
    one, late = connect(), connect("C2", digest_weekday=4, digest_minute=1050, zone="Europe/London")
    assert sweep(company, MONDAY - MINUTE) == []
    assert sweep(company, MONDAY) == sweep(company, MONDAY + MINUTE) == [(one, "2026-W48")]
    friday = MONDAY + timedelta(days=4, hours=17, minutes=30)
    assert sweep(company, friday - MINUTE) == [(one, "2026-W48")]
    assert sweep(company, friday) == [(one, "2026-W48"), (late, "2026-W48")]
    assert notes(company) == ["C1", "C2"]


@pytest.mark.parametrize(
    "how", [{"digest": False}, {"closed_at": MONDAY - HOUR, "closed_why": "left"}, {"connected_at": MONDAY}]
)
def test_not_one_that_does_not_want_it_is_closed_or_new(
    company: Company, connect: Callable[..., int], how: dict[str, Any]
) -> None:
    number = connect()
    with company.indoors(), atomic():
        db.session.execute(update(Channel).where(Channel.id == number).values(**how))
    assert sweep(company, MONDAY) == []


def test_nothing_to_say_is_a_row_and_no_message(
    company: Company, connect: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = connect()
    monkeypatch.setattr(channels, "gather_channels", lambda some, _span, _now: {one.id: Content() for one in some})
    assert sweep(company, MONDAY) == [(number, "2026-W48")]
    assert notes(company) == []


def test_one_that_cannot_be_read_for_keeps_none_waiting(
    company: Company, connect: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = connect("C1"), connect("C2")

    def breaks(some: Any, _span: object, _now: datetime) -> dict[int, Content]:
        if any(one.id == bad for one in some):
            raise ZeroDivisionError
        return {one.id: SOMETHING for one in some}

    monkeypatch.setattr(channels, "gather_channels", breaks)
    assert sweep(company, MONDAY) == [(good, "2026-W48")]
