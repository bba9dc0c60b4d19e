"""Checks of the trail that were asked for, and what a part of it says of itself."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, true

from collab.audit import rules
from collab.audit.models import Check, Entry
from collab.audit.queries.trail import Fault
from collab.kernel.db import db
from collab.subjects.queries import heads_of

Heads = Mapping[str, tuple[int, str]]
Anchored = Mapping[str, Mapping[int, str]]
AT_ONCE = 500
_NEVER = "anchored in two ways"
"""Days that contradict each other: no chain agrees with both."""
_COLUMNS = [column for column in Entry.__table__.columns if column.name != "id"]


@dataclass(frozen=True)
class Part:
    """What checking some chains found."""

    entries: int
    faults: Sequence[Fault]


def list_checks(limit: int = 10) -> Sequence[Check]:
    """The latest checks, newest first."""
    return db.session.scalars(select(Check).order_by(Check.id.desc()).limit(limit)).all()


def find_check(number: int) -> Check | None:
    """One check."""
    return db.session.get(Check, number)


def find_running() -> Check | None:
    """The check that is not done yet: there is at most one."""
    return db.session.scalar(select(Check).where(Check.state == "running"))


def last_entry() -> int:
    """The number of the last entry there is."""
    return db.session.scalar(select(func.max(Entry.id))) or 0


def check_part(heads: Heads, anchored: Anchored) -> Part:
    """Check the chains of some subjects: each against itself, its head, and what was anchored of it on any day.

    The heads were read first: what is written meanwhile stands behind them, and is held against the head as it is afterwards.
    """
    faults: list[Fault] = []
    hashes: dict[str, dict[int, str]] = {}
    late: dict[str, tuple[int, str]] = {}
    count = 0
    for key, chain in groupby(_entries(sorted(heads)), key=lambda entry: entry["subject_key"]):
        entries = list(chain)
        count += len(entries)
        hashes[key] = {entry["seq"]: entry["hash"] for entry in entries}
        broken = rules.first_break(entries)
        if broken is not None:
            faults.append(Fault(key, broken, rules.ALTERED))
        elif (heads[key][0], heads[key][1]) != (entries[-1]["seq"], entries[-1]["hash"]):
            late[key] = (entries[-1]["seq"], entries[-1]["hash"])
    faults += _late(late, heads, hashes)
    faults += [Fault(key, 1, rules.ALL_GONE) for key, (seq, _hash) in heads.items() if seq and key not in hashes]
    return Part(count, faults + _by_anchor(heads, hashes, anchored))


def headless(after: str, last: str | None) -> list[Fault]:
    """Chains behind one key and up to another that are no subject's: the head that would tell where they end is gone."""
    between = (Entry.subject_key > after) & ((Entry.subject_key <= last) if last else true())
    ends = select(Entry.subject_key, func.max(Entry.seq)).where(between).group_by(Entry.subject_key)
    found: dict[str, int] = dict(db.session.execute(ends).all())
    there = heads_of(found)
    return [Fault(key, seq + 1, rules.END_GONE) for key, seq in sorted(found.items()) if key not in there]


def vanished(anchored: Anchored) -> list[Fault]:
    """Subjects that were anchored and of which nothing is left, not even the head."""
    keys = sorted(key for key, seqs in anchored.items() if any(seqs))
    gone: set[str] = set()
    for at in range(0, len(keys), AT_ONCE):
        gone |= set(keys[at : at + AT_ONCE]) - heads_of(keys[at : at + AT_ONCE]).keys()
    return [Fault(key, min(filter(None, anchored[key])), rules.NOT_ANCHORED) for key in sorted(gone)]


def _late(late: Heads, heads: Heads, hashes: Mapping[str, Mapping[int, str]]) -> list[Fault]:
    """Chains that do not end where their head was a moment ago: they grew meanwhile, or their end is gone."""
    now = heads_of(late) if late else {}
    faults = []
    for key, (seq, _hash) in late.items():
        was, hash_ = heads[key]
        grew = seq > was and hashes[key].get(was, "") == hash_ and now.get(key, (0, ""))[0] >= seq
        if not grew:
            faults.append(Fault(key, seq + 1, rules.END_GONE))
    return faults


def _by_anchor(heads: Heads, hashes: Mapping[str, Mapping[int, str]], anchored: Anchored) -> list[Fault]:
    found = []
    for key in heads:
        wrong = [seq for seq, hash_ in anchored.get(key, {}).items() if seq and hashes.get(key, {}).get(seq) != hash_]
        found += [Fault(key, min(wrong), rules.NOT_ANCHORED)] if wrong else []
    return found


def _entries(keys: Sequence[str]) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(*_COLUMNS).where(Entry.subject_key.in_(keys)).order_by(Entry.subject_key, Entry.seq)
    ).mappings()
    return [{**row, "at": row["at"].isoformat()} for row in rows]


def read_anchor(anchor: Path) -> Anchored:
    """Every head that was ever anchored: by subject, the hash of each entry that was its last one on some day.

    Raises ValueError or KeyError for a line that holds no heads.
    """
    found: dict[str, dict[int, str]] = defaultdict(dict)
    with anchor.open(encoding="utf-8") as days:
        for day in filter(str.strip, days):
            for key, (seq, hash_) in json.loads(day)["heads"].items():
                same = found[key].setdefault(seq, hash_) == hash_
                found[key][seq] = hash_ if same else _NEVER
    return found
