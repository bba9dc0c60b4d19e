"""Writing measurements: one a metric, day and source; measuring again replaces it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from collab.goals.models import Measurement
from collab.kernel.db import db, run

_measurements: Table = Measurement.__table__  # type: ignore[assignment]
_KEY = ("metric_id", "on", "source")
_FIELDS = ("value", "numerator", "denominator", "sample", "parts", "parts_of", "recorded_by_id", "recorded_at")


def put(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write whole rows (every column but the id), all in one go."""
    if not rows:
        return
    kind = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    new = kind(_measurements)
    replaced = {name: new.excluded[name] for name in _FIELDS}
    run(new.on_conflict_do_update(index_elements=_KEY, set_=replaced), list(rows))
