"""What a printed sheet says of the record it was printed from, and whether that still holds.

A mark is `17-<16 of the 17th entry's hash>-<16 of the content's>`: with it whoever holds the paper finds out whether it is of
this record, what happened since, and whether the content is still what was printed. The content is hashed together with the
first entry of the chain, so that nobody who may not read it can try contents out against a paper.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from collab.audit import rules
from collab.audit.queries import find_hashes
from collab.purchases.models import Purchase
from collab.purchases.queries.requests import content_of
from collab.subjects.queries import audit_seq

LENGTH = 16
_MARK = re.compile(rf"([1-9][0-9]{{0,8}})-([0-9a-f]{{{LENGTH}}})-([0-9a-f]{{{LENGTH}}})")
SAME, LATER, CHANGED, OTHER = "same", "later", "changed", "other"
"""Nothing happened since; something did, and the content is the same; the content changed with it; not from this record."""


@dataclass(frozen=True)
class Check:
    """What became of the record since a sheet was printed: `version` is the entry the sheet was printed at."""

    found: str
    version: int = 0
    since: int = 0


def mark_of(purchase: Purchase) -> str:
    """The mark of a request as it stands now. A handful of short statements."""
    seq = audit_seq(purchase.key)
    hashes = find_hashes(purchase.key, (1, seq))
    return f"{seq}-{hashes.get(seq, '')[:LENGTH]}-{_content(purchase, hashes.get(1, ''))}"


def check(purchase: Purchase, mark: str) -> Check:
    """What a printed mark tells of a request today; whatever is not a mark is from no record of ours."""
    match = _MARK.fullmatch(mark)
    if match is None:
        return Check(OTHER)
    version, now = int(match[1]), audit_seq(purchase.key)
    hashes = find_hashes(purchase.key, (1, version))
    if hashes.get(version, "")[:LENGTH] != match[2]:
        return Check(OTHER)
    kept = match[3] == _content(purchase, hashes.get(1, ""))
    if version == now:
        return Check(SAME if kept else OTHER, version)
    return Check(LATER if kept else CHANGED, version, now - version)


def _content(purchase: Purchase, first: str) -> str:
    written = rules.canonical(content_of(purchase))
    return hashlib.sha256(f"{first}\n{written}".encode()).hexdigest()[:LENGTH]
