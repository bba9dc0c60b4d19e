"""Saying something about a subject: words, who is meant, files; all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from collab.audit import service as audit
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.subjects.registry import registry
from collab.threads import queries
from collab.threads.models import Attachment, Comment, Mention
from collab.threads.queries.comments import check_reader
from collab.threads.rules import comments as rules
from collab.threads.rules import files as file_rules
from collab.threads.rules.files import Good, Upload
from collab.threads.rules.limits import MEGABYTE, MOST_OF_A_SUBJECT
from collab.threads.service import telling
from collab.threads.service.keeping import drop, kept

_comments: Table = Comment.__table__  # type: ignore[assignment]
_mentions: Table = Mention.__table__  # type: ignore[assignment]
_attachments: Table = Attachment.__table__  # type: ignore[assignment]
_INSERT = insert(_comments).returning(_comments.c.id)


@dataclass(frozen=True)
class Commented:
    """News: somebody said something about a subject (emitted inside the transaction)."""

    subject: str
    by: Actor
    comment: int
    mentioned: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class Draft:
    """What is to be said, once it was found good."""

    body: str
    files: tuple[Good, ...] = ()
    reply_to: int | None = None
    form: str | None = None


def comment(
    actor: Actor,
    key: str,
    body: str,
    *,
    files: Sequence[Upload] = (),
    reply_to: int | None = None,
    form: str | None = None,
    now: datetime,
) -> int:
    """Say something about a subject; returns the comment's id. The same `form` a second time says nothing again.

    Raises:
        NotFound: no such subject, or not one the actor may see.
        NotAllowed: an auditor reads only.
        Invalid: everything that is wrong at once, by field; then nothing is saved.
        Busy: the files cannot be kept just now.
    """
    good, bad = file_rules.check(files)
    draft = Draft(rules.tidy(body), tuple(good), reply_to, form or None)
    problems = rules.problems(draft.body, files=len(files)) | bad
    with kept([] if problems else good) as addresses, atomic():
        _locked(actor, key)
        if draft.form and (known := _said_before(actor, draft.form)):
            drop(addresses)
            return known
        meant = queries.who_is_meant(actor, key, draft.body, now)
        problems |= dict(meant.problems) | _too_much(key, good) | _astray(key, reply_to)
        if problems:
            raise Invalid(problems)
        return _say(actor, key, draft, addresses, meant.members, now)


def _locked(actor: Actor, key: str) -> None:
    """The subject's row held, once the actor may speak. Raises NotFound, NotAllowed."""
    subjects.lock_or_introduce(key, registry.kind_of(key).code)
    check_reader(actor, key)
    permits.check("thread.comment", queries.relations(actor))


def _said_before(actor: Actor, form: str) -> int | None:
    mine = (_comments.c.author_id == actor.id) & (_comments.c.form == form)
    return db.session.scalar(select(_comments.c.id).where(mine))


def _too_much(key: str, files: Sequence[Good]) -> dict[str, Text]:
    more = sum(len(file.content) for file in files)
    if not more or queries.bytes_kept(key) + more <= MOST_OF_A_SUBJECT:
        return {}
    return {"files": Text("thread.file.too_much", {"n": MOST_OF_A_SUBJECT // MEGABYTE})}


def _astray(key: str, reply_to: int | None) -> dict[str, Text]:
    """An answer belongs to the conversation of what it answers."""
    there = (_comments.c.id == reply_to) & (_comments.c.subject_key == key)
    if reply_to is None or db.session.scalar(select(_comments.c.id).where(there)):
        return {}
    return {"reply_to": Text("thread.problem.no_such_comment")}


def _say(
    actor: Actor, key: str, draft: Draft, addresses: Sequence[str], mentioned: Sequence[int], now: datetime
) -> int:
    values = {
        "subject_key": key, "author_id": actor.id, "body": draft.body, "version": 1, "reply_to_id": draft.reply_to,
        "form": draft.form, "created_at": now, "edited_at": None, "withdrawn_at": None,
    }  # fmt: skip
    number: int = run(_INSERT, values).scalar_one()
    _name(number, mentioned)
    if draft.files:
        run(insert(_attachments), [_file(number, file, at) for file, at in zip(draft.files, addresses, strict=True)])
    audit.record("comment", key, actor=actor, at=now, details=_for_the_trail(number, draft, mentioned))
    telling.of_comment(number, key, actor, mentioned, answered=draft.reply_to, now=now)
    reactions.emit(Commented(key, actor, number, tuple(mentioned), now))
    return number


def _name(number: int, members: Sequence[int]) -> None:
    if members:
        run(insert(_mentions), [{"comment_id": number, "member_id": member} for member in members])


def _file(number: int, file: Good, address: str) -> dict[str, Any]:
    return {
        "comment_id": number, "name": file.name, "kind": file.kind, "size": len(file.content), "sha256": file.sha256,
        "address": address, "dropped_at": None,
    }  # fmt: skip


def _for_the_trail(number: int, draft: Draft, mentioned: Sequence[int]) -> dict[str, Any]:
    """What an auditor finds: the words and the fingerprints. In `details`, which no history on a page shows."""
    files = [
        {"name": file.name, "kind": file.kind, "size": len(file.content), "sha256": file.sha256} for file in draft.files
    ]
    named = sorted(people.emails_of(mentioned).values())
    more = {"reply_to": draft.reply_to, "mentioned": named, "files": files}
    return {"comment": number, "text": draft.body, **{name: value for name, value in more.items() if value}}
