"""The charter (合意書) of an initiative, version by version. Who signed which is on its sheet (`collab.signatures`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Moment


class Charter(Base):
    """One version: what both sides want for the customer, what is in it and what is not, what each side brings. The latest may be
    written on until it is laid out for signing; a change after that is the next version."""

    __tablename__ = "initiative_charters"
    __table_args__ = (CheckConstraint("version >= 1", name="version_counted"),)

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiatives.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    vision: Mapped[str] = mapped_column(default="")
    customer_outcome: Mapped[str] = mapped_column(default="")
    scope: Mapped[str] = mapped_column(default="")
    out_of_scope: Mapped[str] = mapped_column(default="")
    brings_1: Mapped[str] = mapped_column(default="")
    brings_2: Mapped[str] = mapped_column(default="")
    brings_3: Mapped[str] = mapped_column(default="")
    written_by_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
