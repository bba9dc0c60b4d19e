"""Requests and the conditions of their approvals as files: what the list shows, to whom it shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from collab.approvals.queries.conditions import ConditionView, list_conditions_of
from collab.exports.registry import Export, every
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.money import Money
from collab.kernel.sheets import Cell
from collab.people import queries as people
from collab.purchases import queries
from collab.purchases.views.pages import FILTERS, filter_of

Row = Sequence[Cell]


def requests(me: Actor, filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[Row]:
    """The requests of the list, newest first; an amount only where its page shows it."""
    units = {row.code: how.name(row) for row in people.list_departments()}
    for some in _every(me, filters):
        names = people.names_of(one for row in some for one in (row.requester_id, row.on_behalf_of_id) if one)
        amounts = queries.amounts_visible(me, some)
        for row in some:
            yield _row(row, names, units, row.total if row.key in amounts else None, how)


def _every(me: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    narrowed = filter_of(filters)
    return every(lambda offset, limit: queries.list_purchases(me, narrowed, offset=offset, limit=limit)[0])


def _row(row: Any, names: Mapping[int, Any], units: Mapping[str, str], total: Money | None, how: Reader) -> Row:
    filed_for = names.get(row.on_behalf_of_id or 0)
    return [
        row.key, row.title, how.say(f"purchase.state.{row.state}"), how.name(names[row.requester_id]),
        how.name(filed_for) if filed_for else "", units.get(row.department_code, row.department_code), row.vendor,
        how.say(f"purchase.category.{row.category}") if row.category else "",
        Decimal(str(total)) if total else None, total.currency if total else "", row.needed_by_on, row.submitted_at, row.ended_at,
    ]  # fmt: skip


def conditions(me: Actor, filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[Row]:
    """Every condition set on a request the reader may know whole."""
    for some in _every(me, filters):
        known = queries.amounts_visible(me, some)
        titles = {row.key: row.title for row in some if row.key in known}
        found = list_conditions_of(titles)
        names = people.names_of(one for row in found for one in (row.set_by, row.owner, row.ended_by) if one)
        yield from (_condition(row, titles[row.subject], names, how) for row in found)


def _condition(row: ConditionView, title: str, names: Mapping[int, Any], how: Reader) -> Row:
    ended_by = names.get(row.ended_by or 0)
    return [
        row.subject, title, row.number, row.text, how.name(names[row.owner]), row.due_on,
        how.say(f"export.condition.{'before_order' if row.before_order else 'dated'}"), how.say(f"export.condition.{row.state}"),
        how.name(names[row.set_by]), row.set_at, how.name(ended_by) if ended_by else "", row.ended_at, row.note,
    ]  # fmt: skip


REQUESTS = (
    "key", "title", "state", "requester", "filed_for", "department", "vendor", "category", "total", "currency", "needed_by_on",
    "submitted_at", "ended_at",
)  # fmt: skip
CONDITIONS = (
    "key", "title", "number", "condition", "owner", "due_on", "kind", "state", "set_by", "set_at", "ended_by", "ended_at", "note",
)  # fmt: skip
EXPORTS = (
    Export("purchases", "purchase.list", REQUESTS, requests, FILTERS),
    Export("conditions", "purchase.list", CONDITIONS, conditions, FILTERS),
)
