"""The results of closed pulses, read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from collab.kernel.db import db
from collab.pulses.models import Asked, Count, Pulse
from collab.pulses.queries.answers import count_asked
from collab.pulses.queries.pulses import CLOSED, list_closed, questions_of
from collab.pulses.rules.hiding import Group
from collab.pulses.rules.results import Results

TREND = 24
"""How many pulses a trend goes back."""


def results_of(pulses: Sequence[Pulse]) -> list[Results]:
    """The results of closed pulses, in their order: three statements, however many they are."""
    closed = [pulse for pulse in pulses if pulse.state == CLOSED]
    ids = [pulse.id for pulse in closed]
    groups, units, asked = _groups(ids), _departments(ids), count_asked(ids)
    return [
        Results(
            one.key, one.opened_at, one.ended_at or one.closes_at, one.minimum, questions_of(one), groups.get(one.id, []), units.get(one.id, []), asked.get(one.id, 0)
        )
        for one in closed
    ]  # fmt: skip


def find_latest() -> Results | None:
    """The results of the pulse that closed last."""
    return next(iter(results_of(list_closed(1))), None)


def trend() -> list[Results]:
    """The results of the latest pulses, the oldest first."""
    return results_of(list_closed(TREND)[::-1])


def _groups(ids: Sequence[int]) -> dict[int, list[Group]]:
    found: dict[int, dict[tuple[str, str], dict[str, dict[int, int]]]] = defaultdict(dict)
    for row in db.session.scalars(select(Count).where(Count.pulse_id.in_(ids))):
        counts = found[row.pulse_id].setdefault((row.side, row.department_code), {})
        counts.setdefault(row.question, {})[row.rating] = row.n
    return {
        pulse: sorted(
            (Group(side, code, counts) for (side, code), counts in groups.items()),
            key=lambda one: (one.side, one.pooled, one.department),
        )
        for pulse, groups in found.items()
    }


def _departments(ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    rows = select(Asked.pulse_id, Asked.department_code, Asked.side).where(Asked.pulse_id.in_(ids)).distinct()
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pulse, code, side in db.session.execute(rows.order_by(Asked.side, Asked.department_code)):
        found[pulse].append((code, side))
    return found
