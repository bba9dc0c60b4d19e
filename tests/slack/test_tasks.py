"""Tasks in Slack: asked in one line, accepted by one tap, told, repainted. Taps are counted as the double plays them: a typed
line, a press, a form sent are one each, and so is each thing chosen in a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from collab.escalations import service as escalations
from collab.kernel import clock
from collab.tasks import queries
from collab.tasks.queries import TaskView
from tests.factories import Company
from tests.parts.databases import on_both
from tests.slack.people import CIO, KENJI, MIKA, Deliver, labels
from tests.slack_double import Message, Reply, SlackDouble, text_of

SALES, EMMA, AGENCY, AUDITOR = (f"{name}@example.com" for name in ("sales-lead", "emma", "agency", "auditor"))
HOSTILE = "<!channel> *bold* <https://evil.example|click> `x` {title} {0.__class__} </script> :tada: ﷽"


class Taps:
    """Somebody's taps, counted."""

    def __init__(self, slack: SlackDouble, email: str) -> None:
        self._slack, self._email, self.count = slack, email, 0

    def types(self, line: str) -> Reply:
        self.count += 1
        return self._slack.play.slash(self._email, "/collab", line)

    def presses(self, on: Message, label: str) -> Reply:
        self.count += 1
        return self._slack.play.click(self._email, on, label)

    def uses(self, shortcut: str, on: Message | None = None) -> Reply:
        self.count += 1
        return self._slack.play.shortcut(self._email, shortcut, on)

    def sends(self, reply: Reply, **chosen: object) -> Reply:
        self.count += 1 + len(chosen)
        return self._slack.play.submit(self._email, reply.view, chosen)


def task(company: Company, key: str = "T-1", by: str = "mika") -> TaskView:
    with company.indoors():
        return queries.get_task(company.member(by), key, clock.now())


def ask(slack: SlackDouble, line: str = "ask @営業部 見積をください", email: str = MIKA) -> Reply:
    return slack.play.slash(email, "/collab", line)


@pytest.fixture
def later(deliver: Deliver, travel: time_machine.Coordinates) -> Deliver:
    """Deliver, a while later: Slack lets nobody be written to in bursts."""

    def run() -> None:
        travel.shift(timedelta(minutes=3))
        deliver()

    return run


@on_both
def test_one_line_asks_and_one_tap_accepts_with_a_date(served: SlackDouble, deliver: Deliver, company: Company) -> None:
    asker = Taps(served, MIKA)
    said = asker.types("ask @営業部 見積をください").ephemeral
    assert asker.count <= 3
    assert "T-1 を上田 凛（営業部）さんに依頼しました" in said
    assert "回答期限は11月19日（木） 10:00です" in said
    deliver()

    receiver = Taps(served, SALES)
    card = served.record.last_to(SALES)
    for part in (
        "田辺 美香さんからの依頼です",
        "T-1 見積をください",
        "マーケティング部",
        "回答期限: 11月19日（木） 10:00",
    ):
        assert part in text_of(card)
    assert labels(card) == [
        "本日 11月18日（水）", "明日 11月19日（木）", "11月20日（金）", "別の日…", "辞退する…", "質問する…", "その他…",
    ]  # fmt: skip
    thanks = receiver.presses(card, "11月20日（金）").ephemeral
    assert receiver.count <= 2
    assert "T-1 を11月20日（金） 18:00までの約束として伝えました" in thanks
    found = task(company)
    assert (found.state, found.responsible and found.responsible.email) == ("accepted", SALES)
    assert found.promised_at is not None
    assert found.promised_at.isoformat() == "2026-11-20T09:00:00+00:00"
    deliver()
    assert labels(served.record.now(card)) == ["完了した", "期日を延ばす…", "質問する…", "その他…"]
    assert "上田 凛さんが T-1 を11月20日（金） 18:00までに対応します" in text_of(served.record.last_to(MIKA))


