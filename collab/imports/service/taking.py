"""From a file to rows: read, check every row, then one short write. Knows no queue and no table of imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.imports import rules
from collab.imports.registry import ADDED, Change, Fields, Kind, Taking
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import load
from collab.kernel.i18n import as_json
from collab.kernel.permits import permits

CHUNK = 100
MOST_SHOWN = 300
FILE = "file"

Progress = Callable[[int, int], None]
"""Told after every chunk of rows: how many are done, how many there are."""


@dataclass
class Report:
    """What a file came to: problems with their places, changes with theirs, and counts."""

    total: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: int = 0

    def refuse(self, row: int | None, column: str, problem: Text) -> None:
        """Note a problem; the first few hundred are kept, all are counted."""
        self.problems += 1
        if len(self.errors) < MOST_SHOWN:
            self.errors.append({"row": row, "field": column, "problem": as_json(problem)})

    def note(self, row: int, changes: Sequence[Change]) -> None:
        """Note what a good row would change; it counts as one thing added, changed or left as it is."""
        if any(change.what == ADDED and change.field is None for change in changes):
            self.added += 1
        elif changes:
            self.changed += 1
        else:
            self.unchanged += 1
        self.shown += [_as_shown(row, change) for change in changes[: max(0, MOST_SHOWN - len(self.shown))]]

    @property
    def changes(self) -> dict[str, Any]:
        """The preview, as kept."""
        return {"added": self.added, "changed": self.changed, "unchanged": self.unchanged, "list": self.shown}


def take(
    kind: Kind,
    content: bytes,
    *,
    actor: Actor | None,
    now: datetime,
    progress: Progress,
    settle: Callable[[Report], bool],
) -> Report:
    """Read and check a file, then ask `settle` inside one transaction whether to write; it is told what writing would do.

    Rows are judged first with progress and no lock held (a long write would lock everybody out on SQLite), then, where
    the kind asks for it, again in the transaction that writes, since the world may have moved in between.
    """
    if actor is not None:
        permits.check(kind.verb, actor.roles)
    rows, report = _read(kind, content)
    progress(0, report.total)
    taking = kind.begin(actor, [fields for _number, fields in rows], now)
    _check(taking, rows, report, progress)
    with atomic():
        if settle(report) and not report.problems:
            if kind.judged_again:
                taking = _again(kind.begin(actor, [fields for _number, fields in rows], now), rows)
            taking.write()
    return report


def _read(kind: Kind, content: bytes) -> tuple[list[tuple[int, Fields]], Report]:
    """Rows whose every cell can be read; complaints about the others are in the report."""
    report = Report()
    loaded: list[tuple[int, Fields]] = []
    schema = kind.schema()
    try:
        rows = rules.read(rules.decode(content), kind.headers(), kind.needed)
    except rules.BadFile as bad:
        for column, problem in bad.problems:
            report.refuse(1 if column != FILE else None, column, problem)
        return [], report
    report.total = len(rows)
    for row in rows:
        if row.problem is not None:
            report.refuse(row.number, "row", row.problem)
            continue
        try:
            loaded.append((row.number, load(schema, row.cells)))
        except Invalid as refusal:
            for column, problem in refusal.fields.items():
                report.refuse(row.number, column.partition(".")[0], problem)
    return loaded, report


def _check(taking: Taking, rows: Sequence[tuple[int, Fields]], report: Report, progress: Progress) -> None:
    for done, (number, fields) in enumerate(rows, 1):
        verdict = taking.check(fields)
        for column, problem in verdict.problems.items():
            report.refuse(number, column, problem)
        if not verdict.problems:
            report.note(number, verdict.changes)
        if done % CHUNK == 0:
            progress(done, report.total)
    if not report.problems:
        progress(report.total, report.total)
    report.errors.sort(key=lambda error: error["row"] or 0)


def _again(taking: Taking, rows: Sequence[tuple[int, Fields]]) -> Taking:
    for number, fields in rows:
        problems = taking.check(fields).problems
        if problems:
            column, problem = next(iter(problems.items()))
            raise Invalid({column: Text("import.problem.moved_on", {"row": number, "problem": problem})})
    return taking


def _as_shown(row: int, change: Change) -> dict[str, Any]:
    return {
        "row": row, "subject": change.subject, "what": change.what, "field": change.field,
        "before": as_json(change.before), "after": as_json(change.after), "on": as_json(change.on), "mark": as_json(change.mark),
    }  # fmt: skip
