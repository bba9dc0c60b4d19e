"""Requests as they take something of what an initiative may spend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, Table, select

from collab.initiatives.rules.spending import COUNTED, Spent
from collab.kernel.db import AnyRow, db
from collab.kernel.money import Money
from collab.purchases.models import Purchase

_purchases: Table = Purchase.__table__  # type: ignore[assignment]
_COLUMNS = (
    _purchases.c.id, _purchases.c.initiative_id, _purchases.c.state, _purchases.c.total_minor, _purchases.c.currency,
    _purchases.c.amends_id, _purchases.c.ended_at,
)  # fmt: skip


def spent_on(initiatives: Collection[int]) -> Mapping[int, Sequence[Spent]]:
    """By initiative, every request that counts, whoever may see it. One statement."""
    counts = _purchases.c.initiative_id.in_(list(initiatives)) & _purchases.c.state.in_(COUNTED)
    found: dict[int, list[Spent]] = defaultdict(list)
    for row in _rows(select(*_COLUMNS).where(counts).order_by(_purchases.c.id)):
        found[row.initiative_id].append(_spent(row))
    return found


def find_citing(number: int) -> tuple[int, Spent] | None:
    """The initiative a request cites, and what it asks for; None where it cites none."""
    row = next(iter(_rows(select(*_COLUMNS).where(_purchases.c.id == number))), None)
    return (row.initiative_id, _spent(row)) if row is not None and row.initiative_id else None


def _rows(wanted: Select[tuple[object, ...]]) -> Sequence[AnyRow]:
    return db.session.execute(wanted).all()


def _spent(row: AnyRow) -> Spent:
    total = None if row.total_minor is None else Money(row.total_minor, row.currency)
    return Spent(row.id, total, row.state, row.amends_id, row.ended_at)
