"""Changing the routes: proposed by one person, taken by another; what runs keeps its route, what is taken is a new version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.approvals.models import RouteProposal, RouteVersion
from collab.approvals.queries import files_in_force
from collab.approvals.queries import proposals as known
from collab.approvals.rules import lint
from collab.approvals.rules.book import Book
from collab.approvals.service.comparing import effect
from collab.approvals.service.routes import SUBJECT, digest_of, read
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.text import storable
from collab.kernel.words import checked_reason
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects import service as subjects

PROPOSED, TOLD = "routes.proposed", "routes.told"
MOST_FILES, LONGEST_FILES = 20, 200_000
_proposals: Table = RouteProposal.__table__  # type: ignore[assignment]
_versions: Table = RouteVersion.__table__  # type: ignore[assignment]


def propose(texts: Sequence[str], *, actor: Actor, reason: str, now: datetime) -> int:
    """Put route files before those who may take them; returns the proposal's number.

    Raises:
        NotAllowed.
        Invalid: no reason, files that cannot be read or would surprise, or nothing new.
    """
    permits.check("routes.propose", actor.roles)
    reason = checked_reason(reason)
    tried = _tried(_check_files(texts, now), now)
    with atomic():
        subjects.lock_or_introduce(SUBJECT, "routes")
        newest, digest = known.newest_version(), digest_of(texts)
        if [text.strip() for text in texts] == [text.strip() for text in files_in_force()]:
            raise Invalid({"files": Text("error.routes_unchanged")}, "routes_unchanged")
        values = {
            "digest": digest, "files": list(texts), "reason": reason, "based_on_id": newest.id if newest else None,
            "proposed_by_id": actor.id, "proposed_at": now, "state": "open",
        }  # fmt: skip
        number: int = run(insert(_proposals).returning(_proposals.c.id), values).scalar_one()
        _record("routes.propose", actor, reason, {"proposal": number}, {"digest": digest}, now)
        told = known.takers(known.find_proposal(number), now)
        outbox.enqueue(*(_note(PROPOSED, number, "proposed", member, **tried) for member in told), now=now)
    return number


def take_proposal(number: int, *, actor: Actor, now: datetime) -> int:
    """Bring proposed routes in force, as the second person; returns the new version. What runs keeps the route it has.

    Raises:
        NotFound, NotAllowed: among others for whoever proposed it.
        NotNow: it is over, or other routes came in force since it was proposed.
        Invalid: it can no longer be taken as written.
    """
    with atomic():
        row = _locked("routes.take", number, actor)
        newest = known.newest_version()
        if row.based_on_id != (newest.id if newest else None):
            raise NotNow("routes_changed")
        _check_files(row.files, now)
        values = {
            "digest": digest_of(row.files, after=newest.id if newest else 0), "files": row.files, "imported_at": now,
            "imported_by": actor.email,
        }  # fmt: skip
        version: int = run(insert(_versions).returning(_versions.c.id), values).scalar_one()
        _end(row, "taken", actor, None, now)
        proposer = people.email_of(row.proposed_by_id)
        after = {"version": version, "digest": values["digest"], "proposed_by": proposer}
        _record("routes.take", actor, row.reason, {"proposal": number}, after, now)
    return version


def decline_proposal(number: int, *, actor: Actor, comment: str, now: datetime) -> None:
    """Turn a proposal down, with the reason. Raises NotFound, NotAllowed, NotNow, Invalid."""
    with atomic():
        row = _locked("routes.decline", number, actor)
        comment = checked_reason(comment, "comment")
        _end(row, "declined", actor, comment, now)
        _record("routes.decline", actor, comment, {"proposal": number}, {}, now)


def withdraw_proposal(number: int, *, actor: Actor, now: datetime) -> None:
    """Take one's own proposal back. Raises NotFound, NotAllowed, NotNow."""
    with atomic():
        row = _locked("routes.withdraw", number, actor)
        _end(row, "withdrawn", actor, None, now)
        _record("routes.withdraw", actor, None, {"proposal": number}, {}, now)


def _locked(verb: str, number: int, actor: Actor) -> AnyRow:
    """The proposal as it stands under the lock of the routes. Whether there is one is for those to know who may see it."""
    subjects.lock_or_introduce(SUBJECT, "routes")
    row = known.get_proposal(actor, number)
    permits.check(verb, known.relations_to(actor, row), row.state)
    return row


def _end(row: AnyRow, state: str, actor: Actor, comment: str | None, now: datetime) -> None:
    """Compare-and-set: SQLite knows no row locks."""
    still = (_proposals.c.id == row.id) & (_proposals.c.state == "open")
    values = {"state": state, "decided_by_id": actor.id, "decided_at": now, "comment": comment}
    if run(update(_proposals).where(still).values(**values)).rowcount != 1:
        raise NotNow("conflict")
    if row.proposed_by_id != actor.id:
        outbox.enqueue(_note(TOLD, row.id, state, row.proposed_by_id, by=actor.id), now=now)
    outbox.repaint(SUBJECT, turn=f"p{row.id}:{state}", now=now)


def _note(kind: str, number: int, turn: str, member: int, **args: Any) -> Note:
    key = f"{SUBJECT}:p{number}:{turn}:{member}"
    return Note(kind, SUBJECT, key, member=member, args={"proposal": number, **args})


def _record(
    verb: str, actor: Actor, reason: str | None, details: dict[str, Any], after: dict[str, Any], now: datetime
) -> None:
    audit.record(verb, SUBJECT, actor=actor, at=now, reason=reason, after=after or None, details=details)


def _tried(book: Book, now: datetime) -> dict[str, int]:
    """What the change would have done, in two numbers; nothing was submitted before any routes were in force."""
    if known.newest_version() is None:
        return {}
    found = effect(book, now=now)
    return {"tried": found.tried, "changed": found.changed}


def _check_files(texts: Sequence[str], now: datetime) -> Book:
    """The book as written. Raises Invalid with everything wrong; a file's examples must hold as well."""
    if not texts or len(texts) > MOST_FILES or sum(map(len, texts)) > LONGEST_FILES or not all(map(storable, texts)):
        problem = f"1-{MOST_FILES} TOML"
        raise Invalid({"files": Text("error.bad_routes", {"problem": problem})}, "bad_routes", problem=problem)
    book = read(texts)
    problem = "; ".join(lint.unwise(book, people.today(now)))
    if problem:
        raise Invalid({"files": Text("error.bad_routes", {"problem": problem})}, "bad_routes", problem=problem)
    return book
