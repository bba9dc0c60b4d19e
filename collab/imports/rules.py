"""Reading a CSV file as spreadsheets really write it: encodings, separators, headers in two languages, row numbers."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from collab.kernel.errors import Text
from collab.kernel.sheets import plain
from collab.kernel.text import normal, storable

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
SEPARATORS = (",", "\t", ";")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class BadFile(ValueError):
    """The file as a whole cannot be taken; `problems` are (column or "file", what is wrong)."""

    def __init__(self, *problems: tuple[str, Text]) -> None:
        super().__init__(problems[0][1].key)
        self.problems = problems


@dataclass(frozen=True)
class Row:
    """One row as written: `number` as the spreadsheet shows it (the header is 1), cells by column; blank ones left out."""

    number: int
    cells: Mapping[str, str]
    problem: Text | None = None


def decode(content: bytes) -> str:
    """The text of a file: by its mark if it has one, else strict UTF-8, else the CP932 of Japanese spreadsheets.

    Raises:
        BadFile: it is none of these, empty, too large, or no text at all.
    """
    if len(content) > MOST_BYTES:
        raise BadFile(("file", Text("import.problem.too_large", {"n": MOST_BYTES // 1024 // 1024})))
    if not content.strip():
        raise BadFile(("file", Text("import.problem.empty")))
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if storable(text.lstrip("\ufeff")):
            return text
    raise BadFile(("file", Text("import.problem.encoding")))


def read(text: str, headers: Mapping[str, str], needed: Sequence[str]) -> list[Row]:
    """The rows of a file. `headers` gives the column of every header we understand, already in normal form.

    Raises:
        BadFile: headers unknown, twice or missing; quotes that never close; too many rows; no rows.
    """
    separator = _separator(text, headers)
    lines = _lines(text, separator)
    columns = _columns(next(lines, (1, []))[1], headers, needed)
    rows = []
    for number, cells in lines:
        if any(cells):
            rows.append(_row(number, cells, columns))
        if len(rows) > MOST_ROWS:
            raise BadFile(("file", Text("import.problem.too_many_rows", {"n": MOST_ROWS})))
    if not rows:
        raise BadFile(("file", Text("import.problem.no_rows")))
    return rows


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their numbers; a quoted line break does not count, a blank line does, as in a spreadsheet."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            yield number, [plain(cell.strip()) for cell in cells]
    except csv.Error:
        raise BadFile(("file", Text("import.problem.quotes", {"line": reader.line_num}))) from None


def _separator(text: str, headers: Mapping[str, str]) -> str:
    """Whichever separator makes most of the first line understood."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(SEPARATORS, key=lambda mark: sum(normal(name.strip(' "\r')) in headers for name in first.split(mark)))


def _columns(names: Sequence[str], headers: Mapping[str, str], needed: Sequence[str]) -> list[str]:
    while names and not names[-1]:
        names = names[:-1]
    columns = [headers.get(normal(name), "") for name in names]
    problems = [
        (name or "?", Text("import.problem.unknown_column", {"name": name or "?"}))
        for name, column in zip(names, columns, strict=True)
        if not column
    ]
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    problems += [(column, Text("import.problem.column_twice")) for column in twice]
    problems += [(column, Text("import.problem.column_missing")) for column in needed if column not in columns]
    if problems:
        raise BadFile(*problems)
    return columns


def _row(number: int, cells: Sequence[str], columns: Sequence[str]) -> Row:
    if any(cells[len(columns) :]):
        return Row(number, {}, Text("import.problem.too_many_cells", {"n": len(columns)}))
    return Row(number, {column: cell for column, cell in zip(columns, cells, strict=False) if cell})
