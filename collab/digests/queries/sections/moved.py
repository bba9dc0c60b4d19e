"""Goals that moved since the end of the week before."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from collab.digests.queries.sections.batch import Batch, Part, Said, text
from collab.digests.rules.content import Item
from collab.goals.queries import PREFIX
from collab.goals.queries.week import list_moved
from collab.goals.rules.progress import shown
from collab.kernel.keys import key_of


def _read(batch: Batch) -> Sequence[Any]:
    return list_moved(batch.readers(PREFIX), batch.span.week, batch.now)


def _people(_row: Any) -> tuple[int | None, ...]:
    return ()


def _item(row: Any, _said: Said) -> Item:
    key, was, now = key_of(PREFIX, row.id), _percent(row.was), _percent(row.now)
    args: dict[str, Any] = {"now": now if now is not None else 0}
    if was is not None:
        args["was"] = was
    if row.was_status != row.now_status:
        args["status"] = text(f"digest.what.status.{row.now_status}")
    what = "moved_first" if was is None else "moved" if was != now else "still"
    return Item(key, row.title, f"/goals/{key}", f"{what}_status" if "status" in args else what, args)


@lru_cache(maxsize=1024)
def _percent(progress: Any) -> int | None:
    return None if progress is None else int(shown(Decimal(progress), 0))


PART = Part("moved", _read, _people, _item)
