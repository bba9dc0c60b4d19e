"""Dialogues as one viewer may read them. An answer nobody but its author may read yet is not even loaded for anybody else: the
condition stands in the statement, not in what becomes of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, false, or_, select

from collab.blueprints.models import Answer, Dialogue, Difference
from collab.blueprints.queries.blueprints import get_initiative
from collab.blueprints.queries.quarters import quarter_of
from collab.blueprints.rules.questions import QUESTIONS, SIDES, Point, differs, gap, rated
from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow, db

_dialogues: Table = Dialogue.__table__  # type: ignore[assignment]
_answers: Table = Answer.__table__  # type: ignore[assignment]
_differences: Table = Difference.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Given:
    """An answer its reader may read: both sides' once they are revealed, before that their own."""

    side: int
    member: int
    rating: int
    text: str
    answered_at: datetime


@dataclass(frozen=True)
class DialogueView:
    """One question in one quarter. `answered` are the sides that have answered: that, and no more, is known before the reveal."""

    id: int
    initiative: int
    quarter: str
    question: int
    opened_at: datetime
    opened_by: int
    revealed_at: datetime | None
    due: Mapping[int, datetime]
    answered: frozenset[int] = frozenset()
    given: tuple[Given, ...] = ()
    difference: str | None = None
    task: str | None = None

    @property
    def answers(self) -> tuple[Given, ...]:
        """Both answers, side 1 first; nothing before the reveal."""
        return self.given if self.revealed_at else ()

    @property
    def ratings(self) -> Mapping[int, int]:
        """Both ratings by side; nothing before the reveal."""
        return {one.side: one.rating for one in self.answers}

    @property
    def gap(self) -> int:
        """How many points the ratings are apart, once revealed."""
        return gap(self.ratings)

    @property
    def differs(self) -> bool:
        """Whether the sides see it differently: by their ratings, or because a lead said so."""
        return differs(self.ratings) or self.difference is not None

    @property
    def in_words(self) -> str | None:
        """Where the sides differ as a lead put it; None where only the ratings say so."""
        return self.difference if self.answers and self.difference != rated(self.ratings) else None

    def given_by(self, member: int) -> Given | None:
        """What a member answered, as far as it may be read here."""
        return next((one for one in self.given if one.member == member), None)

    def waits_for(self, side: int) -> bool:
        """Whether a side is asked still."""
        return self.revealed_at is None and side not in self.answered


@dataclass(frozen=True)
class Question:
    """Where one question stands: the dialogue that is open or was the newest, whether this quarter's was revealed, the trend."""

    number: int
    newest: DialogueView | None
    trend: tuple[Point, ...]
    current: bool

    @property
    def state(self) -> str:
        """`open` while a side is asked, `revealed` where this quarter's answers are on the table, else `unopened`."""
        if self.newest is None or (self.newest.revealed_at and not self.current):
            return "unopened"
        return "revealed" if self.newest.revealed_at else "open"


def get_questions(viewer: Actor, key: str, now: datetime) -> list[Question]:
    """The four questions of an initiative as a viewer may read them. Raises NotFound."""
    initiative = get_initiative(viewer, key)
    return questions(list_dialogues(_dialogues.c.initiative_id == initiative.id, viewer.id), now)


def questions(dialogues: Iterable[DialogueView], now: datetime) -> list[Question]:
    """The same from dialogues of one initiative."""
    found, quarter = list(dialogues), quarter_of(now)
    of = {number: [one for one in found if one.question == number] for number in QUESTIONS}
    return [_question(number, of[number], quarter) for number in QUESTIONS]


def _question(number: int, dialogues: Sequence[DialogueView], quarter: str) -> Question:
    newest = dialogues[-1] if dialogues else None
    trend = tuple(Point(one.quarter, one.ratings) for one in dialogues if one.revealed_at)
    return Question(number, newest, trend, bool(newest and newest.quarter == quarter))


def dialogues_of(initiative: int, reader: int | None) -> list[DialogueView]:
    """Every dialogue of an initiative, the oldest first; `reader` (a member) reads their own answers before the reveal."""
    return list_dialogues(_dialogues.c.initiative_id == initiative, reader)


def find_newest(initiative: int, question: int, reader: int | None) -> DialogueView | None:
    """The newest dialogue of a question."""
    found = list_dialogues((_dialogues.c.initiative_id == initiative) & (_dialogues.c.question == question), reader)
    return found[-1] if found else None


def find_dialogue(number: int, reader: int | None) -> DialogueView | None:
    """One by its number."""
    found = list_dialogues(_dialogues.c.id == number, reader)
    return found[0] if found else None


BLIND = select(_dialogues.c.id).where(_dialogues.c.revealed_at.is_(None))
"""Whether any dialogue waits for anybody."""


def list_blind(initiatives: Iterable[int] | None = None) -> list[DialogueView]:
    """Dialogues that wait for a side, without a word of any answer; of these initiatives, or all."""
    here: ColumnElement[bool] = _dialogues.c.revealed_at.is_(None)
    if initiatives is not None:
        here &= _dialogues.c.initiative_id.in_(list(initiatives))
    return list_dialogues(here, None, words=False)


def list_dialogues(where: ColumnElement[bool], reader: int | None, *, words: bool = True) -> list[DialogueView]:
    """Dialogues by a condition, the oldest first. Four statements, however many they are; without `words` no answer is looked
    into."""
    rows = db.session.execute(select(_dialogues).where(where).order_by(_dialogues.c.quarter, _dialogues.c.id)).all()
    ids = [row.id for row in rows]
    if not ids:
        return []
    answered = _answered(ids)
    given = _given(ids, reader) if words else {}
    marked = {
        row.dialogue_id: row
        for row in db.session.execute(select(_differences).where(_differences.c.dialogue_id.in_(ids)))
    }
    return [_view(row, answered.get(row.id, frozenset()), given.get(row.id, ()), marked.get(row.id)) for row in rows]


def _answered(ids: Sequence[int]) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    columns = select(_answers.c.dialogue_id, _answers.c.side).where(_answers.c.dialogue_id.in_(ids))
    for row in db.session.execute(columns):
        found[row.dialogue_id] = found.get(row.dialogue_id, frozenset()) | {row.side}
    return found


def _given(ids: Sequence[int], reader: int | None) -> dict[int, tuple[Given, ...]]:
    own = _answers.c.member_id == reader if reader is not None else false()
    readable = or_(_dialogues.c.revealed_at.is_not(None), own)
    rows = db.session.execute(
        select(_answers)
        .join(_dialogues, _dialogues.c.id == _answers.c.dialogue_id)
        .where(_answers.c.dialogue_id.in_(ids), readable)
        .order_by(_answers.c.side)
    )
    found: dict[int, tuple[Given, ...]] = {}
    for row in rows:
        one = Given(row.side, row.member_id, row.rating, row.text, row.answered_at)
        found[row.dialogue_id] = (*found.get(row.dialogue_id, ()), one)
    return found


def _view(row: AnyRow, answered: frozenset[int], given: tuple[Given, ...], marked: AnyRow | None) -> DialogueView:
    return DialogueView(
        row.id, row.initiative_id, row.quarter, row.question, row.opened_at, row.opened_by_id, row.revealed_at,
        dict(zip(SIDES, (row.due_1_at, row.due_2_at), strict=True)), answered, given,
        marked.text if marked else None, marked.task_key if marked else None,
    )  # fmt: skip
