"""How each member wants to be reminded and when they are not disturbed; and who was reminded on which day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment

_OF_A_DAY = "between 0 and 1439"


class Habit(Base):
    """What a member chose; whoever chose nothing has no row. Times are local minutes after midnight.

    `daily` False turns the daily reminder off; `at_minute` None leaves its time to the team and the company. Quiet time
    goes past midnight when it ends before it starts; `never_quiet` refuses the company's own. `by_mail`: what asks them to act comes
    by mail rather than in Slack.
    """

    __tablename__ = "nudge_habits"
    __table_args__ = (
        CheckConstraint(f"at_minute {_OF_A_DAY}", name="at_of_a_day"),
        CheckConstraint(f"quiet_from {_OF_A_DAY} and quiet_until {_OF_A_DAY}", name="quiet_of_a_day"),
        CheckConstraint("(quiet_from is null) = (quiet_until is null)", name="quiet_whole"),
        CheckConstraint("quiet_from <> quiet_until", name="quiet_ends"),
        CheckConstraint("not never_quiet or quiet_from is null", name="quiet_or_never"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    daily: Mapped[bool] = mapped_column(default=True)
    at_minute: Mapped[int | None]
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    never_quiet: Mapped[bool] = mapped_column(default=False)
    by_mail: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    changed_at: Mapped[datetime] = mapped_column(Moment)


class Nudge(Base):
    """A member was looked after on one of their days: at most once. `rows` is of how many things they were reminded."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("for_on", "member_id"),
        CheckConstraint("rows >= 0", name="rows_counted"),
        Index("ix_nudges_member_id", "member_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    for_on: Mapped[date]
    rows: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Moment)
