"""Starting and ending waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from collab.kernel.actor import Actor


@dataclass(frozen=True)
class Wait:
    """Somebody must act next, by a moment.

    `key` names it and is unique among running ones ("T-31:answer"), `watch` is the kind made known in the registry.
    `late` is who must act (None: nobody is there, administrators hear at once), `other` who waits for it; the departments
    say whose leads are above them. `severity` (normal, urgent, brand) chooses the policy.
    """

    key: str
    subject: str
    watch: str
    due_at: datetime
    late: int | None
    other: int | None = None
    department: str | None = None
    other_department: str | None = None
    severity: str = "normal"


def watch(*waits: Wait, now: datetime) -> None:
    """Start clocks inside the caller's transaction. The policy in force is frozen with each; a key that runs already is
    left as it is."""
    raise NotImplementedError


def end(keys: Iterable[str], *, reason: str, now: datetime) -> int:
    """Whoever was waited for acted, or nobody waits any more; returns how many ended. Unknown keys are no error."""
    raise NotImplementedError


def end_all(subject: str, *, reason: str, now: datetime) -> int:
    """End every wait about a subject."""
    raise NotImplementedError


def put_off(key: str, due_at: datetime, *, late: int | None = None, now: datetime) -> None:
    """A new due moment (more time, handed over): the climb starts again at the first rung."""
    raise NotImplementedError


def extend(subject: str, *, by: Actor, now: datetime) -> None:
    """Somebody is visibly at it (a comment): running acknowledgements of the subject count from now."""
    raise NotImplementedError
