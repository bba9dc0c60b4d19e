"""A brand incident is a task of severity `brand` and this row: how fast, who is paged, what became of it.

Its timeline is the audit chain of the task: complete, in order, sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment
from collab.kernel.keys import key_of

PREFIX = "T"
_OPEN = text("state in ('raised', 'taken', 'answered')")


class Incident(Base):
    """One incident; its key is its task's. `reply_due_at` is by when the public has an answer."""

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint(
            "state in ('raised', 'taken', 'answered', 'closed', 'reviewed', 'false_alarm')", name="state_known"
        ),
        CheckConstraint("state not in ('taken', 'answered', 'closed', 'reviewed') or taken_at is not null", name="taken_first"),
        CheckConstraint("state <> 'answered' or answer is not null", name="answered_in_words"),
        CheckConstraint("state not in ('closed', 'reviewed') or (what_happened is not null and root_cause is not null)",
                        name="closed_in_words"),
        CheckConstraint("state not in ('closed', 'reviewed') or answered_at is not null or no_answer_reason is not null",
                        name="answered_or_reasoned"),
        CheckConstraint("(state = 'reviewed') = (reviewed_at is not null)", name="reviewed_has_time"),
        CheckConstraint("(state = 'false_alarm') = (false_alarm_reason is not null)", name="false_alarm_reasoned"),
        Index("ix_incidents_open", "task_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(default="raised")
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    text: Mapped[str]
    link: Mapped[str | None]
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    since_at: Mapped[datetime] = mapped_column(Moment)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    ack_due_at: Mapped[datetime] = mapped_column(Moment)
    reply_due_at: Mapped[datetime] = mapped_column(Moment)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str | None]
    answer_link: Mapped[str | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    what_happened: Mapped[str | None]
    root_cause: Mapped[str | None]
    no_answer_reason: Mapped[str | None]
    review_due_at: Mapped[datetime | None] = mapped_column(Moment)
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    findings: Mapped[str | None]
    false_alarm_reason: Mapped[str | None]

    @property
    def key(self) -> str:
        """`T-9`."""
        return key_of(PREFIX, self.task_id)


class IncidentPerson(Base):
    """Somebody who was paged: in which role, and instead of whom where that one is away."""

    __tablename__ = "incident_people"
    __table_args__ = (
        UniqueConstraint("incident_id", "role", "member_id"),
        CheckConstraint("role in ('cx_owner', 'lead', 'communications')", name="role_known"),
        CheckConstraint("member_id <> instead_of_id", name="not_instead_of_oneself"),
        Index("ix_incident_people_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.task_id"))
    role: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    paged_at: Mapped[datetime] = mapped_column(Moment)
