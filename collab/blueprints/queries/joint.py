"""What two sides still owe each other in the blueprints of initiatives: signatures, answers, and answers that differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, select

from collab.blueprints.models import Answer, Blueprint, Dialogue, Requirement
from collab.kernel.db import AnyRow, db

_blueprints: Table = Blueprint.__table__  # type: ignore[assignment]
_requirements: Table = Requirement.__table__  # type: ignore[assignment]
_dialogues: Table = Dialogue.__table__  # type: ignore[assignment]
_answers: Table = Answer.__table__  # type: ignore[assignment]
UNANSWERED = ("asked", "countered")


@dataclass(frozen=True)
class Written:
    """How far a blueprint is written and signed: the version being written, and the newest both sides signed."""

    version: int
    signed_version: int | None


@dataclass(frozen=True)
class Unanswered:
    """A requirement that waits for an answer of a side (1 or 2): what it is, since when, until when, and who was named to answer (None:
    the lead of that side)."""

    id: int
    initiative: int
    title: str
    waits_for: int
    member: int | None
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Rated:
    """A question of a dialogue both sides have answered and read: the rating (1 to 5) of either side."""

    initiative: int
    quarter: str
    question: int
    ratings: tuple[int, int]
    revealed_at: datetime

    @property
    def apart(self) -> int:
        """How many points (0 to 4) the two ratings are apart."""
        return abs(self.ratings[0] - self.ratings[1])


def written_of(initiatives: Collection[int]) -> Mapping[int, Written]:
    """How far the blueprints of these initiatives are, as far as they have one. One statement."""
    columns = select(_blueprints.c.initiative_id, _blueprints.c.version, _blueprints.c.signed_version)
    rows = db.session.execute(columns.where(_blueprints.c.initiative_id.in_(sorted(initiatives))))
    return {row.initiative_id: Written(row.version, row.signed_version) for row in rows}


def list_unanswered(initiatives: Collection[int]) -> list[Unanswered]:
    """Requirements of these initiatives that wait for an answer, the longest waiting first. One statement."""
    mine = _requirements.c.initiative_id.in_(sorted(initiatives)) & _requirements.c.state.in_(UNANSWERED)
    rows = db.session.execute(select(_requirements).where(mine)).all()
    found = [_unanswered(row) for row in rows]
    return sorted(found, key=lambda one: (one.since, one.id))


def _unanswered(row: AnyRow) -> Unanswered:
    """A counter waits for whoever asked."""
    countered = row.state == "countered"
    member, side = (row.asker_id, row.side) if countered else (row.answerer_id, 3 - row.side)
    since = (row.answered_at if countered else None) or row.asked_at
    return Unanswered(row.id, row.initiative_id, row.title, side, member, since, row.due_at)


def list_rated(initiatives: Collection[int]) -> list[Rated]:
    """What both sides answered and read, of the newest quarter each question was revealed in. Answers nobody but their author
    may read yet are left out: only revealed dialogues are looked at. One statement."""
    rows = db.session.execute(
        select(
            _dialogues.c.initiative_id, _dialogues.c.quarter, _dialogues.c.question, _dialogues.c.revealed_at,
            _answers.c.side, _answers.c.rating,
        )
        .join(_answers, _answers.c.dialogue_id == _dialogues.c.id)
        .where(_dialogues.c.initiative_id.in_(sorted(initiatives)), _dialogues.c.revealed_at.is_not(None))
        .order_by(_dialogues.c.quarter, _dialogues.c.id, _answers.c.side)
    ).all()  # fmt: skip
    ratings: dict[tuple[int, str, int], list[int]] = {}
    newest: dict[tuple[int, int], Rated] = {}
    for row in rows:
        both = ratings.setdefault((row.initiative_id, row.quarter, row.question), [])
        both.append(row.rating)
        if len(both) == 2:
            newest[row.initiative_id, row.question] = Rated(
                row.initiative_id, row.quarter, row.question, (both[0], both[1]), row.revealed_at
            )
    return sorted(newest.values(), key=lambda one: (-one.apart, one.initiative, one.question))
