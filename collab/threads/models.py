"""Tables of threads: comments, who is mentioned in them, the files that hang on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

_WITHDRAWN = "withdrawn_at is not null"


class Comment(Base):
    """What somebody said about a subject. Of a withdrawn one only the trail keeps the words.

    `form` tells one form from the next, so that a button pressed twice says it once. `version` counts corrections.
    """

    __tablename__ = "thread_comments"
    __table_args__ = (
        UniqueConstraint("author_id", "form"),
        CheckConstraint("length(body) <= 5000", name="body_bounded"),
        CheckConstraint("withdrawn_at is null or body = ''", name="withdrawn_is_silent"),
        CheckConstraint("version >= 1", name="version_counted"),
        Index("ix_thread_comments_subject_key_id", "subject_key", "id"),
        Index("ix_thread_comments_withdrawn_at", "withdrawn_at", sqlite_where=text(_WITHDRAWN), postgresql_where=text(_WITHDRAWN)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_key: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    body: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("thread_comments.id"))
    form: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class Mention(Base):
    """Somebody a comment, as it reads now, is addressed to."""

    __tablename__ = "thread_mentions"

    comment_id: Mapped[int] = mapped_column(ForeignKey("thread_comments.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class Attachment(Base):
    """A file of a comment: `kind` is what its content is, `address` where its bytes lie. Once `dropped_at` they are gone."""

    __tablename__ = "thread_attachments"
    __table_args__ = (
        UniqueConstraint("address"),
        CheckConstraint("size > 0", name="size_counted"),
        CheckConstraint("length(name) > 0", name="name_given"),
        Index("ix_thread_attachments_comment_id", "comment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("thread_comments.id"))
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    address: Mapped[str]
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)
