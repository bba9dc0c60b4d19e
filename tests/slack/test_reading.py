"""Reading, circulating, asking and answering in Slack, as its people read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collab.approvals import queries, service
from collab.kernel import clock
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.slack.people import CMO, KENJI, MIKA, Deliver, labels
from tests.slack_double import SlackDouble, text_of

NAO, EMMA, AGENCY = "nao@example.com", "emma@example.com", "agency@example.com"


@pytest.fixture
def lifted(company: Company, served: SlackDouble, deliver_later: Deliver) -> str:
    """A request the CMO approved over nao."""
    company.routes(route("member:nao@example.com", "office:CMO", "office:CEO"))
    key = company.filed(category="other", title="接客カメラ")
    deliver_later()
    with company.indoors():
        service.lift(key=key, actor=company.member("cmo"), comment="急ぎのため", now=clock.now())
    deliver_later()
    return key


def test_what_was_decided_over_somebody_is_one_card_with_one_button(
    lifted: str, served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    card = served.record.last_to(NAO)
    assert "森 由紀さんが PR-1 を引上げで承認しました（後閲のお願い）" in text_of(card)
    assert "急ぎのため" in text_of(card)
    assert labels(card) == ["確認しました"]
    assert "後閲をお願いします" in served.play.slash(NAO, "/collab", "me").ephemeral
    assert "記録しました" in served.play.click(NAO, card, "確認しました").ephemeral
    deliver_later()
    assert labels(served.record.now(card)) == []
    assert "確認済み" in text_of(served.record.now(card))
    assert "確認済み" in served.play.slash(NAO, "/collab", "後閲 PR-1").ephemeral  # kindly, however often


def test_a_card_whose_reason_is_gone_says_so(
    lifted: str, served: SlackDouble, deliver_later: Deliver, company: Company
) -> None:
    card = served.record.last_to(NAO)
    with company.indoors():
        service.undo(key=lifted, actor=company.member("cmo"), now=clock.now())
    deliver_later()
    assert "後閲は不要になりました" in text_of(served.record.now(card))
    assert labels(served.record.now(card)) == []


def test_a_question_is_asked_behind_more_and_its_answer_stands_on_the_deciders_card(
    company: Company, served: SlackDouble, deliver_later: Deliver, english: Callable[[str], None]
) -> None:
    english("kenji")
    company.filed(title="接客カメラ")
    deliver_later()
    mine = served.record.last_to(CMO)
    more = served.play.click(CMO, mine, "その他…").view
    form = served.play.click(CMO, more, "相談する…").view
    said = served.play.submit(CMO, form, {"相談する相手": KENJI, "相談の内容": "社内の<基盤>で動きますか"})
    assert "小野 健二さんに相談しました" in said.ephemeral
    deliver_later()
    card = served.record.last_to(KENJI)
    assert "Yuki Mori asks you about PR-1" in text_of(card)
    assert "社内の<基盤>で動きますか" in text_of(card)
    assert labels(card) == ["Answer…"]
    assert "小野 健二さんに相談中（未回答）" in text_of(served.record.now(mine))
    form = served.play.click(KENJI, card, "Answer…").view
    assert (
        "Yuki Mori has your answer"
        in served.play.submit(KENJI, form, {"Your answer": "Yes, on ours & safely"}).ephemeral
    )
    deliver_later()
    answer = served.record.last_to(CMO)
    assert "小野 健二さんが PR-1 の相談に回答しました" in text_of(answer)
    assert labels(answer) == ["決裁（共同）", "差し戻し", "その他…"]
    assert "小野 健二さんの回答: Yes, on ours & safely" in text_of(served.record.now(mine))
    assert labels(served.record.now(card)) == []
    served.play.click(CMO, answer, "決裁（共同）")
    deliver_later()
    assert labels(served.record.now(answer)) == []


def test_a_question_about_a_round_that_ended_is_over(
    company: Company, served: SlackDouble, deliver_later: Deliver
) -> None:
    key = company.filed()
    with company.indoors():
        cmo = company.member("cmo")
        service.ask(key=key, actor=cmo, member=KENJI, question="Does it run on ours?", now=clock.now())
        deliver_later()
        card = served.record.last_to(KENJI)
        service.decide(key=key, actor=cmo, verb="return", comment="Please name the owners.", now=clock.now())
        deliver_later()
    form = served.play.click(KENJI, card, "回答する…").view
    assert "不要になりました" in str(served.play.submit(KENJI, form, {"回答": "Yes"}).body)
    assert "この相談は終了しました" in text_of(served.record.now(card))
    assert labels(served.record.now(card)) == []


def test_circulating_by_a_typed_line_and_by_the_form(
    company: Company, served: SlackDouble, deliver_later: Deliver
) -> None:
    company.filed(title="接客カメラ")
    deliver_later()
    kenji, agency = served.mention(KENJI), served.mention(AGENCY)
    assert (
        "小野 健二さんに回覧しました" in served.play.slash(MIKA, "/collab", f"回覧 PR-1 {kenji} ご参考まで").ephemeral
    )
    assert "回覧済み" in served.play.slash(MIKA, "/collab", f"circulate PR-1 {kenji}").ephemeral
    assert "ゲスト" in served.play.slash(MIKA, "/collab", f"PR-1 回覧 {agency}").ephemeral
    deliver_later()
    card = served.record.last_to(KENJI)
    assert "田辺 美香さんから PR-1 の回覧です" in text_of(card)
    assert "ご参考まで" in text_of(card)
    assert labels(card) == []
    form = served.play.slash(CMO, "/collab", "circulate PR-1").view
    reply = served.play.submit(CMO, form, {"members.0": NAO, "confirm": ["yes"], "note": "計画にご反映ください"})
    assert "石井 直さんに回覧しました" in reply.ephemeral
    deliver_later()
    card = served.record.last_to(NAO)
    assert labels(card) == ["確認しました"]
    with company.indoors():
        assert [row.confirm for row in queries.list_readings("PR-1")] == [False, True]


def test_several_circulated_ones_are_confirmed_in_one_line(
    company: Company, served: SlackDouble, deliver_later: Deliver
) -> None:
    with company.indoors():
        keys = [company.filed(title=f"接客カメラ {number}") for number in range(2)]
        for key in keys:
            service.circulate(key=key, actor=company.member("cmo"), members=[NAO], confirm=True, now=clock.now())
    deliver_later()
    said = served.play.slash(NAO, "/collab", "後閲 PR-1 PR-2 PR-99").ephemeral
    assert "PR-1 の確認を記録しました" in said
    assert "PR-2 の確認を記録しました" in said
    assert "PR-99: " in said
    with company.indoors():
        assert [row.read_at is not None for key in keys for row in queries.list_readings(key)] == [True, True]
