"""From a page of the guide, written in Markdown, to its parts in HTML. Pure: words and pictures are asked of whoever calls."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

WORD = re.compile(r"\{word:([\w.]+)\}")
PART = re.compile(r"^## (?P<title>.+?) \{#(?P<anchor>[a-z][a-z0-9-]*)\}$", re.MULTILINE)
TITLE = re.compile(r"\A# (?P<title>.+)\n")
TAG = re.compile(r"<[^>]*>")
PICTURE = re.compile(r"<p><picture>.*?</picture></p>\n?")

Say = Callable[[str], str]


@dataclass(frozen=True)
class Picture:
    """Where a picture is, wide and for phones; sizes in CSS pixels, so that nothing moves when it comes."""

    wide: str
    wide_size: tuple[int, int]
    narrow: str
    narrow_size: tuple[int, int]


FindPicture = Callable[[str], Picture | None]


@dataclass(frozen=True)
class Part:
    """One task of a reader: its place on the page, its title, how it is done, the same without pictures, its words alone."""

    anchor: str
    title: str
    body: Markup
    brief: Markup
    words: str


@dataclass(frozen=True)
class Page:
    """One reader's page."""

    topic: str
    title: str
    lead: Markup
    parts: tuple[Part, ...]


def read(topic: str, source: str, say: Say, picture: FindPicture) -> Page:
    """A page from its text. Raises ValueError if it does not begin with a title."""
    head, *pieces = PART.split(source)
    named = TITLE.match(head)
    if named is None:
        raise ValueError(f"{topic}: a page begins with its title")
    draw = _renderer(say, picture)
    parts = tuple(_part(fill(title, say), anchor, draw(text)) for title, anchor, text in _in_threes(pieces))
    return Page(topic, fill(named["title"], say), Markup(draw(head[named.end() :])), parts)  # noqa: S704 - our renderer escapes


def fill(text: str, say: Say) -> str:
    """The text with the product's words in it."""
    return WORD.sub(lambda found: say(found[1]), text)


def holds(page: Page, part: Part, wanted: str) -> bool:
    """Whether every word of `wanted` stands in the part or above it; in any case, and in the middle of Japanese."""
    text = f"{page.title} {part.title} {part.words}".casefold()
    return all(word in text for word in wanted.casefold().split())


def is_safe(address: str) -> bool:
    """Links lead to our own pages or to https; nothing else is one. The name of a picture is a name, not an address."""
    return bool(re.fullmatch(r"/(?![/\\])\S*", address)) or address.startswith(("https://", "#")) or is_picture(address)


def is_picture(name: str) -> bool:
    """Whether it can be the name of one of our pictures."""
    return bool(re.fullmatch(r"[a-z][a-z0-9-]*", name))


def _in_threes(pieces: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    yield from zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=True)


def _part(title: str, anchor: str, body: str) -> Part:
    brief = PICTURE.sub("", body)
    return Part(anchor, title, Markup(body), Markup(brief), html.unescape(TAG.sub(" ", brief)))  # noqa: S704 - our renderer escapes


def _renderer(say: Say, picture: FindPicture) -> Callable[[str], str]:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.validateLink = is_safe  # type: ignore[method-assign,assignment]
    markdown.inline.ruler.before("emphasis", "word", _word)
    markdown.add_render_rule("image", _image)
    return lambda text: str(markdown.render(text, {"say": say, "picture": picture}))


def _word(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as markdown-it calls its rules
    """`{word:a.b}` is what the product calls it, in bold: asterisks do not close beside Japanese letters."""
    found = WORD.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("word_open", "b", 1)
        state.push("text", "", 0).content = state.env["say"](found[1])
        state.push("word_close", "b", -1)
    state.pos = found.end()
    return True


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType, *_more: Any
) -> str:
    """A picture of ours, the narrow one on phones; without it nothing, never somebody else's."""
    token = tokens[at]
    found = env["picture"](str(token.attrs.get("src", "")))
    if found is None:
        return ""
    alt = html.escape(renderer.renderInlineAsText(token.children, options, env))
    wide, narrow = _size(found.wide_size), _size(found.narrow_size)
    return (
        f'<picture><source media="(max-width: 34rem)" srcset="{html.escape(found.narrow)}" {narrow}>'
        f'<img src="{html.escape(found.wide)}" alt="{alt}" {wide} loading="lazy"></picture>'
    )


def _size(size: tuple[int, int]) -> str:
    return f'width="{size[0]}" height="{size[1]}"'
