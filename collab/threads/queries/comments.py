"""What was said about a subject, for whoever may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db, run
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.people.queries import Named
from collab.subjects.queries import get_summary
from collab.subjects.traces import KEY, trace
from collab.threads.models import Attachment, Comment, Mention
from collab.threads.rules import comments as rules
from collab.threads.rules.files import PICTURES

AUTHORS = ("correct", "withdraw")
_comments: Table = Comment.__table__  # type: ignore[assignment]
SAID = trace(select(_comments.c.id).where(_comments.c.subject_key == KEY))
_COUNT = select(func.count()).where(_comments.c.subject_key == KEY)


@dataclass(frozen=True)
class FileView:
    """A file as a comment shows it; `size` in bytes."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str

    @property
    def path(self) -> str:
        """Where it is fetched."""
        return f"/threads/attachments/{self.id}"

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown in its place."""
        return self.kind in PICTURES


@dataclass(frozen=True)
class CommentView:
    """A comment: of a withdrawn one, that there was one and whose it was."""

    id: int
    key: str
    author: Named
    body: str
    version: int
    at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    mentioned: tuple[Named, ...] = ()
    files: tuple[FileView, ...] = ()
    reply_to: int | None = None
    reply_to_author: Named | None = None


def list_comments(
    viewer: Actor, key: str, *, offset: int = 0, limit: int | None = None, total: int | None = None
) -> list[CommentView]:
    """What was said about a subject, oldest first; `total` where it was counted: nothing is read of none. Raises NotFound when
    the viewer may not see it."""
    check_reader(viewer, key)
    if total == 0:
        return []
    wanted = select(Comment.__table__).where(Comment.subject_key == key).order_by(Comment.id)
    return _views(db.session.execute(wanted.offset(offset).limit(limit)).all())


def count_comments(key: str) -> int:
    """How many comments a subject has, withdrawn ones included."""
    return run(_COUNT, {"key": key}).scalar() or 0 if SAID.may_be_on(key) else 0


def get_comment(viewer: Actor, comment_id: int) -> CommentView:
    """One comment. Raises NotFound, also when the viewer may not see its subject."""
    row = db.session.execute(select(Comment.__table__).where(Comment.id == comment_id)).one_or_none()
    if row is None:
        raise NotFound
    check_reader(viewer, row.subject_key)
    return _views([row])[0]


def check_reader(viewer: Actor, key: str) -> None:
    """Raises NotFound unless the viewer may see the subject: whoever sees it may read what is said about it."""
    if not viewer.active:
        raise NotFound
    get_summary(viewer, key)
    permits.check("thread.read", relations(viewer))


def relations(viewer: Actor, author: int | None = None) -> frozenset[str]:
    """How somebody who sees a subject stands to its conversation, or to one comment of it."""
    if not viewer.active:
        return frozenset()
    return viewer.roles | {"sees"} | ({"author"} if viewer.id == author else set())


def state_of(comment: CommentView, now: datetime) -> str:
    """Whether a comment may still be put right."""
    return rules.state_of(comment.at, comment.withdrawn_at, now)


def verbs(viewer: Actor, comment: CommentView, now: datetime) -> frozenset[str]:
    """What somebody who sees a comment may do with it."""
    here, state = relations(viewer, comment.author.id), state_of(comment, now)
    return frozenset(verb for verb in AUTHORS if permits.allows(f"thread.{verb}", here, state))


def _views(rows: Sequence[AnyRow]) -> list[CommentView]:
    ids = [row.id for row in rows if row.withdrawn_at is None]
    answered = _authors({row.reply_to_id for row in rows if row.reply_to_id})
    mentioned, files = _mentioned(ids), _files(ids)
    everyone = (
        {row.author_id for row in rows} | {*answered.values()} | {who for ids in mentioned.values() for who in ids}
    )
    names = people.names_of(everyone)
    return [
        CommentView(
            row.id, row.subject_key, names[row.author_id], row.body, row.version, row.created_at, row.edited_at,
            row.withdrawn_at, tuple(names[who] for who in mentioned[row.id]), tuple(files[row.id]),
            row.reply_to_id, names[answered[row.reply_to_id]] if row.reply_to_id else None,
        )
        for row in rows
    ]  # fmt: skip


def _authors(ids: Iterable[int]) -> Mapping[int, int]:
    wanted = sorted(ids)
    if not wanted:
        return {}
    return dict(db.session.execute(select(Comment.id, Comment.author_id).where(Comment.id.in_(wanted))).all())


def _mentioned(ids: Sequence[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    wanted = (
        select(Mention.comment_id, Mention.member_id).where(Mention.comment_id.in_(ids)).order_by(Mention.member_id)
    )
    for comment, member in db.session.execute(wanted) if ids else ():
        found[comment].append(member)
    return found


def _files(ids: Sequence[int]) -> Mapping[int, list[FileView]]:
    found: dict[int, list[FileView]] = defaultdict(list)
    wanted = select(Attachment.__table__).where(Attachment.comment_id.in_(ids)).order_by(Attachment.id)
    for row in db.session.execute(wanted) if ids else ():
        found[row.comment_id].append(FileView(row.id, row.name, row.kind, row.size, row.sha256))
    return found
