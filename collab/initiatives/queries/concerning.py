"""Whom initiatives concern, and what shared channels may say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collab.initiatives.queries.subject import list_by_keys
from collab.kernel.db import AnyRow
from collab.kernel.errors import Text
from collab.subjects.registry import verbs_told

_TOLD = verbs_told(
    "initiative.news", "create", "start", "pilot", "pilot_scale", "name_leads", "lead_left", "lead_gone", "learn"
)


def departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """The departments that take part in each of these."""
    return {one.key: one.departments for one in list_by_keys(keys)}


def news(entry: AnyRow) -> Text | None:
    """What is worth saying of an entry: facts, nobody's words."""
    if entry.verb == "close" and (result := (entry.after or {}).get("result")):
        return Text(f"initiative.news.{result}")
    return _TOLD(entry)
