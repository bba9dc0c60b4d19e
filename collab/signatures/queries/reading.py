"""A sheet as somebody reads it: its rows in their words, what differs from another version, who sits on it."""

from __future__ import annotations

from collections.abc import Sequence

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.signatures.queries.sheets import SheetView, last_signed
from collab.signatures.registry import paper_of
from collab.signatures.rules import differences

Rows = Sequence[tuple[str, str]]
Changes = Sequence[tuple[str, str, str]]


def rows_of(viewer: Actor, sheet: SheetView, reader: Reader) -> Rows:
    """What stands on a sheet, as (label, text), without what the viewer may not see."""
    paper = paper_of(sheet.paper)
    return paper.rows(paper.shown(viewer, sheet.content), reader)


def is_whole(viewer: Actor, sheet: SheetView) -> bool:
    """Whether the viewer sees everything that stands on it."""
    return paper_of(sheet.paper).shown(viewer, sheet.content) == sheet.content


def new_to(viewer: Actor, sheet: SheetView, reader: Reader) -> tuple[int | None, Changes]:
    """The version of the paper the viewer signed last, and what differs from it on this sheet; None and nothing for whoever
    signed none."""
    before = last_signed(sheet, viewer.id)
    if before is None:
        return None, ()
    return before.version, differences(rows_of(viewer, before, reader), rows_of(viewer, sheet, reader))


def changed_since(viewer: Actor, sheet: SheetView, reader: Reader) -> Changes:
    """What the paper says now that the sheet does not."""
    paper = paper_of(sheet.paper)
    current = paper.current(sheet)
    if current is None:
        return ()
    return differences(rows_of(viewer, sheet, reader), paper.rows(paper.shown(viewer, current), reader))
