"""An import: a file somebody handed in, checked row by row, then written whole or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.kernel.db import Base, Json, Moment

WAITING, CHECKING, PREVIEWED, WRITING, DONE, REFUSED = "waiting", "checking", "previewed", "writing", "done", "refused"


class Import(Base):
    """One file's way in. `preview_only` stops after the check and says what would change."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(
            "state in ('waiting', 'checking', 'previewed', 'writing', 'done', 'refused')", name="state_known"
        ),
        CheckConstraint("done >= 0 and done <= total", name="done_within_total"),
        Index("ix_imports_open", "id", sqlite_where=text("state in ('waiting', 'checking', 'writing')"),
              postgresql_where=text("state in ('waiting', 'checking', 'writing')")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    file_address: Mapped[str]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    preview_only: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    errors: Mapped[Any] = mapped_column(Json, default=list)
    changes: Mapped[Any] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
