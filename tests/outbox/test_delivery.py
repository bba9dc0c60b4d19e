"""From a row to Slack: written with its cause, delivered once, to whoever must still hear it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import service
from collab.outbox.models import Attempt, Card, Message
from tests.factories import NOW, Company
from tests.parts.databases import on_both
from tests.slack_double import SlackDouble

pytestmark = on_both


@pytest.fixture
def slack() -> SlackDouble:
    with SlackDouble() as double:
        for name in ("ceo", "cmo", "cio", "mika", "nao"):
            double.add_user(f"{name}@example.com", name)
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_SIGNING_SECRET": slack.app.signing_secret,
        "SLACK_API_URL": slack.api_url,
    }


def drain(company: Company) -> int:
    """Deliver until nothing is due; how many messages that were."""
    handled = 0
    with time_machine.travel(company.now), company.app.app_context():
        while count := service.drain(now=company.now):
            handled += count
    return handled


def states(company: Company) -> Counter[str]:
    with company.app.app_context():
        return Counter(db.session.scalars(select(Message.state)))


def test_what_is_undone_is_never_said(company: Company, slack: SlackDouble) -> None:
    with company.indoors(), pytest.raises(ZeroDivisionError), atomic():
        company.filed()
        raise ZeroDivisionError
    assert drain(company) == 0
    assert slack.record.messages() == []


def test_whoever_must_decide_gets_one_card_however_often_we_drain(company: Company, slack: SlackDouble) -> None:
    key = company.filed()
    for _ in range(3):
        drain(company)
    assert [len(slack.record.messages_to(f"{name}@example.com")) for name in ("cmo", "cio")] == [1, 1]
    assert len(slack.record.cards_about(key)) == 2
    assert set(states(company)) == {"sent"}


def test_workers_at_once_say_everything_once(company: Company, slack: SlackDouble) -> None:
    keys = [company.filed() for _ in range(3)]  # more would be bundled
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: drain(company), range(4)))
    drain(company)
    assert Counter(call.outcome for call in slack.record.calls("chat.postMessage")) == {"ok": 2 * len(keys)}


def test_an_attempt_is_written_before_each_call(company: Company, slack: SlackDouble) -> None:
    company.filed()
    drain(company)
    with company.app.app_context():
        assert [(row.number, row.outcome) for row in db.session.scalars(select(Attempt))] == [(1, "sent"), (1, "sent")]
        assert db.session.query(Card).count() == 2


def test_what_slack_puts_off_is_said_later_and_once(company: Company, slack: SlackDouble) -> None:
    company.filed()
    slack.answer_next("chat.postMessage", 429, headers={"Retry-After": "7"})
    drain(company)
    assert len(slack.record.messages()) == 1
    company.later(seconds=60)
    drain(company)
    assert len(slack.record.messages()) == 2


def test_a_question_that_is_no_longer_asked_is_not_asked(company: Company, slack: SlackDouble) -> None:
    key = company.filed()
    company.decide(key, "cmo", "reject")
    drain(company)
    assert slack.record.messages_to("cio@example.com") == []
    assert states(company)["superseded"] >= 1


def test_whoever_left_hears_nothing_any_more(company: Company, slack: SlackDouble) -> None:
    company.filed()
    company.leaves("cio")
    drain(company)
    assert slack.record.messages_to("cio@example.com") == []
    assert len(slack.record.messages_to("ceo@example.com")) == 1


def test_a_lease_that_ran_out_is_taken_up_again(company: Company, slack: SlackDouble) -> None:
    company.filed()
    with company.app.app_context(), atomic() as unit:
        for row in unit.session.scalars(select(Message)):
            row.leased_until = NOW + timedelta(seconds=30)
    assert drain(company) == 0
    company.later(seconds=31)
    assert drain(company) == 2
