"""A request's way through Slack: filed in the modal, decided on cards, told, repainted; every payload judged by the double."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from collab.approvals import service as approvals
from collab.kernel import clock
from tests.factories import Company
from tests.parts.databases import on_both
from tests.slack.people import CFO, CIO, CMO, KENJI, MIKA, Deliver, file, labels, last_ephemeral
from tests.slack_double import SlackDouble, buttons, text_of


@on_both
def test_a_request_is_filed_decided_with_both_keys_and_told(served: SlackDouble, deliver: Deliver) -> None:
    reply = file(served)
    assert reply.body == {"response_action": "clear"}
    assert "PR-1 を申請しました" in reply.ephemeral
    assert "共同決裁（森 由紀、酒井 大地）" in reply.ephemeral
    deliver()

    card = served.record.last_to(CMO)
    told_by_the_card = text_of(card)
    for part in (
        "共同決裁をお願いします",
        "￥480,000",
        "田辺 美香",
        "青山電機",
        "G-1",
        "待ち時間を測る",
        "回答期限: 11月20日（金） 10:00",
    ):
        assert part in told_by_the_card
    assert labels(card) == ["決裁（共同）", "差し戻し", "その他…"]

    reply = served.play.click(CMO, card, "決裁（共同）")
    assert "PR-1 を承認しました" in reply.ephemeral
    assert "現在の担当: CIO 酒井 大地さん" in reply.ephemeral
    deliver()
    assert labels(served.record.now(card)) == []
    assert "✓ CMO 森 由紀さんが" in text_of(served.record.now(card))
    assert "森 由紀さんが PR-1 を承認しました" in text_of(served.record.last_to(MIKA))

    other = served.record.last_to(CIO)
    served.play.click(CIO, other, "決裁（共同）")
    deliver()
    for seen in (card, other):
        assert "決裁済み" in text_of(served.record.now(seen))
        assert labels(served.record.now(seen)) == []
    assert "酒井 大地さんが PR-1 を決裁しました" in text_of(served.record.last_to(MIKA))


def test_a_final_yes_is_asked_for_twice_and_an_earlier_one_is_not(served: SlackDouble, deliver: Deliver) -> None:
    file(served, category="service", amount="2000000", title="清掃")
    modal = served.record.views(MIKA)[-1]
    served.play.submit(MIKA, modal, {"cx_impact": "店が清潔になる", "benefit.text": "満足度", "owners.business": MIKA})
    deliver()
    lead = served.record.last_to(CMO)
    assert labels(lead)[0] == "承認"
    assert not any("confirm" in one for block in lead.blocks for one in block.get("elements", []))
    served.play.click(CMO, lead, "承認")
    deliver()
    final = served.record.last_to(CFO)
    assert labels(final)[0] == "決裁"
    assert final.blocks[-1]["elements"][0]["confirm"]["title"]["text"] == "決裁しますか"


def test_a_late_click_is_answered_with_who_decided_and_changes_nothing(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    file(served)
    deliver()
    card = served.record.last_to(CMO)
    served.play.click(CMO, card, "決裁（共同）")
    reply = served.play.click(CMO, card, "決裁（共同）")
    assert "森 由紀" in reply.ephemeral
    assert "11月18日" in reply.ephemeral
    reply = served.play.click(CMO, card, "差し戻し")
    assert reply.view is None
    assert "森 由紀" in reply.ephemeral
    with company.indoors():
        from collab.audit.queries import list_entries

        assert [entry.verb for entry in list_entries("PR-1")].count("approve") == 1


def test_sending_back_asks_for_a_reason_and_tells_the_requester(served: SlackDouble, deliver: Deliver) -> None:
    file(served)
    deliver()
    card = served.record.last_to(CIO)
    modal = served.play.click(CIO, card, "差し戻し").view
    reply = served.play.submit(CIO, modal, {"修正してほしい点": "見積が <古い> & 高い"})
    assert "差し戻しました" in reply.ephemeral
    deliver()
    news = served.record.last_to(MIKA)
    assert "見積が <古い> & 高い" in text_of(news)
    assert [(one.label, one.url) for one in buttons(news)] == [
        ("修正して再申請", "http://127.0.0.1:8000/purchases/PR-1")
    ]
    for name in (CMO, CIO):
        assert "差し戻し" in text_of(served.record.messages_to(name)[0])
        assert labels(served.record.messages_to(name)[0]) == []
    assert "修正して再申請" in served.play.slash(MIKA, "/collab", "me").ephemeral


def test_a_rejection_is_behind_more_and_needs_a_reason_too(served: SlackDouble, deliver: Deliver) -> None:
    file(served)
    deliver()
    more = served.play.click(CMO, served.record.last_to(CMO), "その他…").view
    reason = served.play.click(CMO, more, "却下").view
    reply = served.play.submit(CMO, reason, {"却下の理由": "目的に合わない"})
    assert reply.body == {"response_action": "clear"}
    deliver()
    assert "森 由紀さんが PR-1 を却下しました" in text_of(served.record.last_to(MIKA))


def test_a_card_can_be_asked_for_again_later(
    served: SlackDouble, deliver: Deliver, travel: time_machine.Coordinates
) -> None:
    file(served)
    deliver()
    more = served.play.click(CMO, served.record.last_to(CMO), "その他…").view
    note = served.play.click(CMO, more, "いつにしますか", "翌営業日の朝").view
    assert "11月19日（木） 09:00" in text_of(note)
    deliver()
    assert len(served.record.messages_to(CMO)) == 1
    travel.shift(timedelta(hours=24))
    deliver()
    again = served.record.messages_to(CMO)
    assert len(again) == 2
    assert labels(again[-1]) == ["決裁（共同）", "差し戻し", "その他…"]


def test_a_decision_on_the_web_repaints_every_card(served: SlackDouble, deliver: Deliver, company: Company) -> None:
    file(served)
    deliver()
    with company.indoors():
        approvals.decide(key="PR-1", actor=company.member("cmo"), verb="approve", now=clock.now())
    deliver()
    assert labels(served.record.last_to(CMO)) == []
    assert "● CIO 酒井 大地" in text_of(served.record.last_to(CMO))
    assert "✓ CMO 森 由紀" in text_of(served.record.last_to(CIO))
    assert labels(served.record.last_to(CIO)) == ["決裁（共同）", "差し戻し", "その他…"]


def test_a_card_posted_while_its_request_is_decided_is_repainted(
    served: SlackDouble, deliver: Deliver, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collab.slack.client import SlackTransport

    file(served)
    post = SlackTransport.post

    def decided_meanwhile(self: SlackTransport, channel: str, *rest: object, **more: object) -> object:
        posted = post(self, channel, *rest, **more)
        if not decided:
            decided.append(channel)
            approvals.decide(key="PR-1", actor=company.member("cmo"), verb="approve", now=clock.now())
        return posted

    decided: list[str] = []
    monkeypatch.setattr(SlackTransport, "post", decided_meanwhile)
    deliver()
    assert decided
    assert labels(served.record.messages_to(CMO)[0]) == []


def test_a_typed_decision_on_a_card_never_seen_is_answered_with_the_card(served: SlackDouble, deliver: Deliver) -> None:
    file(served)
    reply = served.play.slash(CMO, "/collab", "approve PR-1")
    assert "現在の内容をご確認のうえ" in reply.ephemeral
    card = last_ephemeral(served, CMO)
    reply = served.play.click(CMO, card, "決裁（共同）")
    assert "PR-1 を承認しました" in reply.ephemeral


@pytest.mark.parametrize(
    "line", ["approve PR-1 fine by me", "承認　ＰＲ－１　問題ありません", "PR-1を承認", "稟議 決裁 pr-1"]
)
def test_a_typed_yes_counts_when_the_card_was_seen(served: SlackDouble, deliver: Deliver, line: str) -> None:
    file(served)
    deliver()
    assert "PR-1 を承認しました" in served.play.slash(CMO, "/collab", line).ephemeral


def test_a_typed_return_without_a_reason_opens_the_place_for_it(served: SlackDouble, deliver: Deliver) -> None:
    file(served)
    deliver()
    modal = served.play.slash(CIO, "/collab", "差戻 PR-1").view
    assert modal is not None
    assert "差し戻しました" in served.play.submit(CIO, modal, {"comment": "もう少し安く"}).ephemeral


def test_content_changed_since_the_click_shows_the_present_card(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    file(served)
    deliver()
    old = served.record.last_to(CMO)
    served.play.slash(MIKA, "/collab", "withdraw PR-1")
    with company.indoors():
        from collab.purchases import service

        mika = company.member("mika")
        service.edit(mika, "PR-1", {"amount": "490000"}, seen=None, now=clock.now())
        service.submit(mika, "PR-1", now=clock.now())
    reply = served.play.click(CMO, old, "決裁（共同）")
    assert "￥490,000" in reply.ephemeral
    assert labels(last_ephemeral(served, CMO)) == ["決裁（共同）", "差し戻し", "その他…"]
    deliver()
    assert "前の回次" in text_of(served.record.now(old))
    assert labels(served.record.now(old)) == []


def test_nobody_else_can_press_a_card(served: SlackDouble, deliver: Deliver) -> None:
    file(served)
    deliver()
    reply = served.play.click(KENJI, served.record.last_to(CMO), "決裁（共同）")
    assert "見つからない" in reply.ephemeral


@pytest.mark.parametrize("line", ["return PR-1", "return PR-1 too late", "approve PR-1", "却下 PR-1"])
def test_a_typed_decision_that_comes_too_late_is_told_who_decided(
    served: SlackDouble, deliver: Deliver, company: Company, line: str
) -> None:
    file(served)
    deliver()
    served.play.slash(CMO, "/collab", "approve PR-1")
    assert "森 由紀" in served.play.slash(CMO, "/collab", line).ephemeral


def test_asking_twice_for_the_same_moment_is_once(
    served: SlackDouble, deliver: Deliver, travel: time_machine.Coordinates
) -> None:
    file(served)
    deliver()
    for _press in range(2):
        more = served.play.click(CMO, served.record.last_to(CMO), "その他…").view
        assert "11月19日（木） 09:00" in text_of(served.play.click(CMO, more, "いつにしますか", "翌営業日の朝").view)
    travel.shift(timedelta(hours=24))
    deliver()
    assert len(served.record.messages_to(CMO)) == 2


def test_whoever_only_knows_of_a_request_reads_no_more_of_it_in_slack(served: SlackDouble, company: Company) -> None:
    late = {"on": date(2026, 11, 1), "reason": "急ぎ"}
    key = company.filed(visibility="company", goal=None, no_goal_reason="内密の理由", after_the_fact=late)
    company.decide(key, "cmo", comment="480,000円なら妥当")
    served.play.slash(KENJI, "/collab", f"purchase show {key}")
    shown = text_of(last_ephemeral(served, KENJI))
    assert key in shown
    for kept in ("内密の理由", "￥", "妥当", "事後", "酒井"):
        assert kept not in shown
