"""Questions deciders put to people without a seat, and what of them waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, select

from collab.approvals.models import Question, Round
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, run
from collab.kernel.errors import Text
from collab.subjects.queries import rows_about
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.signs import ME, only_where
from collab.subjects.traces import KEY, trace

_questions: Table = Question.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
ASKED = trace(select(_questions.c.id).where(_questions.c.subject_key == KEY))
_JOINED = select(_questions, _rounds.c.number, _rounds.c.state).join(_rounds, _rounds.c.id == _questions.c.round_id)
# In the order of the trail: of two asked at once, the one whose moment is earlier may have come in later.
_ALL = _JOINED.where(_questions.c.subject_key == bindparam("key")).order_by(_questions.c.id)
_OPEN = _JOINED.where(
    _questions.c.asked_id.in_(bindparam("members", expanding=True)),
    _questions.c.answered_at.is_(None),
    _rounds.c.state == "pending",
).order_by(_questions.c.due_at, _questions.c.id)


@dataclass(frozen=True)
class QuestionView:
    """A question: in which round, who asks whom what, until when an answer would be good, and the answer.

    `open` is False once it is answered, and once its round has ended: nobody needs it any more.
    """

    id: int
    subject: str
    round_id: int
    round: int
    asker: int
    asked: int
    question: str
    asked_at: datetime
    due_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    open: bool


def list_questions(key: str) -> list[QuestionView]:
    """Every question about a subject, in the order they were put."""
    return [_view(row) for row in run(_ALL, {"key": key})] if ASKED.may_be_on(key) else []


@only_where(
    select(_questions.c.id)
    .join(_rounds, _rounds.c.id == _questions.c.round_id)
    .where(_questions.c.asked_id == ME, _questions.c.answered_at.is_(None), _rounds.c.state == "pending")
)
def question_inbox(members: Sequence[Actor], _now: datetime) -> Mapping[int, Sequence[InboxRow]]:
    """The subjects members are asked about, each with its most pressing question; closed ones are gone by themselves."""
    first: dict[tuple[int, str], AnyRow] = {}
    for row in run(_OPEN, {"members": [member.id for member in members]}):
        first.setdefault((row.asked_id, row.subject_key), row)
    return rows_about(members, [(who, key, row) for (who, key), row in first.items()], _row)


def _row(row: AnyRow, subject: Summary) -> InboxRow:
    return subject.asks(Text("approval.ask.answer"), since=row.asked_at, due_at=row.due_at, actions=("answer",))


def _view(row: AnyRow) -> QuestionView:
    return QuestionView(
        row.id, row.subject_key, row.round_id, row.number, row.asker_id, row.asked_id, row.question, row.asked_at, row.due_at,
        row.answer, row.answered_at, row.answered_at is None and row.state == "pending",
    )  # fmt: skip
