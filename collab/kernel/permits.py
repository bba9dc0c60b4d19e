"""The permit engine: who may do what, as rows of data.

A row says: this verb, for anyone standing in one of these relations (roles count as relations), in these states,
unless they also stand in a barring relation. Each feature keeps its rows in `permits.py`; the whole table is
checked against a hand-written matrix in tests/contracts. An auditor or partner has no right that a row does not give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from collab.kernel.errors import DomainError, NotAllowed, NotNow

F = TypeVar("F", bound=Callable[..., object])

ANYBODY = "anybody"
"""The relation of everyone, signed in or not: for health, sign-in and what carries its own signature."""
ROLES = frozenset({"member", "lead", "admin", "auditor", "partner"})
"""What somebody is, whatever they stand to; the offices (`office:CIO`) besides."""


@dataclass(frozen=True)
class Permit:
    """One row: `verb` for those in `who`, in `states` (None: any), never for those in `unless`."""

    verb: str
    who: frozenset[str]
    states: frozenset[str] | None = None
    unless: frozenset[str] = frozenset()
    why_not: str = "not_allowed"

    def refusal(self, relations: frozenset[str], state: str | None) -> DomainError | None:
        """Why not, or None if it is permitted. How somebody stands to this very thing says more than what they lack."""
        bars = self.unless & relations
        if not self.who & relations and not bars - ROLES:
            return NotAllowed(self.why_not, verb=self.verb)
        if bars:
            return NotAllowed(f"barred_{min(bars - ROLES or bars)}", verb=self.verb)
        if self.states is not None and state not in self.states:
            return NotNow("wrong_state", verb=self.verb.rpartition(".")[2], state=state)
        return None

    def never(self, roles: frozenset[str]) -> NotAllowed | None:
        """Why somebody with these roles may not, whatever they stand to; None where it depends on that."""
        relations = {one for one in self.who if one not in ROLES and not one.startswith("office:")}
        refusal = self.refusal(roles | relations, None)
        return refusal if isinstance(refusal, NotAllowed) else None


def row(
    verb: str,
    who: Iterable[str],
    states: Iterable[str] | None = None,
    *,
    unless: Iterable[str] = (),
    why_not: str = "not_allowed",
) -> Permit:
    """Write a row briefly."""
    at = None if states is None else frozenset(states)
    return Permit(verb, frozenset(who), at, frozenset(unless), why_not)


class Permits(Mapping[str, Permit]):
    """All rows by verb; filled at start-up by the features."""

    def __init__(self) -> None:
        self._rows: dict[str, Permit] = {}

    def add(self, rows: Iterable[Permit]) -> None:
        """Take a feature's rows. A verb has one row; adding the same one again changes nothing."""
        for permit in rows:
            if self._rows.setdefault(permit.verb, permit) != permit:
                raise ValueError(f"two permit rows for {permit.verb}")

    def check(self, verb: str, relations: frozenset[str], state: str | None = None) -> None:
        """Raise NotAllowed or NotNow unless permitted. KeyError if the verb has no row: nothing is open by omission."""
        refusal = self[verb].refusal(relations | {ANYBODY}, state)
        if refusal is not None:
            raise refusal

    def allows(self, verb: str, relations: frozenset[str], state: str | None = None) -> bool:
        """Whether `check` would pass; for edges that hide a button."""
        return self[verb].refusal(relations | {ANYBODY}, state) is None

    def __getitem__(self, verb: str) -> Permit:
        return self._rows[verb]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


permits = Permits()


def permit(verb: str) -> Callable[[F], F]:
    """Mark an edge (a view, a Slack handler, a command) with the verb it stands for; tests/house looks for it."""

    def mark(edge: F) -> F:
        edge.permit = verb  # type: ignore[attr-defined]
        return edge

    return mark
