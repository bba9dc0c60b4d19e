"""What is a control, filled at start-up by the features whose controls they are.

A control says what a change would do as things stand (`check`) and does it (`apply`). Everything about two persons, days,
expiry and the record is here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marshmallow import Schema

from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound, Text
from collab.kernel.i18n import Reader

Fields = Mapping[str, Any]
Facts = Mapping[str, Any]
Row = tuple[str, str, str]
"""What something is called, what it was, what it becomes."""


@dataclass(frozen=True)
class Picture:
    """A change as things stand: `subject` is the key its audit entries stand under and `kind` that key's kind; `before` and
    `after` are facts without language, in plain JSON; `favours` the members it gives something (an office, a role)."""

    subject: str
    kind: str
    before: Facts
    after: Facts
    favours: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Around:
    """In which circumstances a change is looked at: the day from which it would count, the moment, who proposed it."""

    day: date
    now: datetime
    proposer: Actor | None = None


@dataclass(frozen=True)
class Control:
    """One kind of change.

    `schema` loads its fields. `check(fields, around)` raises Invalid for what cannot be, NotNow for what may not be now.
    `apply(fields, around)` writes it, inside the open transaction. `title(fields)` names it in a line, `describe(before, after,
    reader)` says what differs. `effects(fields, around)` are lines on whom it touches. Of a control that is `dated`, what is
    written carries its own first day: it is written when it is confirmed; others are written on their day.
    """

    code: str
    schema: type[Schema]
    check: Callable[[Fields, Around], Picture]
    apply: Callable[[Fields, Around], None]
    title: Callable[[Fields], Text]
    describe: Callable[[Facts, Facts, Reader], Sequence[Row]]
    effects: Callable[[Fields, Around], Sequence[Text]] = field(default=lambda _fields, _around: ())
    dated: bool = False
    propose: str = "control.propose"
    confirm: str = "control.confirm"


@dataclass(frozen=True)
class Elsewhere:
    """A change that waits for a second person and has a page of its own (a proposed route book)."""

    title: str
    href: str
    by: Any
    since: datetime


Elsewheres = Callable[[Actor], Sequence[Elsewhere]]
Everybody = Callable[[datetime], Sequence[Actor]]
Due = Callable[[Actor, datetime], datetime]
Effects = Callable[[str, Fields, Around], Sequence[Text]]
Obstacles = Callable[[str, Fields, Around], Sequence[Text]]


def _nobody(_now: datetime) -> Sequence[Actor]:
    return ()


def _same_day(_member: Actor, since: datetime) -> datetime:
    return since


class Registry:
    """Controls by code, who the members are, and what features above know of a change: whom it touches, what forbids it."""

    def __init__(self) -> None:
        self._controls: dict[str, Control] = {}
        self._effects: dict[str, Effects] = {}
        self._obstacles: dict[str, Obstacles] = {}
        self._elsewheres: dict[str, Elsewheres] = {}
        self.everybody: Everybody = _nobody
        self.due: Due = _same_day

    def know_due(self, due: Due) -> None:
        """Let whoever keeps the clocks say by when a member is to answer what was put before them at a moment."""
        self.due = due

    def know_members(self, everybody: Everybody) -> None:
        """Let the feature that keeps members say who they are."""
        self.everybody = everybody

    def add(self, *controls: Control) -> None:
        """Make controls known; again is harmless."""
        self._controls.update({control.code: control for control in controls})

    def add_effects(self, name: str, effects: Effects) -> None:
        """Let a feature above say whom a change touches."""
        self._effects[name] = effects

    def add_obstacles(self, name: str, obstacles: Obstacles) -> None:
        """Let a feature above say what must be settled before a change is made."""
        self._obstacles[name] = obstacles

    def add_elsewhere(self, name: str, rows: Elsewheres) -> None:
        """Let a feature above list what waits for a second person on a page of its own."""
        self._elsewheres[name] = rows

    def elsewhere(self, viewer: Actor) -> list[Elsewhere]:
        """What waits on other pages, as a viewer may see it."""
        return [row for rows in self._elsewheres.values() for row in rows(viewer)]

    def get(self, code: str) -> Control:
        """The control of a code. Raises NotFound."""
        if code not in self._controls:
            raise NotFound
        return self._controls[code]

    def codes(self) -> list[str]:
        """Every code."""
        return list(self._controls)

    def effects(self, code: str, fields: Fields, around: Around) -> list[Text]:
        """Whom a change touches, in the words of all who know."""
        own = self.get(code).effects(fields, around)
        return [*own, *(text for tell in self._effects.values() for text in tell(code, fields, around))]

    def obstacles(self, code: str, fields: Fields, around: Around) -> list[Text]:
        """What must be settled first."""
        return [text for tell in self._obstacles.values() for text in tell(code, fields, around)]


registry = Registry()
