"""Recording, anchoring: every change of a subject leaves one sealed entry in the same transaction."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Table, insert, select

from collab.audit import rules
from collab.audit.models import Anchor, Entry
from collab.audit.registry import registry
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.atomic import atomic, current
from collab.kernel.db import db, insert_once, run
from collab.subjects import service as subjects
from collab.subjects.queries import list_heads

log = structlog.get_logger(__name__)
_ENTRIES = insert(Entry.__table__)  # type: ignore[arg-type]


def record(  # noqa: PLR0913 - an entry has this many parts, each named at the call
    verb: str,
    subject: str,
    *,
    actor: Actor | None,
    at: datetime,
    acting_for: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry to the chain of a subject that this transaction has locked or introduced.

    Entries are sealed and written together just before the commit. `actor` None is the system itself.
    """
    unit = current()
    unit.notes.setdefault("audit.entries", []).append(
        {
            "subject_key": subject,
            "at": at.astimezone(UTC),
            "actor": actor.email if actor else SYSTEM,
            "acting_for": acting_for,
            "verb": verb,
            "reason": reason,
            "before": dict(before) if before else None,
            "after": dict(after) if after else None,
            "details": dict(details) if details else None,
            "surface": registry.surface(actor is not None),
        }
    )
    unit.before_commit("audit", write_waiting)


def write_waiting() -> None:
    """Seal and write the entries of the open transaction: by itself just before the commit, earlier for whoever must see
    the subjects they introduce."""
    unit = current()
    unit.before.pop("audit", None)
    entries: list[dict[str, Any]] = unit.notes.pop("audit.entries", [])
    if not entries:
        return
    heads = {entry["subject_key"]: subjects.lock(entry["subject_key"]) for entry in entries}
    for entry in entries:
        head = heads[entry["subject_key"]]
        head.seq += 1
        entry.update(seq=head.seq, previous_hash=head.hash)
        entry["hash"] = head.hash = rules.seal(head.hash, {**entry, "at": entry["at"].isoformat()})
    run(_ENTRIES, entries)
    subjects.advance(heads, {entry["subject_key"]: entry["at"] for entry in reversed(entries)})


def anchor(*, now: datetime) -> bool:
    """Once a day, write the heads of all chains to COLLAB_AUDIT_ANCHOR (a path or an http address) away from the database.

    A chain alone shows neither a cut tail nor a full rewrite; the anchored heads do. Returns whether this call did it.
    """
    target: str | None = current_app.extensions["audit.anchor"]
    if not target:
        return False
    heads = list_heads()
    body = json.dumps({"at": now.isoformat(), "heads": heads}, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(body.encode()).hexdigest()
    table: Table = Anchor.__table__  # type: ignore[assignment]
    if db.session.scalar(select(Anchor.on).where(Anchor.on == now.date())):
        return False
    with atomic():
        fresh = insert_once(table, on=now.date(), at=now, subjects=len(heads), digest=digest)
        if fresh:
            _write_away(target, body + "\n")
    return fresh


def _write_away(target: str, line: str) -> None:
    if target.startswith(("http://", "https://")):
        request = urllib.request.Request(target, line.encode(), {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - scheme checked above
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
        return
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
