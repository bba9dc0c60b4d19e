"""The trail of audit as a file: a filtered part, entry by entry, each with its hash; as lines of JSON it can be checked again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.audit.queries import look_at_all
from collab.audit.registry import registry as people
from collab.audit.rules import canonical
from collab.audit.views.narrowing import FILTERS, look_for
from collab.audit.views.saying import kind_of, verb_said
from collab.exports.registry import Export
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell

SOME = 500


def entries(me: Actor, filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """Newest first, in words and as it was sealed."""
    names: dict[str, Any] = {}
    for row in look_at_all(me, look_for(filters, how.zone)):
        if row.actor not in names:
            names[row.actor] = people.names([row.actor]).get(row.actor)
        yield [
            row.at, row.actor, how.name(names[row.actor]) if names[row.actor] else "", row.acting_for, row.subject_key, row.seq,
            row.verb, verb_said(kind_of(row.subject_key), row.verb, how), row.reason, _json(row.before), _json(row.after),
            _json(row.details), row.surface, row.previous_hash, row.hash,
        ]  # fmt: skip


def lines(me: Actor, filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[str]:
    """The same as lines of JSON, as `audit export` writes them."""
    for row in look_at_all(me, look_for(filters, how.zone)):
        entry = {name: value for name, value in row._mapping.items() if name != "id"}  # noqa: SLF001 - SQLAlchemy's own name
        yield canonical({**entry, "at": row.at.isoformat()})


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True) if content else ""


COLUMNS = (
    "at", "actor", "actor_name", "acting_for", "key", "seq", "verb", "verb_said", "reason", "before", "after", "details", "surface",
    "previous_hash", "hash",
)  # fmt: skip
EXPORT = Export("audit", "audit.list", COLUMNS, entries, FILTERS, guarded=True, lines=lines)
