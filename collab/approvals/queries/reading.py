"""What is to be read and by whom; what of it stands in somebody's inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Table, bindparam, select

from collab.approvals.models import Reading, Round
from collab.approvals.rules import reading as rules
from collab.approvals.rules.together import MOST
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import Text
from collab.subjects.queries import rows_about
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.signs import ME, only_where
from collab.subjects.traces import KEY, trace

_readings: Table = Reading.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
CIRCULATED = trace(select(_readings.c.id).where(_readings.c.subject_key == KEY))
_ALL = (
    select(_readings, _rounds.c.number)
    .join(_rounds, _rounds.c.id == _readings.c.round_id)
    .where(_readings.c.subject_key == bindparam("key"))
    .order_by(_readings.c.asked_at, _readings.c.id)
)
_UNREAD = (
    select(_readings.c.member_id, _readings.c.subject_key, _readings.c.why, _readings.c.asked_at, _readings.c.due_at)
    .where(
        _readings.c.member_id.in_(bindparam("members", expanding=True)),
        _readings.c.read_at.is_(None),
        _readings.c.confirm,
    )
    .order_by(_readings.c.asked_at, _readings.c.id)
)
_UNREAD_WHYS = (
    select(_readings.c.subject_key, _readings.c.why)
    .where(_readings.c.member_id == bindparam("member"), _readings.c.read_at.is_(None))
    .order_by(_readings.c.asked_at, _readings.c.id)
)


@dataclass(frozen=True)
class ReadingView:
    """Something somebody has to read: in which round, why, whether they confirm it, who asked with which words, and what
    became of it; `answer` is their objection to what nobody was asked about."""

    id: int
    subject: str
    round_id: int
    round: int
    member: int
    why: str
    confirm: bool
    asked_by: int | None
    note: str | None
    asked_at: datetime
    due_at: datetime | None
    read_at: datetime | None
    answer: str | None

    @property
    def waits(self) -> bool:
        """Whether it stands in their inbox."""
        return self.confirm and self.read_at is None


def list_readings(key: str) -> list[ReadingView]:
    """Everything anybody has or had to read about a subject, the oldest first."""
    return [_view(row) for row in run(_ALL, {"key": key})] if CIRCULATED.may_be_on(key) else []


@only_where(
    select(_readings.c.id).where(_readings.c.member_id == ME, _readings.c.read_at.is_(None), _readings.c.confirm)
)
def reading_inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """What members have yet to read and confirm, one row per subject; what is only circulated is not among it."""
    first: dict[tuple[int, str], AnyRow] = {}
    for row in run(_UNREAD, {"members": [member.id for member in members]}):
        first.setdefault((row.member_id, row.subject_key), row)
    return rows_about(members, [(who, key, row) for (who, key), row in first.items()], _row)


def unread_subjects(member: int) -> Select[tuple[str]]:
    """The subjects that were circulated to a member (回覧) who has not confirmed them, for use inside another statement."""
    return select(_readings.c.subject_key).where(
        _readings.c.member_id == member, _readings.c.read_at.is_(None), _readings.c.why == rules.CIRCULATE
    )


def list_read_together(member: int) -> list[str]:
    """What a member could confirm as read in one go, the longest waiting first: what was circulated, asked to confirm or not."""
    whys: dict[str, set[str]] = {}
    for key, why in run(_UNREAD_WHYS, {"member": member}):
        whys.setdefault(key, set()).add(why)
    return [key for key, found in whys.items() if rules.together(found)][:MOST]


def _row(row: AnyRow, subject: Summary) -> InboxRow:
    return subject.asks(Text(f"approval.ask.{row.why}"), since=row.asked_at, due_at=row.due_at, actions=("read",))


def _view(row: AnyRow) -> ReadingView:
    return ReadingView(
        row.id, row.subject_key, row.round_id, row.number, row.member_id, row.why, row.confirm, row.asked_by_id, row.note,
        row.asked_at, row.due_at, row.read_at, row.answer,
    )  # fmt: skip
