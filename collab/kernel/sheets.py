"""Files for spreadsheets, CSV and XLSX: the one place that writes them, so that no cell anybody typed is ever run as a formula.

A cell is text, a number (`int`, `Decimal`), a day, a moment or nothing. Text that a spreadsheet could take for a formula gets
a leading apostrophe, which `plain` takes away again; in XLSX texts are typed as texts besides.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

Cell = str | int | Decimal | date | datetime | None

CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST = 32_000
"""Characters a cell of XLSX holds, and a little less."""

_STARTS = "=+\\-@＝＋－＠﹦﹢﹣﹫−⁺⁻⁼₊₋₌"
_SKIPPED = (
    "\\s\\x00-\\x20\"'`´‘’“”«»＂＇\u00a0\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff"
)
_FORMULA = re.compile(f"[\\t\\r]|[{_SKIPPED}]*[{_STARTS}]")
"""What begins a formula: its sign in any width, also behind blanks, quotes and marks nobody sees; a tab or a return."""
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_APOSTROPHE = "'"


def safe(text: str) -> str:
    """A text no spreadsheet runs."""
    return _APOSTROPHE + text if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """A text as it was before `safe`."""
    return text[1:] if text.startswith(_APOSTROPHE) and _FORMULA.match(text[1:]) else text


def csv_file(rows: Iterable[Sequence[Cell]], zone: str = "UTC") -> bytes:
    """A CSV file spreadsheets open rightly in any language: UTF-8 with its mark."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_written(cell, zone) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_file(sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]], zone: str = "UTC") -> bytes:
    """A workbook of sheets by title, each with its rows, the first of them in bold. Written row by row: memory stays flat."""
    book = _openpyxl().Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(_title(title))
        sheet.freeze_panes = "A2"
        for row in _rows(sheet, rows, zone):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(sheet: Any, rows: Iterable[Sequence[Cell]], zone: str) -> Iterator[list[Any]]:
    bold = _openpyxl().styles.Font(bold=True)
    for number, row in enumerate(rows):
        cells = [_cell(sheet, cell, zone) for cell in row]
        if number == 0:
            for cell in cells:
                cell.font = bold
        yield cells


def _cell(sheet: Any, value: Cell, zone: str) -> Any:
    make = partial(_openpyxl().cell.WriteOnlyCell, sheet)
    if isinstance(value, date) and not isinstance(value, datetime):
        day = make(value)
        day.number_format = "yyyy-mm-dd"
        return day
    if value is None or isinstance(value, int | Decimal):
        return make(value)
    cell = make(_UNWRITABLE.sub("", _written(value, zone))[:LONGEST])
    cell.data_type = "s"  # never guessed to be anything else
    return cell


def _written(value: Cell, zone: str) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case int():
            return str(value)
    return safe(value)


def _openpyxl() -> Any:
    """Imported when somebody first asks for a workbook: a fifth of a second that no start pays."""
    import openpyxl.cell  # noqa: PLC0415
    import openpyxl.styles  # noqa: PLC0415

    return openpyxl


def _title(text: str) -> str:
    """As a workbook takes it: 31 characters, none of its own signs."""
    return re.sub(r"[\[\]:*?/\\]", " ", text)[:31]
