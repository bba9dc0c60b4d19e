"""Every file for spreadsheets, with hostile words in every cell of words, opened again: no cell starts a formula."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from collab.audit import queries as audit
from collab.exports import registry, service
from collab.exports.registry import Export
from collab.goals.views.reporting import as_file
from collab.imports import registry as imports
from collab.kernel.db import db
from collab.kernel.i18n import Reader
from collab.kernel.sheets import plain
from collab.subjects.models import Subject
from tests.faults.hostile_text.payloads import FORMULAS
from tests.faults.hostile_text.world import exchange
from tests.parts.clients import Api, Pages
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, paths_of, sample_company

MARK = "zq7shhh"
ENGLISH = Reader("en", "Asia/Tokyo")
EMPTY = {"guests", "access_review"}
"""Lists in which the sample company may have nothing for who takes them: a row of words stands in."""
EXPORTS = ("purchases", "tasks", "goals", "agreements", "incidents", "initiatives", "members", "guests", "audit")


@pytest.fixture(scope="module")
def marked(stock: Callable[[str], Stock], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleCompany]:
    """The sample company, each text of which is one mark: where it stands in a file, somebody's words stand."""
    with sample_company(stock, tmp_path_factory.mktemp("sheets")) as company:
        with company.indoors():
            exchange(lambda _column, _number: MARK)
        yield company


def starts_formula(text: str) -> bool:
    """As a suspicious reader sees it, written apart from the product's own test."""
    bare = text
    while bare and (bare[0] in '"`´‘’“”«»' or bare[0].isspace() or unicodedata.category(bare[0]) in ("Cf", "Cc")):
        bare = bare[1:]
    first = unicodedata.normalize("NFKC", bare[:1]).replace("−", "-")
    return text[:1] in ("\t", "\r") or first in ("=", "+", "-", "@")


def as_read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_every_list_is_known_here(marked: SampleCompany) -> None:
    assert len(FORMULAS) >= 60
    assert {one.code for one in registry.registry.all()} >= set(EXPORTS)


def test_sixty_hostile_cells_in_every_column_of_words_of_every_list(
    marked: SampleCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a list yields is written sixty times over, each time with other words where somebody's words stand."""
    tried: dict[str, int] = {}
    with marked.indoors():
        for export in registry.registry.all():
            viewer = _taker(marked, export)
            found = list(export.rows(viewer, {}, marked.now, ENGLISH))
            rows = [*_telling(found), *found[:2]] or [[MARK] * len(export.columns)]
            hostile = [_swapped(row, said) for said in FORMULAS for row in rows]
            monkeypatch.setattr(service, "MOST", len(hostile))
            lying = Export(export.code, export.verb, export.columns, lambda *_asked, rows=hostile: iter(rows))
            monkeypatch.setitem(registry.registry._exports, export.code, lying)
            tried[export.code] = sum(MARK in str(cell) for row in _telling(found) for cell in row)
            _opens(service.take(viewer, export.code, "csv", {}, now=marked.now, how=ENGLISH).content, hostile)
            _opens_as_a_book(
                service.take(viewer, export.code, "xlsx", {}, now=marked.now, how=ENGLISH).content, hostile
            )
    assert {code for code, columns in tried.items() if not columns} <= EMPTY


def _taker(company: SampleCompany, export: Export) -> Any:
    from collab.kernel.permits import permits

    names = ("auditor", "cmo", "admin")
    return next(one for one in map(company.member, names) if permits.allows(export.verb, one.roles))


def _telling(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """As many of the rows as show every column that somebody's words can stand in."""
    columns: set[int] = set()
    found = []
    for row in rows:
        here = {number for number, cell in enumerate(row) if isinstance(cell, str) and MARK in cell}
        if here - columns:
            found.append(row)
            columns |= here
    return found


def _swapped(row: Sequence[Any], said: str) -> list[Any]:
    """Words that stand for themselves, and such in front of what we put behind them."""
    return [cell.replace(MARK, said) if isinstance(cell, str) else cell for cell in row]


def _opens(content: bytes, rows: Sequence[Sequence[Any]]) -> None:
    _head, *read = as_read(content)
    assert len(read) == len(rows) + 2
    for was, line in zip(rows, read, strict=False):
        for cell, back in zip(was, line, strict=True):
            if isinstance(cell, str):
                assert not starts_formula(back), repr(back)
                assert plain(back) == cell


def _opens_as_a_book(content: bytes, rows: Sequence[Sequence[Any]]) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        assert not [name for name in names if "externalLink" in name or "connections" in name or "vba" in name.lower()]
        sheets = [packed.read(name) for name in names if name.startswith("xl/worksheets/")]
    assert not [one for one in sheets if b"<f>" in one or b"<f " in one or b"<hyperlink" in one or b"ddeLink" in one]
    first = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    cells = [cell for line in first.iter_rows(min_row=2) for cell in line if cell.value is not None]
    words = [cell for cell in cells if isinstance(cell.value, str)]
    assert len(words) >= len(FORMULAS)
    assert not [cell.value for cell in words if cell.data_type not in ("s", "inlineStr") or starts_formula(cell.value)]


def test_moved_goalposts(marked: SampleCompany) -> None:
    from collab.goals.queries.goalposts import Goalpost

    found = [
        Goalpost(1, "G-1", said, said, "target", said, said, said, None, marked.now) for said in FORMULAS
    ]  # fmt: skip
    with marked.indoors():
        _head, *read = as_read(as_file(found, ENGLISH))
    assert len(read) == len(FORMULAS)
    assert not [cell for row in read for cell in row if starts_formula(cell)]


def test_templates_of_imports(marked: SampleCompany) -> None:
    from collab.imports import messages

    with marked.indoors():
        for kind in imports.registry.kinds():
            for language in ("en", "ja"):
                assert not [
                    cell
                    for row in as_read(messages.template(kind, Reader(language)))
                    for cell in row
                    if starts_formula(cell)
                ]


@pytest.fixture
def formulas(stock: Callable[[str], Stock], tmp_path: Path) -> Iterator[SampleCompany]:
    """The sample company, each text of which is a formula: names, questions, titles and reasons."""
    with sample_company(stock, tmp_path) as company:
        with company.indoors():
            exchange(lambda _column, number: FORMULAS[number % len(FORMULAS)])
        yield company


def test_every_file_that_can_be_fetched(formulas: SampleCompany) -> None:
    """Whatever the addresses give: moved goalposts, answers of a pulse, templates; and the trail, of which each entry is one line."""
    told = 0
    paths = [path for path in paths_of(formulas, api=True) if path.endswith(".csv")]
    caller, pages = Api(formulas.app, formulas.token("cmo")), Pages(formulas, "cmo")
    with formulas.indoors():
        pulses = db.session.scalars(select(Subject.key).where(Subject.key.like("AP-%"))).all()
    paths += [f"/pulses/{key}/export.csv" for key in pulses]
    for path in dict.fromkeys(paths):
        answer = caller.get(path) if path.startswith("/api/") else pages.get(path)
        if answer.status_code == 200:
            assert answer.mimetype == "text/csv", path
            rows = as_read(answer.data)
            assert not [cell for row in rows for cell in row if starts_formula(cell)], path
            told += any(plain(cell) != cell for row in rows for cell in row)
    assert told >= 2
    with formulas.indoors():
        lines = "".join(audit.export()).split("\n")
        entries = db.session.scalar(text("select count(*) from audit_entries"))
        assert {len(one.splitlines()) for one in lines} <= {0, 1}
        assert len([json.loads(one) for one in lines if one]) == entries + 1  # and the print of all of them
