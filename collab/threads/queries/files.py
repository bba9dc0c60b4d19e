"""Files of comments: one to be fetched, how much a subject holds, which bytes are still somebody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import NotFound
from collab.threads.models import Attachment, Comment
from collab.threads.queries.comments import check_reader
from collab.threads.rules.files import KINDS, PICTURES


@dataclass(frozen=True)
class File:
    """A file as it is served; `address` is where its bytes lie."""

    name: str
    kind: str
    size: int
    sha256: str
    address: str

    @property
    def mime(self) -> str:
        """What a browser is told it is."""
        return KINDS[self.kind]

    @property
    def is_picture(self) -> bool:
        """Whether it may be shown in its place."""
        return self.kind in PICTURES


def get_file(viewer: Actor, attachment_id: int) -> File:
    """A file of a comment that stands. Raises NotFound, also when the viewer may not see its subject."""
    standing = (Attachment.id == attachment_id) & Comment.withdrawn_at.is_(None) & Attachment.dropped_at.is_(None)
    columns = (Attachment.name, Attachment.kind, Attachment.size, Attachment.sha256, Attachment.address)
    wanted = select(*columns, Comment.subject_key).join(Comment, Comment.id == Attachment.comment_id)
    row = db.session.execute(wanted.where(standing)).one_or_none()
    if row is None:
        raise NotFound
    check_reader(viewer, row.subject_key)
    return File(row.name, row.kind, row.size, row.sha256, row.address)


def bytes_kept(key: str) -> int:
    """How much the files of a subject come to."""
    total = select(func.coalesce(func.sum(Attachment.size), 0)).join(Comment, Comment.id == Attachment.comment_id)
    return db.session.scalar(total.where(Comment.subject_key == key, Attachment.dropped_at.is_(None))) or 0


def address_in_use(addresses: Sequence[str]) -> set[str]:
    """Those of these addresses that hold a file somebody may still fetch, or that is kept for the trail."""
    kept = Attachment.dropped_at.is_(None) & Attachment.address.in_(addresses)
    return set(db.session.scalars(select(Attachment.address).where(kept)))
