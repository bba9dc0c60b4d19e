"""Lists taken out as files: nothing in them runs, nothing in them is hidden from the taker, and the trail says who took what."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from collab.audit import queries as audit
from collab.exports import service
from collab.exports.registry import registry
from collab.kernel import sheets
from collab.kernel.errors import Invalid, NotAllowed, NotFound
from collab.kernel.i18n import Reader
from tests.approvals.test_conditions import condition
from tests.approvals.test_proxying import TWO
from tests.factories import Company
from tests.parts.clients import Pages

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")
BEFORE = ("", " ", "\u3000", '"', "'", "\n", "\u200b", "\ufeff", " \u00a0\"'")
HOSTILE = [
    *(f"{before}{sign}1+1" for sign in SIGNS[:4] for before in BEFORE), *(f"{sign}SUM(A1)" for sign in SIGNS[4:]),
    "\t=1", "\r=1", "\tx", '=HYPERLINK("http://x.example","y")', "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "-2+3+cmd|'!A0",
    "+81 3 1234", "＝ＣＭＤ", "″=1".replace("″", '"'), "''=1", "= 1", "=\n1", "%0A=1", "#N/A", "#REF!",
]  # fmt: skip
ENGLISH = Reader("en", "Asia/Tokyo")


def test_sixty_hostile_texts_are_no_formula_in_csv_nor_in_xlsx_and_read_back_as_they_were() -> None:
    assert len(HOSTILE) >= 60
    rows = [["head", "other"], *([text, text] for text in HOSTILE)]
    written = list(csv.reader(io.StringIO(sheets.csv_file(rows).decode("utf-8-sig"), newline="")))
    assert [[sheets.plain(cell) for cell in row] for row in written] == rows
    assert not [cell for row in written for cell in row if starts_formula(cell)]
    book = load_workbook(io.BytesIO(sheets.xlsx_file([("=Sheet", rows)])))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert len(cells) == 2 * len(rows)
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if starts_formula(str(cell.value))]


def starts_formula(text: str) -> bool:
    """As a suspicious reader sees it, written apart from the product's own test."""
    import unicodedata

    bare = text.lstrip()
    while bare and (bare[0] in '"`´‘’“”\u200b\ufeff\u00a0\u3000' or bare[0].isspace()):
        bare = bare[1:]
    return text[:1] in ("\t", "\r") or unicodedata.normalize("NFKC", bare[:1]) in {"=", "+", "-", "@"}


def test_numbers_days_and_moments_keep_their_kind() -> None:
    from datetime import UTC, datetime

    row = [Decimal("-12.50"), 3, date(2026, 4, 1), datetime(2026, 4, 1, 1, 0, tzinfo=UTC), None]
    ((*_head,), cells) = csv.reader(io.StringIO(sheets.csv_file([["a"] * 5, row], "Asia/Tokyo").decode("utf-8-sig")))
    assert cells == ["-12.50", "3", "2026-04-01", "2026-04-01T10:00+09:00", ""]
    sheet = load_workbook(io.BytesIO(sheets.xlsx_file([("x", [["a"] * 5, row])], "Asia/Tokyo"))).active
    assert [cell.data_type for cell in sheet[2]] == ["n", "n", "d", "s", "n"]
    assert sheet[2][0].value == -12.5


@pytest.fixture
def world(company: Company, indoors: None) -> Company:
    """Requests with hostile texts in every text of theirs."""
    for text in ("=1+1", "＝1", " @x"):
        company.filed(title=f"{text} title".lstrip() or text, purpose=f"{text} purpose", vendor=f"{text} vendor")
    return company


def taken(company: Company, name: str, code: str, form: str = "csv", **filters: str) -> list[list[str]]:
    file = service.take(company.member(name), code, form, filters, now=company.now, how=ENGLISH)
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


def test_a_list_is_taken_whole_with_its_filters_and_the_trail_says_so(world: Company) -> None:
    rows = taken(world, "cmo", "purchases", state="pending", page="7")
    assert [row[0] for row in rows[1:4]] == ["PR-3", "PR-2", "PR-1"]
    assert rows[-1][0].startswith("3 rows · taken by Yuki Mori")
    assert "title" in rows[1][1]
    assert rows[1][8] == "500000"
    entry = audit.list_entries("exports")[-1]
    assert (entry.verb, entry.actor) == ("export", "cmo@example.com")
    told = entry.details
    assert (told["what"], told["rows"], told["cut"], told["filters"]) == ("purchases", 3, False, {"state": "pending"})
    assert taken(world, "cmo", "purchases", state="approved")[1] == []


