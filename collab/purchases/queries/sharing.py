"""Whom a draft was shown to before it was submitted (事前共有)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, select

from collab.kernel.db import db, run
from collab.kernel.reading import once_each
from collab.kernel.recordset import dialect, ids, one_of
from collab.people import queries as people
from collab.people.queries import Named
from collab.purchases.models import PREFIX, Purchase, Share
from collab.subjects.traces import NUMBER, trace

_shares: Table = Share.__table__  # type: ignore[assignment]
SHOWN = trace(select(_shares.c.id).where(_shares.c.purchase_id == NUMBER), prefix=PREFIX)
_OF_ONE = (
    select(_shares.c.member_id, _shares.c.shared_by_id, _shares.c.shared_at, _shares.c.note)
    .where(_shares.c.purchase_id == NUMBER)
    .order_by(_shares.c.id)
)


@dataclass(frozen=True)
class Shared:
    """Somebody a draft was shown to: by whom, when, with which words."""

    member: Named
    by: Named
    at: datetime
    note: str | None


def list_shared(purchase: Purchase) -> list[Shared]:
    """Everybody a request was shown to as a draft, the first one first. The caller has checked who asks."""
    rows = run(_OF_ONE, {"number": purchase.id}).all() if SHOWN.may_be_on(purchase.key) else []
    names = people.names_of(member for row in rows for member in row[:2])
    return [Shared(names[row.member_id], names[row.shared_by_id], row.shared_at, row.note) for row in rows]


def members_shared_with(purchase_id: int) -> list[int]:
    """The members a request was shown to as a draft."""
    return list(db.session.scalars(select(_shares.c.member_id).where(_shares.c.purchase_id == purchase_id)))


def shared_with(members: Iterable[int], purchases: Iterable[int]) -> dict[int, set[int]]:
    """By member, those of these requests that were shown to them as drafts."""
    found: dict[int, set[int]] = {member: set() for member in members}
    if len(found) == 1:
        (member,) = found
        return {member: {purchase for _member, purchase in _shown((member, one) for one in purchases)}}
    for member, purchase in run(_shared(dialect()), {**ids(purchases), **ids(found, name="members")}):
        found[member].add(purchase)
    return found


@once_each
def _shown(pairs: list[tuple[int, int]]) -> dict[tuple[int, int], bool]:
    """Those of these pairs of a member, always the same one, and a request in which it was shown to the member."""
    values = {**ids(purchase for _member, purchase in pairs), **ids([pairs[0][0]], name="members")}
    return dict.fromkeys(((row.member_id, row.purchase_id) for row in run(_shared(dialect()), values)), True)


@lru_cache
def _shared(kind: str) -> Select[Any]:
    return select(_shares.c.member_id, _shares.c.purchase_id).where(
        _shares.c.member_id.in_(one_of(kind, name="members")), _shares.c.purchase_id.in_(one_of(kind))
    )


def all_shared_with(member: int) -> Select[tuple[int]]:
    """The requests shown to a member as drafts, for use inside another statement."""
    return select(_shares.c.purchase_id).where(_shares.c.member_id == member)
