"""Conversations in Slack: whoever is mentioned hears of it and answers there and then; a typed line says something."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.threads import queries, service
from tests.factories import Company
from tests.factories import threads as make
from tests.factories.threads import said
from tests.slack.conftest import deliver, english, environment, served, slack
from tests.slack.people import CIO, CMO, KENJI, MIKA
from tests.slack_double import SlackDouble, buttons, text_of

__all__ = ["deliver", "english", "environment", "served", "slack"]
Deliver = Callable[[], None]


def bodies(company: Company, key: str) -> list[tuple[str, str]]:
    with company.indoors():
        return [(one.author.email, one.body) for one in queries.list_comments(company.member("mika"), key)]


def test_the_mentioned_gets_one_message_and_replies_in_it(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    key = company.filed()
    deliver()
    before = len(served.record.messages_to(CIO))
    said(company, "cmo", key, "@cio 監査の結果を *見て* ください <!channel>", files=make.uploads("quote.pdf"))
    deliver()
    [news] = served.record.messages_to(CIO)[before:]
    shown = text_of(news)
    for words in (
        "森 由紀さんがコメントであなたを宛先に指定しました",
        key,
        "Mail campaign tool",
        "監査の結果を *見て* ください <!channel>",
        "添付1件",
    ):
        assert words in shown
    assert [button.label for button in buttons(news)] == ["返信", "開く"]
    assert str(buttons(news)[1].url).endswith(f"/threads/{key}#comment-1")

    modal = served.play.click(CIO, news, "返信").view
    assert "監査の結果" in text_of(modal)
    reply = served.play.submit(CIO, modal, {"body": "見ました。@mika 進めてください"})
    assert "田辺 美香" in reply.ephemeral
    assert bodies(company, key)[-1] == (CIO, "見ました。@mika 進めてください")
    deliver()
    assert "酒井 大地さんがコメントしました" in text_of(served.record.last_to(CMO))
    assert "酒井 大地さんがコメントであなたを宛先に指定しました" in text_of(served.record.last_to(MIKA))


def test_a_typed_line_says_it_in_either_language_and_names_by_account(served: SlackDouble, company: Company) -> None:
    key = company.filed()
    reply = served.play.slash(MIKA, "/collab", f"コメント {key} 次の会議で話しましょう @cio")
    assert "通知先: 酒井 大地" in reply.ephemeral
    served.play.slash(CIO, "/collab", "me")
    account = served.play._user_id(CIO)
    served.play.slash(
        MIKA, "/collab", f"comment {key} <@{account}|daichi>さん <https://example.com|資料> を見てください"
    )
    assert bodies(company, key)[-1][1] == "@cio@example.comさん https://example.com を見てください"
    reply = served.play.slash(CMO, "/collab", f"{key} comment Agreed &amp; &lt;signed&gt;")
    assert key in reply.ephemeral
    assert [bodies(company, key)[place] for place in (0, 2)] == [
        (MIKA, "次の会議で話しましょう @cio"),
        (CMO, "Agreed & <signed>"),
    ]


def test_without_words_a_modal_asks_and_what_is_refused_stays_in_it(served: SlackDouble, company: Company) -> None:
    key = company.filed()
    modal = served.play.slash(CMO, "/collab", f"comment {key}").view
    refused = served.play.submit(CMO, modal, {"body": "@agency はいかがですか"})
    assert refused.body["response_action"] == "errors"
    assert "外部 健さんはこの内容を閲覧できない" in refused.body["errors"]["body"]
    served.play.submit(CMO, modal, {"body": "はい"})
    assert bodies(company, key) == [(CMO, "はい")]


@pytest.mark.parametrize(("who", "words"), [(KENJI, "閲覧できない"), ("auditor@example.com", "閲覧のみ")])
def test_whoever_may_not_is_told_so_and_nothing_is_said(
    served: SlackDouble, company: Company, who: str, words: str
) -> None:
    key = company.filed()
    reply = served.play.slash(who, "/collab", f"comment {key} hello")
    assert words in reply.ephemeral
    assert bodies(company, key) == []


def test_what_was_withdrawn_or_hidden_meanwhile_is_not_told(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    key = company.filed()
    deliver()
    before = {who: len(served.record.messages_to(who)) for who in (CIO, MIKA)}
    number = said(company, "cmo", key, "@cio 取り消します")
    with company.indoors():
        service.withdraw(company.member("cmo"), number, now=company.now)
    deliver()
    assert {who: len(served.record.messages_to(who)) for who in (CIO, MIKA)} == before


def test_several_comments_come_to_an_owner_as_one(served: SlackDouble, deliver: Deliver, company: Company) -> None:
    key = company.filed()
    deliver()
    before = len(served.record.messages_to(MIKA))
    for number in range(12):
        said(company, "cmo", key, f"{number}つ目")
    deliver()
    assert len(served.record.messages_to(MIKA)) - before < 12
