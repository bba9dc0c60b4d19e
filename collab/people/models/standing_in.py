"""Who may act for whom by arrangement: delegations and secretaries. Absences, which need no arrangement, are in organisation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

_OPEN = "ended_at is null"


class Delegation(Base):
    """A dated delegation (委任): the deputy may approve for the principal, within categories and below a limit.

    `limit_minor` is in the company's currency, exclusive; no categories and no limit mean all. `may_decide` also names
    the deputy for final decisions in the principal's absence (代決). It counts once `confirm_by_id`, the second person, has
    confirmed it.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days_ordered"),
        CheckConstraint("principal_id <> deputy_id", name="deputy_is_another"),
        CheckConstraint("limit_minor > 0", name="limit_positive"),
        CheckConstraint("confirm_by_id <> proposed_by_id", name="second_person"),
        Index("ix_delegations_principal_id", "principal_id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_delegations_deputy_id", "deputy_id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    categories: Mapped[Any | None] = mapped_column(Json)
    limit_minor: Mapped[int | None] = mapped_column(BigInteger())
    may_decide: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    confirm_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))


class Secretary(Base):
    """Sees a principal's inbox and sets their absences; decides nothing for them."""

    __tablename__ = "secretaries"
    __table_args__ = (
        CheckConstraint("principal_id <> secretary_id", name="secretary_is_another"),
        Index("uq_secretaries_pair", "principal_id", "secretary_id", unique=True,
              sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_secretaries_secretary_id", "secretary_id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    secretary_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
