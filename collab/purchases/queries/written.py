"""Who finds a request by what was written in deciding on it: whoever may read how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collab.approvals.queries import seated_members, standing_of
from collab.kernel.actor import Actor
from collab.kernel.permits import permits
from collab.purchases.queries.requests import relations
from collab.purchases.queries.sharing import shared_with
from collab.purchases.queries.sight import near
from collab.purchases.queries.subject import by_keys


def words(keys: Sequence[str]) -> Mapping[str, str]:
    """What of a request only those read who may read it whole."""
    return {row.key: row.cx_impact for row in by_keys(keys) if row.cx_impact}


def insiders(viewer: Actor, keys: Sequence[str]) -> set[str]:
    """Those of these requests whose history the viewer may read."""
    rows = list(by_keys(near(viewer, keys)))
    seated = seated_members([row.key for row in rows])
    shared = shared_with([viewer.id], [row.id for row in rows])[viewer.id]
    beside = standing_of([(viewer, [row.key for row in rows])])[viewer.id]
    return {
        row.key
        for row in rows
        if permits.allows(
            "purchase.history", relations(viewer, row, seated[row.key], shared, beside[row.key]), row.state
        )
    }
