"""What changes between two route books, in the words of their authority tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PARTS = ("routes", "overlays", "refusals", "warnings", "proxy", "rates")
Lines = Sequence[str]


@dataclass(frozen=True)
class Change:
    """An entry that is added, removed or changed, with the lines that go and those that come."""

    part: str
    code: str
    change: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Entry by entry; what stays as it is is not named. Steps are lines of their route, with their numbers."""
    old, new = dict(_entries(before)), dict(_entries(after))
    return [
        _change(key, old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)
    ]


def _change(key: tuple[str, str], old: Lines | None, new: Lines | None) -> Change:
    word = "added" if old is None else "removed" if new is None else "changed"
    gone = tuple(line for line in old or () if line not in (new or ()))
    come = tuple(line for line in new or () if line not in (old or ()))
    return Change(*key, word, gone, come)


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Lines]]:
    for part in PARTS:
        if part in ("proxy", "rates"):
            yield (part, ""), list(table[part]) if part == "rates" else [table[part]]
            continue
        for entry in table[part]:
            yield (part, entry["code"]), list(_rule(entry) if "steps" in entry else _notice(entry))


def _rule(entry: Mapping[str, Any]) -> Iterator[str]:
    yield " · ".join(note for note in (entry["name"], entry["when"], entry.get("place"), *entry["notes"]) if note)
    for number, step in enumerate(entry["steps"], start=1):
        yield f"{number}. {step['name']}: {', '.join(step['seats'])} ({' · '.join(step['notes'])})"
    yield from entry["auto"]


def _notice(entry: Mapping[str, Any]) -> Iterator[str]:
    yield " · ".join(note for note in (entry["when"], entry["dates"]) if note)
    yield entry["message"]
