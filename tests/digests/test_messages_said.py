"""An issue on its way to its reader: looked at once more when it is said, and the same on the web as it was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from collab.digests import service
from collab.digests.rules.content import Content, Item, Section
from collab.digests.service import composing
from collab.digests.service.composing import Found
from collab.goals.models import Goal
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import service as outbox
from collab.subjects import service as subjects
from tests.factories import Company
from tests.factories.goals import goal, number
from tests.slack_double import SlackDouble, text_of
from tests.slack_double.things import Message

WEEK = "2026-W46"


def content(*keys: str, code: str = "risks") -> Content:
    """One section of these."""
    return Content((Section.of(code, [Item(key, f"Goal {key}", f"/goals/{key}", "moved", {"was": 40, "now": 55}) for key in keys]),))  # fmt: skip


def put_together(company: Company, name: str, found: Content, week: str = WEEK) -> None:
    with company.indoors():
        composing.write([Found(company.id(name), found, needed=True)], week, company.now)


def said(company: Company, slack: SlackDouble, name: str) -> list[Message]:
    """Every issue somebody heard, as Slack shows it."""
    with company.indoors():
        while outbox.drain(now=company.later(seconds=30), limit=50):
            pass
    messages = slack.record.messages_to(f"{name}@example.com")
    return [one for one in messages if "digests/" in text_of(one) or "digests/" in str(one)]


def without_ids(message: Message) -> list[dict[str, Any]]:
    """Its blocks, without the numbers Slack gives them."""
    return [{name: value for name, value in block.items() if name != "block_id"} for block in message.blocks]


@pytest.fixture
def narrowed(company: Company) -> Callable[[str], None]:
    """A goal becomes its owners' alone."""

    def narrow(key: str) -> None:
        with company.indoors(), atomic():
            db.session.execute(update(Goal).where(Goal.id == number(key)).values(visibility="involved"))

    return narrow


def test_what_needs_me_is_read_when_it_is_said_and_the_same_when_it_is_said_again(
    company: Company, slack: SlackDouble, travel: time_machine.Coordinates
) -> None:
    key = goal(company, "Answer every customer", owners=("cmo", "cio"))
    put_together(company, "cmo", content(key))
    filed = company.filed(title="Filed after it was put together")
    (first,) = said(company, slack, "cmo")
    assert filed in str(first)
    company.decide(filed, "cmo")
    with company.indoors():
        service.send_to(company.member("cmo"), WEEK, now=company.later(hours=1))
    again = said(company, slack, "cmo")
    assert len(again) == 2
    assert [without_ids(one) for one in again[:1]] == [without_ids(one) for one in again[1:]]


def test_what_i_may_not_see_any_more_what_stands_still_and_what_i_muted_is_left_out(
    company: Company, slack: SlackDouble, travel: time_machine.Coordinates, narrowed: Callable[[str], None]
) -> None:
    seen, hidden, paused, muted = (goal(company, f"Goal {n}", owners=("cio", "cmo")) for n in range(4))
    put_together(company, "emma", content(seen, hidden, paused, muted))
    narrowed(hidden)
    with company.indoors(), atomic():
        change = {"state": "paused", "paused_at": company.now, "pause_reason": "Later."}
        db.session.execute(update(Goal).where(Goal.id == number(paused)).values(**change))
        subjects.mute(company.member("emma"), muted, now=company.now)
    (message,) = said(company, slack, "emma")
    assert [f"|{key}>" in str(message) for key in (seen, hidden, paused, muted)] == [True, False, False, False]


def test_an_issue_of_which_nothing_is_left_is_not_said(
    company: Company, slack: SlackDouble, travel: time_machine.Coordinates, narrowed: Callable[[str], None]
) -> None:
    hidden = goal(company, "Goal", owners=("cio", "cmo"))
    put_together(company, "emma", content(hidden))
    narrowed(hidden)
    assert said(company, slack, "emma") == []
