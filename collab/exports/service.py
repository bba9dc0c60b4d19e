"""Taking a list out as a file: never more than the taker may see, and always an entry of the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from collab.audit import service as audit
from collab.exports.registry import Export, registry
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.kernel.sheets import CSV, TYPES, XLSX, Cell, csv_file, xlsx_file
from collab.kernel.text import storable
from collab.subjects import service as subjects

MOST = 50_000
"""Rows of one file; one that was cut says so."""
CHAIN, KIND = "exports", "export"
FORMS = (CSV, XLSX)
LINES, JSON_LINES = "jsonl", "application/jsonl; charset=utf-8"
LONGEST_FILTER = 200


def list_offered(viewer: Actor) -> list[Export]:
    """What a viewer may take out."""
    return [one for one in registry.all() if permits.allows(one.verb, viewer.roles)]


def forms_of(export: Export) -> tuple[str, ...]:
    """In which forms a list can be had."""
    return (*FORMS, LINES) if export.lines else FORMS


@dataclass(frozen=True)
class File:
    """What was taken: its name, type and content, how many rows, whether there were more, its SHA-256."""

    name: str
    type: str
    content: bytes
    rows: int
    cut: bool
    sha256: str


def take(viewer: Actor, code: str, form: str, filters: Mapping[str, str], *, now: datetime, how: Reader) -> File:
    """Write the file and note who took what. Raises NotFound, NotAllowed, Invalid."""
    export = registry.get(code)
    permits.check("export.take", viewer.roles)
    permits.check(export.verb, viewer.roles)
    forms = forms_of(export)
    if form not in forms:
        raise Invalid({"format": Text("field.not_a_choice", {"choices": ", ".join(forms)})})
    given = {name: filters[name][:LONGEST_FILTER] for name in export.filters if filters.get(name)}
    if bad := [name for name, value in given.items() if not storable(value)]:
        raise Invalid({name: Text("field.invalid") for name in bad})
    write = _as_lines if form == LINES else _as_sheet
    content, rows, cut = write(Taking(export, form, viewer, given, now, how))
    digest = hashlib.sha256(content).hexdigest()
    with atomic():
        subjects.lock_or_introduce(CHAIN, KIND)
        audit.record("export", CHAIN, actor=viewer, at=now, details={
            "what": code, "format": form, "rows": rows, "cut": cut, "filters": given, "sha256": digest,
        })  # fmt: skip
    return File(f"{code}-{now:%Y%m%d-%H%M}.{form}", TYPES.get(form, JSON_LINES), content, rows, cut, digest)


@dataclass(frozen=True)
class Taking:
    """What is being taken, by whom, narrowed to what."""

    export: Export
    form: str
    viewer: Actor
    filters: Mapping[str, str]
    now: datetime
    how: Reader


def _as_sheet(taking: Taking) -> tuple[bytes, int, bool]:
    """The file, its rows, and whether there were more."""
    export, how = taking.export, taking.how
    found = list(islice(export.rows(taking.viewer, taking.filters, taking.now, how), MOST + 1))
    rows, cut = found[:MOST], len(found) > MOST
    about = _about(taking, len(rows), cut=cut)
    head = [how.say(f"export.column.{name}") for name in export.columns]
    if taking.form == CSV:
        return csv_file(_with_foot(head, rows, about), how.zone), len(rows), cut
    sheets = ((how.say(f"export.{export.code}.title"), [head, *rows]), (how.say("export.file.about"), [[about]]))
    return xlsx_file(sheets, how.zone), len(rows), cut


def _as_lines(taking: Taking) -> tuple[bytes, int, bool]:
    """Lines of JSON, and a last one with their count and the SHA-256 of all before it."""
    assert taking.export.lines is not None  # noqa: S101 - offered only where there are some
    found = list(islice(taking.export.lines(taking.viewer, taking.filters, taking.now, taking.how), MOST + 1))
    lines, cut = found[:MOST], len(found) > MOST
    body = "".join(f"{line}\n" for line in lines).encode()
    last = {"entries": len(lines), "more": cut, "sha256": hashlib.sha256(body).hexdigest()}
    return body + json.dumps(last).encode() + b"\n", len(lines), cut


def _with_foot(head: Sequence[Cell], rows: Sequence[Sequence[Cell]], about: str) -> Iterator[Sequence[Cell]]:
    yield head
    yield from rows
    yield []
    yield [about]


def _about(taking: Taking, rows: int, *, cut: bool) -> str:
    how = taking.how
    said = how.say("export.file.told", n=rows, who=taking.viewer, at=taking.now, zone=how.zone)
    return how.say("export.file.cut", told=said, most=MOST) if cut else said
