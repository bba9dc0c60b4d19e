"""The long form of what test_every_page.py does in short: everybody types every payload into every field they meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.faults.hostile_text.in_browser import found_running, statics_of
from tests.faults.hostile_text.markup import astray
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.faults.hostile_text.typed import MARK, Turns, Typist, fill_in_until_all_was_typed, forms_to_fill
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, Seen, look, paths_of, sample_company
from tests.parts.forms import Form
from tests.parts.leaks import _uncounted

WHO = ("cmo", "cio", "it-lead", "kenji", "mika", "agency", "auditor", "admin")
"""The administrator last: what they do changes what others may."""
MOST_ROUNDS = 10
"""After the first, in which every payload is typed everywhere and comes back: with what fits, so many times."""


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_everybody_types_every_payload_into_every_field(
    stock: Callable[[str], Stock], tmp_path: Path, browser: Browser
) -> None:
    with sample_company(stock, tmp_path) as company, _uncounted():
        turns, typists = Turns(), []
        forms = _to_fill(company)
        for name, mine in forms.items():
            typists.append(Typist(company, name, turns))
            fill_in_until_all_was_typed(typists[-1], mine, MOST_ROUNDS)
        pages = {f"/read/{who}/{number}": one.text for who in WHO for number, one in enumerate(_read(company, who))}
        wrong = [f"{path}: {one}" for path, page in pages.items() for one in astray(page)]
        assert [*wrong, *(one for typist in typists for one in typist.wrong)] == []
        assert min(len(done) for done in turns.typed.values()) >= 60
        shown = [path for path, page in pages.items() if MARK.search(page)]
        assert len(shown) > 60
        answers = {path: answer for typist in typists for path, answer in typist.answers.items()}
        statics = statics_of(company, [*pages.values(), *(page for _, _, page in answers.values())])
        headers = next(iter(answers.values()))[1]
        assert "Content-Security-Policy" in headers
    read = {path: (200, headers, pages[path]) for path in shown}
    assert found_running(browser, {**statics, **answers, **read}, [*_unlike(answers), *shown]) == []
    assert len(PROGRAMS) >= 60


def _to_fill(company: SampleCompany) -> dict[str, list[tuple[str, Form]]]:
    known: set[str] = set()
    return {name: forms_to_fill(_read(company, name), known) for name in WHO}


def _read(company: SampleCompany, name: str) -> list[Seen]:
    return [seen for seen in look(company, name, "en", paths_of(company, files=False)) if seen.is_page]


def _unlike(answers: dict[str, tuple[int, dict[str, str], str]]) -> list[str]:
    """Each of the answers once that hold other fields than those before."""
    seen: dict[tuple[str, ...], str] = {}
    for path, (_, _, page) in answers.items():
        seen.setdefault(tuple(MARK.findall(page)), path)
    return list(seen.values())
