"""Before it is submitted, and between rounds, in Slack: a draft is shown, copied, given up, asked for back; a yes stands."""

from __future__ import annotations

import pytest

from collab.kernel import clock
from collab.purchases import queries, service
from collab.threads import queries as threads
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.slack.people import CIO, CMO, KENJI, MIKA, Deliver, labels
from tests.slack_double import SlackDouble, text_of

AGENCY = "agency@example.com"


def drafted(company: Company, **fields: str) -> str:
    with company.indoors():
        return service.draft(
            company.member("mika"), {"title": "接客カメラ", "amount": "480000", **fields}, now=clock.now()
        ).key


def share(served: SlackDouble, key: str, whom: str = "@kenji どう思いますか") -> str:
    return served.play.slash(MIKA, "/collab", f"share {key} {whom}").ephemeral


@pytest.mark.parametrize(
    ("locale", "words"),
    [("ja", ("事前共有がありました", "承認は不要です")), ("en", ("shows you a draft", "need not answer"))],
)
def test_whom_a_draft_is_shown_to_reads_it_and_comments_there_and_then(
    served: SlackDouble, deliver: Deliver, company: Company, english: object, locale: str, words: tuple[str, ...]
) -> None:
    if locale == "en":
        english("kenji")  # type: ignore[operator]
    key = drafted(company)
    assert "小野 健二さんに事前共有しました" in share(served, key)
    deliver()
    card = served.record.last_to(KENJI)
    for part in (*words, "接客カメラ", "￥480,000" if locale == "ja" else "480,000", "どう思いますか"):
        assert part in text_of(card), part
    assert len(labels(card)) == 2
    modal = served.play.click(KENJI, card, labels(card)[0]).view
    served.play.submit(KENJI, modal, {"body": "高いと思います"})
    with company.indoors():
        assert [said.body for said in threads.list_comments(company.member("mika"), key)] == ["高いと思います"]


def test_a_name_that_means_nobody_shares_nothing(served: SlackDouble, company: Company) -> None:
    key = drafted(company)
    assert "@nobody" in share(served, key, "@nobody @kenji").replace("＠", "@")
    assert share(served, key, "")
    with company.indoors():
        assert queries.list_shared(queries.get_purchase(company.member("mika"), key)) == []


def test_hostile_words_that_come_with_a_draft_do_nothing(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    key = drafted(company, title="<!channel> *x* {title}")
    with company.indoors():
        note = "<!channel> <https://evil.example|click> ```"
        service.share(company.member("mika"), key, [KENJI], note, now=clock.now())
    deliver()
    said = str([block for block in served.record.last_to(KENJI).blocks if block["type"] != "rich_text"])
    assert "<!channel>" not in said
    assert "<https://evil.example|" not in said


def test_a_draft_is_given_up_after_one_more_question_and_copied_with_one_line(
    served: SlackDouble, company: Company
) -> None:
    key = drafted(company)
    asked = served.play.slash(MIKA, "/collab", f"drop {key}")
    assert company.purchase(key).state == "draft"
    assert key in asked.ephemeral
    served.play.click(MIKA, served.record.ephemerals_to(MIKA)[-1], "取り下げる")
    assert company.purchase(key).state == "dropped"
    copied = served.play.slash(MIKA, "/collab", f"複写 {key}").ephemeral
    assert "PR-2" in copied
    assert company.purchase("PR-2").copied_from == key
    assert "PR-2" not in served.play.slash(KENJI, "/collab", "drop PR-2").ephemeral


def test_what_cannot_be_taken_back_any_more_is_asked_for_with_one_tap(
    served: SlackDouble, deliver: Deliver, company: Company
) -> None:
    key = company.filed()
    company.decide(key, "cio")
    refused = served.play.slash(MIKA, "/collab", f"withdraw {key}")
    assert "森 由紀さんに差し戻しを依頼してください" in refused.ephemeral
    reply = served.play.click(MIKA, served.record.ephemerals_to(MIKA)[-1], "差し戻しを依頼")
    assert "森 由紀さんに差し戻しをお願いする" in reply.ephemeral
    deliver()
    assert any("差し戻しをお願いします" in text_of(message) for message in served.record.messages_to(CMO))


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_whoever_said_yes_hears_that_it_stands_and_what_changed(
    served: SlackDouble, deliver: Deliver, company: Company, english: object, locale: str
) -> None:
    if locale == "en":
        english("cio")  # type: ignore[operator]
    company.routes(route("office:CIO", "office:CFO"))
    key = company.filed(category="other")
    company.decide(key, "cio")
    company.decide(key, "cfo", "return")
    with company.indoors():
        service.edit(company.member("mika"), key, {"purpose": "Better <words>"}, seen=None, now=company.later())
        service.submit(company.member("mika"), key, now=company.later())
    deliver()
    said = text_of(served.record.last_to(CIO))
    expected = (
        ("回次1の承認はそのまま有効です", "ご対応は不要です")
        if locale == "ja"
        else ("Your approval of round 1 stands", "need not do anything")
    )
    for part in (
        *expected,
        "Better &lt;words&gt;" if "&lt;" in said else "Better <words>",
        "To answer customers within a day",
    ):
        assert part in said, part
    assert labels(served.record.last_to(CIO)) == []
