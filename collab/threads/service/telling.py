"""Who hears of a comment: those it names, whoever it answers, and a subject's direct other side. Never its author."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Table, select

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.threads.models import Comment
from collab.threads.registry import listeners_of

MENTIONED, TOLD = "thread.mentioned", "thread.told"
_comments: Table = Comment.__table__  # type: ignore[assignment]


def of_comment(
    number: int, key: str, author: Actor, mentioned: Iterable[int], *, answered: int | None, now: datetime
) -> None:
    """One message each; whoever is mentioned hears of nothing else besides."""
    named = set(mentioned) - {author.id}
    others = (listeners_of(key) | _author_of(answered)) - named - {author.id}
    notes = [_note(MENTIONED, number, 1, key, member) for member in sorted(named)]
    notes += [_note(TOLD, number, 1, key, member) for member in sorted(others)]
    if notes:
        outbox.enqueue(*notes, now=now)


def of_correction(number: int, version: int, key: str, newly: Iterable[int], *, now: datetime) -> None:
    """Those whom only the corrected text names."""
    notes = [_note(MENTIONED, number, version, key, member) for member in sorted(newly)]
    if notes:
        outbox.enqueue(*notes, now=now)


def _note(kind: str, number: int, version: int, key: str, member: int) -> Note:
    return Note(kind, key, f"thread:{number}:v{version}:{member}", member=member, args={"comment": number})


def _author_of(comment: int | None) -> set[int]:
    if comment is None:
        return set()
    return set(db.session.scalars(select(_comments.c.author_id).where(_comments.c.id == comment)))
