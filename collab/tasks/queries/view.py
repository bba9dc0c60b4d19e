"""The read model of a task: everything a page, a card or the API shows, as one viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collab.kernel.money import Money
from collab.people.queries import Named


@dataclass(frozen=True)
class WaitingOn:
    """Who must act next: a member (None: nobody is there), for which department, since when, for what.

    `wait` is answer, counter, question, promise, blocked or confirm; its words are `task.wait.<wait>`.
    """

    member: Named | None
    department: str
    since: datetime
    wait: str


@dataclass(frozen=True)
class Question:
    """The open question."""

    text: str
    by: Named | None
    to: Named | None
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """What the owner proposed instead: a date and/or a scope in words; `more_time` when it was accepted before."""

    due_at: datetime | None
    scope: str | None
    note: str | None
    by: Named | None
    more_time: bool


@dataclass(frozen=True)
class Block:
    """What stops it, who can lift it, what the delay costs (`cost` per `cost_per`: day or week; or in words)."""

    reason: str
    lifter: Named | None
    cost: Money | None
    cost_per: str | None
    cost_text: str | None


@dataclass(frozen=True)
class Escalation:
    """Where the climb stands: the next rung and of how many, when it is due, the engine's state."""

    rung: int
    rungs: int
    next_at: datetime | None
    state: str


@dataclass(frozen=True)
class LastMove:
    """Who did what last, and when (`by` None: the system)."""

    verb: str
    by: Named | None
    at: datetime


@dataclass(frozen=True)
class TaskView:
    """A task as one viewer may see it. `can` holds the verbs the viewer may do now, `late` says that the clock has run out.

    `instead_of` is the absent assignee a deputy stands in for. `snoozes_left` is of the company's limit.
    """

    key: str
    title: str
    detail: str | None
    state: str
    severity: str
    visibility: str
    version: int
    from_department: str
    to_department: str
    cross_silo: bool
    asker: Named
    confirmer: Named | None
    assignee: Named | None
    responsible: Named | None
    instead_of: Named | None
    due_at: datetime | None
    promised_at: datetime | None
    needed_by_on: date | None
    waiting_on: WaitingOn | None
    question: Question | None
    proposal: Proposal | None
    block: Block | None
    agreed_scope: str | None
    escalation: Escalation | None
    handovers: int
    snoozes: int
    snoozes_left: int
    counters: int
    snoozed_until: datetime | None
    late: bool
    source: str
    permalink: str | None
    shared_with: tuple[Named, ...]
    last_move: LastMove
    asked_at: datetime
    answered_at: datetime | None
    accepted_at: datetime | None
    done_at: datetime | None
    ended_at: datetime | None
    can: frozenset[str]


@dataclass(frozen=True)
class Event:
    """One line of the history: `note` is what was said; `before` and `after` hold what changed (due_at, promised_at, state ...)."""

    seq: int
    verb: str
    actor: str
    acting_for: str | None
    at: datetime
    note: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
