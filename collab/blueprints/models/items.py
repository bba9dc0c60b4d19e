"""What a blueprint is made of. Every item serves the customer at a journey stage and for a goal, or says that it does not
(`unjustified_reason`: not customer-justified)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

_JUSTIFIED = "(journey_stage is not null and goal_id is not null) <> (unjustified_reason is not null)"
_OPEN = text("due_at is not null")


class Point(Base):
    """A meeting point: a process meets a system, and an owner of either side answers for it."""

    __tablename__ = "blueprint_points"
    __table_args__ = (
        CheckConstraint(_JUSTIFIED, name="justified_or_marked"),
        CheckConstraint("owner_1_id <> owner_2_id", name="two_owners"),
        CheckConstraint("length(process) > 0 and length(system) > 0", name="named"),
        Index("ix_blueprint_points_initiative_id", "initiative_id"),
        Index("ix_blueprint_points_goal_id", "goal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("blueprints.initiative_id"))
    process: Mapped[str]
    system: Mapped[str]
    detail: Mapped[str | None]
    owner_1_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    owner_2_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    journey_stage: Mapped[str | None] = mapped_column(ForeignKey("journey_stages.code"))
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    unjustified_reason: Mapped[str | None]
    added_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class Requirement(Base):
    """What one side needs (`side`), and what the other answers: commit with a date, decline with a reason, or counter with both.
    `due_at` is by when somebody must act next: the answer, then the promised delivery."""

    __tablename__ = "blueprint_requirements"
    __table_args__ = (
        CheckConstraint(_JUSTIFIED, name="justified_or_marked"),
        CheckConstraint("side in (1, 2)", name="side_known"),
        CheckConstraint(
            "state in ('asked', 'committed', 'declined', 'countered', 'met', 'withdrawn')", name="state_known"
        ),
        CheckConstraint(
            "state not in ('committed', 'countered', 'met') or promised_on is not null", name="promise_dated"
        ),
        CheckConstraint("state not in ('declined', 'countered') or answer is not null", name="answer_reasoned"),
        CheckConstraint("(state in ('asked', 'committed', 'countered')) = (due_at is not null)", name="open_has_clock"),
        CheckConstraint("length(title) > 0", name="title_given"),
        Index("ix_blueprint_requirements_initiative_id", "initiative_id"),
        Index("ix_blueprint_requirements_goal_id", "goal_id"),
        Index("ix_blueprint_requirements_due_at", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("blueprints.initiative_id"))
    side: Mapped[int]
    title: Mapped[str]
    detail: Mapped[str | None]
    needed_by_on: Mapped[date | None]
    journey_stage: Mapped[str | None] = mapped_column(ForeignKey("journey_stages.code"))
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    unjustified_reason: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="asked")
    asker_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    answerer_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    answer: Mapped[str | None]
    promised_on: Mapped[date | None]
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    met_at: Mapped[datetime | None] = mapped_column(Moment)


class Source(Base):
    """A data source: what it holds, who answers for it, which departments may use it (`SourceUse`), what for."""

    __tablename__ = "blueprint_sources"
    __table_args__ = (
        CheckConstraint(_JUSTIFIED, name="justified_or_marked"),
        CheckConstraint("length(name) > 0", name="name_given"),
        Index("ix_blueprint_sources_initiative_id", "initiative_id"),
        Index("ix_blueprint_sources_goal_id", "goal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("blueprints.initiative_id"))
    name: Mapped[str]
    detail: Mapped[str | None]
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    personal_data: Mapped[bool] = mapped_column(default=False)
    individual: Mapped[bool] = mapped_column(default=False)
    """Whether it can be joined at the level of one customer."""
    journey_stage: Mapped[str | None] = mapped_column(ForeignKey("journey_stages.code"))
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    unjustified_reason: Mapped[str | None]
    added_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class SourceUse(Base):
    """A department that may use a data source."""

    __tablename__ = "blueprint_source_uses"

    source_id: Mapped[int] = mapped_column(ForeignKey("blueprint_sources.id"), primary_key=True)
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"), primary_key=True)


class Definition(Base):
    """What a word means to both sides. Each version is ratified on a sheet of its own (paper `definition-<id>`); a change of the
    meaning is the next version."""

    __tablename__ = "blueprint_definitions"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version_counted"),
        CheckConstraint("length(term) > 0 and length(meaning) > 0", name="defined"),
        Index("ix_blueprint_definitions_initiative_id", "initiative_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("blueprints.initiative_id"))
    term: Mapped[str]
    meaning: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    ratified_version: Mapped[int | None]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class DefinitionGoal(Base):
    """A goal whose metric uses the word: until both sides ratified its meaning, the goal's page warns."""

    __tablename__ = "blueprint_definition_goals"
    __table_args__ = (Index("ix_blueprint_definition_goals_goal_id", "goal_id"),)

    definition_id: Mapped[int] = mapped_column(ForeignKey("blueprint_definitions.id"), primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), primary_key=True)
