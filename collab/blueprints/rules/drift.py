"""How far reality is from what both sides signed: facts in, findings out. Nothing here knows a database or a clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collab.blueprints.rules.questions import QUESTIONS

KINDS = (
    "never_signed", "unsigned_change", "promise_overdue", "promise_unmet", "requirement_unanswered", "point_owner_left",
    "point_owner_moved", "source_without_owner", "source_unused", "definition_unratified", "goal_missed", "goal_closed",
    "difference_open", "question_unanswered",
)  # fmt: skip
"""In the order in which a report names them."""
COMMITTED, MET, UNANSWERED = "committed", "met", ("asked", "countered")


@dataclass(frozen=True)
class Need:
    """A requirement as it stands. `since` is the day from which an answer is waited for."""

    id: int
    title: str
    side: int
    state: str
    since: date
    promised_on: date | None = None


@dataclass(frozen=True)
class Owner:
    """Somebody who answers for an item: whether they are still here, and on the side they stand for."""

    member: str
    side: int
    here: bool = True
    in_place: bool = True


@dataclass(frozen=True)
class Item:
    """A meeting point or a data source with who answers for it; `used_by` counts the departments that may use a source."""

    title: str
    owners: Sequence[Owner]
    used_by: int = 1


@dataclass(frozen=True)
class Word:
    """A definition: whether both ratified it as it is written, and the goals that use it, by key."""

    term: str
    ratified: bool
    goals: Sequence[str] = ()


@dataclass(frozen=True)
class Aim:
    """A goal the blueprint serves, by key alone: its title is said to whoever may read it."""

    key: str
    state: str
    result: str | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Apart:
    """A difference two leads made a task of, and whether that is still open."""

    question: int
    quarter: str
    task: str
    is_open: bool


@dataclass(frozen=True)
class Facts:
    """What a look at reality found, as of a day. `signed` is the state of each requirement in the signed version, None while no
    version is signed; `changes` are (what, kind, title) of the working copy against it; `revealed` the questions both answered in
    the quarter."""

    on: date
    signed: Mapping[int, str] | None
    changes: Sequence[tuple[str, str, str]] = ()
    needs: Sequence[Need] = ()
    points: Sequence[Item] = ()
    sources: Sequence[Item] = ()
    words: Sequence[Word] = ()
    aims: Sequence[Aim] = ()
    differences: Sequence[Apart] = ()
    revealed: frozenset[int] = field(default_factory=frozenset)


Finding = dict[str, Any]
"""As it is kept: `kind`, `title`, and what else that kind says."""


def findings(facts: Facts) -> list[Finding]:
    """Everything that is not as it was signed, in the order of `KINDS`."""
    parts = (_signing, _promises, _people, _goals, _talking)
    found = [one for part in parts for one in part(facts)]
    return sorted(found, key=lambda one: KINDS.index(one["kind"]))


def _signing(facts: Facts) -> Iterator[Finding]:
    if facts.signed is None:
        yield {"kind": "never_signed", "title": ""}
        return
    for what, kind, title in facts.changes:
        yield {"kind": "unsigned_change", "title": title, "what": what, "item": kind}


def _promises(facts: Facts) -> Iterator[Finding]:
    signed = facts.signed or {}
    for one in facts.needs:
        about = {"title": one.title, "side": one.side}
        if one.state == COMMITTED and one.promised_on and one.promised_on < facts.on:
            yield {"kind": "promise_overdue", **about, "days": (facts.on - one.promised_on).days}
        elif signed.get(one.id) == COMMITTED and one.state not in (COMMITTED, MET):
            yield {"kind": "promise_unmet", **about, "state": one.state}
        elif one.state in UNANSWERED:
            yield {"kind": "requirement_unanswered", **about, "days": (facts.on - one.since).days}


def _people(facts: Facts) -> Iterator[Finding]:
    for point in facts.points:
        for owner in point.owners:
            if not (owner.here and owner.in_place):
                kind = "point_owner_moved" if owner.here else "point_owner_left"
                yield {"kind": kind, "title": point.title, "member": owner.member, "side": owner.side}
    for source in facts.sources:
        yield from (
            {"kind": "source_without_owner", "title": source.title, "member": owner.member}
            for owner in source.owners
            if not owner.here
        )
        if source.used_by == 0:
            yield {"kind": "source_unused", "title": source.title}


def _goals(facts: Facts) -> Iterator[Finding]:
    for word in facts.words:
        if not word.ratified and word.goals:
            yield {"kind": "definition_unratified", "title": word.term, "goals": list(word.goals)}
    for aim in facts.aims:
        if _missed(aim, facts.on):
            yield {"kind": "goal_missed", "title": "", "goal": aim.key}
        elif aim.state == "closed":
            yield {"kind": "goal_closed", "title": "", "goal": aim.key}


def _missed(aim: Aim, on: date) -> bool:
    over = aim.due_on is not None and aim.due_on < on
    return aim.result in ("missed", "dropped") if aim.state == "closed" else over


def _talking(facts: Facts) -> Iterator[Finding]:
    for one in facts.differences:
        if one.is_open:
            yield {
                "kind": "difference_open",
                "title": "",
                "question": one.question,
                "quarter": one.quarter,
                "task": one.task,
            }
    for number in _unanswered(facts.revealed):
        yield {"kind": "question_unanswered", "title": "", "question": number}


def _unanswered(revealed: Iterable[int]) -> list[int]:
    return [number for number in QUESTIONS if number not in set(revealed)]
