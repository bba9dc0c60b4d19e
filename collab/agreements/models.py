"""Tables of data-sharing agreements: what two departments promised each other, and every delivery."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.agreements.rules import Cadence
from collab.kernel.db import Base, Moment
from collab.kernel.keys import key_of

PREFIX = "DA"
_DUE = text("due_at is not null")


class Agreement(Base):
    """One agreement. `due_on` is the business day of the delivery that is awaited, `due_at` the moment by which it must
    have come: the closing of that day, unless it got a new date or was asked for again."""

    __tablename__ = "agreements"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'active', 'paused', 'ended')", name="state_known"),
        CheckConstraint("unit in ('day', 'week', 'month')", name="unit_known"),
        CheckConstraint("every between 1 and 366", name="every_sane"),
        CheckConstraint("weekday between 0 and 6", name="weekday_known"),
        CheckConstraint("day between 1 and 31", name="day_known"),
        CheckConstraint("ends_on >= starts_on", name="days_ordered"),
        CheckConstraint("length(title) > 0", name="title_given"),
        CheckConstraint("giver_id <> receiver_id", name="two_people"),
        CheckConstraint("giver_code <> receiver_code", name="two_departments"),
        CheckConstraint("(due_on is null) = (due_at is null)", name="due_whole"),
        CheckConstraint("due_at is null or state in ('active', 'paused')", name="due_while_running"),
        CheckConstraint("(state = 'ended') = (ended_at is not null)", name="ended_has_time"),
        Index("ix_agreements_due_at", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_agreements_giver_id", "giver_id"),
        Index("ix_agreements_receiver_id", "receiver_id"),
        Index("ix_agreements_goal_id", "goal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="proposed")
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    data: Mapped[str]
    purpose: Mapped[str | None]
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    giver_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    receiver_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    every: Mapped[int]
    unit: Mapped[str]
    weekday: Mapped[int | None]
    day: Mapped[int | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    proposer_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    giver_agreed_at: Mapped[datetime | None] = mapped_column(Moment)
    receiver_agreed_at: Mapped[datetime | None] = mapped_column(Moment)
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    promised_at: Mapped[datetime | None] = mapped_column(Moment)
    postponed: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[str | None]

    @property
    def key(self) -> str:
        """`DA-3`."""
        return key_of(PREFIX, self.id)

    @property
    def cadence(self) -> Cadence:
        """How often it is due."""
        return Cadence(self.every, self.unit, self.starts_on, self.weekday, self.day, self.ends_on)


class Delivery(Base):
    """One delivery of the data due on a day; after a dispute the next try. `due_at` is when it was first promised."""

    __tablename__ = "agreement_deliveries"
    __table_args__ = (
        UniqueConstraint("agreement_id", "due_on", "attempt"),
        CheckConstraint("state in ('delivered', 'confirmed', 'disputed')", name="state_known"),
        CheckConstraint("attempt >= 1", name="attempt_counted"),
        CheckConstraint("rows >= 0", name="rows_counted"),
        CheckConstraint("(state = 'delivered') = (judged_at is null)", name="judged_has_time"),
        CheckConstraint("state <> 'disputed' or reason is not null", name="dispute_reasoned"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(default="delivered")
    delivered_at: Mapped[datetime] = mapped_column(Moment)
    delivered_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    note: Mapped[str | None]
    link: Mapped[str | None]
    rows: Mapped[int | None]
    judged_at: Mapped[datetime | None] = mapped_column(Moment)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    reason: Mapped[str | None]
