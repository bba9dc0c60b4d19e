"""Taking a route book: a new version, never retroactive, with an audit entry."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table

from collab.approvals.models import RouteVersion
from collab.approvals.rules import book as books
from collab.approvals.rules import parsing
from collab.audit import service as audit
from collab.kernel.actor import SYSTEM, Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once
from collab.kernel.errors import Invalid, Text
from collab.subjects import service as subjects

SUBJECT = "routes"


def read(texts: Sequence[str]) -> books.Book:
    """Parse route files. Raises Invalid naming everything wrong."""
    try:
        return parsing.parse([tomllib.loads(text) for text in texts])
    except (books.BadBook, tomllib.TOMLDecodeError) as error:
        problem = "; ".join(error.problems) if isinstance(error, books.BadBook) else str(error)
        raise Invalid(
            {"file": Text("error.bad_routes", {"problem": problem})}, "bad_routes", problem=problem
        ) from error


def digest_of(texts: Sequence[str], *, after: int = 0) -> str:
    """What tells one version's files from another's; those of an earlier version may come again `after` another."""
    said = "\n".join(texts) + (f"\nafter version {after}" if after else "")
    return hashlib.sha256(said.encode()).hexdigest()


def take(texts: Sequence[str], *, actor: Actor | None, now: datetime) -> bool:
    """Bring an installation's route files in force, or a test's, as one new version; the same content again changes nothing and
    returns False. People propose changes (`proposing`)."""
    read(texts)
    digest = digest_of(texts)
    table: Table = RouteVersion.__table__  # type: ignore[assignment]
    with atomic():
        subjects.lock_or_introduce(SUBJECT, "routes")
        by = actor.email if actor else SYSTEM
        fresh = insert_once(table, digest=digest, files=list(texts), imported_at=now, imported_by=by)
        if fresh:
            audit.record("routes.take", SUBJECT, actor=actor, at=now, after={"digest": digest})
    return fresh
