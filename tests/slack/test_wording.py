"""Words on their way into Slack: shown as written, cut where they may be cut, within what Slack takes."""

from __future__ import annotations

import unicodedata

import pytest

from collab.slack import blocks, fitting
from collab.slack.wording import cut, cut_markup, escaped, even_share, isolated, one_line, tamed

FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"), ("<!channel>", "&lt;!channel&gt;"), ("&lt;", "&amp;lt;"),
        ("SKU_A_1 5*3 a~b", "SKU_A_1 5*3 a~b"), ("日本*語*です", "日本*語*です"),
        ("*bold*", "∗bold∗"), ("_it_", "ˍitˍ"), ("~x~", "∼x∼"), ("a`b`c", "aˋbˋc"), (" * ", " ∗ "),
        (":tada:", ":\u2060tada:"), ("10:30:45", "10:\u206030:45"), ("a: b: c", "a: b: c"),
        ("> said", "\u2060&gt; said"), ("one\n > two", "one\n\u2060 &gt; two"), ("a > b", "a &gt; b"),
    ],
)  # fmt: skip
def test_what_slack_would_format_is_left_with_nothing_to_format(text: str, shown: str) -> None:
    assert tamed(text) == shown


def test_words_for_notifications_are_escaped_and_nothing_else() -> None:
    assert blocks.fallback("*a* <b> `c` :d:") == "*a* &lt;b&gt; `c` :d:"
    assert len(blocks.fallback("&" * 5000)) <= blocks.FALLBACK


@pytest.mark.parametrize("text", ["plain", "日本語", "a → b", "🎉"])
def test_what_runs_from_left_to_right_needs_no_isolation(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.parametrize(
    "text", ["\u202egpj", "עברית", "\u2067a", "\u2069\u2069\u202ex", "a\u2066b\u2069\u2069c\u2068"]
)
def test_what_turns_round_turns_nothing_round_beside_it(text: str) -> None:
    line = isolated(text)
    assert line[0] == "\u2068"
    assert line[-1] == "\u2069"
    depth = 0
    for sign in line[:-1]:
        depth += (sign in "\u2066\u2067\u2068") - (sign == "\u2069")
        assert depth > 0, "the isolation ends before the text does"
    assert depth == 1


def test_no_sign_that_turns_is_overlooked() -> None:
    turning = [chr(code) for code in range(0x110000) if unicodedata.bidirectional(chr(code)) in ("R", "AL", "AN")]
    assert len(turning) > 1000
    assert [sign for sign in turning if isolated(sign) == sign] == []


def test_every_line_is_isolated_by_itself_because_isolation_ends_with_the_line() -> None:
    assert isolated("ע\n\nב") == "\u2068ע\u2069\n\n\u2068ב\u2069"


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("short", 5, "short"), ("longer", 5, "long…"), ("", 5, ""), ("ab" + FAMILY, 5, "ab…"), ("e\u0301" * 5, 4, "e\u0301…"),
        ("👍🏽👍🏽", 3, "👍🏽…"), ("👍🏽👍🏽👍🏽", 4, "👍🏽…"), ("\u0301" * 9, 4, "\u0301\u0301\u0301…"),
    ],
)  # fmt: skip
def test_a_cut_never_goes_through_a_sign(text: str, longest: int, shown: str) -> None:
    assert cut(text, longest) == shown
    assert len(cut(text, longest)) <= longest


@pytest.mark.parametrize("longest", range(2, 60))
def test_a_cut_never_leaves_half_an_escape_or_half_a_link(longest: int) -> None:
    text = cut_markup("a &amp; <http://x.example/y|lab &lt;el&gt; z> &gt; end of it", longest)
    assert len(text) <= longest
    bare = text.replace("<http://x.example/y|lab &lt;el&gt; z>", "")
    assert "<" not in bare
    assert all(part.startswith(("amp;", "lt;", "gt;")) for part in bare.split("&")[1:])


@pytest.mark.parametrize(
    ("text", "shown"), [("a\nb", "a b"), ("a\r\n\tb", "a b"), ("a\u2028b", "a b"), ("a  b", "a  b"), ("", "")]
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_a_link_is_one_link_whatever_its_label_says() -> None:
    assert blocks.link("http://x/?a=1&b=2", "a|b>\n<c|*d*") == "<http://x/?a=1&amp;b=2|a¦b&gt; &lt;c¦∗d∗>"


def test_plain_words_next_to_ours_become_neither_links_nor_mentions() -> None:
    assert blocks.mrkdwn("x")["verbatim"] is True
    assert blocks.plain("x")["emoji"] is False


def test_a_quotation_holds_the_words_as_they_are() -> None:
    text = "*a* `b` <c> :d:\n> e"
    assert blocks.quotation(text, 100)["elements"][0]["elements"] == [{"type": "text", "text": text}]


@pytest.mark.parametrize(
    ("lengths", "most", "each"), [([1, 2, 3], 6, 6), ([10, 10], 10, 5), ([1, 9, 9], 11, 5), ([], 5, 5)]
)
def test_the_longest_share_what_is_left(lengths: list[int], most: int, each: int) -> None:
    assert even_share(lengths, most) == each
    assert sum(min(length, each) for length in lengths) <= most


def test_a_message_fits_however_much_is_in_it() -> None:
    long = [blocks.section(blocks.escape("&" * 3000), fields=["x" * 2000] * 10) for _ in range(70)]
    last = blocks.actions(blocks.button("Yes", "yes", "1"))
    shown = fitting.message([blocks.header("Head"), *long, last])
    assert len(shown) == fitting.MESSAGE_BLOCKS
    assert shown[-1] == last
    assert shown[0] == blocks.header("Head")
    assert sum(len(text["text"]) for block in shown for text in fitting._texts(block)) <= fitting.MESSAGE_TEXT


def test_what_fits_stays_as_it_is() -> None:
    shown = [blocks.header("a"), blocks.section(escaped("b")), blocks.quotation("c", 100)]
    assert fitting.message(shown) == shown


def test_a_view_has_at_most_a_hundred_blocks_and_keeps_its_last() -> None:
    shown = fitting.view([blocks.context(str(number)) for number in range(150)])
    assert len(shown) == fitting.VIEW_BLOCKS
    assert shown[-1] == blocks.context("149")


@pytest.mark.parametrize("text", ["", " ", "x" * 5000, "稟" * 5000, FAMILY * 2000, "&" * 5000])
def test_no_brick_is_ever_too_long_or_empty(text: str) -> None:
    from tests.slack_double.rules import check_message, check_view

    made = [
        blocks.header(text), blocks.section(blocks.escape(text)), blocks.facts([(text, text)] * 20), blocks.quotation(text, 9999),
        blocks.context(blocks.escape(text)), blocks.section(blocks.bold(text)), blocks.section(blocks.link("http://x/", text)),
        blocks.actions(blocks.button(text, "a", "v", confirm=blocks.confirm(text, text, text, text))),
        blocks.section("x", accessory=blocks.menu("m", [("v", text)] * 200, hint=text)),
    ]  # fmt: skip
    check_message({"text": blocks.fallback(text), "blocks": fitting.message(made)})
    entry = blocks.entry("e", text or "e", blocks.text_input("i", value=text, hint=text), hint=text)
    view = blocks.modal("c", text, [*made, entry], close=text, submit=text or "s")
    check_view({**view, "private_metadata": "", "blocks": fitting.view(view["blocks"])}, "modal")
