"""What a week of agreements says to many members at once: which deliveries they owe. One statement, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, select

from collab.agreements.models import Agreement
from collab.agreements.rules import ACTIVE
from collab.kernel.db import AnyRow, Moment, run
from collab.kernel.recordset import dialect
from collab.subjects.readers import MEMBER, Given, Readers
from collab.subjects.top import top, wanted

_agreements: Table = Agreement.__table__  # type: ignore[assignment]


def list_deliveries_due(readers: Readers, until: datetime) -> Sequence[AnyRow]:
    """Deliveries somebody promised, of agreements that run, that are to come by a moment."""
    return run(_due(dialect()), {"until": until, **readers.bound("me", "followed", "muted")}).all()


@lru_cache
def _due(kind: str) -> Select[Any]:
    given = Given(kind)
    me = given.me
    found = (
        select(me.c.member, _agreements.c.id, _agreements.c.title, _agreements.c.due_at)
        .select_from(me)
        .join(_agreements, (_agreements.c.giver_id == me.c.member) & (_agreements.c.state == ACTIVE))
        .where(
            me.c.sees >= MEMBER,
            _agreements.c.due_at <= bindparam("until", type_=Moment),
            wanted(given, _agreements.c.id),
        )
    )
    return top(found.subquery("deliveries"), "due_at", "id")
