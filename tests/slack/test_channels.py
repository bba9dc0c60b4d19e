"""Shared channels in Slack: connecting one where one stands, one card with its news below it, whatever Slack does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from collab.channels import queries, service
from collab.kernel import clock
from collab.people import queries as people
from collab.tasks import service as tasks
from tests.factories import Company
from tests.slack.people import CIO, CMO, KENJI, MIKA
from tests.slack_double import DEFAULT_SCOPES, HISTORY_SCOPES, How, Message, SlackDouble, text_of

Hear = Callable[[], None]


@pytest.fixture
def hear(app: Flask, deliver: Callable[[], None], travel: time_machine.Coordinates) -> Hear:
    """A while passes: channels are told what happened, and what is due is sent."""

    def run() -> None:
        for _step in range(3):
            travel.shift(timedelta(seconds=11))
            with app.app_context():
                service.sweep(now=clock.now())
            deliver()

    return run


@pytest.fixture
def it(served: SlackDouble, hear: Hear) -> str:
    """IT's channel, connected by the CIO."""
    channel = served.add_channel("it-room")
    connect(served, CIO, channel)
    hear()
    return channel


def connect(slack: SlackDouble, email: str, channel: str, **values: object) -> str:
    modal = slack.play.slash(email, "/collab", "channel", channel=channel).view
    return slack.play.submit(email, modal, values).ephemeral


def account(company: Company, name: str) -> str:
    """The Slack account somebody has by now."""
    with company.indoors():
        return people.find_slack_account(company.id(name)) or ""


def ask(company: Company) -> str:
    with company.indoors():
        fields = {"title": "Consent <!channel> flag", "to_department": "it", "assignee": KENJI}
        return tasks.ask(company.member("mika"), fields, now=clock.now())


def accept(company: Company, key: str) -> None:
    with company.indoors():
        tasks.accept(company.member("kenji"), key, due="2bd", now=clock.now())


def messages(slack: SlackDouble, channel: str) -> list[Message]:
    return slack.record.messages(channel)


def test_a_lead_connects_the_channel_they_stand_in_and_it_says_so(
    served: SlackDouble, company: Company, hear: Hear
) -> None:
    channel = served.add_channel("marketing-room")
    modal = served.play.slash(CMO, "/collab", "チャンネル", channel=channel).view
    assert modal is not None
    assert f"<#{channel}>" in str(modal.body)
    said = served.play.submit(CMO, modal, {"whose": "department:marketing", "digest_at": "８時半"}).ephemeral
    assert "接続しました" in said
    assert "月曜日 08:30" in said
    hear()
    [hello] = messages(served, channel)
    assert "マーケティング" in text_of(hello)
    with company.indoors():
        [found] = queries.list_open()
        assert (found.settings.department, found.settings.digest_minute) == ("marketing", 8 * 60 + 30)


def test_the_form_is_prefilled_and_keeps_what_was_chosen(served: SlackDouble, it: str, company: Company) -> None:
    served.play.submit(
        CIO, served.play.slash(CIO, "/collab", "channel", channel=it).view, {"details": "channel", "kinds": ["goal"]}
    )
    again = served.play.slash(CIO, "/collab", "channel", channel=it).view
    served.play.submit(CIO, again, {"digest": []})
    with company.indoors():
        kept = queries.get_open(it).settings
        assert (kept.details, kept.kinds, kept.digest, kept.mentions) == ("channel", ("goal",), False, True)


def test_a_wrong_time_is_said_under_its_field(served: SlackDouble) -> None:
    channel = served.add_channel("it-room")
    modal = served.play.slash(CIO, "/collab", "channel", channel=channel).view
    assert list(served.play.submit(CIO, modal, {"digest_at": "soon"}).errors) == ["digest_at"]


def test_two_who_change_it_at_once_do_not_overwrite_each_other(served: SlackDouble, it: str) -> None:
    first = served.play.slash(CIO, "/collab", "channel", channel=it).view
    second = served.play.slash(CIO, "/collab", "channel", channel=it).view
    served.play.submit(CIO, first, {"details": "none"})
    assert served.play.submit(CIO, second, {"details": "channel"}).errors


