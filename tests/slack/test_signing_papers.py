"""Signing in Slack: the substance of the paper on the card, a second look before it counts, an old card that signs nothing."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import Company
from tests.factories.initiatives import an_initiative, seen
from tests.factories.signatures import CHARTER, laid, sheet, signed, who_signed, written
from tests.slack.people import CIO, CMO, KENJI, Deliver, labels
from tests.slack_double import SlackDouble, text_of

HOSTILE = "<!channel> *bold* <https://evil.example|click> `x` {title} {0.__class__}"


def test_the_card_says_what_is_signed_and_the_modal_asks_once_more(
    served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    key = an_initiative(company)
    number = laid(company, key, vision=HOSTILE)
    deliver_later()
    card = served.record.last_to(CIO)
    for part in (
        "署名をお願いします：合意書 第1版", key, "お客様にとっての成果", CHARTER["customer_outcome"], "情報システム部が提供するもの",
        CHARTER["brings_2"], "森 由紀さん（マーケティング部）：未署名", "までに署名をお願いします",
    ):  # fmt: skip
        assert part in text_of(card), part
    assert labels(card) == ["署名する", "全文を読む"]
    assert "<!channel>" not in str(card.blocks)
    form = served.play.click(CIO, card, "署名する")
    assert who_signed(company, number) == set()  # one press is not yet a signature
    said = served.play.submit(CIO, form.view, {}).ephemeral
    assert said == f"{key}の合意書 第1版に署名しました。相手側の署名がそろうと有効になります。"
    deliver_later()
    assert labels(served.record.now(card)) == ["全文を読む"]
    assert served.play.click(CIO, card, "署名する").ephemeral == said  # a second press is the same signature
    other = served.record.last_to(CMO)
    assert "酒井 大地さん（情報システム部）：" in text_of(served.record.now(other))
    form = served.play.click(CMO, other, "署名する")
    said = served.play.submit(CMO, form.view, {}).ephemeral
    assert said == f"{key}の合意書 第1版に署名しました。双方の署名がそろい、有効になりました。"
    deliver_later()
    assert f"{key}の合意書 第1版に双方の署名がそろい、有効になりました" in text_of(served.record.last_to(CIO))
    assert {seat.source for seat in sheet(company, number).seats} == {"slack"}
    assert seen(company, key).state == "chartered"


def test_an_old_card_and_an_old_modal_sign_nothing(
    served: SlackDouble, deliver_later: Deliver, company: Company, english: Callable[[str], None]
) -> None:
    for name in ("cio", "cmo"):
        english(name)
    key = an_initiative(company)
    first = laid(company, key)
    deliver_later()
    card = served.record.last_to(CIO)
    form = served.play.click(CIO, card, "Sign")
    signed(company, first, "cmo")
    written(company, key, "cmo", scope="Stock of 12 stores")
    old = "Version 1 is no longer in force"
    assert old in str(served.play.submit(CIO, form.view, {}).ephemeral)
    assert old in str(served.play.click(CIO, card, "Sign").ephemeral)
    second = laid(company, key, scope="Stock of 12 stores")
    assert "version 2 is the latest now" in str(served.play.click(CIO, card, "Sign").ephemeral)
    assert (who_signed(company, first), who_signed(company, second)) == ({"cmo"}, set())
    deliver_later()
    assert labels(served.record.now(card)) == ["Read it all"]
    fresh = text_of(served.record.last_to(CMO))
    assert "What is new since version 1, which you signed" in fresh
    assert "In scope: Stock of 40 stores on the phone → Stock of 12 stores" in fresh


def test_the_one_whose_signature_a_change_voided_is_told_what_changed(
    served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    key = an_initiative(company)
    signed(company, laid(company, key), "cmo", "cio")
    deliver_later()
    written(company, key, "cmo", scope="Stock of 12 stores")
    deliver_later()
    news = text_of(served.record.last_to(CIO))
    assert f"森 由紀さんが内容を変更したため、{key}の合意書 第1版へのご署名は失効しました。" in news
    assert "対象範囲：Stock of 40 stores on the phone → Stock of 12 stores" in news


def test_a_colleague_with_the_card_in_hand_cannot_sign(
    served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    number = laid(company, an_initiative(company))
    deliver_later()
    answer = served.play.click(KENJI, served.record.last_to(CIO), "署名する")
    assert "代理の署名はできません" in str(answer.ephemeral)
    assert who_signed(company, number) == set()


def test_slack_is_away_and_nothing_is_lost(served: SlackDouble, deliver_later: Deliver, company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    assert signed(company, number, "cmo", "cio")
    deliver_later()  # the card was never sent: there is nothing to ask any more
    assert "署名をお願いします" not in " ".join(text_of(one) for one in served.record.messages_to(CIO))
