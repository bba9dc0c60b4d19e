"""Every verb of a seat in Slack: each kind of step asks its own question, words are asked for where they are needed, nothing
typed is lost, and an old, swapped or forged button never does anything."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from collab.approvals import messages, queries
from collab.approvals import service as approvals
from collab.approvals.queries import Chain
from collab.kernel import clock
from tests.factories import Company
from tests.slack.people import CFO, CIO, CMO, KENJI, MIKA, Deliver, file, labels, last_ephemeral
from tests.slack.tape import changed, everything
from tests.slack_double import Message, SlackDouble, text_of

NAO, SERVICE, EMMA = (f"{name}@example.com" for name in ("nao", "service-lead", "emma"))
BOOK = """
currency = "JPY"
[[route]]
code = "own"
[[route.step]]
name = "Department lead"
name_ja = "部門長"
seats = ["member:nao@example.com"]
[[route.step]]
name = "Legal"
name_ja = "法務"
kind = "consult"
seats = ["member:kenji@example.com"]
[[route.step]]
name = "Customer advocate"
name_ja = "お客様代表"
kind = "advocate"
seats = ["member:service-lead@example.com"]
[[route.step]]
name = "Security"
name_ja = "情報セキュリティ審査"
kind = "review"
seats = ["office:CIO"]
[[route.step]]
name = "Final"
name_ja = "最終決裁"
seats = ["office:CFO"]
"""
BESIDE = """
currency = "JPY"
[[route]]
code = "own"
[[route.step]]
name = "Legal"
seats = ["member:kenji@example.com"]
parallel = "both"
branch = "legal"
[[route.step]]
name = "Security"
kind = "review"
seats = ["member:kenji@example.com", "office:CIO"]
parallel = "both"
branch = "security"
[[route.step]]
name = "Final"
seats = ["office:CFO"]
"""


@pytest.fixture
def post(deliver: Deliver, travel: time_machine.Coordinates) -> Deliver:
    """Deliver, with time between what happens, so that nothing is bundled."""

    def run() -> None:
        deliver()
        travel.shift(timedelta(minutes=20))
        deliver()

    return run


@pytest.fixture
def asked(served: SlackDouble, company: Company, post: Deliver) -> SlackDouble:
    """PR-1 is filed on a way with a step of every kind."""
    company.routes(BOOK)
    file(served, category="service")
    post()
    return served


def chain(company: Company) -> Chain:
    with company.indoors():
        return queries.get_chain("PR-1")


def decide(company: Company, *names: str) -> None:
    """These say yes on the web, each in the way their step asks for."""
    said = {
        "kenji": {"verb": "consult", "opinion": "agree"},
        "service-lead": {"verb": "advocate", "opinion": "better", "stage": "use"},
    }
    with company.indoors():
        for name in names:
            words = said.get(name, {"verb": "approve"})
            approvals.decide(key="PR-1", actor=company.member(name), now=clock.now(), **words)


def more(slack: SlackDouble, email: str, action: str) -> object:
    view = slack.play.click(email, slack.record.last_to(email), messages.MORE).view
    return slack.play.click(email, view, action).view


def test_a_department_disagrees_an_advocate_warns_and_whoever_decides_all_the_same_says_why(
    asked: SlackDouble, company: Company, post: Deliver
) -> None:
    asked.play.click(NAO, asked.record.last_to(NAO), "承認")
    post()
    card = asked.record.last_to(KENJI)
    assert labels(card) == ["同意", "意見を書く…", "その他…"]
    view = asked.play.click(KENJI, card, "意見を書く…").view
    reply = asked.play.submit(KENJI, view, {"opinion": "disagree"})
    assert reply.body["errors"] == {"comment": "理由を入力してください。"}
    reply = asked.play.submit(KENJI, view, {"opinion": "disagree", "comment": "契約が長すぎる"})
    assert "ご意見をいただきました" in reply.ephemeral
    post()
    assert "小野 健二さんが PR-1 に不同意です" in text_of(asked.record.last_to(MIKA))

    card = asked.record.last_to(SERVICE)
    assert text_of(card).startswith("*お客様にとって良くなりますか")
    view = asked.play.click(SERVICE, card, "回答する…").view
    reply = asked.play.submit(SERVICE, view, {"opinion": "worse", "stage": "other", "comment": "窓口が減る"})
    assert list(reply.body["errors"]) == ["stage_other"]
    asked.play.submit(
        SERVICE, view, {"opinion": "worse", "stage": "other", "stage_other": "返品", "comment": "窓口が減る"}
    )
    post()
    assert "お客様にとって悪くなる（返品）" in text_of(asked.record.last_to(MIKA))

    asked.play.click(CIO, asked.record.last_to(CIO), "審査を通す")
    post()
    assert "酒井 大地さんが PR-1 の審査を終えました" in text_of(asked.record.last_to(MIKA))
    final = asked.record.last_to(CFO)
    for said in (
        "小野 健二: 不同意",
        "契約が長すぎる",
        "前田 空: お客様にとって悪くなる（顧客接点段階: 返品）",
        "窓口が減る",
    ):
        assert said in text_of(final)
    view = asked.play.click(CFO, final, "決裁…").view
    assert "「悪くなる」との回答があります" in text_of(view)
    assert "PR-1 を決裁しました" in asked.play.submit(CFO, view, {"comment": "別の窓口を設ける"}).ephemeral
    post()
    assert labels(asked.record.now(final)) == []
    assert chain(company).seats[-1].comment == "別の窓口を設ける"


def test_hold_release_more_people_and_conditions_stand_behind_more(
    asked: SlackDouble, company: Company, post: Deliver
) -> None:
    card = asked.record.last_to(NAO)
    view = more(asked, NAO, messages.HOLD)
    reply = asked.play.submit(NAO, view, {"reason": "見積待ち", "until_on": "2027-03-01"})
    assert list(reply.body["errors"]) == ["until_on"]
    assert (
        "まで保留にしました" in asked.play.submit(NAO, view, {"reason": "見積待ち", "until_on": "2026-11-25"}).ephemeral
    )
    post()
    assert "PR-1 を保留にしました（11月25日（水） 18:00 まで）" in text_of(asked.record.last_to(MIKA))
    assert "見積待ち" in text_of(asked.record.now(card))
    assert "保留を解除しました" in asked.play.slash(NAO, "/collab", "再開 PR-1").ephemeral
    post()
    assert "保留中" not in text_of(asked.record.now(card))

    view = more(asked, NAO, messages.ADD_STEP)
    reply = asked.play.submit(NAO, view, {"members.0": MIKA, "reason": "念のため"})
    assert list(reply.body["errors"]) == ["members.0"]
    asked.play.submit(NAO, view, {"members.0": EMMA, "reason": "念のため", "before": "before"})
    post()
    assert labels(asked.record.now(card)) == []
    assert [seat.member for seat in chain(company).waiting()] == [company.id("emma")]
    asked.play.click(EMMA, asked.record.last_to(EMMA), messages.APPROVE)
    post()

    view = more(asked, NAO, messages.CONDITIONS)
    row = {"conditions.1.text": "窓口を残す", "conditions.0.text": "契約書を直す", "conditions.0.owner": KENJI}
    reply = asked.play.submit(NAO, view, row)
    assert list(reply.body["errors"]) == ["conditions.1.owner", "conditions.1.due_on"]
    reply = asked.play.submit(NAO, view, {"conditions.0.text": "契約書を直す", "conditions.0.owner": KENJI})
    assert "承認しました" in reply.ephemeral
    post()
    assert "条件付き承認です（条件1件）" in text_of(asked.record.last_to(MIKA))
    assert "条件" in text_of(asked.record.last_to(KENJI))


def test_sent_back_to_an_earlier_step_whoever_is_asked_anew_reads_why_and_an_old_button_does_nothing(
    asked: SlackDouble, company: Company, post: Deliver
) -> None:
    old = copy.deepcopy(asked.record.last_to(NAO))
    decide(company, "nao", "kenji", "service-lead")
    post()
    card = asked.record.last_to(CIO)
    view = asked.play.click(CIO, card, "差し戻し").view
    reply = asked.play.submit(CIO, view, {"comment": "部門でもう一度", "return_to": "1", "resume": "again"})
    assert "PR-1 をステップ1へ差し戻しました" in reply.ephemeral
    post()
    again = asked.record.last_to(NAO)
    assert "酒井 大地さんから差し戻されました" in text_of(again)
    assert "部門でもう一度" in text_of(again)
    assert "ステップ1へ差し戻しました" in text_of(asked.record.last_to(MIKA))
    reply = asked.play.click(NAO, old, "承認")
    assert "改めてお願いしています" in reply.ephemeral
    assert chain(company).waiting_seat_of(company.id("nao")) is not None
    assert labels(last_ephemeral(asked, NAO)) == ["承認", "差し戻し", "その他…"]
    assert "承認しました" in asked.play.click(NAO, again, "承認").ephemeral


def test_what_was_written_comes_back_when_it_came_too_late(asked: SlackDouble, company: Company, post: Deliver) -> None:
    view = asked.play.click(NAO, asked.record.last_to(NAO), "差し戻し").view
    with company.indoors():
        from collab.purchases import service

        mika = company.member("mika")
        service.withdraw(mika, "PR-1", now=clock.now())
        service.edit(mika, "PR-1", {"amount": "450000"}, seen=None, now=clock.now())
        service.submit(mika, "PR-1", now=clock.now())
    reply = asked.play.submit(NAO, view, {"comment": "三行にわたる長い理由"})
    assert "内容が変わりました" in reply.ephemeral
    assert "三行にわたる長い理由" in text_of(last_ephemeral(asked, NAO))
    post()
    assert "第1回でご覧になった後の変更" in text_of(asked.record.last_to(NAO))
    assert "￥480,000 → ￥450,000" in text_of(asked.record.last_to(NAO))


def test_approving_without_waiting_names_whom_first(served: SlackDouble, company: Company, post: Deliver) -> None:
    from tests.approvals.test_service_planning import route

    company.routes(route("member:nao@example.com", "member:kenji@example.com", "office:CFO"))
    file(served, category="service")
    post()
    card = served.play.slash(CFO, "/collab", "show PR-1")
    assert labels(last_ephemeral(served, CFO)) == ["その他…"], card
    view = served.play.slash(CFO, "/collab", "引上げ PR-1 急ぎます").view
    assert "石井 直、小野 健二さん" in text_of(view)
    assert "PR-1 を決裁しました" in served.play.submit(CFO, view).ephemeral
    post()
    assert labels(served.record.now(served.record.messages_to(NAO)[0])) == []
    assert "後閲" in text_of(served.record.last_to(NAO))
    assert chain(company).state == "approved"
    assert "決裁を取り消しました" in served.play.slash(CFO, "/collab", "決裁取消 PR-1 誤りがありました").ephemeral


def test_a_yes_is_taken_back_where_it_was_thanked_for(asked: SlackDouble, company: Company, post: Deliver) -> None:
    asked.play.click(NAO, asked.record.last_to(NAO), "承認")
    thanks = last_ephemeral(asked, NAO)
    assert labels(thanks) == ["承認取消"]
    assert "承認を取り消しました" in asked.play.click(NAO, thanks, "承認取消").ephemeral
    post()
    assert chain(company).waiting_seat_of(company.id("nao")) is not None
    assert "PR-1 の承認を取り消しました" in text_of(asked.record.last_to(MIKA))
    decide(company, "nao", "kenji")
    assert "小野 健二" in asked.play.click(NAO, thanks, "承認取消").ephemeral


def test_whoever_sits_in_two_branches_gets_one_card_and_then_the_other_question(
    served: SlackDouble, company: Company, post: Deliver
) -> None:
    company.routes(BESIDE)
    file(served, category="service")
    post()
    (card,) = served.record.messages_to(KENJI)
    assert "並行" in text_of(card)
    served.play.click(KENJI, card, "承認")
    post()
    assert labels(served.record.now(card))[0] == "審査を通す"
    served.play.click(KENJI, served.record.now(card), "審査を通す")
    served.play.click(CIO, served.record.last_to(CIO), "審査を通す")
    post()
    assert [seat.member for seat in chain(company).waiting()] == [company.id("cfo")]


TYPED = (
    ("nao", "保留 PR-1 2026-11-25 見積待ち", "保留にしました"),
    ("nao", "release PR-1", "保留を解除しました"),
    ("nao", "合議 PR-1 同意", "承認・差し戻し・却下"),
    ("nao", "ok PR-1", "PR-1 を承認しました"),
    ("nao", "取消 PR-1", "承認を取り消しました"),
    ("nao", "承認 PR-1", "PR-1 を承認しました"),
    ("kenji", "承認 PR-1 良いです", "このステップは合議です"),
    ("kenji", "不同意 PR-1 契約が長い", "ご意見をいただきました"),
    ("kenji", "undo PR-1", "承認を取り消しました"),
    ("kenji", "consult PR-1 opinion 契約を短く", "ご意見をいただきました"),
    ("kenji", "hold PR-1 2026-11-25 later", "席がありません|順番|承認者ではない|小野 健二"),
    ("mika", "approve PR-1", "本人が決裁できません"),
    ("mika", "引上げ PR-1", "本人が決裁できません"),
    ("mika", "追加 PR-1", "順番"),
    ("cfo", "revoke PR-1 why", "."),
)


def test_typed_lines_in_both_languages(asked: SlackDouble, post: Deliver) -> None:
    import re

    for name, line, said in TYPED:
        reply = asked.play.slash(f"{name}@example.com", "/collab", line)
        assert reply.ephemeral, line
        assert re.search(said, reply.ephemeral), (line, reply.ephemeral)
        post()
    view = asked.play.slash(SERVICE, "/collab", "お客様視点 PR-1 悪くなる 窓口が減る").view
    assert "窓口が減る" in str(view.body)
    for line in ("保留 PR-1", "addstep PR-1 なぜなら"):
        assert asked.play.slash(SERVICE, "/collab", line).view is not None or "承認または審査" in line


HOSTILE = (
    "", "PR-1", "PR-1:", ":1:1", "PR-1:x:y", "PR-1:1:1:1:1:1", "PR-1:" + "9" * 400, "PR-1:1:" + "9" * 400, "PR-999:1:1", "G-1:1:1",
    "PR-99999999999999999:1:1", "ＰＲ－１:1:1", "pr-1:1:1", "<!channel>", "\U0001f642" * 300, "PR-1:1:1:someday", "T-1:1:1", "'; drop table",
)  # fmt: skip
ACTIONS = (
    messages.APPROVE, messages.RETURN, messages.REJECT, messages.MORE, messages.LATER, messages.AGREE, messages.OPINION,
    messages.ADVOCATE, messages.CONDITIONS, messages.HOLD, messages.RELEASE, messages.LIFT, messages.ADD_STEP, messages.UNDO,
    messages.REVOKE, messages.TIME,
)  # fmt: skip


def forged(card: Message, action: str, value: str) -> Message:
    """A card whose first button does something else with something else."""
    blocks = copy.deepcopy(card.blocks)
    row = next(block for block in blocks if block["type"] == "actions")
    row["elements"] = [{**row["elements"][0], "action_id": action, "value": value}]
    return replace(card, blocks=blocks)


def test_a_forged_value_is_answered_kindly_and_does_nothing(app: Flask, asked: SlackDouble, company: Company) -> None:
    card = asked.record.last_to(NAO)
    seat = chain(company).waiting()[0].id
    asked.play.slash(KENJI, "/collab", "me")
    before = everything(app)
    for action in ACTIONS:
        values = HOSTILE if action in (messages.APPROVE, messages.LATER) else HOSTILE[:: len(HOSTILE) // 4]
        for value in (*values, f"PR-1:1:{seat + 1}"):
            reply = asked.play.click(KENJI, forged(card, action, value), action)
            assert reply.view is not None or reply.ephemeral, (action, value)
            assert "うまくいきませんでした" not in reply.ephemeral, (action, value)
    assert not {table: rows for table, rows in changed(before, everything(app)).items() if table != "sessions"}


def test_a_swapped_value_of_somebody_elses_card_shows_ones_own(
    served: SlackDouble, company: Company, post: Deliver
) -> None:
    file(served)
    post()
    mine, theirs = served.record.last_to(CMO), served.record.last_to(CIO)
    value = next(block for block in theirs.blocks if block["type"] == "actions")["elements"][0]["value"]
    reply = served.play.click(CMO, forged(mine, messages.APPROVE, value), messages.APPROVE)
    assert "改めてお願いしています" in reply.ephemeral
    assert len(chain(company).waiting()) == 2


def test_an_answer_comes_within_three_seconds_however_long_the_past(
    asked: SlackDouble, company: Company, english: Callable[[str], None]
) -> None:
    english("nao")
    for _time in range(12):
        decide(company, "nao")
        with company.indoors():
            approvals.undo(key="PR-1", actor=company.member("nao"), now=clock.now())
    assert labels(asked.record.last_to(NAO))
    reply = asked.play.click(NAO, asked.record.last_to(NAO), messages.MORE)  # a late answer fails the test by itself
    assert "Add people…" in str(reply.view.body)


def test_news_of_an_extra_step_names_it(asked: SlackDouble, company: Company, post: Callable[[], None]) -> None:
    with company.indoors():
        approvals.add_step(
            key="PR-1", actor=company.member("nao"), members=[company.id("emma")], name="Wording", before=True,
            reason="Customers read it first.", now=clock.now(),
        )  # fmt: skip
    post()
    assert "ステップを追加しました（ステップ1: Wording）" in text_of(asked.record.last_to(MIKA))
