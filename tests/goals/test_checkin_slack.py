"""Checking in from Slack: a line in either language, one form for all goals, one tap that nothing changed. Taps are counted as
the double plays them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from collab.goals.queries.checkins import list_checkins
from collab.goals.rules.checkin_line import Line, read_figure, read_line
from collab.goals.service import checking_in
from collab.goals.service.rhythm import subject_of
from collab.goals.slack import checkin_cards
from collab.kernel import clock
from collab.kernel.atomic import atomic
from collab.kernel.i18n import Reader
from collab.outbox import service as outbox
from collab.outbox.registry import Envelope
from collab.outbox.service import Note
from tests.factories import Company
from tests.factories import goals as make
from tests.slack.conftest import deliver, environment, served, slack
from tests.slack.people import CIO, CMO, Deliver, labels
from tests.slack.test_tasks import Taps
from tests.slack_double import Message, SlackDouble, text_of

__all__ = ["deliver", "environment", "served", "slack"]
NO_CHANGE, CHECK_IN = "変更なし", "進捗確認をする…"
SECONDS_A_TAP = 3
AGENCY, MIKA = "agency@example.com", "mika@example.com"


@pytest.mark.parametrize(
    ("text", "more", "read"),
    [
        ("4.2", {}, Line({"value": "4.2"})),
        ("4.2 80% Two stores opened", {}, Line({"value": "4.2"}, 80, "Two stores opened")),
        ("４．２　８０％　新店が ２ 件 開店", {}, Line({"value": "4.2"}, 80, "新店が ２ 件 開店")),
        ("1,200 80%", {}, Line({"value": "1200"}, 80)),
        ("-3.5", {}, Line({"value": "-3.5"})),
        ("80%", {}, Line({}, 80)),
        ("80%", {"unit": "%"}, Line({"value": "80"})),
        ("80% 90%", {"unit": "%"}, Line({"value": "80"}, 90)),
        ("92% 80% fine", {}, Line({"value": "92"}, 80, "fine")),
        ("120/150 80%", {"ratio": True}, Line({"numerator": "120", "denominator": "150"}, 80)),
        ("１２０／１５０", {"ratio": True}, Line({"numerator": "120", "denominator": "150"})),
        ("80% fine", {"ratio": True}, Line({}, 80, "fine")),
        ("4.2.1", {}, Line(unread="4.2.1")),
        ("12", {"ratio": True}, Line(unread="12")),
        ("80% since the desk opened", {"measured": False}, Line({}, 80, "since the desk opened")),
        ("12 stores opened", {"measured": False}, Line({}, None, "12 stores opened")),
        ("順調です", {}, Line({}, None, "順調です")),
        ("4.2点", {"unit": "点"}, Line({"value": "4.2"})),
        ("変更なし", {}, Line(no_change=True)),
        ("No change", {}, Line(no_change=True)),
        ("", {}, Line()),
    ],
)
def test_a_line_is_read(text: str, more: dict[str, Any], read: Line) -> None:
    assert read_line(text, **more) == read


def test_a_figure_is_read_or_not_at_all() -> None:
    assert read_figure("999999999999999999999.5", ratio=False) == {"value": "999999999999999999999.5"}
    assert [read_figure(text, ratio=False) for text in ("", "x", "1e5", "1,20", "1 2", "4.2 kg")] == [None] * 6


@pytest.fixture
def keys(company: Company) -> list[str]:
    """Five goals the CMO is asked to check in on, the first with the CIO."""
    made = [
        make.goal(company, f"目標{number}", owners=("cmo", "cio")[: 2 if number == 1 else 1]) for number in range(1, 6)
    ]
    for key in made:
        make.measured(company, key, date(2026, 11, 1), "40.5")
        make.asked(company, key, "cmo", at=company.now, due_at=company.now + timedelta(days=2))
    return made


@pytest.fixture
def cmo(served: SlackDouble) -> Taps:
    return Taps(served, CMO)


def said(company: Company, key: str) -> list[tuple[int | None, str | None, bool]]:
    with company.indoors():
        return [(one.confidence, one.note, one.no_change) for one in list_checkins(company.member("cmo"), key)[0]]


def test_a_line_checks_in(company: Company, keys: list[str], cmo: Taps) -> None:
    done = cmo.types(f"goal checkin {keys[0]} 52 80% 新しい窓口が好評です").ephemeral
    assert f"{keys[0]} の進捗確認を記録しました。達成見込み80%、順調です。" in done
    assert said(company, keys[0]) == [(80, "新しい窓口が好評です", False)]
    assert make.row(company, keys[0]).progress == 52
    again = cmo.types(f"目標　進捗確認　{keys[1]}　５５").ephemeral
    assert "達成見込みは前回のままです。" in again
    assert make.row(company, keys[1]).progress == 55
    assert cmo.count == 2


def test_no_change_can_be_typed(company: Company, keys: list[str], cmo: Taps) -> None:
    for line in ("{0} 進捗確認 変更なし", "checkin {0} same", "目標 進捗確認 {0} 変更なし", "{0} checkin ="):
        assert "変更なしで記録しました" in cmo.types(line.format(keys[0])).ephemeral
    assert said(company, keys[0]) == [(70, None, True)] * 4


def test_what_a_line_lacks_is_said_and_nothing_is_done(company: Company, keys: list[str], cmo: Taps) -> None:
    assert "20ポイント以上変わる場合" in cmo.types(f"goal checkin {keys[0]} 52 20%").ephemeral
    assert "10刻み" in cmo.types(f"goal checkin {keys[0]} 52 75%").ephemeral
    assert "数値で入力してください" in cmo.types(f"goal checkin {keys[0]} 5x2").ephemeral
    assert said(company, keys[0]) == []
    assert cmo.types("goal checkin G-999 5").ephemeral
    assert make.row(company, keys[0]).progress == make.row(company, keys[1]).progress


def test_five_goals_take_one_form_and_less_than_a_minute(company: Company, keys: list[str], cmo: Taps) -> None:
    form = cmo.types("goal checkin")
    done = cmo.sends(form, **{f"{keys[0]}.value": "５２", f"{keys[3]}.confidence": "80"}).ephemeral
    assert cmo.count == 4, "the line, two things changed, and save"
    assert cmo.count * SECONDS_A_TAP <= 60
    assert "5件の進捗確認を記録しました" in done
    assert [said(company, key)[0][0] for key in keys] == [70, 70, 70, 80, 70]
    assert make.row(company, keys[0]).progress == 52


def test_others_are_told_why_not(company: Company, keys: list[str], served: SlackDouble) -> None:
    assert "責任者" in served.play.slash(MIKA, "/collab", f"goal checkin {keys[0]} 5").ephemeral
    assert keys[0] not in served.play.slash(AGENCY, "/collab", f"goal checkin {keys[0]} 5").ephemeral
    assert "現在、進捗確認できる目標はありません" in served.play.slash(MIKA, "/collab", "goal checkin").ephemeral


def test_the_form_says_what_is_wrong_at_its_fields(company: Company, keys: list[str], cmo: Taps) -> None:
    form = cmo.types("goal checkin")
    wrong = cmo.sends(form, **{f"{keys[0]}.value": "a lot", f"{keys[1]}.confidence": "70"})
    assert wrong.errors == {f"{keys[0]}.value": "数値で入力してください（例: 4.2）。"}
    wrong = cmo.sends(form, **{f"{keys[1]}.confidence": "20", f"{keys[2]}.confidence": "0"})
    assert set(wrong.errors) == {f"{keys[1]}.note", f"{keys[2]}.note"}
    assert said(company, keys[0]) == []


def test_one_goals_form_has_room_for_a_status_against_the_figures(company: Company, keys: list[str], cmo: Taps) -> None:
    form = cmo.types(f"goal checkin {keys[0]}")
    wrong = cmo.sends(form, **{f"{keys[0]}.status": "off_track"})
    assert set(wrong.errors) == {f"{keys[0]}.reason"}
    cmo.sends(form, **{f"{keys[0]}.status": "off_track", f"{keys[0]}.reason": "The supplier left."})
    assert make.row(company, keys[0]).claimed == "off_track"


def test_one_tap_says_that_nothing_changed(
    company: Company,
    keys: list[str],
    cmo: Taps,
    served: SlackDouble,
    deliver: Deliver,
    travel: time_machine.Coordinates,
) -> None:
    card = posted(company, served, deliver)
    assert labels(card) == [NO_CHANGE, CHECK_IN, "ページを開く"]
    assert "5件の目標の進捗確認をお願いします" in text_of(card)
    assert "11月20日（金） 10:00までにお願いします" in text_of(card)
    assert "5件の進捗確認を記録しました" in cmo.presses(card, NO_CHANGE).ephemeral
    assert cmo.count == 1
    assert [said(company, key) for key in keys] == [[(70, None, True)]] * 5
    travel.shift(timedelta(minutes=3))
    deliver()
    assert NO_CHANGE not in labels(served.record.now(card))
    assert "現在お願いしている進捗確認はありません" in cmo.presses(card, NO_CHANGE).ephemeral
    assert [len(said(company, key)) for key in keys] == [1] * 5, "a second tap says nothing anew"


def test_the_inbox_has_one_row_whose_button_opens_the_form(company: Company, keys: list[str], cmo: Taps) -> None:
    me = cmo.types("me")
    assert me.ephemeral.count("進捗確認をお願いします") == 1
    whispered = cmo._slack.record.ephemerals_to(CMO)[-1]
    form = cmo.presses(whispered, "進捗確認をする")
    for number in range(6, 11):
        make.goal(company, f"Goal {number}", owners=("cmo",))
    again = cmo.types("goal checkin").view
    assert form.view is not None
    assert again is not None
    assert keys[4] in text_of(form.view)
    assert "残り3件はページで" in text_of(again)
    assert len(again.blocks) <= 100


def test_a_divergence_is_told_and_talked_over(
    company: Company,
    keys: list[str],
    cmo: Taps,
    served: SlackDouble,
    deliver: Deliver,
    travel: time_machine.Coordinates,
) -> None:
    cmo.types(f"goal checkin {keys[0]} 41 90% 良い週でした")
    cio = Taps(served, CIO)
    done = cio.types(f"goal checkin {keys[0]} 41 40% 採用が進んでいません").ephemeral
    assert "森 由紀さんの見込みと50ポイント離れています" in done
    travel.shift(timedelta(minutes=3))
    deliver()
    card = served.record.last_to(CMO)
    assert f"{keys[0]} の達成見込みが酒井 大地さんと50ポイント離れています" in text_of(card)
    assert "あなたは90%、酒井 大地さんは40%です" in text_of(card)
    assert labels(card) == ["結果を記録…", CHECK_IN]
    cmo.types("me")
    form = cmo.presses(served.record.ephemerals_to(CMO)[-1], "話し合いを記録")
    assert "要対応から外れます" in cmo.sends(form, note="<!channel> *3月まで* 待ちます").ephemeral
    travel.shift(timedelta(minutes=3))
    deliver()
    told = text_of(served.record.last_to(CIO))
    assert "森 由紀さんが" in told
    assert "3月まで" in told
    assert "大きな差はありません" in cio.presses(card, "結果を記録…").ephemeral


def posted(company: Company, served: SlackDouble, deliver: Deliver) -> Message:
    """The card that asks the CMO, as it is delivered."""
    with company.indoors(), atomic():
        member = company.id("cmo")
        outbox.enqueue(Note("goal.checkin_asked", subject_of(member), "asked", member=member), now=clock.now())
    deliver()
    return served.record.last_to(CMO)


def test_the_card_is_gone_once_all_is_answered(
    company: Company, keys: list[str], travel: time_machine.Coordinates
) -> None:
    with company.indoors():
        who = company.member("cmo")
        checking_in.check_in_all(who, {key: {"no_change": True} for key in keys}, now=clock.now())
        assert checkin_cards.asked(Envelope("G-3", {}, who, Reader("ja"), clock.now())) is None
