"""Setting papers: nothing is loaded, nothing hangs, the same page gives the same bytes; codes are what the library draws."""

from __future__ import annotations

import re
import time
from html import escape

import pypdfium2
import pytest
import segno

from collab.papers import PaperRefused, codes, qr_svg, render, rendering

PAGE = '<!doctype html><html lang="ja"><head><title>紙</title></head><body>{}</body></html>'
STYLE = 'body { font-family: "Paper"; line-break: strict; } @page { size: A4; margin: 20mm; @bottom-right { content: counter(page) "/" counter(pages); font-family: "Paper" } }'


def text_of(made: bytes) -> str:
    document = pypdfium2.PdfDocument(made)
    found = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s+", "", found)


def test_the_same_page_gives_the_same_bytes_on_a4() -> None:
    one, two = (render(PAGE.format("<p>稟議書 ABC</p>"), STYLE, identifier="PR-1 x") for _again in range(2))
    assert one == two
    assert b"CreationDate" not in one
    document = pypdfium2.PdfDocument(one)
    assert tuple(round(side) for side in document[0].get_size()) == (595, 842)
    document.close()
    assert text_of(one) == "稟議書ABC1/1"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.com/x.png",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "//127.0.0.1/x.png",
        "x.png",
    ],
)
def test_nothing_is_loaded(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *args, **_more: opened.append(args))
    spoilt = (
        f'<p>見える</p><img src="{address}"><style>@import url("{address}"); p {{ background: url({address}) }}</style>'
    )
    made = render(
        PAGE.format(spoilt + f'<object data="{address}"></object><link rel="stylesheet" href="{address}">'), STYLE
    )
    assert "見える" in text_of(made)
    assert opened == []


def test_a_line_never_begins_with_what_may_not_stand_there() -> None:
    narrow = "p { width: 60pt; font-size: 12pt; margin: 0 }"
    made = render(PAGE.format("<p>" + "あああああ。" * 6 + "ああああ」ーっ、" * 6 + "</p>"), STYLE + narrow)
    document = pypdfium2.PdfDocument(made)
    lines = document[0].get_textpage().get_text_range().splitlines()
    document.close()
    assert len(lines) > 10
    assert not [line for line in lines if line[:1] in "。、」ーっ"]


def test_a_hostile_length_is_refused_at_once_and_the_longest_allowed_ends_soon() -> None:
    began = time.process_time()
    with pytest.raises(PaperRefused) as refused:
        render(PAGE.format("<p>" + "長い文章です。" * 30_000 + "</p>"), STYLE)
    assert refused.value.said_code == "paper.long"
    assert time.process_time() - began < 0.1
    one_word = render(PAGE.format("<p>" + "a" * (rendering.MOST_CHARACTERS - 200) + "</p>"), STYLE)
    assert one_word.startswith(b"%PDF")
    assert time.process_time() - began < 5


def test_without_the_library_it_says_so_and_the_page_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "unready", lambda: "no pango")
    with pytest.raises(PaperRefused) as refused:
        render(PAGE.format(""), STYLE)
    assert (refused.value.said_code, refused.value.status) == ("paper.missing", 503)


def test_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "WAITS_SECONDS", 0.01)
    with rendering._one_at_a_time, pytest.raises(PaperRefused) as refused:
        render(PAGE.format(""), STYLE)
    assert refused.value.said_code == "paper.busy"
    assert render(PAGE.format(""), STYLE)


def test_a_code_is_what_the_library_draws_of_the_address() -> None:
    address = "https://collab.example.com/purchases/PR-12?paper=17-3f9a8b2c11d04e5f-9c0d41e2aa37b6f1"
    matrix = segno.make_qr(address, error="m").matrix
    drawn = qr_svg(address, title='<b>"code"</b>')
    assert escape('<b>"code"</b>', quote=False) in drawn
    size = len(matrix) + 4
    assert f'viewBox="0 0 {size} {size}"' in drawn
    assert painted(drawn, size) == {
        (x + 2, y + 2) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    }
    with pytest.raises(ValueError, match="too long"):
        qr_svg("https://example.com/" + "x" * codes.LONGEST)


def painted(drawn: str, size: int) -> set[tuple[int, int]]:
    """The dark dots of a drawing, from its strokes."""
    found: set[tuple[int, int]] = set()
    path = re.findall(r'stroke="#000" d="([^"]+)"', drawn)[0]
    x, y = 0.0, 0.0
    for move, one, other in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path):
        if move == "M":
            x, y = float(one), float(other)
        elif move == "m":
            x, y = x + float(one), y + float(other)
        else:
            found |= {(int(x) + dot, int(y)) for dot in range(int(float(one)))}
            x += float(one)
    assert all(0 <= dot < size for place in found for dot in place)
    return found
