"""Tasks between departments that are late, or that the other side answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collab.digests.queries.sections.batch import Batch, Part, Said, at
from collab.digests.rules.content import Item
from collab.kernel.keys import key_of
from collab.tasks.queries import PREFIX
from collab.tasks.queries.week import LATE, MINE, list_between


def _read(batch: Batch) -> Sequence[Any]:
    return list_between(batch.readers(PREFIX), batch.span.starts_at, batch.span.ends_at, batch.now)


def _people(row: Any) -> tuple[int | None, ...]:
    return (row.who,)


def _item(row: Any, said: Said) -> Item:
    key = key_of(PREFIX, row.id)
    args: dict[str, Any] = {"by": said.name(row.who, row.department)}
    what = row.what
    if what in (LATE, MINE):
        args["since"] = at(row.at)
    elif what == "accept" and row.promised_at is not None:
        args["due"], what = at(row.promised_at), "accept_for"
    return Item(key, row.title, f"/tasks/{key}", f"task_{what}", args)


PART = Part("tasks", _read, _people, _item)
