"""Reading the trail: a subject's history, verification, export."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from collab.audit import rules
from collab.audit.models import Anchor, Entry
from collab.kernel.db import AnyRow, db, run
from collab.subjects.queries import list_heads

_COLUMNS = [column for column in Entry.__table__.columns if column.name != "id"]
_OF_SUBJECT = select(*_COLUMNS).where(Entry.subject_key == bindparam("key")).order_by(Entry.seq)


@dataclass(frozen=True)
class Fault:
    """The first entry of a chain that does not hold, and why."""

    subject: str
    seq: int
    problem: str


def list_entries(subject_key: str) -> Sequence[AnyRow]:
    """A subject's entries, oldest first."""
    return run(_OF_SUBJECT, {"key": subject_key}).all()


def list_after(seqs: Mapping[str, int]) -> Sequence[AnyRow]:
    """Of each of these subjects the entries after the one named, oldest first. One statement."""
    if not seqs:
        return []
    later = or_(*((Entry.subject_key == key) & (Entry.seq > seq) for key, seq in seqs.items()))
    return db.session.execute(select(*_COLUMNS).where(later).order_by(Entry.subject_key, Entry.seq)).all()


def list_latest(subject_key: str, *, limit: int) -> Sequence[AnyRow]:
    """A subject's latest entries, newest first."""
    mine = select(*_COLUMNS).where(Entry.subject_key == subject_key)
    return db.session.execute(mine.order_by(Entry.seq.desc()).limit(limit)).all()


def find_hashes(subject_key: str, seqs: Iterable[int]) -> dict[int, str]:
    """The hashes of these entries of a subject, by their number; those there are none of are left out."""
    mine = (Entry.subject_key == subject_key) & Entry.seq.in_(sorted(set(seqs)))
    return {row.seq: row.hash for row in db.session.execute(select(Entry.seq, Entry.hash).where(mine))}


def verify(anchor: Path | None = None) -> list[Fault]:
    """Check every chain against itself, its head, and the heads anchored on any day. Empty means all holds."""
    faults: list[Fault] = []
    heads = list_heads()
    hashes: dict[str, dict[int, str]] = {}
    for key, chain in groupby(_all_entries(), key=lambda entry: entry["subject_key"]):
        entries = list(chain)
        hashes[key] = {entry["seq"]: entry["hash"] for entry in entries}
        broken = rules.first_break(entries)
        if broken is not None:
            faults.append(Fault(key, broken, rules.ALTERED))
        elif (entries[-1]["seq"], entries[-1]["hash"]) != heads.get(key):
            faults.append(Fault(key, entries[-1]["seq"] + 1, rules.END_GONE))
    faults += [Fault(key, 1, rules.ALL_GONE) for key, (seq, _hash) in heads.items() if seq and key not in hashes]
    if anchor is None:
        return faults
    return faults + missing_days(anchor) + (_faults_by_anchor(anchor, hashes) if anchor.exists() else [])


def count() -> int:
    """How many entries there are."""
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def export() -> Iterator[str]:
    """Every entry as a JSON line, then one line with the count and the SHA-256 of all lines before it."""
    digest, count = hashlib.sha256(), 0
    for entry in _all_entries():
        line = rules.canonical(entry) + "\n"
        digest.update(line.encode())
        count += 1
        yield line
    yield rules.canonical({"entries": count, "sha256": digest.hexdigest()}) + "\n"


def _all_entries() -> Iterator[dict[str, Any]]:
    statement = select(*_COLUMNS).order_by(Entry.subject_key, Entry.seq).execution_options(yield_per=1000)
    for row in db.session.execute(statement).mappings():
        yield {**row, "at": row["at"].isoformat()}


def missing_days(anchor: Path) -> list[Fault]:
    """Days this database knows to have anchored and that the anchor does not hold as they were written."""
    lines = anchor.read_text(encoding="utf-8").splitlines() if anchor.exists() else []
    kept = {hashlib.sha256(line.encode()).hexdigest() for line in lines}
    days = db.session.execute(select(Anchor.on, Anchor.digest).order_by(Anchor.on))
    return [Fault(f"anchor of {on}", 1, rules.DAY_MISSING) for on, digest in days if digest not in kept]


def _faults_by_anchor(anchor: Path, hashes: Mapping[str, Mapping[int, str]]) -> list[Fault]:
    """A chain rewritten as a whole agrees with itself, but not with what was anchored elsewhere.

    Every day counts, not only the last one: what was rewritten in between was anchored anew by our own hand.
    """
    found: dict[str, int] = {}
    with anchor.open(encoding="utf-8") as days:
        for day in filter(str.strip, days):
            for key, (seq, hash_) in json.loads(day)["heads"].items():
                if seq and hashes.get(key, {}).get(seq) != hash_:
                    found.setdefault(key, seq)
    return [Fault(key, seq, rules.NOT_ANCHORED) for key, seq in found.items()]
