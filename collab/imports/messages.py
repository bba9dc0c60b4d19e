"""An import in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from collab.imports.registry import Kind
from collab.kernel.i18n import Reader, from_json
from collab.kernel.sheets import csv_file


class Shown(Protocol):
    """An import as its row stands."""

    id: Any
    kind: Any
    file_name: Any
    preview_only: Any
    state: Any
    done: Any
    total: Any
    errors: Any
    changes: Any
    created_at: Any
    ended_at: Any


def shown(found: Shown, how: Reader) -> dict[str, Any]:
    """Everything about an import; problems and warnings are said."""
    return {
        "id": found.id, "kind": found.kind, "file_name": found.file_name, "preview_only": found.preview_only,
        "state": found.state, "done": found.done, "total": found.total,
        "errors": [_problem(error, how) for error in found.errors or []],
        "changes": _changes(found.changes or {}, how),
        "created_at": found.created_at.isoformat(), "ended_at": found.ended_at.isoformat() if found.ended_at else None,
    }  # fmt: skip


def grouped(found: Mapping[str, Any], kind: Kind, how: Reader) -> list[dict[str, Any]]:
    """The changes of a shown import, one entry for each row's thing: whether it is new, and [column, before, after] lines."""
    by_thing: dict[tuple[int, str], dict[str, Any]] = {}
    for change in found["changes"]["list"]:
        thing = by_thing.setdefault(
            (change["row"], change["subject"]), {"subject": change["subject"], "new": False, "lines": [], "marks": []}
        )
        if change["field"] is None:
            thing["new"] = True
        else:
            thing["lines"].append(
                [kind.header(change["field"], how), _said(change["before"], how), _after(change, how)]
            )
        thing["marks"] += [change["mark"]] if change["mark"] else []
    return list(by_thing.values())


def _after(change: Mapping[str, Any], how: Reader) -> str:
    said = _said(change["after"], how)
    if not change["on"] or change["field"] == "until_on":
        return said
    return how.say("import.report.from_day", what=said, day=date.fromisoformat(change["on"]))


def _said(value: Any, how: Reader) -> str:
    return "" if value is None else how.show(value)


def template(kind: Kind, how: Reader) -> bytes:
    """An empty file of a kind with its headers, for a spreadsheet."""
    return csv_file([[kind.header(column, how) for column in kind.columns]])


def _problem(error: Mapping[str, Any], how: Reader) -> dict[str, Any]:
    return {**error, "problem": how.say(from_json(error["problem"]))}


def _changes(changes: Mapping[str, Any], how: Reader) -> dict[str, Any]:
    counts = {name: changes.get(name, 0) for name in ("added", "changed", "unchanged")}
    return {**counts, "list": [_change(change, how) for change in changes.get("list", [])]}


def _change(change: Mapping[str, Any], how: Reader) -> dict[str, Any]:
    plain = {name: _plain(change[name]) for name in ("before", "after", "on")}
    return {**change, **plain, "mark": how.say(from_json(change["mark"])) if change["mark"] else None}


def _plain(value: Any) -> Any:
    """Days as ISO text, everything else as it was kept."""
    known = from_json(value)
    return known.isoformat() if isinstance(known, date) else known
