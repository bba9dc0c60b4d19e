"""Whom tasks concern, and what shared channels may say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collab.subjects.registry import Waiting, verbs_told
from collab.tasks.queries.rows import key_for, read_many

news = verbs_told(
    "task.news", "ask", "accept", "decline", "counter", "agree", "ask_again", "block", "unblock", "done", "confirm", "reopen",
    "hand_over", "withdraw",
)  # fmt: skip
"""What is worth saying of an entry: who took what over, who stands in whose way, and how it ended."""


def departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Which department asks each of these, and which is asked."""
    return {key_for(row): frozenset({row.from_department, row.to_department}) for row in read_many(keys)}


def awaited(keys: Sequence[str]) -> Mapping[str, Sequence[Waiting]]:
    """Who must act next on each of these, where it is somebody by name."""
    return {
        key_for(row): [Waiting(row.waiting_id, row.waiting_since or row.asked_at)]
        for row in read_many(keys)
        if row.waiting_id is not None
    }
