"""The sheet as a PDF: both seals, the hash, hidden goals left out as on the page; for whoever may read the sheet."""

from __future__ import annotations

import re
from collections.abc import Callable

import pypdfium2

from tests.factories import Company
from tests.factories.initiatives import an_initiative
from tests.factories.signatures import laid, sheet, signed, written
from tests.parts.clients import Api, Pages


def text_of(made: bytes) -> str:
    document = pypdfium2.PdfDocument(made)
    found = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s+", "", found)


def test_it_carries_both_seals_the_content_and_the_hash(company: Company, pages_as: Callable[[str], Pages]) -> None:
    number = laid(company, an_initiative(company), vision="店舗とアプリ・１枚岩")
    signed(company, number, "cmo")
    pages, found = pages_as("cio"), sheet(company, number)
    assert f'href="/signatures/{number}.pdf"' in pages.get(f"/signatures/{number}").text
    half = pages.get(f"/signatures/{number}.pdf?lang=ja")
    assert (half.status_code, half.content_type) == (200, "application/pdf")
    said = text_of(half.data)
    for part in ("店舗とアプリ・１枚岩", found.hash, "署名26.11.18森", "酒井大地", "未署名", f"/signatures/{number}"):
        assert part in said
    signed(company, number, "cio")
    whole = text_of(pages.get(f"/signatures/{number}.pdf?lang=ja").data)
    assert ("署名26.11.18酒井" in whole, "双方署名済み" in whole, "未署名" in whole) == (True, True, False)
    assert "Signed26.11.18Sakai" in text_of(pages.get(f"/signatures/{number}.pdf?lang=en").data)


def test_a_sheet_out_of_force_says_so_on_its_face(company: Company, pages_as: Callable[[str], Pages]) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    signed(company, number, "cmo", "cio")
    written(company, key, "cmo", scope="Less")
    said = text_of(pages_as("cmo").get(f"/signatures/{number}.pdf?lang=ja").data)
    assert said.count("失効") >= 2


def test_it_is_for_whoever_may_read_the_sheet(
    company: Company, pages_as: Callable[[str], Pages], as_: Callable[[str], Api]
) -> None:
    number = laid(company, an_initiative(company, visibility="involved", guests=("agency",)))
    for name, status in (("auditor", 200), ("cio", 200), ("nao", 404), ("agency", 404)):
        assert pages_as(name).get(f"/signatures/{number}.pdf").status_code == status
        assert as_(name).get(f"/signatures/{number}.pdf").status_code == status
