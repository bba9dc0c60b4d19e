"""Handing files in, as tests do it: at once, through the worker's own door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collab.controls import queries as changes
from collab.controls import service as controls
from collab.imports import messages, queries, service
from collab.kernel.i18n import Reader
from tests.factories.company import Company


def lines(*rows: str) -> bytes:
    """A file of these lines, in UTF-8."""
    return "\r\n".join(rows).encode()


def hand_in(
    company: Company,
    kind: str,
    content: bytes,
    *,
    by: str = "admin",
    preview: bool = False,
    now: datetime | None = None,
) -> int:
    """Hand a file in; nobody has looked at it yet."""
    with company.indoors():
        handed = service.hand_in(
            company.member(by),
            kind,
            file_name=f"{kind}.csv",
            content=content,
            preview_only=preview,
            now=now or company.now,
        )
        return handed.id


def run(company: Company, import_id: int, *, now: datetime | None = None) -> None:
    """What the worker does."""
    with company.indoors():
        service.run(import_id=str(import_id), now=now or company.now)


def report(company: Company, import_id: int, *, by: str = "admin", locale: str = "en") -> dict[str, Any]:
    """The import as its owner sees it."""
    with company.indoors():
        return messages.shown(queries.get_import(company.member(by), import_id), Reader(locale))


def taken(company: Company, kind: str, *rows: str, by: str = "admin", preview: bool = False) -> dict[str, Any]:
    """Hand a file in, have it worked on, and read the report."""
    import_id = hand_in(company, kind, lines(*rows), by=by, preview=preview)
    run(company, import_id)
    return report(company, import_id, by=by)


def confirm_waiting(company: Company) -> None:
    """Whatever waits for a second person gets its yes, from the first who may."""
    with company.indoors():
        for change in [row for row in changes.list_running() if row.state == "open"]:
            second = changes.seconds(change, company.now)[0]
            controls.confirm(second, change.key, seen_version=change.version, now=company.now)


def complaints(found: dict[str, Any]) -> Sequence[tuple[int | None, str]]:
    """Where the problems are."""
    return [(error["row"], error["field"]) for error in found["errors"]]
