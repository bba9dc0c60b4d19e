"""What a charter says, and what it lacks before it can be signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NONE, DRAFT, OPEN, VALID = "none", "draft", "open", "valid"
STATES = (NONE, DRAFT, OPEN, VALID)
TEXTS = ("vision", "customer_outcome", "scope", "out_of_scope", "brings_1", "brings_2", "brings_3")
MUST = ("vision", "customer_outcome", "scope", "brings_1", "brings_2")
"""What is written before it is laid out: what both want for the customer, what is in it, what either side brings."""


def content_of(
    *, title: str, problem: str, journey_stage: str, leads: Iterable[Mapping[str, Any]], goals: Sequence[tuple[str, str]],
    texts: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """The content of a sheet, as JSON. `goals` are keys and titles; the key stands apart, so that a reader who may not see a
    goal can be shown less."""
    said = {name: texts[name] for name in TEXTS if not name.startswith("brings_")}
    return {
        "title": title, "problem": problem, "journey_stage": journey_stage, **said, "leads": [dict(one) for one in leads],
        "goals": [key for key, _title in goals], "goal_titles": [title for _key, title in goals],
    }  # fmt: skip


def without_goals(content: Mapping[str, Any], hidden: Iterable[str]) -> dict[str, Any]:
    """A sheet without these goals: neither key nor title."""
    gone = set(hidden)
    pairs = zip(content.get("goals", ()), content.get("goal_titles", ()), strict=False)
    left = [(key, title) for key, title in pairs if key not in gone]
    return {**content, "goals": [key for key, _title in left], "goal_titles": [title for _key, title in left]}


def lacking(texts: Mapping[str, str]) -> list[str]:
    """Fields that must be written before it is laid out."""
    return [name for name in MUST if not texts[name].strip()]
