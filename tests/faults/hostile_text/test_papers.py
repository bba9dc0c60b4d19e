"""Papers as PDF with programs in everything anybody wrote: text stays text, nothing is loaded, nothing hides in the file."""

from __future__ import annotations

import ctypes
import logging
import re
import unicodedata
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from pypdfium2 import raw
from sqlalchemy import text

from collab.kernel.db import db
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.faults.hostile_text.world import exchange
from tests.parts.clients import Pages
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, sample_company

FEW = 3
"""Payloads in each text, others in each: with all of them a paper would be too long to be set."""
FILES = (
    *(b"/" + name for name in (b"JavaScript", b"JS", b"EmbeddedFile", b"Launch", b"SubmitForm", b"GoToR", b"AcroForm")),
)
MOST_PAGES = 40


def few(_column: str, number: int) -> str:
    every = [one.strip() for one in PROGRAMS.values()]
    return " ¦ ".join(every[(number * FEW + at) % len(every)] for at in range(FEW))


@pytest.fixture(scope="module")
def hostile(stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleCompany]:
    with sample_company(stock, tmp_path_factory.mktemp("papers")) as company:
        with company.indoors():
            exchange(few)
        yield company


@pytest.mark.parametrize("path", ["/purchases/PR-1/paper.pdf?lang=ja", "/signatures/1.pdf", "/reviews/QR-1.pdf"])
def test_words_in_a_paper_stay_words(
    hostile: SampleCompany, path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    _is_plain(hostile, path, caplog, monkeypatch)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_every_payload_in_some_paper(
    hostile: SampleCompany, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile.indoors():
        paths = [
            f"/purchases/{key}/paper.pdf"
            for key in db.session.scalars(text("select subject_key from approval_rounds group by 1 order by 1"))
        ]
        paths += [f"/signatures/{one}.pdf" for one in db.session.scalars(text("select id from signature_sheets"))]
    said = "".join(_is_plain(hostile, path, caplog, monkeypatch) for path in [*paths[:25], *paths[-8:]])
    unread = [name for name, one in PROGRAMS.items() if _bare(one)[:30] not in said]
    assert len(unread) < len(PROGRAMS) / 4, unread


def _is_plain(
    company: SampleCompany, path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The words of a paper, after it was looked at from all sides."""
    opened: list[object] = []
    # As wide as what stands in it: each letter of a cell would be measured against all that follow, a minute for four thousand.
    monkeypatch.setattr(
        "weasyprint.layout.table.auto_table_layout", lambda *_table: pytest.fail("a table without widths")
    )
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *asked, **_more: opened.append(asked))
    with caplog.at_level(logging.WARNING, "weasyprint"):
        answer = Pages(company, "cmo").get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf"), (path, answer.text[:300])
    assert opened == []
    assert [one.getMessage() for one in caplog.records if "load" in one.getMessage()] == []
    assert [one for one in FILES if one in answer.data] == []
    document = pypdfium2.PdfDocument(answer.data)
    try:
        assert raw.FPDFDoc_GetAttachmentCount(document) == 0
        assert raw.FPDFDoc_GetJavaScriptActionCount(document) == 0
        assert 0 < len(document) < MOST_PAGES
        assert [
            one for page in document for one in _links(document, page) if not one.startswith("http://127.0.0.1:8000/")
        ] == []
        said = _bare(" ".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()
    assert "window.owned=1" in said or "evil.example" in said, path
    return said


def _links(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[str]:
    """Where a page leads."""
    start, link = ctypes.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, ctypes.byref(start), ctypes.byref(link)):
        action = raw.FPDFLink_GetAction(link)
        if action:
            room = ctypes.create_string_buffer(4000)
            raw.FPDFAction_GetURIPath(document, action, room, len(room))
            yield room.value.decode("utf-8", "replace") or f"action {raw.FPDFAction_GetType(action)}"


def _bare(said: str) -> str:
    return re.sub(r"[\s\u200b\ufeff\u00ad\u2060\ufffe\u0002]+", "", unicodedata.normalize("NFKC", said))