def test_a_message_becomes_a_task_with_three_taps_and_keeps_the_way_back(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    served.add_channel("campaign")
    message = served.say(KENJI, "見積がまだ届いていません &lt;急ぎ&gt;\n二行目", "campaign")
    taps = Taps(served, MIKA)
    form = taps.uses("task.from_message", message)
    assert form.view is not None
    said = taps.sends(form, department="sales").ephemeral
    assert taps.count <= 3
    assert "T-1" in said
    found = task(company)
    assert (found.title, found.detail) == ("見積がまだ届いていません <急ぎ>", "二行目")
    assert (
        found.permalink
        == f"https://{served.app.team_domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    )
    deliver()
    assert "もとのメッセージ" in text_of(served.record.last_to(SALES))


def test_the_form_opens_from_the_command_alone_and_from_slacks_own_menu(served: SlackDouble, company: Company) -> None:
    for opened in (
        ask(served, "ask"),
        ask(served, "依頼"),
        ask(served, "task new"),
        served.play.shortcut(MIKA, "task.ask"),
    ):
        assert opened.view is not None
        assert opened.view.body["callback_id"] == "task.new"
    served.play.submit(
        MIKA, opened.view,
        {"department": "it", "text": "直してください", "needed_by": "2026-11-27", "person": KENJI, "severity": "urgent", "link": "G-1"},
    )  # fmt: skip
    found = task(company)
    assert (found.to_department, found.severity, found.needed_by_on and found.needed_by_on.isoformat()) == (
        "it",
        "urgent",
        "2026-11-27",
    )
    assert found.assignee is not None
    assert found.assignee.email == KENJI


def test_what_is_wrong_in_the_form_is_said_under_its_field_and_nothing_is_asked(
    served: SlackDouble, company: Company
) -> None:
    form = ask(served, "ask").view
    reply = served.play.submit(MIKA, form, {"department": "sales", "text": "x", "person": KENJI})
    assert set(reply.errors) == {"person"}
    with company.indoors():
        assert queries.list_tasks(company.member("mika"), queries.Filter(), now=clock.now())[1] == 0


def test_what_was_read_out_of_a_line_is_said_back(served: SlackDouble, company: Company) -> None:
    said = ask(served, "依頼 @営業部 見積をください　金曜まで　至急").ephemeral
    assert "希望日: 2026年11月20日" in said
    assert "至急として依頼しました" in said
    found = task(company)
    assert (found.title, str(found.needed_by_on), found.severity) == ("見積をください", "2026-11-20", "urgent")


def test_an_english_slash_date_that_could_be_two_days_is_left_in_the_text(
    served: SlackDouble, company: Company, english: Callable[[str], None]
) -> None:
    english("mika")
    ask(served, "ask @it restart it by 3/4")
    assert (task(company).title, task(company).needed_by_on) == ("restart it by 3/4", None)


def test_an_answer_can_be_asked_for_within_working_hours(served: SlackDouble, company: Company) -> None:
    assert "回答期限は11月20日（金） 10:00です" in ask(served, "ask @it 直して 期限:2営業日").ephemeral
    assert task(company).title == "直して"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("ask @saels prices", ["営業部に依頼する"]),
        ("ask @s prices", ["営業部に依頼する", "カスタマーサービス部に依頼する"]),
        ("ask @zzz prices", []),
    ],
)
def test_an_unclear_department_is_asked_back_and_one_tap_mends_it(
    served: SlackDouble, company: Company, line: str, offered: list[str]
) -> None:
    ask(served, line)
    whisper = served.record.ephemerals_to(MIKA)[-1]
    assert labels(whisper) == [*offered, "他部門に依頼する"]
    with company.indoors():
        assert queries.list_tasks(company.member("mika"), queries.Filter(), now=clock.now())[1] == 0
    if offered:
        served.play.click(MIKA, whisper, offered[0])
        assert "T-1" in text_of(served.record.ephemerals_to(MIKA)[-1])
        assert (task(company).title, task(company).to_department) == ("prices", "sales")


def test_a_person_can_be_asked_in_place_of_a_department(served: SlackDouble, company: Company) -> None:
    ask(served, f"ask {served.mention(KENJI)} 直してください")
    found = task(company)
    assert (found.to_department, found.assignee and found.assignee.email) == ("it", KENJI)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_whole_way_with_a_question_another_date_and_work_that_comes_back(
    served: SlackDouble, later: Deliver, company: Company, english: Callable[[str], None], locale: str
) -> None:
    if locale == "en":
        english("mika")
        english("sales-lead")
    play = served.play
    ask(served)
    later()
    card = served.record.last_to(SALES)

    question = play.click(SALES, card, "task.form:question").view
    play.submit(SALES, question, {"text": "Which ones?"})
    later()
    asked = served.record.last_to(MIKA)
    assert "Which ones?" in text_of(asked)
    play.submit(MIKA, play.click(MIKA, asked, "task.form:answer").view, {"text": "All of them"})
    later()
    card = served.record.last_to(SALES)
    assert "All of them" in text_of(card)

    play.click(SALES, card, "task.accept:0")
    later()
    card = served.record.now(card)
    more_time = play.click(SALES, card, "task.form:more_time").view
    play.submit(SALES, more_time, {"due": "2026-11-27", "note": "A week more"})
    later()
    proposal = served.record.last_to(MIKA)
    assert "A week more" in text_of(proposal)
    play.click(MIKA, proposal, "task.do:agree")
    later()
    assert task(company).promised_at is not None
    assert str(task(company).promised_at)[:10] == "2026-11-27"

    play.click(SALES, served.record.last_to(SALES), "task.do:done")
    later()
    done = served.record.last_to(MIKA)
    play.submit(MIKA, play.click(MIKA, done, "task.form:reopen").view, {"reason": "Two are missing"})
    later()
    assert "Two are missing" in text_of(served.record.last_to(SALES))
    assert "T-1" in play.slash(SALES, "/collab", "done T-1 Now complete").ephemeral
    later()
    done = served.record.last_to(MIKA)
    assert "Now complete" in text_of(done)
    play.click(MIKA, done, "task.do:confirm")
    for _more_cards_than_go_at_once in range(3):
        later()
    assert task(company).state == "confirmed"
    for email in (MIKA, SALES):
        for message in served.record.messages_to(email):
            assert labels(served.record.now(message)) == []


