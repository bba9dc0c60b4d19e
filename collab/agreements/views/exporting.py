"""Data-sharing agreements as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from collab.agreements import queries
from collab.agreements.queries import Filter
from collab.exports.registry import Export, every
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell
from collab.people import queries as people

FILTERS = ("state", "mine", "department")


def agreements(me: Actor, filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """The agreements of the list, what is due first."""
    narrowed = Filter(filters.get("state"), filters.get("mine") == "yes", filters.get("department"))
    units = {row.code: how.name(row) for row in people.list_departments()}
    for some in every(lambda offset, limit: queries.list_agreements(me, narrowed, offset=offset, limit=limit)[0]):
        names = people.names_of(one for row in some for one in (row.giver_id, row.receiver_id))
        for row in some:
            yield [
                row.key, row.title, row.data, row.purpose, how.say(f"agreement.state.{row.state}"),
                units[row.giver_code], how.name(names[row.giver_id]), units[row.receiver_code], how.name(names[row.receiver_id]),
                how.say(row.cadence.said), row.starts_on, row.ends_on, row.due_at, row.delivered_at,
            ]  # fmt: skip


COLUMNS = (
    "key", "title", "data", "purpose", "state", "giver_department", "giver", "receiver_department", "receiver", "cadence",
    "starts_on", "ends_on", "due_at", "delivered_at",
)  # fmt: skip
EXPORTS = (Export("agreements", "agreement.list", COLUMNS, agreements, FILTERS),)
