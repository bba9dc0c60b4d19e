"""What colleagues wrote on the papers of an initiative, for search; a guest reads none of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, func, select

from collab.initiatives.models import PREFIX, Charter
from collab.initiatives.rules.chartering import TEXTS
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.keys import key_of, numbers_of

_charters: Table = Charter.__table__  # type: ignore[assignment]


def charter_words(keys: Sequence[str]) -> Mapping[str, str]:
    """By initiative, its charter as it stands now. One statement."""
    mine = _charters.c.initiative_id.in_(numbers_of(PREFIX, keys))
    latest = (
        select(_charters.c.initiative_id, func.max(_charters.c.version).label("version"))
        .where(mine)
        .group_by(_charters.c.initiative_id)
        .subquery()
    )
    same = (latest.c.initiative_id == _charters.c.initiative_id) & (latest.c.version == _charters.c.version)
    rows = db.session.execute(select(_charters).join(latest, same))
    return {
        key_of(PREFIX, row.initiative_id): " ".join(text for name in TEXTS if (text := getattr(row, name)))
        for row in rows
    }


def insiders(viewer: Actor, keys: Sequence[str]) -> set[str]:
    """Colleagues read the papers of whatever initiative they see."""
    return set() if viewer.is_partner else set(keys)
