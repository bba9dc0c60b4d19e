"""Initiatives in Slack: the list, the card with both sides' health, the news; what leads say in one tap or one line."""

from __future__ import annotations

import pytest

from collab.initiatives.messages import News, told
from collab.initiatives.slack.cards import card_for, for_viewer
from collab.initiatives.slack.lines import health_in
from collab.kernel.i18n import Reader, catalogue
from tests.factories import Company
from tests.factories.goals import goal
from tests.factories.initiatives import PROBLEM, a_stage, an_initiative, seen
from tests.initiatives.healths import said
from tests.slack.people import CIO, CMO, MIKA, labels, last_ephemeral
from tests.slack_double import SlackDouble

HOSTILE = "<!channel> *bold* <@U123> <https://evil.example|click> & \u202eright"
AGENCY = "agency@example.com"


def typed(served: SlackDouble, email: str, line: str) -> str:
    """What somebody is answered."""
    return served.play.slash(email, "/collab", line).ephemeral


@pytest.mark.parametrize(
    ("rest", "code", "text"),
    [("at_risk the feed is late", "at_risk", "the feed is late"), ("要注意 連携が遅れています", "at_risk", "連携が遅れています"),
     ("遅れ：在庫", "off_track", "在庫"), ("順調", "on_track", ""), ("ON_TRACK", "on_track", ""), ("off track: x", "off_track", "x"),
     ("　順調です", "on_track", "です"), ("the feed is late", None, "the feed is late"), ("", None, ""), ("lateness", None, "lateness")],
)  # fmt: skip
def test_a_status_is_understood_in_both_languages(rest: str, code: str | None, text: str) -> None:
    assert health_in(rest) == (code, text)


def test_the_list_says_what_needs_attention_first(served: SlackDouble, company: Company) -> None:
    assert "お客様が今お困りのこと" in typed(served, MIKA, "共同施策 一覧")
    fine = an_initiative(company, title="All is well", state="active")
    worse = an_initiative(company, title=HOSTILE, state="active", guests=("agency",))
    said(company, worse, {"cmo": "on_track", "cio": "off_track"})
    found = str(last_shown(served, MIKA, "initiative list"))
    assert found.index(worse) < found.index(fine)
    assert "双方の見方が異なります" in found
    assert "<@U123>" not in found
    guests = str(last_shown(served, AGENCY, "initiative list"))
    assert worse in guests
    assert fine not in guests
    assert not [word for word in ("🔴", "双方の見方が異なります", "新しい共同施策") if word in guests]


def last_shown(served: SlackDouble, email: str, line: str) -> object:
    """The blocks of what a line is answered with."""
    typed(served, email, line)
    return last_ephemeral(served, email).blocks  # type: ignore[attr-defined]


def test_the_card_shows_both_sides_and_a_lead_says_how_it_goes_in_one_tap(
    served: SlackDouble, company: Company
) -> None:
    key = an_initiative(company, state="active", guests=("agency",))
    for email, may in ((MIKA, False), (CMO, True)):
        shown = str(last_shown(served, email, key))
        assert PROBLEM in shown
        assert ("順調" in labels(last_ephemeral(served, email))) is may  # type: ignore[arg-type]
    served.play.click(CMO, last_ephemeral(served, CMO), "順調")
    assert health(company, key) == {1: "on_track", 2: None}
    typed(served, CIO, key)
    form = served.play.click(CIO, last_ephemeral(served, CIO), "課題あり …").view
    assert served.play.submit(CIO, form, {"health": "遅れ"}).errors
    served.play.submit(CIO, form, {"health": "遅れ", "note": "在庫データの連携が遅れています"})
    assert health(company, key) == {1: "on_track", 2: "off_track"}
    shown = str(last_shown(served, MIKA, f"共同施策 表示 {key}"))
    assert "双方の見方が異なります" in shown
    assert "在庫データの連携が遅れています" in shown
    guests = str(last_shown(served, AGENCY, key))
    assert PROBLEM in guests
    assert not [word for word in ("双方の見方が異なります", "在庫データの連携", "森 由紀", "リード") if word in guests]


