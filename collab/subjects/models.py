"""Tables of the registry: one row per subject (its lock and the head of its audit chain), links, who follows, search grams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment


class Subject(Base):
    """Anything with a key. Whoever changes it locks this row first, so its audit chain cannot fork. `indexed_seq` and `told_seq`
    are how far search and shared channels have come in it."""

    __tablename__ = "subjects"
    __table_args__ = (
        CheckConstraint("audit_seq >= 0", name="audit_seq_not_negative"),
        Index("ix_subjects_unindexed", "key", sqlite_where=text("indexed_seq < audit_seq"),
              postgresql_where=text("indexed_seq < audit_seq")),
        Index("ix_subjects_untold", "key", sqlite_where=text("told_seq < audit_seq"),
              postgresql_where=text("told_seq < audit_seq")),
    )  # fmt: skip

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    audit_seq: Mapped[int] = mapped_column(default=0)
    audit_hash: Mapped[str] = mapped_column(default="")
    indexed_seq: Mapped[int] = mapped_column(default=0)
    told_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(Moment)


class Link(Base):
    """A tie between any two subjects that neither of their features stores itself."""

    __tablename__ = "subject_links"
    __table_args__ = (
        UniqueConstraint("from_key", "to_key", "kind"),
        CheckConstraint("from_key <> to_key", name="not_to_itself"),
        Index("ix_subject_links_to_key", "to_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_key: Mapped[str]
    to_key: Mapped[str]
    kind: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(Moment)


FOLLOW, MUTE = "follow", "mute"


class Follow(Base):
    """What a member wants to hear about a subject beyond what needs them: everything (`follow`) or nothing (`mute`)."""

    __tablename__ = "subject_follows"
    __table_args__ = (
        CheckConstraint("wish in ('follow', 'mute')", name="wish_known"),
        Index("ix_subject_follows_member_id", "member_id"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    wish: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class SearchText(Base):
    """The searchable words of a subject, as last indexed; `inner` are those only who may read it whole finds it by."""

    __tablename__ = "subject_texts"

    key: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    inner: Mapped[str | None]


class SearchGram(Base):
    """One pair of neighbouring characters in a subject's words; finds 予算, which trigram indexes cannot. The key is kept as its
    prefix and number, so that what is newest of a kind stands at one end of the index."""

    __tablename__ = "subject_grams"
    __table_args__ = (Index("ix_subject_grams_prefix_number", "prefix", "number"),)

    gram: Mapped[str] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