def test_in_a_direct_message_it_says_where_to_type_it(served: SlackDouble) -> None:
    answer = served.play.slash(CIO, "/collab", "channel")
    assert answer.view is None
    assert "ダイレクトメッセージでは設定できません" in answer.ephemeral


def test_who_speaks_for_nobody_gets_no_form_and_who_speaks_for_another_no_change(served: SlackDouble, it: str) -> None:
    assert served.play.slash(MIKA, "/collab", "channel", channel=it).view is None
    refused = served.play.slash(CMO, "/collab", "channel", channel=it)
    assert refused.view is None
    assert "その部門の責任者" in refused.ephemeral


def test_the_leaders_channel_is_for_cmo_and_cio(served: SlackDouble, company: Company) -> None:
    channel = served.add_channel("leaders")
    connect(served, CMO, channel, whose="leaders")
    with company.indoors():
        assert queries.get_open(channel).settings.purpose == "leaders"
    assert served.play.slash(CIO, "/collab", "channel", channel=channel).view is not None


def test_one_card_with_its_news_below_and_only_who_must_act_is_mentioned(
    served: SlackDouble, it: str, company: Company, hear: Hear
) -> None:
    key = ask(company)
    hear()
    _hello, card = messages(served, it)
    kenji, mika = account(company, "kenji"), account(company, "mika")
    assert key in text_of(card)
    assert f"<@{kenji}>" in str(card.blocks)
    assert f"<@{mika}>" not in str(card.blocks)
    assert "<!channel>" not in str(card.blocks)
    accept(company, key)
    hear()
    _hello, card, reply = messages(served, it)
    assert (reply.thread_ts, "引き受けました" in text_of(reply)) == (card.ts, True)
    assert "対応予定" in text_of(card)
    assert served.record.duplicates() == {}


def test_without_mentions_people_are_named(served: SlackDouble, it: str, company: Company, hear: Hear) -> None:
    served.play.submit(CIO, served.play.slash(CIO, "/collab", "channel", channel=it).view, {"mentions": []})
    ask(company)
    hear()
    card = text_of(messages(served, it)[-1])
    assert "<@" not in str(messages(served, it)[-1].blocks)
    assert "さんのご対応待ち" in card


def test_details_in_the_channel_too_are_broadcast(served: SlackDouble, it: str, company: Company, hear: Hear) -> None:
    served.play.submit(CIO, served.play.slash(CIO, "/collab", "channel", channel=it).view, {"details": "channel"})
    key = ask(company)
    hear()
    accept(company, key)
    hear()
    sent = served.record.calls("chat.postMessage")[-1].arguments
    assert str(sent["reply_broadcast"]).lower() in ("true", "1")


def test_a_reply_waits_behind_its_card(served: SlackDouble, it: str, company: Company, hear: Hear) -> None:
    key = ask(company)
    hear_without_delivery(company)
    accept(company, key)
    hear_without_delivery(company)
    hear()
    hear()
    texts = [text_of(one) for one in messages(served, it)[1:]]
    assert key in texts[0]
    assert "引き受けました" in texts[1]
    assert messages(served, it)[2].thread_ts == messages(served, it)[1].ts


def hear_without_delivery(company: Company) -> None:
    with company.indoors():
        service.sweep(now=clock.now())


@pytest.mark.parametrize("ending", [How.RESET, 503])
def test_a_lost_answer_of_a_reply_is_looked_for_in_its_thread(
    served: SlackDouble, it: str, company: Company, hear: Hear, deliver_later: Hear, ending: object
) -> None:
    served.scopes = frozenset(DEFAULT_SCOPES | HISTORY_SCOPES)
    key = ask(company)
    hear()
    accept(company, key)
    deliver_later()
    hear_without_delivery(company)
    before = len(messages(served, it))
    lose_reply(served, ending)
    hear()
    hear()
    assert len(messages(served, it)) == before + 1
    assert served.record.calls("conversations.replies")
    assert served.record.duplicates() == {}


