"""A file that changes controls: what in it needs a second person waits as one change, whoever handed it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from collab.controls.registry import Around, Picture
from collab.imports.registry import Change, registry
from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import load
from collab.people.service.governing.base import Fields
from collab.people.service.importing.base import FILE, Rows

__all__ = ["FILE", "check", "take"]
NAMED = ("lead", "email", "manager")
"""The columns that give somebody something; read as they are taken, not as they were typed."""


def check(fields: Fields, around: Around) -> Picture:
    """Every row of it as things stand; one that cannot be taken stands in the way of all."""
    taking, changes = _judged(fields, around)
    before, after = _side(changes, "before"), _side(changes, "after")
    named = {row.get(column) for row in taking.rows for column in NAMED} if changes else set()
    favours = frozenset(taking.org.ids[email] for email in named if email in taking.org.ids)
    return Picture("organisation", "organisation", before, after, favours)


def take(fields: Fields, around: Around) -> None:
    """Write it, each row from its own day, never from one that has passed."""
    taking, _changes = _judged(fields, around)
    taking.actor = around.proposer
    taking.write_all()


def _judged(fields: Fields, around: Around) -> tuple[Rows, list[Change]]:
    kind = registry.get(fields["kind"])
    rows = [_row(load(kind.schema(), row), around.day) for row in fields["rows"]]
    taking = kind.begin(None, rows, around.now)
    assert isinstance(taking, Rows)  # noqa: S101 - the schema names these kinds alone
    for number, row in enumerate(rows, 1):
        problems = taking.check(row).problems
        if problems:
            column, problem = next(iter(problems.items()))
            raise Invalid(
                {f"rows.{number}.{column}": Text("import.problem.moved_on", {"row": number, "problem": problem})}
            )
    return taking, taking.done


def _row(row: Mapping[str, Any], day: date) -> dict[str, Any]:
    """A day that has passed while the change waited is the day it counts from."""
    written = row.get("from_on")
    return {**row, "from_on": max(written, day)} if written else dict(row)


def _side(changes: Sequence[Change], side: str) -> dict[str, Any]:
    """Each thing that changes, by its name and column, with the day."""
    found: dict[str, Any] = {}
    for change in changes:
        on = f"@{change.on.isoformat()}" if change.on else ""
        value = getattr(change, side) if change.field else (True if side == "after" else None)
        found[f"{change.subject}.{change.field or 'added'}{on}"] = (
            value.isoformat() if isinstance(value, date) else value
        )
    return found