def test_a_second_or_late_press_changes_nothing_and_shows_how_it_stands(
    served: SlackDouble, later: Deliver, company: Company
) -> None:
    ask(served)
    later()
    card = served.record.last_to(SALES)
    served.play.click(SALES, card, "task.accept:0")
    version = task(company).version
    for control in ("task.accept:0", "task.accept:2", "task.form:decline"):
        reply = served.play.click(SALES, card, control)
        assert reply.view is None
        assert "変更はありません" in reply.ephemeral
        assert "約束した依頼です" in reply.ephemeral
    assert task(company).version == version
    late = served.play.click(EMMA, card, "task.accept:1")
    assert "Rin Ueda takes on T-1" in late.ephemeral
    assert task(company).version == version


def test_a_chip_of_a_day_that_is_over_promises_nothing(
    served: SlackDouble, deliver: Deliver, company: Company, travel: time_machine.Coordinates
) -> None:
    ask(served)
    deliver()
    card = served.record.last_to(SALES)
    travel.shift(timedelta(hours=23))
    reply = served.play.click(SALES, card, "task.accept:0")
    assert "ボタンの日付は過ぎています" in reply.ephemeral
    assert task(company).state == "asked"


def test_agreeing_to_a_proposal_that_was_changed_meanwhile_is_not_possible(
    served: SlackDouble, later: Deliver, company: Company
) -> None:
    ask(served)
    later()
    propose = served.play.slash(SALES, "/collab", "T-1")
    assert propose.ephemeral
    card = served.record.last_to(SALES)
    form = served.play.click(SALES, served.play.click(SALES, card, "task.more").view, "task.form:counter").view
    served.play.submit(SALES, form, {"due": "2026-12-01"})
    later()
    old = served.record.last_to(MIKA)
    again = served.play.click(MIKA, old, "task.form:ask_again").view
    served.play.submit(MIKA, again, {"reason": "Too late"})
    later()
    form = served.play.click(
        SALES, served.play.click(SALES, served.record.last_to(SALES), "task.more").view, "task.form:counter"
    ).view
    served.play.submit(SALES, form, {"due": "2026-12-08"})
    served.play.click(MIKA, old, "task.do:agree")
    assert task(company).state == "countered"


@pytest.mark.parametrize("email", [AGENCY, AUDITOR, CIO])
def test_the_buttons_of_others_are_refused(served: SlackDouble, deliver: Deliver, company: Company, email: str) -> None:
    ask(served)
    deliver()
    card = served.record.last_to(SALES)
    for control in ("task.accept:0", "task.form:decline", "task.more"):
        reply = served.play.click(email, card, control)
        assert reply.view is None or "decline" not in str(reply.view.body)
    assert task(company).state == "asked"
    served.play.slash(email, "/collab", "decline T-1 no")
    assert task(company).state == "asked"


@pytest.mark.parametrize("email", [AGENCY, AUDITOR])
def test_guests_and_auditors_ask_nobody(served: SlackDouble, company: Company, email: str) -> None:
    for line in ("ask @sales x", "ask"):
        reply = ask(served, line, email)
        assert reply.view is None
    with company.indoors():
        assert queries.list_tasks(company.member("mika"), queries.Filter(), now=clock.now())[1] == 0


