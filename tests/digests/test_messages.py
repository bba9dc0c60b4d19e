"""How an issue reads: one screen for somebody with thirty seconds, within Slack's limits whatever people have written."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab.digests.messages import mail, slack
from collab.digests.messages.issue import shown
from collab.digests.messages.titles import title
from collab.digests.rules.bars import bar, cut_wide, drawn, width
from collab.digests.rules.content import SECTIONS, Content, Item, Section
from collab.digests.rules.needs import Needs
from collab.kernel.i18n import Reader
from collab.slack.fitting import MESSAGE_BLOCKS, MESSAGE_TEXT
from tests.digests import issues
from tests.slack_double.rules import check_message

BOTH = pytest.mark.parametrize("locale", ["en", "ja"])
SCREEN = 30
"""Short lines of a phone of 360 pixels."""
COLUMNS = {"header": 30, "section": 38, "beside a button": slack.BESIDE_BUTTON, "context": 46}
MARKS = re.compile(r"<[^|>]*\||[*>]")


def blocks_of(issue: Any, locale: str) -> list[dict[str, Any]]:
    return slack.message(issue, issues.READERS[locale]).as_payload()["blocks"]  # type: ignore[no-any-return]


def lines_of(block: dict[str, Any]) -> int:
    """How many lines a block takes on a phone."""
    words = block["elements"][0]["text"] if block["type"] == "context" else block["text"]["text"]
    columns = COLUMNS["beside a button" if "accessory" in block else block["type"]]
    return sum(max(1, -(-width(unescape(MARKS.sub("", line))) // columns)) for line in words.split("\n"))


def first_screen(shown_blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Up to the line that counts the rest: the sections, without a button, begin after it."""
    sections = [
        i for i, block in enumerate(shown_blocks) if block["type"] == "section" and "•" in block["text"]["text"]
    ]
    return shown_blocks[: sections[0]]


def words_of(shown_blocks: list[dict[str, Any]]) -> str:
    return "\n".join(
        block["elements"][0]["text"] if block["type"] == "context" else block["text"]["text"] for block in shown_blocks
    )


@BOTH
@pytest.mark.parametrize(
    "words", [issues.HOSTILE, "とても長い件名の購買稟議" * 20, "W" * 300], ids=["hostile", "long", "wide"]
)
def test_what_needs_me_and_a_count_of_the_rest_fit_one_screen_however_full_the_issue(locale: str, words: str) -> None:
    screen = first_screen(blocks_of(issues.fullest(locale, words), locale))
    assert sum(map(lines_of, screen)) <= SCREEN
    assert sum("accessory" in block for block in screen) == 5
    last = screen[-1]["elements"][0]["text"]
    assert all(issues.READERS[locale].say(f"digest.section.{code}") in last for code in SECTIONS)


@BOTH
def test_an_ordinary_issue_leaves_a_third_of_the_screen_free(locale: str) -> None:
    assert sum(map(lines_of, first_screen(blocks_of(issues.ordinary(locale), locale)))) <= SCREEN * 2 // 3


@BOTH
def test_the_fullest_issue_is_within_slacks_limits(locale: str) -> None:
    made = slack.message(issues.fullest(locale, "&" * 500), issues.READERS[locale]).as_payload()
    check_message(made)
    assert len(made["blocks"]) <= MESSAGE_BLOCKS
    assert len(words_of(made["blocks"])) <= MESSAGE_TEXT


def test_nothing_people_wrote_is_cut_off_in_an_issue_as_full_as_they_come() -> None:
    """Long titles are cut one by one; no section loses its last lines."""
    words = words_of(blocks_of(issues.fullest("ja", "会員基盤の再購入率を高める共同施策の見直し" * 30), "ja"))
    assert words.count("ほか4件") == len(SECTIONS)
    assert all(words.count(f"|G-{n}>") == len(SECTIONS) for n in range(1, 6))


@BOTH
def test_nothing_is_built_from_what_people_wrote(locale: str) -> None:
    made = slack.message(issues.fullest(locale), issues.READERS[locale]).as_payload()
    for forbidden in ("<!channel>", "<https://evil", " *新規*", "`顧客`"):
        assert forbidden not in words_of(made["blocks"])
    assert "<!channel>" not in made["text"]


