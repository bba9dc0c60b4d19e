"""What superiors of both sides read in Slack, and what happens when they press."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from collab.kernel.errors import Text
from collab.outbox import service as outbox
from collab.people import service as people
from tests.factories import Company
from tests.factories.company import address
from tests.factories.stalls import Stalls, stalling
from tests.parts.databases import on_both
from tests.parts.in_slack import company_in_slack, serving, settings_of
from tests.slack_double import DEFAULT_SCOPES, HISTORY_SCOPES, Message, SlackDouble, buttons, text_of

TAKE_EN, TAKE_JA = "I'll see to it", "対応します"


@pytest.fixture
def scopes() -> frozenset[str]:
    return frozenset({*DEFAULT_SCOPES, *HISTORY_SCOPES, "mpim:write"})


@pytest.fixture
def slack(scopes: frozenset[str]) -> Iterator[SlackDouble]:
    with company_in_slack(scopes=scopes) as double:
        yield double


@pytest.fixture
def environment(slack: SlackDouble) -> dict[str, str]:
    return settings_of(slack)


@pytest.fixture
def served(app: Flask, slack: SlackDouble) -> Iterator[SlackDouble]:
    with serving(app, slack):
        yield slack


@pytest.fixture
def stalls(company: Company, travel: time_machine.Coordinates) -> Iterator[Stalls]:
    with stalling(company) as made:
        made.policies()
        yield made


@pytest.fixture
def deliver(company: Company, travel: time_machine.Coordinates) -> Callable[[], None]:
    """A worker at the company's time."""

    def run() -> None:
        travel.move_to(company.now)
        with company.indoors():
            while outbox.drain(now=company.now):
                pass

    return run


def together(slack: SlackDouble) -> Message:
    (found,) = [message for message in slack.record.messages() if message.channel.startswith("G")]
    return found


def cards(slack: SlackDouble, name: str) -> list[Message]:
    """An engine's cards to one person, without what an approval puts before them."""
    mine = slack.record.messages_to(address(name))
    return [
        message for message in mine if any(button.action_id.startswith("escalation.") for button in buttons(message))
    ]


def labels(message: Message) -> list[str]:
    return [button.label for button in buttons(message)]


def both_told(stalls: Stalls, deliver: Callable[[], None], **more: object) -> int:
    """A wait that has climbed until the superiors of both sides are told."""
    wait = stalls.start(**more)  # type: ignore[arg-type]
    for _ in range(3):
        stalls.climb(wait)
        deliver()
    return wait


