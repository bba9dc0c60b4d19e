"""What was submitted in each round of a subject, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, select

from collab.approvals.models import Round
from collab.kernel.db import db, run

_rounds: Table = Round.__table__  # type: ignore[assignment]
_COLUMNS = (
    _rounds.c.number, _rounds.c.state, _rounds.c.opened_at, _rounds.c.ended_at, _rounds.c.content_version, _rounds.c.content,
)  # fmt: skip
_OF = select(*_COLUMNS).where(_rounds.c.subject_key == bindparam("key"))
_LAST = _OF.order_by(_rounds.c.number.desc()).limit(1)


@dataclass(frozen=True)
class Submission:
    """One round: its content as submitted (None where it was not kept then), since when, to which end."""

    number: int
    state: str
    submitted_at: datetime
    ended_at: datetime | None
    content_version: int
    content: Mapping[str, Any] | None


def list_submissions(key: str) -> list[Submission]:
    """Every submission of a subject, the first one first."""
    return [Submission(*row) for row in db.session.execute(_OF.order_by(_rounds.c.number), {"key": key})]


def last_content(key: str) -> Mapping[str, Any] | None:
    """What was submitted last; None before the first round, or where it was not kept."""
    row = run(_LAST, {"key": key}).first()
    return row.content if row else None
