"""Who has access, and a round of its review, as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.access.queries import reviewing as queries
from collab.access.queries.holders import facts, list_holders, names_in
from collab.access.views import holders
from collab.access.views.holders import Names
from collab.exports.registry import Export
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.sheets import Cell
from collab.people import queries as people


def access(_me: Actor, _filters: Mapping[str, str], now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """The living list."""
    found = list_holders(now)
    known, names = Names.known(how), names_in(found)
    yield from (_cells(facts(one, names), one.flags, known, how) for one in found)


def _cells(about: Mapping[str, Any], flags: Sequence[str], known: Names, how: Reader) -> list[Cell]:
    seen_at = datetime.fromisoformat(about["seen_at"]) if about["seen_at"] else None
    return [
        about["email"], holders.name(about, how), holders.place(about, known, how), "; ".join(holders.powers(about, known, how)),
        "; ".join(holders.keys(about, how)), seen_at, "; ".join(holders.told(flags, how)),
    ]  # fmt: skip


def review(me: Actor, filters: Mapping[str, str], _now: datetime, how: Reader) -> Iterator[Sequence[Cell]]:
    """One round, the latest unless named."""
    latest = queries.list_reviews(1)
    key = filters.get("review") or (latest[0].key if latest else "")
    if not key:
        return
    found = queries.get_review(me, key)
    lines = queries.list_lines(me, found)
    names, known = people.names_of(line.judged_by_id for line in lines if line.judged_by_id), Names.known(how)
    for line in lines:
        judged_by = names.get(line.judged_by_id or 0)
        verdict = how.say(f"access_review.verdict.{line.verdict}") if line.verdict else ""
        by = how.name(judged_by) if judged_by else ""
        yield [
            found.key,
            *_cells(line.facts, line.flags, known, how),
            verdict,
            line.note,
            by,
            line.judged_at,
            found.hash,
        ]


HOLDER = ("email", "name", "place", "powers", "opens", "seen_at", "stands_out")
EXPORTS = (
    Export("access", "export.people", HOLDER, access, guarded=True),
    Export(
        "access_review", "access_review.list", ("key", *HOLDER, "verdict", "note", "judged_by", "judged_at", "hash"), review, ("review",),
        guarded=True,
    ),
)  # fmt: skip