def test_without_the_scope_news_is_not_repeated(
    served: SlackDouble, it: str, company: Company, hear: Hear, deliver_later: Hear
) -> None:
    served.scopes = frozenset(DEFAULT_SCOPES)
    key = ask(company)
    hear()
    accept(company, key)
    deliver_later()
    hear_without_delivery(company)
    before = len(messages(served, it))
    lose_reply(served, How.RESET)
    hear()
    hear()
    assert len(messages(served, it)) == before + 1


def lose_reply(slack: SlackDouble, ending: object) -> None:
    """Every post until then arrives, and its answer is lost once."""
    slack.answer_next("chat.postMessage", ending, done_first=True)  # type: ignore[arg-type]


def test_when_the_card_is_gone_nothing_is_said(served: SlackDouble, it: str, company: Company, hear: Hear) -> None:
    key = ask(company)
    hear()
    card = messages(served, it)[-1]
    served.record.forget(card.ts)
    accept(company, key)
    hear()
    hear()
    assert [text_of(one) for one in messages(served, it) if key in text_of(one)] == []
    with company.indoors():
        assert queries.list_open()  # and the channel is still connected


@pytest.mark.parametrize(("has_bot", "word"), [(False, "/invite"), (True, "アーカイブ")])
def test_a_channel_slack_refuses_is_disconnected_and_whoever_connected_it_hears_why_once(
    served: SlackDouble, company: Company, hear: Hear, *, has_bot: bool, word: str
) -> None:
    channel = served.add_channel("quiet-room", has_bot=has_bot)
    connect(served, CIO, channel)
    if has_bot:
        served.archive(channel)
    ask(company)
    hear()
    hear()
    told = [one for one in served.record.messages_to(CIO) if "quiet-room" in text_of(one)]
    assert [word in text_of(one) for one in told] == [True]
    with company.indoors():
        assert queries.list_open() == []


def test_it_is_disconnected_by_a_button_and_hears_nothing_more(
    served: SlackDouble, it: str, company: Company, hear: Hear
) -> None:
    modal = served.play.slash(CIO, "/collab", "channel", channel=it).view
    assert modal is not None
    served.play.click(CIO, modal, "接続を解除")
    ask(company)
    hear()
    assert len(messages(served, it)) == 1


def test_one_thing_is_silenced_where_one_stands(served: SlackDouble, it: str, company: Company, hear: Hear) -> None:
    key = ask(company)
    assert "通知を停止しました" in served.play.slash(KENJI, "/collab", f"通知停止 {key} ここ", channel=it).ephemeral
    hear()
    assert len(messages(served, it)) == 1
    assert "すべての依頼" in served.play.slash(KENJI, "/collab", "mute tasks here", channel=it).ephemeral
    refused = served.play.slash(MIKA, "/collab", f"mute {key} here", channel=it).ephemeral
    assert "責任者" in refused
    elsewhere = served.play.slash(KENJI, "/collab", f"mute {key} here").ephemeral
    assert "接続されていません" in elsewhere


@pytest.mark.parametrize(
    ("line", "key", "wish"),
    [
        ("mute goals", "G-*", "mute"), ("通知停止 目標", "G-*", "mute"), ("follow purchases", "PR-*", "follow"),
        ("フォロー すべての稟議", "PR-*", "follow"), ("mute ｔａｓｋｓ", "T-*", "mute"), ("ミュート 依頼", "T-*", "mute"),
    ],
)  # fmt: skip
def test_a_whole_kind_by_its_word(served: SlackDouble, company: Company, line: str, key: str, wish: str) -> None:
    from collab.subjects import queries as subjects

    answer = served.play.slash(KENJI, "/collab", line).ephemeral
    assert "すべての" in answer
    with company.indoors():
        assert [(row.key, row.wish) for row in subjects.list_wishes(company.id("kenji"))] == [(key, wish)]


@pytest.mark.parametrize("line", ["mute", "follow weather", "unfollow"])
def test_a_kind_nobody_knows_is_asked_for(served: SlackDouble, line: str) -> None:
    assert "対象を指定してください" in served.play.slash(KENJI, "/collab", line).ephemeral