class TestTheSharedCard:
    @pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
    def test_superiors_of_both_sides_read_one_card_in_one_conversation(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        stalls.facts = ((Text("purchase.field.goal"), "Opens the shop on 1 December"),)
        both_told(stalls, deliver)
        card = together(slack)
        said = text_of(card)
        for word in (
            "PR-1",
            "Mail campaign tool",
            "小野 健二",
            "田辺 美香",
            "情報システム部",
            "マーケティング部",
            "Opens the shop",
        ):
            assert word in said
        assert "これまでの連絡先：小野 健二（本人" in said
        assert "酒井 大地（部門責任者" in said
        assert labels(card) == [TAKE_JA, "PR-1を開く"]
        assert cards(slack, "cmo") == []

    def test_it_tells_how_long_on_each_side_s_own_clock(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = stalls.start("emma", "mika", department="sales", other_department="marketing")
        for _ in range(3):
            stalls.climb(wait)
            deliver()
        stalls.company.now = max(notice.notice_at for notice in stalls.view(wait).told if notice.notice_at)
        deliver()
        card = together(slack)
        assert "ロンドンで3営業日、東京で2営業日" in text_of(card)  # the Monday between was a holiday in Tokyo
        assert "エマ・クラーク" in text_of(card)

    def test_two_languages_stand_on_one_card(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        with stalls.company.indoors():
            people.set_locale(stalls.company.member("cio"), "en", now=stalls.company.now)
        both_told(stalls, deliver)
        said = text_of(together(slack))
        assert "小野 健二さんの次の対応を待っています" in said
        assert "Stalled: waiting for the next step from Kenji Ono (IT)" in said
        assert labels(together(slack))[0] == f"{TAKE_JA} / {TAKE_EN}"

    def test_who_may_not_see_the_subject_reads_nothing_of_it(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        stalls.facts = ((Text("purchase.field.goal"), "Opens the shop on 1 December"),)
        wait = stalls.start("emma", "kenji", department="sales", other_department="it")
        stalls.climb(wait, 2)
        stalls.company.now = max(notice.notice_at for notice in stalls.view(wait).told if notice.notice_at)
        deliver()
        (card,) = cards(slack, "sales-lead")
        assert "PR-1" in text_of(card)
        assert "閲覧権限がない" in text_of(card)
        assert "Mail campaign" not in text_of(card)
        assert "Opens the shop" not in text_of(card)

    def test_hostile_words_are_shown_and_never_obeyed(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        stalls.facts = ((Text("purchase.field.goal"), "<!channel> *now* <@U1>"),)
        key = stalls.company.filed(title="<!here> & `sweep`")
        both_told(stalls, deliver, subject=key)
        raw = str(together(slack).blocks)
        assert "<!here>" not in raw
        assert "<!channel>" not in raw
        assert "<@U1>" not in raw


class TestPressing:
    def test_both_may_press_and_the_second_is_told_who_was_first(
        self, stalls: Stalls, served: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        both_told(stalls, deliver)
        card = together(served)
        served.play.click(address("cmo"), card, TAKE_JA)
        deliver()
        painted = served.record.now(card)
        assert "森 由紀さんが対応しています" in text_of(painted)
        assert TAKE_JA not in labels(painted)
        served.play.click(address("cio"), card, TAKE_JA)
        said = served.record.ephemerals_to(address("cio"))[-1]
        assert "森 由紀さんがすでに対応しています" in said.text
        assert "対応者として" in served.record.ephemerals_to(address("cmo"))[-1].text

    @on_both
    def test_two_pressing_at_once_are_one(
        self, stalls: Stalls, served: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = both_told(stalls, deliver)
        card = together(served)
        presses = [
            threading.Thread(target=served.play.click, args=(address(who), card, TAKE_JA)) for who in ("cmo", "cio")
        ]
        for press in presses:
            press.start()
        for press in presses:
            press.join()
        said = sorted(served.record.ephemerals_to(address(who))[-1].text for who in ("cmo", "cio"))
        assert sum("対応者として" in one for one in said) == 1
        assert sum("すでに対応しています" in one for one in said) == 1
        assert stalls.view(wait).state == "acknowledged"

    def test_whoever_else_presses_is_told_that_it_is_not_theirs(
        self, stalls: Stalls, served: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = both_told(stalls, deliver)
        served.play.click(address("nao"), together(served), TAKE_JA)
        assert stalls.view(wait).state == "climbing"

    def test_when_the_late_person_acts_every_card_says_that_nothing_is_to_do(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = both_told(stalls, deliver)
        stalls.company.later(minutes=20)
        stalls.end(wait)
        deliver()
        for card in (together(slack), *cards(slack, "cio")):
            assert "小野 健二さんが" in text_of(card)
            assert "対応は不要です" in text_of(card)
            assert TAKE_JA not in labels(card)

    def test_a_card_shows_only_the_newest_button(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        both_told(stalls, deliver)
        (earlier,) = [message for message in slack.record.messages_to(address("cio")) if "滞っています" in message.text]
        assert "新しいカード" in text_of(earlier)
        assert buttons(earlier) == []


class TestApart:
    def test_without_the_permission_each_gets_a_card_that_names_the_other(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None], scopes: frozenset[str]
    ) -> None:
        slack.scopes = scopes - {"mpim:write"}
        both_told(stalls, deliver)
        (first,), second = cards(slack, "cmo"), cards(slack, "cio")[-1]
        assert "酒井 大地さんにも個別に届いています" in text_of(first)
        assert "森 由紀さんにも個別に届いています" in text_of(second)

    def test_a_lost_answer_of_the_opening_is_harmless(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        for _ in range(2):
            stalls.climb(wait)
            deliver()
        slack.answer_next("conversations.open", 500, done_first=True)
        stalls.climb(wait)
        deliver()
        stalls.company.later(seconds=30)
        deliver()
        assert together(slack)


class TestTheLastCheck:
    """Right before a card is sent it is looked at again."""

    def test_nothing_is_said_about_what_is_settled(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        stalls.climb(wait)
        deliver()
        stalls.climb(wait)
        stalls.end(wait)
        deliver()
        assert [message for message in slack.record.messages() if "滞っています" in message.text] == []

    def test_nor_when_nobody_waits_any_more_although_nobody_said_so(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        stalls.climb(wait, 2)
        stalls.over.add(stalls.view(wait).key)
        deliver()
        assert [message for message in slack.record.messages() if "滞っています" in message.text] == []

    def test_what_has_climbed_further_meanwhile_is_said_once(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        stalls.climb(wait, 3)
        deliver()
        assert [
            message.text for message in slack.record.messages_to(address("cio")) if "滞っています" in message.text
        ] == []
        assert together(slack)


class TestTyping:
    @pytest.mark.parametrize(
        "typed", ["escalate {} the shop opens on Friday", "{} エスカレーション 金曜日に開店します"]
    )
    def test_any_party_may_ask_the_next_above_with_a_reason(
        self, stalls: Stalls, served: SlackDouble, deliver: Callable[[], None], typed: str
    ) -> None:
        wait = stalls.start()
        view = stalls.view(wait)
        reply = served.play.slash(address("mika"), "/collab", typed.format(view.subject))
        assert view.subject in reply.ephemeral
        deliver()
        (card,) = cards(served, "cio")
        assert "田辺 美香さんから相談がありました" in text_of(card)

    def test_without_a_reason_it_is_asked_for(self, stalls: Stalls, served: SlackDouble) -> None:
        view = stalls.view(stalls.start())
        reply = served.play.slash(address("mika"), "/collab", f"escalate {view.subject}")
        assert "理由" in reply.ephemeral
        assert stalls.view(view.id).state == "waiting"

    def test_where_nothing_waits_it_says_so(self, company: Company, served: SlackDouble) -> None:
        key = company.drafted()
        reply = served.play.slash(address("mika"), "/collab", f"escalate {key} because")
        assert "滞っているものがない" in reply.ephemeral


class TestTheOthers:
    def test_the_last_owner_reads_that_it_is_theirs(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        wait = stalls.start()
        for _ in range(12):
            if stalls.view(wait).state != "exhausted":
                stalls.climb(wait)
                deliver()
        card = cards(slack, "ceo")[-1]
        assert "あなたの預かりになりました" in card.text
        assert TAKE_JA in labels(card)

    def test_administrators_hear_that_nobody_is_there_and_what_helps(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        stalls.start(None, "mika", department=None, other_department=None)
        deliver()
        (card,) = cards(slack, "admin")
        assert "連絡できる方がいません" in card.text
        assert "登録" in text_of(card)

    def test_after_an_outage_one_message_carries_what_came_up(
        self, stalls: Stalls, slack: SlackDouble, deliver: Callable[[], None]
    ) -> None:
        stalls.sweep()
        for _ in range(4):
            stalls.start()
        stalls.company.later(days=1)
        stalls.sweep()
        stalls.company.later(minutes=1)
        deliver()
        mine = slack.record.messages_to(address("kenji"))
        gathered = [message for message in mine if "通知の停止中に滞った案件が3件あります" in message.text]
        assert len(gathered) == 1
        assert len(mine) == 2


def test_what_was_put_before_a_superior_stands_in_their_inbox_until_somebody_sees_to_it(
    stalls: Stalls, company: Company
) -> None:
    from collab.subjects.queries import inbox

    wait = stalls.start()
    stalls.climb(wait, 3)

    def waiting(name: str) -> list[str]:
        with company.indoors():
            return [row.path for row in inbox(company.member(name), company.now) if "acknowledge" in row.actions]

    assert waiting("cmo") == waiting("cio") == [f"/escalations/{wait}"]
    assert waiting("kenji") == waiting("mika") == []
    stalls.take(wait, "cmo")
    assert waiting("cmo") == waiting("cio") == []
    assert company.now - stalls.view(wait).due_at > timedelta(0)
