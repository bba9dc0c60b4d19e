"""What stood beside rounds when somebody leaves: nobody waits for them to read or to answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, delete, select

from collab.approvals.models import Question, Reading, Round
from collab.audit import service as audit
from collab.kernel.db import db
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people
from collab.subjects import service as subjects

UNANSWERED = "approval.unanswered"
_readings: Table = Reading.__table__  # type: ignore[assignment]
_questions: Table = Question.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]


def leave(member: int, *, now: datetime) -> None:
    """Within the transaction in which a member leaves: what they had to read is asked of nobody, and whoever waits for
    their answer hears that it will not come. What they read and answered stands."""
    _close_readings(member, now)
    _tell_askers(member, now)


def _close_readings(member: int, now: datetime) -> None:
    unread = (_readings.c.member_id == member) & _readings.c.read_at.is_(None)
    rows = db.session.execute(
        select(_readings.c.id, _readings.c.subject_key, _readings.c.why, _rounds.c.number)
        .join(_rounds, _rounds.c.id == _readings.c.round_id)
        .where(unread)
        .order_by(_readings.c.subject_key, _readings.c.id)
    ).all()
    for row in rows:
        subjects.lock(row.subject_key)
        after = {"member": people.email_of(member), "why": row.why}
        audit.record("reading_closed", row.subject_key, actor=None, at=now, after=after, details={"round": row.number})
    db.session.execute(delete(_readings).where(_readings.c.id.in_([row.id for row in rows])))


def _tell_askers(member: int, now: datetime) -> None:
    """The asker decides whom to ask instead; their clock ran all the time."""
    rows = db.session.execute(
        select(_questions.c.id, _questions.c.subject_key, _questions.c.asker_id)
        .join(_rounds, _rounds.c.id == _questions.c.round_id)
        .where(_questions.c.asked_id == member, _questions.c.answered_at.is_(None), _rounds.c.state == "pending")
    ).all()
    notes = [
        Note(
            UNANSWERED, row.subject_key, f"{row.subject_key}:question:{row.id}:left", member=row.asker_id,
            args={"question": row.id, "member": member},
        )
        for row in rows
    ]  # fmt: skip
    if notes:
        outbox.enqueue(*notes, now=now)
