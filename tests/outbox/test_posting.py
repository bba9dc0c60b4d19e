"""The mail door: what asks reaches whoever Slack does not, as a letter with one link; once, and never what is not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from collab.kernel.db import db
from collab.mail.client import Mailer
from collab.mail.letter import Letter
from collab.mail.problems import MailAmbiguous
from collab.nudges import service as nudges
from collab.outbox.models import Message
from collab.outbox.rules import plain
from collab.slack import blocks
from tests.factories import Company
from tests.factories.tasks import Tasks
from tests.mail.office import Post as Office
from tests.mail.office import post_office
from tests.outbox.conftest import MUST, Post
from tests.slack_double import SlackDouble


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def environment(slack: SlackDouble, office: Office) -> Iterator[dict[str, str]]:
    with post_office(office) as port:
        yield {
            "SLACK_BOT_TOKEN": slack.app.bot_token, "SLACK_SIGNING_SECRET": slack.app.signing_secret,
            "SLACK_API_URL": slack.api_url, "SMTP_URL": f"smtp://127.0.0.1:{port}", "SMTP_FROM": "collab@example.com",
        }  # fmt: skip


def body_of(letter: EmailMessage, kind: str = "plain") -> str:
    found = letter.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def wants_mail(company: Company, name: str) -> None:
    with company.indoors():
        nudges.choose_mail(company.member(name), True, now=company.now)


def kinds_of(company: Company, member: str) -> dict[str, str]:
    with company.indoors():
        rows = db.session.execute(select(Message.kind, Message.state).where(Message.member_id == company.id(member)))
        return dict(rows.all())


def test_without_a_slack_account_what_asks_comes_by_mail_and_what_tells_stays_on_the_web(
    post: Post, office: Office
) -> None:
    post.say("agency", "Please look", kind=MUST)
    post.say("agency", "By the way")
    post.deliver()
    (letter,) = office.taken
    assert letter["To"] == "agency@example.com"
    assert letter["List-Unsubscribe"].endswith("/me/notifications>")
    assert "Please look" in body_of(letter)
    assert "By the way" not in body_of(letter)
    assert dict(post.states) == {"sent": 1, "superseded": 1}
    assert post.calls == 0


def test_who_has_slack_gets_slack_unless_they_chose_mail(company: Company, post: Post, office: Office) -> None:
    post.say("mika", "one", kind=MUST)
    post.deliver()
    assert (post.said, office.taken) == (["one"], [])
    wants_mail(company, "mika")
    post.say("mika", "two", kind=MUST)
    post.say("mika", "news")
    post.deliver()
    assert post.said == ["one", "news"], "news still comes in Slack"
    assert [letter["To"] for letter in office.taken] == ["mika@example.com"]


def test_a_letter_says_what_is_asked_about_what_until_when_with_one_link(
    company: Company, post: Post, office: Office
) -> None:
    wants_mail(company, "cmo")
    key = company.filed("mika", title="Billboards")
    post.deliver()
    (letter,) = office.taken
    said, page = body_of(letter), body_of(letter, "html")
    assert key in letter["Subject"]
    assert said.count("http") == page.count("href=") == 1
    assert "Billboards" in said
    assert f"/purchases/{key}" in said
    assert "期限" in said


def test_a_narrowed_title_does_not_stand_in_the_subject_line(company: Company, post: Post, office: Office) -> None:
    wants_mail(company, "kenji")
    tasks = Tasks(company)
    tasks.ask("mika", "it", assignee="kenji@example.com", title="Zebra takeover", visibility="parties")
    tasks.ask("mika", "it", assignee="kenji@example.com", title="Open matter")
    post.deliver()
    subjects = [str(letter["Subject"]) for letter in office.taken]
    assert [("Zebra" in one, "Open matter" in one) for one in subjects] == [(False, False), (False, True)]
    assert "Zebra takeover" in body_of(office.taken[0])


def test_done_meanwhile_nothing_is_sent(company: Company, post: Post, office: Office) -> None:
    wants_mail(company, "cmo")
    key = company.filed("mika")
    company.decide(key, "cmo")
    post.deliver()
    assert [str(letter["Subject"]) for letter in office.taken if key in str(letter["Subject"])] == []


def test_many_at_once_come_as_one_letter(company: Company, post: Post, office: Office) -> None:
    for number in range(6):
        post.say("agency", f"Thing {number}", kind=MUST)
    post.deliver()
    (letter,) = office.taken
    assert all(f"Thing {number}" in body_of(letter) for number in range(6))
    assert "6" in letter["Subject"]


def test_a_busy_server_is_asked_again_and_a_refusal_is_told_to_administrators(
    company: Company, post: Post, office: Office
) -> None:
    office.to_letter = "451 come again"
    text = post.say("agency", "Please", kind=MUST)
    post.deliver()
    assert post.row(text).state == "waiting"
    office.to_letter = "250 OK"
    post.later(seconds=61)
    post.deliver()
    assert (len(office.taken), post.row(text).state) == (1, "sent")
    office.to_address = "550 nobody here"
    other = post.say("agency", "Again", kind=MUST)
    post.deliver()
    assert (post.row(other).state, post.row(other).problem) == ("broken", "mail_refused")
    assert any("外部" in said or "Partner" in said for said in post.said), "the administrator hears of it in Slack"


def test_a_letter_that_may_have_been_taken_goes_again_under_the_same_name_and_says_so(
    company: Company, post: Post, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, lost = Mailer.send, []

    def once(mailer: Mailer, letter: Letter, now: Any) -> None:
        honest(mailer, letter, now)
        if not lost:
            lost.append(letter)
            raise MailAmbiguous("answer_lost")

    monkeypatch.setattr(Mailer, "send", once)
    wants_mail(company, "mika")
    post.say("mika", "Please", kind=MUST)
    post.deliver()
    post.wait_and_deliver(60)
    first, second = office.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert "重複" in body_of(second)


def test_what_a_letter_says_is_not_kept(post: Post) -> None:
    text = post.say("agency", "Something private", kind=MUST)
    post.deliver()
    assert "Something private" not in str(post.row(text).payload)


def test_quiet_time_holds_letters_too(company: Company, post: Post, office: Office) -> None:
    wants_mail(company, "mika")
    with company.indoors():
        from collab.nudges.rules.times import Window

        nudges.choose_quiet(company.member("mika"), Window(9 * 60, 12 * 60), now=company.now)
    post.say("mika", "Please", kind=MUST)
    post.deliver()
    assert office.taken == []
    post.later(hours=2)
    post.deliver()
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("*Bold* and <https://a.example/x|a link> &amp; more", "Bold and a link & more"), ("<@U1> asks", " asks"),
        ("5 * 3 * 2", "5 * 3 * 2"), ("a_b_c", "a_b_c"), ("&lt;b&gt;", "<b>"), (blocks.escape("*not* _this_"), "∗not∗ ˍthisˍ"),
    ],
)  # fmt: skip
def test_markup_becomes_words(said: str, words: str) -> None:
    assert plain.words_of(said) == words


def test_every_word_of_a_message_and_no_button() -> None:
    shown = [
        blocks.header("Title"), blocks.section("*Para*", accessory=blocks.button("Press", "a.b", "c")),
        blocks.facts([("Amount", "¥1,000")]), blocks.quotation("as *written*", 100), blocks.context("small"),
        blocks.actions(blocks.button("Go", "a.b", "c", url="https://e.example")),
    ]  # fmt: skip
    assert plain.lines_of(shown) == ["Title", "Para", "Amount: ¥1,000", "as *written*", "small"]
