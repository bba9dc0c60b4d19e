"""What both sides see as a risk: the same for both owners, the leads of their departments and whoever oversees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collab.digests.queries.sections.batch import Batch, Part, Said, text
from collab.digests.rules.content import Item
from collab.goals.queries import PREFIX
from collab.goals.queries.week import list_risks
from collab.kernel.keys import key_of


def _read(batch: Batch) -> Sequence[Any]:
    return list_risks(batch.readers(PREFIX), batch.span.week, batch.now)


def _people(row: Any) -> tuple[int | None, ...]:
    return (row.one, row.other) if row.apart else ()


def _item(row: Any, said: Said) -> Item:
    key = key_of(PREFIX, row.id)
    return Item(key, row.title, f"/goals/{key}", "risk", {"why": _why(row, said)})


def _why(row: Any, said: Said) -> list[Any]:
    found = [text("digest.what.risk_broken")] if row.broken else []
    if row.status in ("off_track", "at_risk"):
        found.append(text(f"digest.what.risk_{row.status}"))
    if row.apart:
        both = {"one": said.name(row.one), "a": row.one_said, "other": said.name(row.other), "b": row.other_said}
        found.append(text("digest.what.risk_apart", **both))
    return [*found, text("digest.what.risk_dark")] if row.dark else found


PART = Part("risks", _read, _people, _item)