def test_nobody_takes_more_than_they_see(world: Company) -> None:
    assert [row[0] for row in taken(world, "mika", "purchases")[1:-2]] == ["PR-3", "PR-2", "PR-1"]
    assert taken(world, "kenji", "purchases")[1:-2] == []
    for name, code in (("mika", "members"), ("cmo", "guests"), ("mika", "audit"), ("admin", "audit"), ("cmo", "audit")):
        with pytest.raises(NotAllowed):
            taken(world, name, code)
    with pytest.raises(NotAllowed):
        taken(world, "agency", "purchases")
    with pytest.raises(NotFound):
        taken(world, "cmo", "salaries")
    with pytest.raises(Invalid):
        taken(world, "cmo", "purchases", "ods")


def test_whoever_sees_a_request_without_its_amount_takes_it_without(company: Company, indoors: None) -> None:
    company.filed(visibility="company", title="Open to all")
    (_head, row, *_rest) = taken(company, "kenji", "purchases")
    assert (row[1], row[8], row[9]) == ("Open to all", "", "")


def test_whoever_only_knows_of_a_request_takes_no_condition_of_it(company: Company) -> None:
    company.routes(TWO)
    key = company.filed(category="other", visibility="company")
    with company.indoors():
        wanted = [condition(company)]
    company.decide(key, "cmo", conditions=wanted)
    with company.indoors():
        assert [row[0] for row in taken(company, "mika", "conditions")[1:-2]] == [key]
        assert [row[0] for row in taken(company, "nao", "purchases")[1:-2]] == [key]
        assert taken(company, "nao", "conditions")[1:-2] == []


@pytest.mark.parametrize("code", ["audit", "goals", "purchases", "tasks"])
def test_a_filter_no_database_can_hold_is_refused(world: Company, code: str) -> None:
    (name, *_) = registry.get(code).filters
    with pytest.raises(Invalid) as caught:
        taken(world, "auditor", code, **{name: "a\x00b"})
    assert list(caught.value.fields) == [name]


def test_a_list_longer_than_a_file_may_be_is_cut_and_says_so(world: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    rows = taken(world, "cmo", "purchases")
    assert len(rows[1:-2]) == 2
    assert "only the first 2" in rows[-1][0]
    assert audit.list_entries("exports")[-1].details["cut"] is True


def test_every_list_opens_in_both_forms_and_no_cell_runs(world: Company) -> None:
    auditor = world.member("auditor")
    for export in registry.all():
        for form in service.FORMS:
            file = service.take(auditor, export.code, form, {}, now=world.now, how=ENGLISH)
            if form == "xlsx":
                cells = [
                    cell
                    for sheet in load_workbook(io.BytesIO(file.content))
                    for row in sheet.iter_rows()
                    for cell in row
                ]
                assert not [cell.value for cell in cells if cell.data_type in ("f", "e")], export.code
                assert not [cell.value for cell in cells if cell.data_type == "s" and starts_formula(cell.value)], (
                    export.code
                )
            else:
                head, *rest = csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""))
                assert len(head) == len(export.columns)
                assert not [row for row in rest[:-2] if len(row) != len(head)], export.code
                numeric = {"total", "progress", "baseline", "target", "latest"}
                words = [
                    cell
                    for row in rest[:-2]
                    for name, cell in zip(export.columns, row, strict=True)
                    if name not in numeric
                ]
                assert not [cell for cell in words if starts_formula(cell)], export.code


def test_a_part_of_the_trail_is_taken_as_lines_that_can_be_checked_again(world: Company) -> None:
    import hashlib
    import json

    from collab.audit.rules import seal

    file = service.take(world.member("auditor"), "audit", "jsonl", {"subject": "PR-1"}, now=world.now, how=ENGLISH)
    *lines, last = file.content.decode().splitlines()
    entries: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert {entry["subject_key"] for entry in entries} == {"PR-1"}
    assert all(seal(entry["previous_hash"], entry) == entry["hash"] for entry in entries)
    body = "".join(f"{line}\n" for line in lines).encode()
    assert json.loads(last) == {"entries": len(lines), "more": False, "sha256": hashlib.sha256(body).hexdigest()}


def test_a_list_offers_its_file_and_the_file_is_what_the_list_shows(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    company.filed(title="Mail tool")
    page = pages_as("cmo")
    assert 'action="/exports/purchases"' in page.get("/purchases?state=pending").text
    answer = page.send("/exports/purchases", {"format": "csv", "state": "pending"}, page="/purchases")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=purchases-")
    assert "Mail tool" in answer.text
    assert 'action="/exports/' not in pages_as("agency").get("/purchases").text
