"""Who stands beside a round without a seat in it: asked to read it, asked a question, bound by a condition, asked whether the
decision may be revoked. They may see what they are asked about."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, Table, literal, select, union_all

from collab.approvals.models import Question, Reading
from collab.approvals.queries.conditions import OWNED_SUBJECTS
from collab.approvals.queries.revocations import VOICED_SUBJECTS
from collab.kernel.db import run
from collab.kernel.reading import once_each
from collab.kernel.recordset import dialect, ids, one_of
from collab.subjects.registry import Wanted, keys_in

_readings: Table = Reading.__table__  # type: ignore[assignment]
_questions: Table = Question.__table__  # type: ignore[assignment]


_WAYS: dict[str, Select[tuple[str, int]]] = {
    "reader": select(_readings.c.subject_key, _readings.c.member_id),
    "asked": select(_questions.c.subject_key, _questions.c.asked_id),
    "owner": OWNED_SUBJECTS,
    "voice": VOICED_SUBJECTS,
}
"""Subjects and who stands beside them, by way."""


@lru_cache
def _of(kind: str) -> CompoundSelect[Any]:
    return union_all(*(_of_one(kind, name, way) for name, way in _WAYS.items()))


def _of_one(kind: str, name: str, way: Select[tuple[str, int]]) -> Select[Any]:
    key, member = way.selected_columns
    return way.add_columns(literal(name).label("way")).where(
        key.in_(one_of(kind, str)), member.in_(one_of(kind, name="members"))
    )


def beside_of(wanted: Wanted) -> dict[int, dict[str, set[str]]]:
    """How each viewer stands beside each subject they ask about: `reader`, `asked`, `owner` of a condition, `voice`; one
    statement."""
    found: dict[int, dict[str, set[str]]] = {viewer.id: {key: set() for key in keys} for viewer, keys in wanted}
    if len(found) == 1:
        (member,) = found
        alone = _ways_of_one((member, key) for key in found[member])
        return {member: {key: set(alone.get((member, key), ())) for key in found[member]}}
    for key, member, way in run(_of(dialect()), {**ids(keys_in(wanted)), **ids(found, name="members")}):
        if key in found[member]:
            found[member][key].add(way)
    return found


@once_each
def _ways_of_one(pairs: list[tuple[int, str]]) -> dict[tuple[int, str], frozenset[str]]:
    """The same of one member alone: pairs of that member and a subject."""
    found: dict[tuple[int, str], frozenset[str]] = {}
    values = {**ids(key for _member, key in pairs), **ids([pairs[0][0]], name="members")}
    for key, member, way in run(_of(dialect()), values):
        found[member, key] = found.get((member, key), frozenset()) | {way}
    return found


def beside_subjects(member: int) -> Select[tuple[str]]:
    """The subjects a member stands beside, for use inside another statement."""
    ways = (
        way.with_only_columns(way.selected_columns[0]).where(way.selected_columns[1] == member)
        for way in _WAYS.values()
    )
    return select(union_all(*ways).subquery().c.subject_key)
