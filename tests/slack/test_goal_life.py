"""A goal's life in Slack: asked, answered in a form or a line, in both languages; told to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from collab.goals import service
from collab.goals.service import changing
from collab.kernel import clock
from tests.factories import Company
from tests.factories.company import address
from tests.factories.goals import control, goal, helps, owners, row
from tests.parts.databases import on_both
from tests.slack.people import CIO, CMO, KENJI, Deliver, labels
from tests.slack_double import SlackDouble, text_of

AGENCY, NAO = address("agency"), address("nao")
HOSTILE = "<!channel> *bold* <https://evil.example|click> `x` {title} {0.__class__}"


def asked(company: Company, **fields: object) -> str:
    """A draft whose owners are asked: planned from a candidate."""
    key = goal(company, state="candidate", by="mika", **fields)
    with company.indoors():
        service.plan(company.member("mika"), key, now=clock.now())
    return key


@on_both
def test_asked_answered_and_active(served: SlackDouble, deliver_later: Deliver, company: Company) -> None:
    key = asked(company, outcome="店舗でもオンラインと同じ価格で買える")
    deliver_later()
    card = served.record.last_to(CMO)
    for part in (
        "酒井 大地（情報システム部）と共同で、この目標の責任者になっていただけますか", key, "店舗でもオンラインと同じ価格で買える",
        "マーケティング部", "0.0から100.0へ引き上げる", "2026年10月1日〜2027年3月31日", "お二人とも承諾すると進行中になります",
    ):  # fmt: skip
        assert part in text_of(card), part
    assert labels(card) == ["承諾する", "辞退する", "開く"]

    form = served.play.click(CMO, card, "承諾する")
    said = served.play.submit(CMO, form.view, {"means": "店頭の値札を毎朝そろえる"}).ephemeral
    assert said == f"{key}を承諾しました。承諾待ち: 酒井 大地"
    deliver_later()
    assert labels(served.record.now(card)) == ["開く"]
    news = text_of(served.record.last_to(CIO))
    assert f"森 由紀さんが{key}を承諾しました" in news
    assert "店頭の値札を毎朝そろえる" in news

    said = served.play.slash(CIO, "/collab", f"{key} 承諾 価格サービスを一つにする").ephemeral
    assert said == f"{key}を承諾しました。進行中になりました。"
    deliver_later()
    assert row(company, key).state == "active"
    assert [one.means for one in owners(company, key)] == ["店頭の値札を毎朝そろえる", "価格サービスを一つにする"]
    assert f"{key}が進行中になりました（酒井 大地さん）" in text_of(served.record.last_to(CMO))


def test_declined_with_a_reason_in_english(
    served: SlackDouble, deliver_later: Deliver, company: Company, english: Callable[[str], None]
) -> None:
    for name in ("cio", "cmo"):
        english(name)
    key = asked(company, metric=control("stay_between", floor=2, ceiling=5, unit="%", name="Returns"))
    deliver_later()
    card = served.record.last_to(CIO)
    for part in (
        "Will you answer for this goal together with Yuki Mori (Marketing)?", "Your side", "IT", "Returns",
        "stay between 2.0% and 5.0%", "1 Oct 2026 to 31 Mar 2027",
    ):  # fmt: skip
        assert part in text_of(card), part
    form = served.play.click(CIO, card, "Decline")
    said = served.play.submit(CIO, form.view, {"reason": "Not before spring."}).ephemeral
    assert said == f"You declined {key}. The other side and whoever set it are told why."
    deliver_later()
    news = text_of(served.record.last_to(CMO))
    assert f"Daichi Sakai declined to answer for {key}" in news
    assert "Not before spring." in news


def test_every_verb_as_a_line_and_what_it_lacks_is_asked_for(served: SlackDouble, company: Company) -> None:
    key = goal(company)
    say = served.play.slash
    assert (
        say(CMO, "/collab", f"goal pause {key} 改装のため").ephemeral
        == f"{key}を休止しました。その間、進捗確認の依頼は送られません。"
    )
    assert say(CMO, "/collab", f"目標　再開　{key}").ephemeral == f"{key}を再開しました。"
    form = say(CMO, "/collab", f"{key} 休止").view
    assert served.play.submit(CMO, form, {"reason": "改装のため"}).ephemeral.startswith(f"{key}を休止しました")
    form = say(CIO, "/collab", f"goal close {key} 達成").view
    said = served.play.submit(CIO, form, {"result": "missed", "lesson": "もっと早く聞く"}).ephemeral
    assert said == f"{key}を終了しました（未達）。学びのご記入ありがとうございます。"
    assert (row(company, key).result, row(company, key).lesson) == ("missed", "もっと早く聞く")
    other = goal(company)
    said = say(CIO, "/collab", f"{other} 終了 達成 早く聞いてよかった").ephemeral
    assert (row(company, other).result, row(company, other).lesson) == ("achieved", "早く聞いてよかった"), said


def test_an_ask_that_changed_meanwhile_is_looked_at_again(
    served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    key = asked(company)
    deliver_later()
    card = served.record.last_to(CMO)
    with company.indoors():
        named = [{"department": "marketing", "member": CMO}, {"department": "it", "member": KENJI}]
        service.name_owners(company.member("mika"), key, named, now=clock.now())
    form = served.play.click(CMO, card, "承諾する")
    refused = served.play.submit(CMO, form.view, {"means": "そろえる"})
    assert "内容が変わりました" in str(refused.errors)
    assert row(company, key).state == "draft"


@pytest.mark.parametrize("who", ["nao", "agency", "auditor", "kenji"])
def test_nobody_else_answers_for_it(served: SlackDouble, company: Company, who: str) -> None:
    key = goal(company, state="draft")
    for line in (
        f"goal accept {key} 私が",
        f"goal decline {key} いいえ",
        f"goal close {key} achieved done",
        f"{key} 休止 理由",
    ):
        assert served.play.slash(address(who), "/collab", line).ephemeral
    assert (row(company, key).state, [one.accepted_at for one in owners(company, key)]) == ("draft", [None, None])


def test_what_people_write_stays_text_and_a_removed_guest_hears_no_title(
    served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    key = goal(company, title=HOSTILE[:70])
    helps(company, key, "agency")
    with company.indoors():
        service.pause(company.member("cmo"), key, HOSTILE, now=clock.now())
        service.remove_contributor(company.member("cmo"), key, AGENCY, now=clock.now())
    deliver_later()
    deliver_later()
    said = [one["text"]["text"] for one in served.record.last_to(CIO).blocks if one["type"] == "section"]
    assert said, "a quotation is rich text: nothing in it is interpreted"
    assert not [built for built in ("<!channel>", "<https://evil.example") for text in said if built in text]
    everything = " ".join(text_of(message) for message in served.record.messages_to(AGENCY))
    assert everything.count(f"{key}の担当から外れました") == 1
    assert "bold" not in everything


def test_the_inbox_asks_for_a_yes_of_whoever_owes_it(served: SlackDouble, company: Company) -> None:
    key = goal(company, state="draft", accepted=("cmo",))
    assert "責任者になることへの承諾" in served.play.slash(CIO, "/collab", "me").ephemeral
    assert key not in served.play.slash(CMO, "/collab", "me").ephemeral


def test_a_goalpost_that_moved_is_told_with_what_and_why(
    served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    key = goal(company)
    helps(company, key, "nao")
    helps(company, key, "agency")
    with company.indoors():
        changed = {"due_on": date(2027, 6, 30)}
        changing.change(company.member("cmo"), key, changed, now=clock.now(), reason="工事が遅れています")
    deliver_later()
    for email in (CIO, NAO):
        said = text_of(served.record.last_to(email))
        for part in (
            f"森 由紀さんが{key}の目標値や期日などを変更しました",
            "2027年3月31日 → 2027年6月30日",
            "工事が遅れています",
        ):
            assert part in said, (email, part)
    assert "工事が遅れています" not in text_of(served.record.last_to(AGENCY)), (
        "a guest reads what happened, not the words about it"
    )
    assert not served.record.messages_to(CMO)
