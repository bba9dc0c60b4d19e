"""The dialogue: each side answers a question without seeing the other, both answers are revealed together, and what differs is
worked on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

_BLIND = text("revealed_at is null")


class Dialogue(Base):
    """One of the four questions, asked in one quarter (`FY2026-Q3`). It is blind until both sides answered."""

    __tablename__ = "blueprint_dialogues"
    __table_args__ = (
        UniqueConstraint("initiative_id", "quarter", "question"),
        Index("uq_blueprint_dialogues_blind", "initiative_id", "question", unique=True, sqlite_where=_BLIND,
              postgresql_where=_BLIND),
        CheckConstraint("question between 1 and 4", name="question_known"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("blueprints.initiative_id"))
    quarter: Mapped[str]
    question: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    due_1_at: Mapped[datetime] = mapped_column(Moment)
    due_2_at: Mapped[datetime] = mapped_column(Moment)
    """By when either side is asked to answer, on the calendar of its lead."""
    revealed_at: Mapped[datetime | None] = mapped_column(Moment)


class Answer(Base):
    """One side's answer. Until the dialogue is revealed only whoever gave it reads it, and may change it."""

    __tablename__ = "blueprint_answers"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "side"),
        UniqueConstraint("dialogue_id", "member_id"),
        CheckConstraint("side in (1, 2)", name="side_known"),
        CheckConstraint("rating between 1 and 5", name="rating_in_range"),
        CheckConstraint("length(text) > 0", name="text_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("blueprint_dialogues.id"))
    side: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    rating: Mapped[int]
    text: Mapped[str]
    answered_at: Mapped[datetime] = mapped_column(Moment)


class Difference(Base):
    """Where the two answers differ, and the one task that works on it."""

    __tablename__ = "blueprint_differences"
    __table_args__ = (
        UniqueConstraint("dialogue_id"),
        CheckConstraint("length(text) > 0", name="text_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("blueprint_dialogues.id"))
    text: Mapped[str]
    task_key: Mapped[str | None]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    noted_at: Mapped[datetime] = mapped_column(Moment)
