"""Brand incidents as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from collab.exports.registry import Export, every
from collab.incidents import queries
from collab.incidents.queries import Filter
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell
from collab.people import queries as people


def incidents(me: Actor, _filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """The incidents of the list, open ones first."""
    units = {row.code: how.name(row) for row in people.list_departments()}
    for some in every(lambda offset, limit: queries.list_incidents(me, Filter(), offset=offset, limit=limit)[0]):
        names = people.names_of(one for row in some for one in (row.raised_by_id, row.taken_by_id) if one)
        for row in some:
            taken_by = names.get(row.taken_by_id or 0)
            yield [
                row.key, row.title, how.say(f"incident.state.{row.state}"), units[row.department_code],
                how.name(names[row.raised_by_id]), row.raised_at, how.name(taken_by) if taken_by else "", row.taken_at,
                row.reply_due_at, row.answered_at, row.closed_at, row.what_happened, row.root_cause, row.findings,
            ]  # fmt: skip


COLUMNS = (
    "key", "title", "state", "department", "raised_by", "raised_at", "taken_by", "taken_at", "reply_due_at", "answered_at",
    "closed_at", "what_happened", "root_cause", "findings",
)  # fmt: skip
EXPORTS = (Export("incidents", "incident.list", COLUMNS, incidents),)
