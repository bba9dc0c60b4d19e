"""The guide in a language: its pages, one part of one, what holds some words. Read from files, once for each language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from collab.guide import rules
from collab.guide.rules import Page, Part, Picture
from collab.kernel.errors import NotFound
from collab.kernel.i18n import Reader

HERE = Path(__file__).parent
TEXTS, IMAGES = HERE / "texts", HERE / "images"
TOPICS = ("approver", "requester", "lead", "everybody", "administrator", "slack", "guest", "auditor")
"""In the order in which they are listed."""
WIDTHS = (1280, 360)
MOST = 30
"""Hits shown; whoever gets more types another word."""


def list_pages(locale: str) -> tuple[Page, ...]:
    """All of it."""
    return tuple(_page(locale, topic) for topic in TOPICS)


def get_page(locale: str, topic: str) -> Page:
    """One reader's page. Raises NotFound."""
    if topic not in TOPICS:
        raise NotFound
    return _page(locale, topic)


def get_part(locale: str, topic: str, anchor: str) -> Part:
    """One task of a reader. Raises KeyError: a page that names what is not there is a mistake that a test finds."""
    return _parts(locale)[topic, anchor]


def list_hits(locale: str, wanted: str) -> list[tuple[Page, Part]]:
    """Parts that hold every word, in the order of the guide."""
    if not wanted.strip():
        return []
    hits = [(page, part) for page in list_pages(locale) for part in page.parts if rules.holds(page, part, wanted)]
    return hits[:MOST]


def image_name(name: str, locale: str, width: int) -> str:
    """The file of a picture."""
    return f"{name}.{locale}.{width}.webp"


def forget() -> None:
    """Read the texts and words anew: a company may have laid its own words over ours."""
    _page.cache_clear()
    _parts.cache_clear()


@cache
def _page(locale: str, topic: str) -> Page:
    source = (TEXTS / locale / f"{topic}.md").read_text(encoding="utf-8")
    return rules.read(topic, source, Reader(locale).say, lambda name: _picture(name, locale))


@cache
def _parts(locale: str) -> dict[tuple[str, str], Part]:
    return {(page.topic, part.anchor): part for page in list_pages(locale) for part in page.parts}


def _picture(name: str, locale: str) -> Picture | None:
    files = [IMAGES / image_name(name, locale, width) for width in WIDTHS]
    if not rules.is_picture(name) or not all(file.exists() for file in files):
        return None
    (wide, wide_size), (narrow, narrow_size) = ((_address(file), _size(file)) for file in files)
    return Picture(wide, wide_size, narrow, narrow_size)


def _address(file: Path) -> str:
    """Changing with its content, so that browsers may keep it."""
    return f"/help/images/{file.name}?v={int(file.stat().st_mtime)}"


def _size(file: Path) -> tuple[int, int]:
    """Width and height of a lossless WebP, of which the header keeps 14 bits each, less one."""
    with file.open("rb") as opened:
        bits = int.from_bytes(opened.read(25)[21:25], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
