"""A goal, its place in the tree, and who answers for it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Exact, Moment
from collab.kernel.keys import key_of

PREFIX = "G"
_HELD = text("removed_at is null")
_ASKED = text("asks_at is not null and removed_at is null")
_UNSAID = text("accepted_at is null and removed_at is null")


class Stage(Base):
    """A journey stage (顧客接点段階): a step of the customer's way, the department that owns it, and to which it hands over."""

    __tablename__ = "journey_stages"
    __table_args__ = (CheckConstraint("code <> hands_to", name="hands_to_another"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name_en: Mapped[str]
    name_ja: Mapped[str]
    department_code: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    hands_to: Mapped[str | None] = mapped_column(ForeignKey("journey_stages.code"))
    hands_over: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class Goal(Base):
    """A shared customer-experience goal. `progress` is computed whenever something it rests on changes, and only then: it does
    not depend on the day (what should be done by now does, and is computed when read). `claimed` is the status an owner set
    against the figures at the last check-in."""

    __tablename__ = "goals"
    __table_args__ = (
        CheckConstraint(
            "state in ('candidate', 'draft', 'accepted', 'active', 'paused', 'closed')", name="state_known"
        ),
        CheckConstraint("kind in ('vision', 'promise', 'goal')", name="kind_known"),
        CheckConstraint("result in ('achieved', 'missed', 'dropped')", name="result_known"),
        CheckConstraint("(state = 'closed') = (result is not null)", name="closed_has_result"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_has_time"),
        CheckConstraint("visibility in ('company', 'involved')", name="visibility_known"),
        CheckConstraint("progress_from in ('metric', 'children')", name="progress_from_known"),
        CheckConstraint("claimed in ('on_track', 'at_risk', 'off_track')", name="claimed_known"),
        CheckConstraint("due_on > starts_on", name="days_ordered"),
        CheckConstraint("length(title) > 0", name="title_given"),
        Index("ix_goals_state", "state"),
        Index("ix_goals_journey_stage", "journey_stage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="goal", server_default="goal")
    title: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="")
    journey_stage: Mapped[str | None] = mapped_column(ForeignKey("journey_stages.code"))
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="draft")
    visibility: Mapped[str] = mapped_column(default="company", server_default="company")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    progress_from: Mapped[str] = mapped_column(default="metric", server_default="metric")
    progress: Mapped[Decimal | None] = mapped_column(Exact)
    claimed: Mapped[str | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    activated_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    pause_reason: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[str | None]
    lesson: Mapped[str | None]
    final_progress: Mapped[Decimal | None] = mapped_column(Exact)

    @property
    def key(self) -> str:
        """`G-3`."""
        return key_of(PREFIX, self.id)


class Owner(Base):
    """One of the one or two people who answer for a goal; two stand for two departments, the sides of this goal.

    `means` is what it means for their side, in their words, written when they accept. `confidence` is the last one they
    gave, in per cent. `asks_at` is when their next check-in is asked for, `asked_at` since when one is open, `due_at` until
    when it is to come (its clock in the escalation engine starts then), `checked_in_at` the last one.
    """

    __tablename__ = "goal_owners"
    __table_args__ = (
        CheckConstraint("side in (1, 2)", name="side_known"),
        CheckConstraint("(accepted_at is null) = (means is null)", name="accepted_in_words"),
        CheckConstraint("confidence between 0 and 100", name="confidence_in_range"),
        CheckConstraint("(asked_at is null) = (due_at is null)", name="asked_with_deadline"),
        Index("uq_goal_owners_side", "goal_id", "side", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
        Index("uq_goal_owners_member", "goal_id", "member_id", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
        Index("uq_goal_owners_department", "goal_id", "department_code", unique=True, sqlite_where=_HELD,
              postgresql_where=_HELD),
        Index("ix_goal_owners_member_id", "member_id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_goal_owners_department_code", "department_code", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_goal_owners_unaccepted", "goal_id", sqlite_where=_UNSAID, postgresql_where=_UNSAID),
        Index("ix_goal_owners_asks_at", "asks_at", sqlite_where=_ASKED, postgresql_where=_ASKED),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"))
    side: Mapped[int]
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    named_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    means: Mapped[str | None]
    declined_at: Mapped[datetime | None] = mapped_column(Moment)
    decline_reason: Mapped[str | None]
    confidence: Mapped[int | None]
    checked_in_at: Mapped[datetime | None] = mapped_column(Moment)
    asks_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class Parent(Base):
    """A tie to a parent goal. What contributes has a share of this child in per cent; what supports has none."""

    __tablename__ = "goal_parents"
    __table_args__ = (
        CheckConstraint("child_id <> parent_id", name="not_to_itself"),
        CheckConstraint("kind in ('contribute', 'support')", name="kind_known"),
        CheckConstraint("(kind = 'contribute') = (share is not null)", name="share_of_contribution"),
        CheckConstraint("share between 1 and 100", name="share_in_range"),
        Index("ix_goal_parents_parent_id", "parent_id"),
    )

    child_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(default="contribute")
    share: Mapped[int | None]


class Tree(Base):
    """One row that whoever changes ties or progress locks first: two half cycles, or two children measured at once, would
    otherwise not see each other."""

    __tablename__ = "goal_tree"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
