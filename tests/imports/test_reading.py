"""Files as spreadsheets really write them."""

from __future__ import annotations

import csv
import io

import pytest

from collab.imports import rules
from collab.imports.rules import BadFile, decode, read
from collab.kernel.sheets import csv_file

HEADERS = {"code": "code", "部門コード": "code", "name": "name", "名称": "name", "note": "note", "備考": "note"}


def rows_of(content: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, dict(row.cells)) for row in read(decode(content), HEADERS, ["code"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_japanese_is_read_in_every_encoding_a_spreadsheet_saves(encoding: str) -> None:
    content = "部門コード,名称\r\nsales,髙島①営業部\r\n".encode(encoding)
    assert rows_of(content) == [(2, {"code": "sales", "name": "髙島①営業部"})]


def test_a_quoted_line_break_stays_in_its_cell_and_row_numbers_are_the_spreadsheets() -> None:
    content = b'code,note\n\na,"first\nsecond, ""third"""\n\nb,x\n'
    assert rows_of(content) == [(3, {"code": "a", "note": 'first\nsecond, "third"'}), (5, {"code": "b", "note": "x"})]


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_are_noticed(separator: str) -> None:
    assert rows_of(separator.join(["code", "note"]).encode() + b"\n" + separator.join(["a", "x, y"]).encode()) == [
        (2, {"code": "a", "note": "x, y"})
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "import.problem.empty"),
        (b"  \r\n", "import.problem.empty"),
        (b"code\n\xff\xfe\x00", "import.problem.encoding"),
        (b"code\na\x00b", "import.problem.encoding"),
        (b"code,note\n", "import.problem.no_rows"),
        (b'code,note\na,"never closed\n', "import.problem.quotes"),
        (b"code,code\na,b", "import.problem.column_twice"),
        ("code,部門コード\na,b".encode(), "import.problem.column_twice"),
        (b"note\na", "import.problem.column_missing"),
        (b"code,salary\na,1", "import.problem.unknown_column"),
        (b"code\n" + b"a\n" * (rules.MOST_ROWS + 1), "import.problem.too_many_rows"),
        (b"a" * (rules.MOST_BYTES + 1), "import.problem.too_large"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(content: bytes, problem: str) -> None:
    with pytest.raises(BadFile) as refused:
        rows_of(content)
    assert problem in {text.key for _column, text in refused.value.problems}


def test_a_row_longer_than_the_header_is_a_problem_and_a_shorter_one_is_not() -> None:
    short, long = read("code,note\na\nb,x,y\n", HEADERS, ["code"])
    assert short.problem is None
    assert long.problem is not None


@pytest.mark.parametrize("cell", ["=1+1", "+81 3 1234", "-5", "@SUM(A1)", "\tx", "plain"])
def test_no_cell_we_write_is_a_formula_and_what_we_wrote_reads_back(cell: str) -> None:
    written = csv_file([["code", "note"], ["a", cell]])
    for row in csv.reader(io.StringIO(written.decode("utf-8-sig"))):
        assert not any(value.startswith(("=", "+", "-", "@", "\t")) for value in row)
    assert rows_of(written)[0][1]["note"] == cell