def health(company: Company, key: str) -> dict[int, str | None]:
    """What each lead said last, by slot."""
    return {held.slot: held.health for held in seen(company, key).leads}


def test_one_line_says_it_too_and_asks_for_the_words_that_are_missing(served: SlackDouble, company: Company) -> None:
    key = an_initiative(company, state="active")
    assert "要注意" in typed(served, CMO, f"initiative health {key} at_risk the feed is late")
    assert health(company, key)[1] == "at_risk"
    assert served.play.slash(CIO, "/collab", f"共同施策 状況 {key} 遅れ").view
    assert health(company, key)[2] is None
    assert "リード" in typed(served, MIKA, f"initiative health {key} on_track")
    assert health(company, key)[1] == "at_risk"


def test_one_is_begun_from_the_customers_problem(served: SlackDouble, company: Company) -> None:
    a_stage(company)
    form = served.play.slash(CMO, "/collab", "共同施策 新規 店舗に在庫がない").view
    fields = [block["block_id"] for block in form.blocks if block["type"] == "input"]
    assert fields[:4] == ["problem", "journey_stage", "goal", "title"]
    given = {
        "journey_stage": "購入",
        "goal": "G-1 Answer every customer within a day",
        "title": "店頭在庫",
        "other": MIKA,
    }
    assert served.play.submit(CMO, form, given).errors.keys() == {"department"}, "two sides"
    served.play.submit(CMO, form, {**given, "other": CIO})
    made = seen(company, "I-1")
    assert (made.problem, made.title, len(made.leads), len(made.goals)) == ("店舗に在庫がない", "店頭在庫", 2, 1)


def test_it_is_closed_with_what_was_learnt(served: SlackDouble, company: Company) -> None:
    key = an_initiative(company, state="active")
    form = served.play.slash(CMO, "/collab", f"{key} 終了").view
    served.play.submit(CMO, form, {"result": "中止", "outcome": "変化なし", "lesson": "先に店舗に聞く"})
    assert seen(company, key).lesson == "先に店舗に聞く"
    other = an_initiative(company, title="Another")
    assert not served.play.slash(MIKA, "/collab", f"close {other}").view


def test_every_piece_of_news_has_words_in_both_languages(company: Company) -> None:
    key = an_initiative(company)
    names = {"who": "森 由紀", "key": key}
    for locale in ("en", "ja"):
        words = [
            one.removeprefix("initiative.told.") for one in catalogue(locale) if one.startswith("initiative.told.")
        ]
        assert {
            "create",
            "lead",
            "led",
            "joined",
            "removed",
            "start",
            "close",
            "pilot",
            "pilot_scale",
            "diverge",
        } <= set(words)
    with company.indoors():
        for locale in ("en", "ja"):
            reader = Reader(locale, "Asia/Tokyo")
            now = card_for(key, company.member("cmo"), reader)
            assert now
            told_ = told(now, News("create", names["who"], HOSTILE), reader)
            marked = [one["text"]["text"] for one in told_.blocks if one["type"] == "section"]
            assert "<@U123>" not in str(marked), "words of people are quoted, and nothing is built from them"
            assert key in told_.text


def test_whoever_may_not_see_it_has_no_card_and_a_goal_hidden_from_them_no_name(company: Company) -> None:
    hidden = goal(company, "Halve the call centre", visibility="involved", owners=("ceo",))
    narrowed = an_initiative(company, visibility="involved")
    tied = an_initiative(company, title="Tied", goals=("G-1", hidden))
    with company.indoors():
        reader = Reader("en")
        assert for_viewer(narrowed, company.member("sales-lead"), reader) is None
        assert for_viewer("I-404", company.member("cmo"), reader) is None
        shown = for_viewer(tied, company.member("kenji"), reader)
        assert shown
        assert "Halve the call centre" not in str(shown.blocks)
        in_a_channel = card_for(tied, None, reader)
        assert in_a_channel
        assert not in_a_channel.sides
        assert not in_a_channel.can
