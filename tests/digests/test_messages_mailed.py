"""Members whom Slack does not reach get their issue as a letter, once, and it waits for them nowhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from collab.digests import queries
from collab.digests.models import Issue
from collab.digests.rules.content import Content, Section
from collab.digests.service import composing, mailing
from collab.digests.service.composing import Found
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.mail.client import Mailer
from collab.mail.letter import Letter
from collab.nudges import service as nudges
from collab.outbox import service as outbox
from collab.outbox.models import Message
from tests.digests import issues
from tests.factories import Company
from tests.factories.goals import goal
from tests.mail.office import Post, post_office
from tests.slack_double import SlackDouble

WEEK = "2026-W46"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def environment(slack: SlackDouble, post: Post) -> Iterator[dict[str, str]]:
    with post_office(post) as port:
        yield {
            "SLACK_BOT_TOKEN": slack.app.bot_token, "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "SLACK_API_URL": slack.api_url, "SMTP_URL": f"smtp://127.0.0.1:{port}", "SMTP_FROM": "collab@example.com",
        }  # fmt: skip


def unreached(company: Company, slack: SlackDouble) -> int:
    """Emma has something to read and no account; the id of her issue."""
    key = goal(company, "Answer every customer", owners=("cio", "cmo"))
    slack.deactivate("emma@example.com")
    content = Content((Section.of("moved", [issues.item(int(key[2:]), "Answer every customer")]),))
    with company.indoors():
        emma = company.member("emma")
        composing.write([Found(emma.id, content, needed=False)], WEEK, company.now)
        while outbox.drain(now=company.later(seconds=30), limit=50):
            pass
        found = queries.find_issue(week=WEEK, member=emma.id)
    assert found is not None
    return found.id


def hand_over(company: Company) -> int:
    with company.indoors():
        return mailing.send_waiting(company.now, time.monotonic() + 30)


def test_a_letter_instead_of_a_message_once_and_no_alarm(company: Company, slack: SlackDouble, post: Post) -> None:
    issue = unreached(company, slack)
    assert (hand_over(company), hand_over(company)) == (1, 0)
    (letter,) = post.taken
    assert letter["To"] == "emma@example.com"
    assert letter["Message-ID"] == f"<digest.{WEEK}.{issue}@example.com>"
    assert letter["List-Unsubscribe"].endswith("/me/digest>")
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Answer every customer" in body.get_content()
    with company.indoors():
        found = queries.get_issue(issue)
        assert found is not None
        assert (found.via, found.said_at is not None) == ("mail", True)
        assert db.session.scalars(select(Message.kind).where(Message.kind == "outbox.trouble")).all() == []


def test_who_chose_mail_gets_the_digest_as_a_letter_although_slack_would_reach_them(
    company: Company, slack: SlackDouble, post: Post
) -> None:
    key = goal(company, "Answer every customer", owners=("cio", "cmo"))
    content = Content((Section.of("moved", [issues.item(int(key[2:]), "Answer every customer")]),))
    with company.indoors():
        emma, kenji = company.member("emma"), company.member("kenji")
        nudges.choose_mail(emma, True, now=company.now)
        composing.write([Found(one.id, content, needed=False) for one in (emma, kenji)], WEEK, company.now)
        while outbox.drain(now=company.later(seconds=30), limit=50):
            pass
    assert hand_over(company) == 1
    assert [letter["To"] for letter in post.taken] == ["emma@example.com"]
    with company.indoors():
        found = [queries.find_issue(week=WEEK, member=one.id) for one in (emma, kenji)]
    assert [one.via for one in found if one] == ["mail", "slack"]


def test_a_busy_server_gets_it_later_and_only_once(company: Company, slack: SlackDouble, post: Post) -> None:
    unreached(company, slack)
    post.to_letter = "451 come again"
    assert hand_over(company) == 0
    post.to_letter = "250 OK"
    assert hand_over(company) == 0, "not at once"
    company.later(minutes=11)
    assert hand_over(company) == 1
    company.now += timedelta(days=1)
    assert (hand_over(company), len(post.taken)) == (0, 1)


def test_a_letter_of_a_slow_server_is_not_sent_by_two(
    company: Company, slack: SlackDouble, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each letter has a lease of its own: while one is handed over for minutes, those behind it are nobody's yet."""
    unreached(company, slack)
    with company.indoors(), atomic():
        mika = company.member("mika")
        content = Content((Section.of("moved", [issues.item(3, "Answer every customer")]),))
        composing.write([Found(mika.id, content, needed=False)], WEEK, company.now)
        db.session.execute(update(Issue).where(Issue.member_id == mika.id).values(mail_at=company.now))
    honest, others = Mailer.send, []

    def slowly(mailer: Mailer, letter: Letter, now: datetime) -> None:
        if not others:
            others.append("somebody else comes by when the first lease is over")
            mailing.send_waiting(now + 2 * mailing.LEASE, time.monotonic() + 30)
        honest(mailer, letter, now)

    monkeypatch.setattr(Mailer, "send", slowly)
    hand_over(company)
    assert sorted(letter["To"] for letter in post.taken).count("mika@example.com") == 1


@pytest.mark.parametrize("title", ["Bcc: everybody@example.com\nBcc: x@example.com", "a\r\n\r\nbody", "x\x85y\u2028z"])
def test_nothing_in_a_title_becomes_a_header(company: Company, slack: SlackDouble, post: Post, title: str) -> None:
    key = goal(company, "Answer every customer", owners=("cio", "cmo"))
    slack.deactivate("emma@example.com")
    content = Content((Section.of("moved", [issues.item(int(key[2:]), title)]),))
    with company.indoors():
        composing.write([Found(company.member("emma").id, content, needed=False)], WEEK, company.now)
        while outbox.drain(now=company.later(seconds=30), limit=50):
            pass
    assert hand_over(company) == 1
    (letter,) = post.taken
    assert letter["Bcc"] is None
    assert letter["To"] == "emma@example.com"
    assert {"Subject", "List-Unsubscribe", "Auto-Submitted"} <= set(letter.keys())
