"""Table-driven moves: from which state a verb leads where. A table is data, so it also feeds docs, buttons and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collab.kernel.errors import NotNow


@dataclass(frozen=True)
class Moves:
    """The life of one kind of thing: `(verb, state) -> next state`."""

    table: Mapping[tuple[str, str], str]

    def after(self, verb: str, state: str) -> str:
        """The state `verb` leads to. Raises NotNow where the table has no such move."""
        try:
            return self.table[verb, state]
        except KeyError:
            raise NotNow("wrong_state", verb=verb, state=state) from None
