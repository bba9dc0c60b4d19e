"""How an entry is sealed: SHA-256 over the previous entry's hash and the entry's canonical JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

SEALED = ("subject_key", "seq", "at", "actor", "acting_for", "verb", "reason", "before", "after", "details")

ALTERED = "altered, moved or missing"
END_GONE = "entries after this one are gone"
ALL_GONE = "all entries are gone"
NOT_ANCHORED = "not what was anchored"
DAY_MISSING = "missing or altered in the anchor"
PROBLEMS = {
    ALTERED: "altered",
    END_GONE: "end_gone",
    ALL_GONE: "all_gone",
    NOT_ANCHORED: "not_anchored",
    DAY_MISSING: "day_missing",
}
"""What may be wrong with an entry, and what each is called in the catalogue (`audit.problem.<code>`)."""


def canonical(value: Mapping[str, Any]) -> str:
    """One spelling only: sorted keys, no white space, UTF-8 as is (in the spirit of RFC 8785)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def seal(previous_hash: str, entry: Mapping[str, Any]) -> str:
    """The hash of an entry whose moment is already written as ISO text."""
    content = canonical({name: entry[name] for name in SEALED})
    return hashlib.sha256(f"{previous_hash}\n{content}".encode()).hexdigest()


def first_break(entries: Sequence[Mapping[str, Any]]) -> int | None:
    """The seq of the first entry of one chain that does not fit its place, or None if all fit."""
    previous_hash, expected = "", 1
    for entry in entries:
        fits = entry["seq"] == expected and entry["previous_hash"] == previous_hash
        if not fits or seal(previous_hash, entry) != entry["hash"]:
            return expected
        previous_hash, expected = entry["hash"], expected + 1
    return None
