"""From Markdown to parts: what may stand in a page, what is escaped, what words and pictures become."""

from __future__ import annotations

import pytest

from collab.guide.rules import Page, Picture, fill, holds, is_safe, read

WORDS = {"a.send": "Send back", "a.own": "<b>Ours & yours</b>"}
FOUND = Picture("/w?v=1", (1280, 900), "/n?v=1", (360, 740))


def page(body: str, *, head: str = "# For you\n\nRead this.\n\n") -> Page:
    return read("approver", f"{head}## First {{#first}}\n{body}\n", WORDS.__getitem__, {"decide": FOUND}.get)


def body(text: str) -> str:
    return str(page(text).parts[0].body)


def test_a_page_has_a_title_a_lead_and_parts_with_anchors() -> None:
    found = read("x", "# T\n\nLead.\n\n## One {#one}\nA\n\n## Two {#two-b}\nB\n", WORDS.__getitem__, {}.get)
    assert (found.title, str(found.lead)) == ("T", "<p>Lead.</p>\n")
    assert [(part.anchor, part.title) for part in found.parts] == [("one", "One"), ("two-b", "Two")]


def test_a_page_without_a_title_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with its title"):
        page("x", head="Read this.\n\n")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- -->", "a < b & c", "<b>bold</b>"]
)
def test_html_in_a_text_is_text(hostile: str) -> None:
    assert "<script" not in body(hostile)
    assert "<img" not in body(hostile)
    assert "&lt;" in body(hostile)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//evil.example", "http://plain.example", "vbscript:x", "mailto:a@b"],
)  # fmt: skip
def test_what_is_neither_ours_nor_https_is_no_link(address: str) -> None:
    assert not is_safe(address)
    assert "<a" not in body(f"[here]({address})")


@pytest.mark.parametrize("address", ["/", "/goals/checkin", "/help/lead#goals", "https://api.slack.com/apps", "#first"])
def test_our_pages_and_https_are_links(address: str) -> None:
    assert f'<a href="{address}">here</a>' in body(f"[here]({address})")


def test_a_word_of_the_product_stands_in_bold_between_japanese_letters_too() -> None:
    assert "画面で<b>Send back</b>を押す" in body("画面で{word:a.send}を押す")
    assert '<a href="/"><b>Send back</b></a>' in body("[{word:a.send}](/)")


def test_a_companys_word_is_text_wherever_it_stands() -> None:
    assert "<b>&lt;b&gt;Ours &amp; yours&lt;/b&gt;</b>" in body("{word:a.own}")
    assert fill("x {word:a.own}", WORDS.__getitem__) == "x <b>Ours & yours</b>"  # a title: its template escapes


def test_a_picture_is_one_of_ours_or_nothing() -> None:
    shown = body('![A "page"](decide)')
    assert '<source media="(max-width: 34rem)" srcset="/n?v=1" width="360" height="740">' in shown
    assert '<img src="/w?v=1" alt="A &quot;page&quot;" width="1280" height="900" loading="lazy">' in shown
    assert "<img" not in body("![x](https://evil.example/a.png)") + body("![x](unknown)")


def test_help_inside_the_product_leaves_pictures_out() -> None:
    part = page("Press.\n\n![x](decide)\n\nThen look.").parts[0]
    assert "<picture" in part.body
    assert str(part.brief) == "<p>Press.</p>\n<p>Then look.</p>\n"


def test_search_wants_every_word_in_any_case_also_in_the_middle() -> None:
    found = page("理由を添えて差し戻す。Press {word:a.send}.")
    part = found.parts[0]
    assert holds(found, part, "差し戻 SEND")
    assert holds(found, part, "for you")
    assert not holds(found, part, "差し戻 charter")
