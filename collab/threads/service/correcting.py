"""Putting right what one said, for a little while and visibly; or taking it back, at any time and visibly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, update

from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db, run
from collab.kernel.errors import Invalid, NotNow, Stale
from collab.kernel.permits import permits
from collab.subjects import service as subjects
from collab.threads import queries
from collab.threads.models import Comment, Mention
from collab.threads.queries import CommentView
from collab.threads.rules import comments as rules
from collab.threads.service import telling

_comments: Table = Comment.__table__  # type: ignore[assignment]
_mentions: Table = Mention.__table__  # type: ignore[assignment]


def correct(actor: Actor, comment_id: int, body: str, *, seen: int | None = None, now: datetime) -> CommentView:
    """Say it better, within fifteen minutes; it is marked as edited, the trail keeps both. `seen` is the version looked at.

    Raises:
        NotFound, NotAllowed, Invalid.
        NotNow: the fifteen minutes are over, or it was withdrawn.
        Stale: it was corrected since.
    """
    body = rules.tidy(body)
    with atomic():
        said = _held(actor, comment_id, "correct", now)
        if seen is not None and seen != said.version:
            raise Stale
        meant = queries.who_is_meant(actor, said.key, body, now)
        problems = rules.problems(body, files=len(said.files)) | dict(meant.problems)
        if problems:
            raise Invalid(problems)
        if body == said.body:
            return said
        _change(said, {"body": body, "edited_at": now})
        newly = _mention_anew(said, meant.members)
        details = {"comment": said.id, "text": body, "text_before": said.body}
        audit.record("comment_corrected", said.key, actor=actor, at=now, details=details)
        telling.of_correction(said.id, said.version + 1, said.key, newly, now=now)
        return queries.get_comment(actor, comment_id)


def withdraw(actor: Actor, comment_id: int, *, now: datetime) -> CommentView:
    """Take it back: words and files are gone from view at once, that there was something stays. Again is once.

    Raises:
        NotFound, NotAllowed.
    """
    with atomic():
        said = queries.get_comment(actor, comment_id)
        if said.withdrawn_at is not None and said.author.id == actor.id:
            return said
        said = _held(actor, comment_id, "withdraw", now)
        _change(said, {"body": "", "withdrawn_at": now})
        run(delete(_mentions).where(_mentions.c.comment_id == said.id))
        files = [{"name": file.name, "sha256": file.sha256} for file in said.files]
        details = {"comment": said.id, "text_before": said.body, **({"files": files} if files else {})}
        audit.record("comment_withdrawn", said.key, actor=actor, at=now, details=details)
        return queries.get_comment(actor, comment_id)


def _held(actor: Actor, comment_id: int, verb: str, now: datetime) -> CommentView:
    """The comment as it stands under its subject's lock, once the verb is permitted."""
    subjects.lock(queries.get_comment(actor, comment_id).key)
    said = queries.get_comment(actor, comment_id)
    state = queries.state_of(said, now)
    here = queries.relations(actor, said.author.id)
    if "author" in here and state == rules.WITHDRAWN:
        raise NotNow("comment_withdrawn")
    if "author" in here and state == rules.SETTLED and verb == "correct":
        raise NotNow("comment_settled", n=int(rules.CORRECTED_FOR.total_seconds() // 60))
    permits.check(f"thread.{verb}", here, state)
    return said


def _change(said: CommentView, values: dict[str, Any]) -> None:
    """Compare-and-set on the version that was read under the lock."""
    at = (_comments.c.id == said.id) & (_comments.c.version == said.version)
    done = db.session.execute(update(_comments).where(at).values(**values, version=said.version + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("conflict")


def _mention_anew(said: CommentView, members: tuple[int, ...]) -> set[int]:
    """Let the mentions be those of the new text; returns who is new among them."""
    before = {named.id for named in said.mentioned}
    if before != set(members):
        run(delete(_mentions).where(_mentions.c.comment_id == said.id))
        if members:
            run(insert(_mentions), [{"comment_id": said.id, "member_id": member} for member in members])
    return set(members) - before
