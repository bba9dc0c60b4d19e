"""Requests that were decided in the week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collab.digests.queries.sections.batch import Batch, Part, Said, text
from collab.digests.rules.content import Item
from collab.kernel.keys import key_of
from collab.purchases.queries import PREFIX
from collab.purchases.queries.week import list_decided

_WORDS = {"approved": "approved", "purchased": "approved", "rejected": "rejected", "revoked": "revoked"}


def _read(batch: Batch) -> Sequence[Any]:
    return list_decided(batch.readers(PREFIX), batch.span.starts_at, batch.span.ends_at)


def _people(row: Any) -> tuple[int | None, ...]:
    return row.one, row.other


def _item(row: Any, said: Said) -> Item:
    key, args = key_of(PREFIX, row.id), dict[str, Any](by=_by(row, said))
    what = f"decided_{_WORDS[row.state]}"
    if row.open and row.total_minor is not None:
        args["amount"] = {"money": [row.total_minor, row.currency]}
        what = f"{what}_of"
    return Item(key, row.title, f"/purchases/{key}", what, args)


def _by(row: Any, said: Said) -> list[Any]:
    if not row.deciders:
        return [text("digest.what.by_route")]
    named = [said.name(one) for one in dict.fromkeys((row.one, row.other))]
    more = row.deciders - len(named)
    return [*named, text("digest.what.others", n=more)] if more > 0 else named


PART = Part("decisions", _read, _people, _item)
