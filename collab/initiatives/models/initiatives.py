"""A joint initiative, who leads it, who takes part in it, and which goals it serves."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment
from collab.kernel.keys import key_of

PREFIX = "I"
_HELD = text("removed_at is null")


class Initiative(Base):
    """One initiative. It starts from the customer: `problem` and `journey_stage` are there before anything is to be delivered.
    An experiment also says its `hypothesis`, how it is measured, and by which day it stops. `version` guards writes."""

    __tablename__ = "initiatives"
    __table_args__ = (
        CheckConstraint("state in ('idea', 'chartered', 'active', 'pilot', 'scaling', 'closed')", name="state_known"),
        CheckConstraint("kind in ('delivery', 'experiment')", name="kind_known"),
        CheckConstraint("kind <> 'experiment' or hypothesis is not null", name="experiment_has_hypothesis"),
        CheckConstraint("visibility in ('company', 'involved')", name="visibility_known"),
        CheckConstraint("result in ('achieved', 'stopped', 'silence', 'dropped')", name="result_known"),
        CheckConstraint("(state = 'closed') = (result is not null)", name="closed_has_result"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_has_time"),
        CheckConstraint("length(title) > 0", name="title_given"),
        CheckConstraint("length(problem) > 0", name="problem_given"),
        Index("ix_initiatives_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="idea")
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(default="delivery")
    title: Mapped[str]
    problem: Mapped[str]
    journey_stage: Mapped[str] = mapped_column(ForeignKey("journey_stages.code"))
    hypothesis: Mapped[str | None]
    measured_by: Mapped[str | None]
    stops_on: Mapped[date | None]
    visibility: Mapped[str] = mapped_column(default="company")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[str | None]
    outcome: Mapped[str | None]
    lesson: Mapped[str | None]

    @property
    def key(self) -> str:
        """`I-7`."""
        return key_of(PREFIX, self.id)


class Lead(Base):
    """Who leads it for a side: slots 1 and 2 are the two sides, 3 answers for data or infrastructure (`area`). `health` is how
    this lead said it goes, last."""

    __tablename__ = "initiative_leads"
    __table_args__ = (
        CheckConstraint("slot in (1, 2, 3)", name="slot_known"),
        CheckConstraint("area in ('data', 'infrastructure')", name="area_known"),
        CheckConstraint("(slot = 3) = (area is not null)", name="third_has_area"),
        CheckConstraint("health in ('on_track', 'at_risk', 'off_track')", name="health_known"),
        CheckConstraint("(health is null) = (health_at is null)", name="health_has_time"),
        Index("uq_initiative_leads_slot", "initiative_id", "slot", unique=True, sqlite_where=_HELD,
              postgresql_where=_HELD),
        Index("uq_initiative_leads_member", "initiative_id", "member_id", unique=True, sqlite_where=_HELD,
              postgresql_where=_HELD),
        Index("ix_initiative_leads_member_id", "member_id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_initiative_leads_department_code", "department_code", sqlite_where=_HELD, postgresql_where=_HELD),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"))
    slot: Mapped[int]
    area: Mapped[str | None]
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    named_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    health: Mapped[str | None]
    health_note: Mapped[str | None]
    health_at: Mapped[datetime | None] = mapped_column(Moment)


class Participant(Base):
    """Somebody else who works on it; a guest sees an initiative only by being one. A guest's department is none of ours."""

    __tablename__ = "initiative_participants"
    __table_args__ = (
        Index("uq_initiative_participants_member", "initiative_id", "member_id", unique=True, sqlite_where=_HELD,
              postgresql_where=_HELD),
        Index("ix_initiative_participants_member_id", "member_id", sqlite_where=_HELD, postgresql_where=_HELD),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    part: Mapped[str | None]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    added_at: Mapped[datetime] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class InitiativeGoal(Base):
    """A goal the initiative serves; at least one from the day it is chartered."""

    __tablename__ = "initiative_goals"
    __table_args__ = (Index("ix_initiative_goals_goal_id", "goal_id"),)

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"), primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), primary_key=True)
    linked_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    linked_at: Mapped[datetime] = mapped_column(Moment)