@given(
    st.lists(st.tuples(st.sampled_from(SECTIONS), st.text(max_size=300), st.integers(0, 99)), max_size=40),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_any_content_renders_within_slacks_limits(rows: list[tuple[str, str, int]], ja: bool) -> None:
    locale = "ja" if ja else "en"
    sections = tuple(
        Section.of(code, [issues.item(n + 1, words, was=-n, now=3 * n) for _code, words, n in rows if _code == code])
        for code in SECTIONS
    )
    words = rows[0][1] if rows else ""
    issue = shown(Content(sections), issues.needs(len(rows) % 6, words, more=len(rows)), issues.frame(locale))
    made = slack.message(issue, issues.READERS[locale]).as_payload()
    check_message(made)
    assert len(words_of(made["blocks"])) <= MESSAGE_TEXT
    assert mail.html(issue, issues.READERS[locale])


@pytest.mark.parametrize(
    ("week", "en", "ja"),
    [
        ("2026-W47", "Your week, 16–22 Nov", "11月16日〜22日の週次まとめ"),
        ("2026-W49", "Your week, 30 Nov – 6 Dec", "11月30日〜12月6日の週次まとめ"),
        ("2026-W53", "Your week, 28 Dec 2026 – 3 Jan 2027", "2026年12月28日〜2027年1月3日の週次まとめ"),
        ("2026-W01", "Your week, 29 Dec 2025 – 4 Jan 2026", "2025年12月29日〜2026年1月4日の週次まとめ"),
        ("2025-W40", "Your week, 29 Sept – 5 Oct 2025", "2025年9月29日〜10月5日の週次まとめ"),
        ("2025-W47", "Your week, 17–23 Nov 2025", "2025年11月17日〜23日の週次まとめ"),
    ],
)
def test_the_week_is_said_in_words(week: str, en: str, ja: str) -> None:
    assert title(week, Reader("en"), 2026).replace("Sep ", "Sept ") == en
    assert title(week, Reader("ja"), 2026) == ja


@BOTH
def test_the_lock_screen_says_the_most_pressing_thing(locale: str) -> None:
    reader = issues.READERS[locale]
    said = slack.message(issues.ordinary(locale), reader).text
    assert "PR-12" in said
    assert reader.say("approval.ask.approve") in said
    assert ("3 things" if locale == "en" else "3件") in said
    calm = shown(issues.content(1), Needs(), issues.frame(locale))
    assert "G-1" in slack.message(calm, reader).text


def test_what_is_decided_in_slack_has_a_button_there_and_only_the_rest_is_a_link() -> None:
    asked = [block["accessory"] for block in blocks_of(issues.fullest("en"), "en") if "accessory" in block]
    assert [("url" in button, button["text"]["text"]) for button in asked] == [
        (False, "Decide"), (False, "Check in"), (False, "Read"), (True, "Mend"), (False, "Decide"),
    ]  # fmt: skip
    assert len({button["action_id"] for button in asked}) == 5


def test_a_section_without_anything_is_not_shown_and_nothing_waiting_is_said() -> None:
    content = Content((Section.of("risks", []), Section.of("moved", [issues.item(1)])))
    words = words_of(blocks_of(shown(content, Needs(), issues.frame()), "en"))
    assert "Risks" not in words
    assert "Nothing needs you now." in words
    assert "↑ ▓▓▓▓▓▓░░░░ 52 → 58%" in words


def test_what_needs_me_is_not_told_again_as_something_that_falls_due() -> None:
    again = Item("PR-12", "Consent platform renewal", "/purchases/PR-12", "due_order", {"when": "soon"})
    content = Content(tuple(Section(code, (again, issues.item(1))) for code in ("risks", "obligations", "tasks")))
    issue = shown(content, issues.needs(1), issues.frame())
    assert [[row.key for row in part.rows] for part in issue.parts] == [["PR-12", "G-1"], ["G-1"], ["G-1"]]


def test_due_times_are_the_readers_own_and_late_is_as_late_as_when_it_was_first_said() -> None:
    late, soon = slack.message(issues.ordinary("ja"), issues.READERS["ja"]).blocks[2:4]
    assert "期限を1" in late["text"]["text"]
    assert "11月23日（月） 09:00 まで" not in late["text"]["text"]
    assert "11月23日（月） 09:00 まで" in soon["text"]["text"]


@BOTH
def test_a_channel_hears_facts_and_is_asked_nothing(locale: str) -> None:
    made = blocks_of(issues.channel(locale), locale)
    words = words_of(made)
    assert not any("accessory" in block for block in made)
    assert sum(map(lines_of, made)) <= SCREEN
    assert ("80%" in words, "45%" in words, "G-5" in words) == (True, True, True)
    assert ("IT answered Marketing in 5 business hours" if locale == "en" else "営業時間で5時間") in words
    check_message({"text": "x", "blocks": made})


def test_goals_are_drawn_in_ten_cells_past_either_end_as_well() -> None:
    assert [bar(n) for n in (-20, 0, 4, 50, 96, 140)] == [
        "░░░░░░░░░░", "░░░░░░░░░░", "░░░░░░░░░░", "▓▓▓▓▓░░░░░", "▓▓▓▓▓▓▓▓▓▓", "▓▓▓▓▓▓▓▓▓▓",
    ]  # fmt: skip
    assert [drawn(40, now)[0] for now in (41, 39, 40)] == ["↑", "↓", "→"]


@given(st.text(max_size=80), st.integers(4, 60))
def test_a_cut_line_is_one_line_of_so_many_columns(text: str, most: int) -> None:
    made = cut_wide(text, most)
    assert width(made) <= most
    assert "\n" not in made


@BOTH
def test_a_letter_is_the_same_issue_and_fetches_nothing(locale: str) -> None:
    issue, reader = issues.fullest(locale, '<img src="https://evil.example/x.gif"> & 新規'), issues.READERS[locale]
    letter = mail.letter(issue, reader, to="mika@example.com", delivery_id="digest.2026-W47.1")
    for piece in ("PR-12", "G-5", issue.web, issue.settings, issue.inbox, issue.parts[0].address):
        assert piece in letter.text
        assert piece in letter.html
    assert not re.search(r"<(img|script|link|iframe)|url\(", letter.html)
    assert "&lt;img" in letter.html
    assert "\n" not in letter.subject


def test_words_on_several_lines_cannot_look_like_a_heading_in_a_letter() -> None:
    item = Item("G-1", "A\n\nNeeds you (1)\n- Approve", "/goals/G-1", "moved", {"was": 1, "now": 2})
    issue = shown(Content((Section.of("moved", [item]),)), Needs(), issues.frame())
    assert "\nNeeds you (1)" not in mail.text(issue, issues.READERS["en"])
