"""A typed decision is about what its sender last saw: when the content changed since, they get the card to press, and what they
wrote back. It holds for every verb that decides, in both languages."""

from __future__ import annotations

import pytest

from collab.approvals.queries import get_chain
from collab.kernel import clock
from collab.purchases import service
from tests.factories import Company
from tests.slack.people import CFO, KENJI, Deliver, labels, last_ephemeral
from tests.slack_double import SlackDouble, text_of

SERVICE = "service-lead@example.com"
BOOK = """
currency = "JPY"
[[route]]
code = "own"
[[route.step]]
name = "First"
kind = "{kind}"
seats = ["{seat}"]
[[route.step]]
name = "Final"
seats = ["office:CEO"]
"""
DECIDING = {
    "approve": (CFO, "office:CFO", (
        ("approve PR-1 fine by me", "fine by me"), ("purchase approve PR-1", ""), ("ok PR-1", ""), ("承認 PR-1", ""),
        ("PR-1を承認してください", ""), ("決裁 PR-1 問題なし", "問題なし"), ("return PR-1 the quote is old", "the quote is old"),
        ("差戻 PR-1 見積が古い", "見積が古い"), ("差し戻し PR-1", ""), ("reject PR-1 no", "no"), ("PR-1 却下 目的が違う", "目的が違う"),
        ("否認 PR-1 目的が違う", "目的が違う"),
    )),
    "review": (KENJI, "member:kenji@example.com", (("審査 PR-1 問題なし", "問題なし"), ("return PR-1 no log", "no log"))),
    "consult": (KENJI, "member:kenji@example.com", (
        ("agree PR-1", ""), ("同意 PR-1", ""), ("consult PR-1 disagree too long", "too long"), ("合議 PR-1 同意", ""),
        ("PR-1 不同意 契約が長い", "契約が長い"), ("意見 PR-1 契約が長い", "契約が長い"),
    )),
    "advocate": (SERVICE, "member:service-lead@example.com", (("advocate PR-1 better 早い", "早い"), ("お客様視点 PR-1", ""))),
}  # fmt: skip
"""By kind of step: who is asked, and the lines that decide with the words in them."""


@pytest.mark.parametrize("kind", DECIDING)
def test_what_changed_since_is_shown_and_pressed_not_decided(
    served: SlackDouble, company: Company, deliver: Deliver, kind: str
) -> None:
    who, seat, lines = DECIDING[kind]
    company.routes(BOOK.format(kind=kind, seat=seat))
    company.filed(category="other")
    deliver()
    assert served.record.messages_to(who)
    mika = company.member("mika")
    with company.indoors():
        service.withdraw(mika, "PR-1", now=clock.now())
        service.edit(mika, "PR-1", {"amount": "490000"}, seen=None, now=clock.now())
        service.submit(mika, "PR-1", now=clock.now())
    for line, words in lines:
        reply = served.play.slash(who, "/collab", line)
        assert reply.view is None, line
        assert "ご確認のうえ" in reply.ephemeral, line
        assert words in text_of(last_ephemeral(served, who)), line  # type: ignore[arg-type]
        assert labels(last_ephemeral(served, who)), line  # type: ignore[arg-type]
        with company.indoors():
            assert get_chain("PR-1").seats[0].state in ("open", "waiting"), line


def test_once_it_was_seen_the_line_decides(served: SlackDouble, company: Company, deliver: Deliver) -> None:
    company.routes(BOOK.format(kind="approve", seat="office:CFO"))
    company.filed(category="other")
    deliver()
    assert "承認しました" in served.play.slash(CFO, "/collab", "PR-1を承認します、問題ありません").ephemeral
    with company.indoors():
        seat = get_chain("PR-1").seats[0]
        assert (seat.state, seat.comment) == ("approved", "問題ありません")
