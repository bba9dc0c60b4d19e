"""What is written on blueprints, for search: meeting points, requirements, sources, definitions. Answers of the blind dialogue
are not among it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from collab.blueprints.models import Definition, Point, Requirement, Source
from collab.initiatives.queries import PREFIX
from collab.kernel.db import db
from collab.kernel.keys import key_of, numbers_of

_WRITTEN: Sequence[tuple[Any, Sequence[str]]] = (
    (Point, ("process", "system", "detail")), (Requirement, ("title", "detail", "answer")), (Source, ("name", "detail")),
    (Definition, ("term", "meaning")),
)  # fmt: skip


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """By initiative. Four statements."""
    found: dict[str, list[str]] = defaultdict(list)
    numbers = numbers_of(PREFIX, keys)
    for table, names in _WRITTEN:
        there = table.initiative_id.in_(numbers)
        if hasattr(table, "removed_at"):
            there &= table.removed_at.is_(None)
        for row in db.session.scalars(select(table).where(there).order_by(table.id)):
            found[key_of(PREFIX, row.initiative_id)] += [text for name in names if (text := getattr(row, name))]
    return {key: " ".join(texts) for key, texts in found.items()}
