"""Whom agreements concern, and what shared channels may say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from collab.agreements.models import Agreement
from collab.agreements.queries.subject import list_by_keys
from collab.agreements.rules import ACTIVE, PROPOSED
from collab.subjects.registry import Waiting, verbs_told

news = verbs_told("agreement.news", "propose", "agree", "deliver", "dispute", "postpone", "pause", "resume", "end")
"""What is worth saying of an entry."""


def departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Who gives and who receives in each of these."""
    return {row.key: frozenset({row.giver_code, row.receiver_code}) for row in list_by_keys(keys)}


def awaited(keys: Sequence[str]) -> Mapping[str, Sequence[Waiting]]:
    """Who has not agreed yet; who has a delivery to make."""
    return {row.key: list(_waiting(row)) for row in list_by_keys(keys)}


def _waiting(row: Agreement) -> Iterable[Waiting]:
    if row.state == PROPOSED:
        for member, agreed_at in ((row.giver_id, row.giver_agreed_at), (row.receiver_id, row.receiver_agreed_at)):
            if agreed_at is None:
                yield Waiting(member, row.created_at)
    if row.state == ACTIVE and row.due_at:
        yield Waiting(row.giver_id, row.due_at)
