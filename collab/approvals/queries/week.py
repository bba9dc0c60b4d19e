"""What a week of decisions says to many members at once: who decided, whom it concerned, and which conditions are to be met."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from collab.approvals.models import Condition, Question, Reading, Revocation, RevocationVoice, Round, Seat
from collab.approvals.queries.conditions import CONCERNED, OPEN
from collab.approvals.queries.revocations import YES
from collab.approvals.queries.seated import SITS
from collab.kernel.db import AnyRow, run
from collab.kernel.recordset import dialect
from collab.subjects.readers import Given, Readers
from collab.subjects.top import top, wanted

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]
_conditions: Table = Condition.__table__  # type: ignore[assignment]
_readings: Table = Reading.__table__  # type: ignore[assignment]
_questions: Table = Question.__table__  # type: ignore[assignment]
_revocations: Table = Revocation.__table__  # type: ignore[assignment]
_voices: Table = RevocationVoice.__table__  # type: ignore[assignment]
_REVOKED, _REFUSED = -2000, -1000
"""What was said last stands before every step of the round, which counts down from 0."""


def list_conditions_due(readers: Readers, prefix: str, until_on: date) -> Sequence[AnyRow]:
    """Open conditions of a yes somebody has to meet by a day, of subjects with this prefix: key, text, day, and whether
    ordering waits for it. One statement, however many members."""
    values = {"until_on": until_on, "prefix": f"{prefix}-", **readers.bound("me", "followed", "muted")}
    return run(_due(dialect()), values).all()


@lru_cache
def _due(kind: str) -> Select[Any]:
    given = Given(kind)
    me, key, prefix = given.me, _conditions.c.subject_key, bindparam("prefix", type_=String)
    number = cast(func.substr(key, func.length(prefix) + 1), Integer)
    found = (
        select(
            me.c.member, key, _conditions.c.number, _conditions.c.text, _conditions.c.due_on, _conditions.c.before_order
        )
        .select_from(me)
        .join(_conditions, (_conditions.c.owner_id == me.c.member) & (_conditions.c.state == OPEN))
        .join(_rounds, (_rounds.c.id == _conditions.c.round_id) & (_rounds.c.state == "approved"))
        .where(key.startswith(prefix), _conditions.c.due_on <= bindparam("until_on"), wanted(given, number))
    )
    return top(found.subquery("due"), "due_on", "subject_key", "number")


def seated_in(papers: FromClause) -> CompoundSelect[Any]:
    """Everybody who is or was on a seat of these papers (rows with an `id` and a `key`): `paper`, `member`."""
    seats = papers.join(_rounds, _rounds.c.subject_key == papers.c.key).join(_seats, _seats.c.round_id == _rounds.c.id)
    return union_all(
        *(select(papers.c.id.label("paper"), column.label("member")).select_from(seats) for column in SITS)
    )


def seated_on(papers: FromClause, members: Collection[int]) -> Select[Any]:
    """Of these papers, those on whose seats any of these members is or was: `paper`. Each seat is looked at once."""
    seats = papers.join(_rounds, _rounds.c.subject_key == papers.c.key).join(_seats, _seats.c.round_id == _rounds.c.id)
    return select(papers.c.id.label("paper")).select_from(seats).where(or_(*(column.in_(members) for column in SITS)))


def beside_in(papers: FromClause) -> CompoundSelect[Any]:
    """Everybody who stands beside them without a seat, as `beside_of` has it: `paper`, `member`."""
    paper, key = papers.c.id.label("paper"), papers.c.key
    met = papers.join(_conditions, _conditions.c.subject_key == key)
    asked = papers.join(_revocations, _revocations.c.subject_key == key)
    return union_all(
        select(paper, _readings.c.member_id.label("member")).select_from(
            papers.join(_readings, _readings.c.subject_key == key)
        ),
        select(paper, _questions.c.asked_id).select_from(papers.join(_questions, _questions.c.subject_key == key)),
        select(paper, _conditions.c.owner_id)
        .select_from(met.join(_rounds, _rounds.c.id == _conditions.c.round_id))
        .where(CONCERNED),
        select(paper, _voices.c.member_id).select_from(
            asked.join(_voices, _voices.c.revocation_id == _revocations.c.id)
        ),
    )


def deciders_of(papers: FromClause) -> Select[Any]:
    """Who decided each of these papers (rows with `id`, `key`, `round` and `state`): `paper`, `one` and `other` (the same where
    it was one), `count`. The last step of the round, whoever refused; of what was revoked together, whoever agreed to that."""
    seats = papers.join(_rounds, (_rounds.c.subject_key == papers.c.key) & (_rounds.c.number == papers.c.round))
    place = case((_seats.c.state == "rejected", _REFUSED), else_=-_seats.c.step)
    paper = papers.c.id.label("paper")
    sat = (
        select(paper, func.coalesce(_seats.c.decided_by_id, _seats.c.member_id).label("by"), place.label("place"))
        .select_from(seats.join(_seats, _seats.c.round_id == _rounds.c.id))
        .where(_seats.c.voided_at.is_(None), _seats.c.state.in_(("approved", "rejected")))
    )
    agreed = (
        select(paper, _voices.c.member_id, literal(_REVOKED))
        .select_from(papers.join(_revocations, _revocations.c.subject_key == papers.c.key))
        .join(_voices, _voices.c.revocation_id == _revocations.c.id)
        .where(papers.c.state == "revoked", _revocations.c.state == "granted", _voices.c.answer == YES)
    )
    every = union_all(sat, agreed).subquery("said")
    last = func.rank().over(partition_by=every.c.paper, order_by=every.c.place).label("last")
    ranked = select(every, last).subquery("ranked_said")
    by = ranked.c.by
    return (
        select(
            ranked.c.paper,
            func.min(by).label("one"),
            func.max(by).label("other"),
            func.count(by.distinct()).label("count"),
        )
        .where(ranked.c.last == 1)
        .group_by(ranked.c.paper)
    )