def test_hostile_text_stays_text_everywhere(served: SlackDouble, later: Deliver, company: Company) -> None:
    play = served.play
    ask(served, f"ask @sales {HOSTILE}")
    later()
    card = served.record.last_to(SALES)
    play.submit(SALES, play.click(SALES, card, "task.form:question").view, {"text": HOSTILE})
    later()
    play.submit(MIKA, play.click(MIKA, served.record.last_to(MIKA), "task.form:answer").view, {"text": HOSTILE})
    later()
    play.submit(SALES, play.click(SALES, served.record.last_to(SALES), "task.form:decline").view, {"reason": HOSTILE})
    later()
    for email in (MIKA, SALES):
        for message in served.record.messages_to(email):
            assert "<!channel>" not in str([block for block in message.blocks if block["type"] != "rich_text"])
            assert "evil.example|click" not in str([block for block in message.blocks if block["type"] != "rich_text"])
    assert task(company).title == " ".join(HOSTILE.split())


def test_every_verb_can_be_typed(served: SlackDouble, later: Deliver, company: Company) -> None:
    ask(served, "ask @it 直してください")
    assert "小野 健二" in served.play.slash(CIO, "/collab", f"handover T-1 {served.mention(KENJI)} よろしく").ephemeral
    later()
    assert "引き継ぎました" in text_of(served.record.last_to(KENJI))
    assert "よろしく" in text_of(served.record.last_to(KENJI))
    served.play.slash(KENJI, "/collab", "T-1 後で 明日")
    assert task(company).snoozes == 1
    assert "読み取れませんでした" in served.play.slash(KENJI, "/collab", "accept T-1 someday").ephemeral
    assert "11月20日（金） 18:00" in served.play.slash(KENJI, "/collab", "T-1 引き受け 金曜").ephemeral
    assert "T-1" in served.play.slash(KENJI, "/collab", "task list").ephemeral
    assert "T-1" in served.play.slash(KENJI, "/collab", "依頼 一覧").ephemeral
    served.play.slash(KENJI, "/collab", "完了 T-1")
    served.play.slash(MIKA, "/collab", "確認 T-1")
    assert task(company).state == "confirmed"
    ask(served, "ask @it 二つ目")
    served.play.slash(CIO, "/collab", "辞退 T-2 担当外です")
    later()
    assert "担当外です" in text_of(served.record.last_to(MIKA))
    ask(served, "ask @it 三つ目")
    served.play.slash(MIKA, "/collab", "取り下げ T-3")
    assert task(company, "T-3").state == "withdrawn"


def test_without_the_reason_a_form_asks_for_it(served: SlackDouble, company: Company) -> None:
    ask(served)
    form = served.play.slash(SALES, "/collab", "decline T-1").view
    assert form is not None
    served.play.submit(SALES, form, {"reason": "対応できません"})
    assert task(company).state == "declined"


def test_the_inbox_shows_the_card_with_its_dates(served: SlackDouble) -> None:
    ask(served)
    served.play.slash(SALES, "/collab", "me")
    row = served.record.ephemerals_to(SALES)[-1]
    served.play.click(SALES, row, "回答する")
    card = served.record.ephemerals_to(SALES)[-1]
    assert "本日 11月18日（水）" in labels(card)


def test_the_last_chance_is_kind_and_names_who_would_hear_next(
    served: SlackDouble, later: Deliver, company: Company, travel: time_machine.Coordinates
) -> None:
    ask(served, f"ask {served.mention(KENJI)} 直してください")
    later()
    travel.move_to(task(company).due_at or clock.now())
    with company.indoors():
        escalations.sweep(now=clock.now())
    later()
    card = served.record.last_to(KENJI)
    for part in ("ほかの方に共有される前のお知らせです", "ありがとうございます", "酒井 大地さんにも共有されます"):
        assert part in text_of(card)
    assert {"別の日…", "引き継ぐ…", "その他…"} <= set(labels(card))
    taps = Taps(served, KENJI)
    taps.presses(card, "task.accept:1")
    assert taps.count == 1
    later()
    assert "共有されます" not in text_of(served.record.now(card))
    assert labels(served.record.now(card)) == ["完了した", "期日を延ばす…", "質問する…", "その他…"]


def test_a_card_in_the_receivers_own_zone_and_language(served: SlackDouble, deliver: Deliver) -> None:
    ask(served, f"ask {served.mention(EMMA)} Photos of the store, please")
    deliver()
    card = served.record.last_to(EMMA)
    assert "Mika Tanabe asks you for something" in text_of(card)
    assert labels(card)[:3] == ["Today, Wed 18 Nov", "Tomorrow, Thu 19 Nov", "Fri 20 Nov"]
    assert "Please answer by Wed 18 Nov, 17:00" in text_of(card) or "Please answer by" in text_of(card)
