"""After the decision in Slack: conditions, revoking together, ordering, amending, as their people read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from collab.approvals import service
from collab.escalations import service as escalations
from collab.kernel import clock
from collab.people import queries as people
from collab.purchases import service as purchases
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.slack.people import CIO, CMO, KENJI, MIKA, Deliver, labels
from tests.slack_double import SlackDouble, text_of

TEXT = "<契約書>の締結 & 確認"


@pytest.fixture
def conditional(company: Company, served: SlackDouble, deliver_later: Deliver) -> str:
    """A request the CMO approved if Kenji does something, decided by the CIO."""
    company.routes(route("office:CMO", "office:CIO"))
    key = company.filed(category="other", title="接客カメラ")
    deliver_later()
    with company.indoors():
        due_on = people.today(clock.now()) + timedelta(days=7)
        terms = [{"text": TEXT, "owner": KENJI, "due_on": due_on, "before_order": True}]
        service.decide(key=key, actor=company.member("cmo"), verb="approve", conditions=terms, now=clock.now())
        deliver_later()
        service.decide(key=key, actor=company.member("cio"), verb="approve", now=clock.now())
    deliver_later()
    return key


def test_a_condition_is_one_card_that_ends_with_one_tap_and_frees_the_order(
    conditional: str, served: SlackDouble, deliver_later: Deliver
) -> None:
    card, news = served.record.last_to(KENJI), served.record.last_to(MIKA)
    assert "PR-1 の決裁条件への対応をお願いします" in text_of(card)
    assert TEXT in text_of(card)
    assert labels(card) == ["対応完了", "免除を依頼…", "ページを開く"]
    assert "条件1（発注前条件）" in text_of(news)
    assert "発注済みにする…" not in labels(news)
    assert "発注前条件が1件未充足" in served.play.slash(MIKA, "/collab", "購買稟議 発注済み PR-1").ephemeral
    assert "決裁条件の対応" in served.play.slash(KENJI, "/collab", "me").ephemeral
    assert "充足としました" in served.play.click(KENJI, card, "対応完了").ephemeral
    deliver_later()
    assert "PR-1 の条件1は充足済みです" in text_of(served.record.now(card))
    assert labels(served.record.now(card)) == []
    assert "充足しました" in text_of(served.record.last_to(MIKA))
    assert "充足しました" in text_of(served.record.last_to(CMO))
    assert "充足済みです" in served.play.click(KENJI, card, "対応完了").ephemeral
    assert "発注済みにしました" in served.play.slash(MIKA, "/collab", "購買稟議 発注済み PR-1 PO-7").ephemeral
    deliver_later()
    assert "発注済みにしました" in text_of(served.record.last_to(CIO))
    assert "PO-7" in text_of(served.record.last_to(CIO))


def test_an_owner_asks_to_be_spared_and_whoever_set_it_answers_from_the_news(
    conditional: str, served: SlackDouble, deliver_later: Deliver
) -> None:
    form = served.play.click(KENJI, served.record.last_to(KENJI), "免除を依頼…").view
    assert (
        "免除を依頼しました"
        in served.play.submit(KENJI, form, {"免除をお願いする理由": "相手が<応じません>"}).ephemeral
    )
    deliver_later()
    news = served.record.last_to(CMO)
    assert "小野 健二さんから PR-1 の条件1の免除依頼です" in text_of(news)
    assert "相手が<応じません>" in text_of(news)
    form = served.play.click(CMO, news, "免除する…").view
    assert "免除しました" in served.play.submit(CMO, form, {"条件が不要になった理由": "別途合意"}).ephemeral
    deliver_later()
    assert "免除しました" in text_of(served.record.last_to(KENJI))


def test_before_any_superior_hears_the_owner_gets_a_last_chance(
    conditional: str, served: SlackDouble, deliver_later: Deliver, company: Company, travel: time_machine.Coordinates
) -> None:
    travel.shift(timedelta(days=8))
    with company.indoors():
        escalations.sweep(now=clock.now())
    deliver_later()
    card = served.record.last_to(KENJI)
    assert "上位者への共有の前に: PR-1" in text_of(card)
    assert "延長" not in text_of(card)
    assert labels(card) == ["対応完了", "免除を依頼…", "ページを開く"]
    served.play.click(KENJI, card, "対応完了")
    deliver_later()
    assert labels(served.record.now(card)) == []


def test_two_keys_are_revoked_by_one_asking_and_the_other_answering(
    company: Company, served: SlackDouble, deliver_later: Deliver, english: Callable[[str], None]
) -> None:
    english("cio")
    key = company.decided(title="接客カメラ")
    deliver_later()
    with company.indoors():
        service.revoke(key=key, actor=company.member("cmo"), reason="値上げのため", now=clock.now())
    deliver_later()
    card = served.record.last_to(CIO)
    assert "Yuki Mori asks for the decision on PR-1 to be revoked" in text_of(card)
    assert "Yuki Mori (agrees), Daichi Sakai (not yet)" in text_of(card)
    assert labels(card) == ["Agree to revoke", "No, it stands…", "Open the page"]
    form = served.play.click(CIO, card, "No, it stands…").view
    assert "stands" in served.play.submit(CIO, form, {"Why does it stand?": "Ordered on Monday."}).ephemeral
    deliver_later()
    assert "決裁取消に応じませんでした" in text_of(served.record.last_to(CMO))
    assert labels(served.record.now(card)) != labels(card)
    assert "依頼しました" in served.play.slash(MIKA, "/collab", "取消依頼 PR-1 不要になりました").ephemeral
    deliver_later()
    assert (
        "Still to answer: Yuki Mori" in served.play.click(CIO, served.record.last_to(CIO), "Agree to revoke").ephemeral
    )
    deliver_later()
    assert "PR-1 は決裁取消となりました" in served.play.click(CMO, served.record.last_to(CMO), "取消に同意").ephemeral
    assert company.purchase(key).state == "revoked"
    assert "any more" in served.play.click(CIO, card, "Agree to revoke").ephemeral


def test_it_is_ordered_from_the_news_of_the_decision_and_amended_by_a_line(
    company: Company, served: SlackDouble, deliver_later: Deliver
) -> None:
    key = company.decided(title="接客カメラ")
    deliver_later()
    news = served.record.last_to(MIKA)
    assert labels(news) == ["発注済みにする…"]
    form = served.play.click(MIKA, news, "発注済みにする…").view
    assert "発注済みにしました" in served.play.submit(MIKA, form, {"発注番号（任意）": "PO-9"}).ephemeral
    assert company.purchase(key).order_reference == "PO-9"
    assert (
        "変更稟議 PR-2 を下書きとして作成しました"
        in served.play.slash(MIKA, "/collab", "購買稟議 変更稟議 PR-1").ephemeral
    )
    assert "PR-2" in served.play.slash(MIKA, "/collab", "purchase amend PR-1").ephemeral
    with company.indoors():
        assert purchases.drop(company.member("mika"), "PR-2", now=clock.now()).state == "dropped"


def test_a_colleague_who_only_knows_that_it_exists_reads_no_condition(company: Company, served: SlackDouble) -> None:
    company.routes(route("office:CMO", "office:CIO"))
    key = company.filed(category="other", visibility="company")
    terms = [{"text": TEXT, "owner": MIKA, "due_on": "2026-12-01", "before_order": True}]
    company.decide(key, "cmo", conditions=terms)
    company.decide(key, "cio")
    for words in ("免除 PR-1", "免除 PR-1 1", "waive PR-1", "waive PR-1 1", "waive PR-1 1 いりません"):
        reply = served.play.slash(KENJI, "/collab", words)
        assert reply.view is None
        assert TEXT not in reply.ephemeral
    assert served.play.slash(CMO, "/collab", "waive PR-1 1").view
