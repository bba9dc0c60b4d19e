"""What an initiative is steered by: milestones, the log of risks, decisions and releases, constraints, health over time."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment


class Milestone(Base):
    """One thing to reach by a day, with an owner of either side."""

    __tablename__ = "initiative_milestones"
    __table_args__ = (
        CheckConstraint("state in ('open', 'reached', 'dropped')", name="state_known"),
        CheckConstraint("owner_1_id <> owner_2_id", name="two_owners"),
        CheckConstraint("(state = 'open') = (ended_at is null)", name="ended_has_time"),
        CheckConstraint("length(title) > 0", name="title_given"),
        Index("ix_initiative_milestones_initiative_id", "initiative_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"))
    title: Mapped[str]
    due_on: Mapped[date]
    owner_1_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    owner_2_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(default="open")
    note: Mapped[str | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Entry(Base):
    """A line of the log: a risk (weighed, with its owner, open until it is over), a decision (with its reason) or a release."""

    __tablename__ = "initiative_entries"
    __table_args__ = (
        CheckConstraint("kind in ('risk', 'decision', 'release')", name="kind_known"),
        CheckConstraint("weight in ('low', 'medium', 'high')", name="weight_known"),
        CheckConstraint("(kind = 'risk') = (weight is not null)", name="risk_weighed"),
        CheckConstraint("kind = 'risk' or closed_at is null", name="only_risks_close"),
        CheckConstraint("(closed_at is null) = (close_note is null)", name="closed_in_words"),
        CheckConstraint("length(text) > 0", name="text_given"),
        Index("ix_initiative_entries_initiative_id", "initiative_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"))
    kind: Mapped[str]
    text: Mapped[str]
    reason: Mapped[str | None]
    weight: Mapped[str | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    on: Mapped[date]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    close_note: Mapped[str | None]


class Constraint(Base):
    """A real limit the work runs into, and who can lift it."""

    __tablename__ = "initiative_constraints"
    __table_args__ = (
        CheckConstraint("kind in ('budget', 'system', 'people', 'other')", name="kind_known"),
        CheckConstraint("(lifted_at is null) = (lift_note is null)", name="lifted_in_words"),
        CheckConstraint("length(text) > 0", name="text_given"),
        Index("ix_initiative_constraints_initiative_id", "initiative_id"),
        Index("ix_initiative_constraints_lifter_id", "lifter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"))
    kind: Mapped[str]
    text: Mapped[str]
    lifter_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    lift_note: Mapped[str | None]


class Health(Base):
    """How one lead said it goes, each time they said it."""

    __tablename__ = "initiative_health"
    __table_args__ = (
        CheckConstraint("slot in (1, 2, 3)", name="slot_known"),
        CheckConstraint("health in ('on_track', 'at_risk', 'off_track')", name="health_known"),
        CheckConstraint("health = 'on_track' or note is not null", name="trouble_in_words"),
        Index("ix_initiative_health_initiative_id", "initiative_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"))
    slot: Mapped[int]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    health: Mapped[str]
    note: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(Moment)
