"""Asking somebody without a seat (相談): no power goes with it, the clock keeps running for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, insert, update

from collab.approvals import queries
from collab.approvals.models import Question
from collab.approvals.queries import Chain, SeatView
from collab.approvals.queries.questions import QuestionView
from collab.approvals.rules.progress import PLANNED, WAITING
from collab.approvals.service.applying import move_round
from collab.approvals.service.circulating import reachable, relations
from collab.approvals.service.deciding import locked
from collab.approvals.service.opening import step_details
from collab.audit import service as audit
from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.business_time import parse_span
from collab.kernel.db import run
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import needed_words
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people

QUESTION, ANSWERED = "approval.question", "approval.answered"
WAIT = "1bd"
"""Until when an answer would be good, on the calendar of whoever is asked: said, never escalated."""
MOST_OPEN = 10
_questions: Table = Question.__table__  # type: ignore[assignment]
_ASK = insert(_questions).returning(_questions.c.id)


@dataclass(frozen=True)
class Asked:
    """A question that was put."""

    id: int
    subject: str
    member: int
    due_at: datetime


def ask(*, key: str, actor: Actor, member: str, question: str, now: datetime) -> Asked:
    """Ask somebody (by address) about a request one has to decide; they see it whole from then on.

    Raises:
        Invalid: no question, or somebody who cannot be asked.
        NotAllowed: the actor is not asked to decide this now.
        NotNow: so many questions of theirs are open already that another one helps nobody.
    """
    words = needed_words("question", question)
    with atomic():
        chain = locked(key, actor)
        permits.check("approval.ask", relations(chain, actor), chain.state)
        seat = chain.waiting_seat_of(actor.id)
        if seat is None:
            raise NotNow("not_your_turn")
        asked = _askable(chain, actor, member, now)
        _check_room(chain, actor)
        due_at = parse_span(WAIT).due(now, calendar_or_default(asked.calendar))
        values = {
            "subject_key": key, "round_id": chain.id, "asker_id": actor.id, "asked_id": asked.id, "question": words,
            "asked_at": now, "due_at": due_at,
        }  # fmt: skip
        number = run(_ASK, values).scalar_one()
        after = {"question": number, "member": asked.email, "due_at": due_at.isoformat()}
        audit.record("ask", key, actor=actor, at=now, after=after, reason=words, details=_details(chain, seat))
        outbox.enqueue(
            Note(QUESTION, key, f"{key}:question:{number}", member=asked.id, args={"question": number}), now=now
        )
        _moved(chain, now)
    return Asked(number, key, asked.id, due_at)


def answer(*, key: str, actor: Actor, question: int, answer: str, now: datetime) -> QuestionView:
    """Answer a question one was asked; whoever asked it hears at once.

    Raises:
        NotFound: no such question.
        NotAllowed: it was put to somebody else.
        NotNow: it is answered, or what it was about is over.
    """
    words = needed_words("answer", answer)
    with atomic():
        chain = locked(key, actor)
        asked = next((row for row in queries.list_questions(key) if row.id == question), None)
        if asked is None:
            raise NotFound
        if asked.asked != actor.id:
            raise NotAllowed("not_asked", verb="approval.answer")
        _check_open(chain, asked)
        permits.check("approval.answer", relations(chain, actor) | {"asked"}, chain.state)
        open_still = (_questions.c.id == question) & _questions.c.answered_at.is_(None)
        if run(update(_questions).where(open_still).values(answer=words, answered_at=now)).rowcount != 1:
            raise NotNow("conflict")
        details = {"round": chain.number}
        audit.record("answer", key, actor=actor, at=now, after={"question": question}, reason=words, details=details)
        told = Note(
            ANSWERED, key, f"{key}:question:{question}:answered", member=asked.asker, args={"question": question}
        )
        outbox.enqueue(told, now=now)
        _moved(chain, now)
    return next(row for row in queries.list_questions(key) if row.id == question)


def _askable(chain: Chain, actor: Actor, email: str, now: datetime) -> Actor:
    """Whoever decides it too speaks with their own seat; anybody else may be asked, the requester included."""
    asked = reachable(chain.subject, email, now, field="member")
    if asked.id == actor.id:
        raise Invalid({"member": Text("approval.problem.yourself")})
    if any(seat.member == asked.id and seat.state in (WAITING, PLANNED) for seat in chain.seats):
        raise Invalid({"member": Text("approval.problem.has_seat", {"who": asked})})
    return asked


def _check_room(chain: Chain, actor: Actor) -> None:
    mine = [row for row in queries.list_questions(chain.subject) if row.asker == actor.id and row.open]
    if len(mine) >= MOST_OPEN:
        raise NotNow("too_many_questions", n=MOST_OPEN)


def _check_open(chain: Chain, asked: QuestionView) -> None:
    if asked.answered_at is not None:
        raise NotNow("already_answered", at=asked.answered_at)
    if asked.round_id != chain.id or chain.state != "pending":
        raise NotNow("question_over", who=people.names_of([asked.asker])[asked.asker])


def _details(chain: Chain, seat: SeatView) -> dict[str, object]:
    return {
        **step_details(chain.route, chain.number, seat.step),
        "office": seat.office,
        "seat": seat.position,
        "turn": seat.turn,
    }


def _moved(chain: Chain, now: datetime) -> None:
    """What stands on the cards and on the page changed; the round itself stands where it stood."""
    move_round(chain, chain.state, chain.step, now)
    outbox.repaint(chain.subject, turn=f"r{chain.number}:v{chain.version}:asking", now=now)
