"""A task (依頼): what one department asks of another, and everything agreed about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

PREFIX = "T"
_OPEN = "state in ('asked', 'countered', 'accepted', 'started', 'blocked', 'done')"
_RUNNING = text("due_at is not null")
_CONFIRMED_BY = text("confirmer_id is not null")


class Task(Base):
    """One task. `version` guards writes. Exactly while it is open, somebody (or a department) must act by `due_at`.

    `assignee_id` is whom it was given to, `responsible_id` who must do it today (the assignee, their deputy, or the lead of
    the department), `confirmer_id` who answers for the asking side. `returns_to` is where a countered or blocked task came
    from, `rest_minutes` what its owner had left then; `question_rest` what whoever was waited for had left when a question
    moved the clock. Minutes are business minutes of that person's calendar (plain minutes for brand incidents).
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(f"{_OPEN} or state in ('confirmed', 'declined', 'withdrawn')", name="state_known"),
        CheckConstraint("severity in ('normal', 'urgent', 'brand')", name="severity_known"),
        CheckConstraint("visibility in ('company', 'parties')", name="visibility_known"),
        CheckConstraint("severity <> 'brand' or visibility = 'company'", name="brand_is_open"),
        CheckConstraint("source in ('web', 'slack', 'api', 'import')", name="source_known"),
        CheckConstraint("length(title) > 0", name="title_given"),
        CheckConstraint(f"({_OPEN}) = (due_at is not null)", name="open_has_clock"),
        CheckConstraint(f"({_OPEN}) = (ended_at is null)", name="closed_has_end"),
        CheckConstraint(f"({_OPEN}) = (waiting_department is not null)", name="open_waits_for_somebody"),
        CheckConstraint(f"({_OPEN}) or waiting_id is null", name="closed_waits_for_nobody"),
        CheckConstraint("(question_at is null) = (question_to_id is null)", name="question_whole"),
        CheckConstraint("(state = 'blocked') = (block_reason is not null)", name="blocked_reasoned"),
        CheckConstraint("(state = 'blocked') = (lifter_department is not null)", name="blocked_by_somebody"),
        CheckConstraint("(state in ('countered', 'blocked')) = (returns_to is not null)", name="returns_somewhere"),
        CheckConstraint("(cost_minor is null) = (cost_currency is null)", name="cost_has_currency"),
        CheckConstraint("(cost_minor is null) = (cost_per is null)", name="cost_per_time"),
        CheckConstraint("cost_per in ('day', 'week')", name="cost_per_known"),
        CheckConstraint("handovers >= 0 and snoozes >= 0 and counters >= 0", name="counts_not_negative"),
        Index("ix_tasks_waiting_id_due_at", "waiting_id", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_tasks_due_at", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_tasks_asker_id", "asker_id"),
        Index("ix_tasks_responsible_id", "responsible_id"),
        Index("ix_tasks_confirmer_id", "confirmer_id", sqlite_where=_CONFIRMED_BY, postgresql_where=_CONFIRMED_BY),
        Index("ix_tasks_to_department_state", "to_department", "state"),
        Index("ix_tasks_from_department", "from_department"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="asked")
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    detail: Mapped[str | None]
    severity: Mapped[str] = mapped_column(default="normal")
    visibility: Mapped[str] = mapped_column(default="company")
    source: Mapped[str] = mapped_column(default="web")
    permalink: Mapped[str | None]

    from_department: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    to_department: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    cross_silo: Mapped[bool]
    asker_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    confirmer_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    waiting_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    waiting_department: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    promised_at: Mapped[datetime | None] = mapped_column(Moment)
    needed_by_on: Mapped[date | None]
    snoozed_until: Mapped[datetime | None] = mapped_column(Moment)
    returns_to: Mapped[str | None]
    rest_minutes: Mapped[int | None]

    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    proposed_scope: Mapped[str | None]
    proposed_note: Mapped[str | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    agreed_scope: Mapped[str | None]

    question_text: Mapped[str | None]
    question_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    question_to_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    question_at: Mapped[datetime | None] = mapped_column(Moment)
    question_rest: Mapped[int | None]

    block_reason: Mapped[str | None]
    lifter_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    lifter_department: Mapped[str | None] = mapped_column(ForeignKey("departments.code"))
    cost_minor: Mapped[int | None] = mapped_column(BigInteger())
    cost_currency: Mapped[str | None]
    cost_per: Mapped[str | None]
    cost_text: Mapped[str | None]

    handovers: Mapped[int] = mapped_column(default=0)
    snoozes: Mapped[int] = mapped_column(default=0)
    counters: Mapped[int] = mapped_column(default=0)

    moved_verb: Mapped[str]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    moved_at: Mapped[datetime] = mapped_column(Moment)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class TaskPerson(Base):
    """Somebody who has to do with a task beyond its two sides: it was shared with them, they were asked, they had it before."""

    __tablename__ = "task_people"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    why: Mapped[str]
    since: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (CheckConstraint("why in ('shared', 'asked', 'lifter', 'former')", name="why_known"),)
