"""Tables of the alignment pulse. Who is asked and what was answered are apart: while a pulse is open a keyed hash lets somebody
change their answer, and the key is destroyed when it closes; then only counts remain, of groups large enough to be shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment
from collab.kernel.keys import key_of

PREFIX = "AP"
_OPEN = text("state = 'open'")


class Pulse(Base):
    """One pulse: its questions as they were asked (frozen), the smallest group that is shown, when it closes. `secret` is this
    database's half of the key of hashes and answers, gone once it is closed; `remind_at` is gone once everybody was reminded."""

    __tablename__ = "pulses"
    __table_args__ = (
        CheckConstraint("state in ('open', 'closed', 'cancelled')", name="state_known"),
        CheckConstraint("(state = 'open') = (secret is not null)", name="secret_while_open"),
        CheckConstraint("(state = 'open') = (ended_at is null)", name="ended_has_time"),
        CheckConstraint("minimum >= 4", name="groups_of_four"),
        CheckConstraint("closes_at > opened_at", name="moments_ordered"),
        Index("uq_pulses_open", "state", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="open")
    version: Mapped[int] = mapped_column(default=1)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    minimum: Mapped[int] = mapped_column(default=4)
    secret: Mapped[str | None]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    remind_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def key(self) -> str:
        """`AP-3`."""
        return key_of(PREFIX, self.id)


class Asked(Base):
    """Somebody who is asked, for which department and side: never what they said, and not when. Answering leaves no trace
    here; `answered` is written for everybody at once when the pulse closes."""

    __tablename__ = "pulse_askings"
    __table_args__ = (Index("ix_pulse_askings_member_id", "member_id"),)

    pulse_id: Mapped[int] = mapped_column(ForeignKey("pulses.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    department_code: Mapped[str] = mapped_column(ForeignKey("departments.code"))
    side: Mapped[str]
    answered: Mapped[bool] = mapped_column(default=False)


class Given(Base):
    """One member's answers while the pulse is open, sealed, under a hash nobody can turn back; removed when it closes."""

    __tablename__ = "pulse_answers"

    token: Mapped[str] = mapped_column(primary_key=True)
    pulse_id: Mapped[int] = mapped_column(ForeignKey("pulses.id"), index=True)
    sealed: Mapped[str]


class Count(Base):
    """How many of a group gave a question a rating: what is left of the answers once a pulse is closed. A group is a department
    or, as `*`, the small departments of a side together; of a group too small to be shown nothing is kept."""

    __tablename__ = "pulse_counts"
    __table_args__ = (
        CheckConstraint("rating between 1 and 5", name="rating_in_range"),
        CheckConstraint("n > 0", name="counted"),
    )

    pulse_id: Mapped[int] = mapped_column(ForeignKey("pulses.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    department_code: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    rating: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
