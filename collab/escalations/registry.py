"""What features have people wait for: each kind of wait says how the late person is asked, and whether it still matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collab.kernel.errors import Text

Facts = Sequence[tuple[Text, Any]]


def _no_facts(_keys: Sequence[str]) -> Mapping[str, Facts]:
    return {}


@dataclass(frozen=True)
class Watch:
    """One kind of wait, such as `task.answer`.

    `last_chance` is the outbox kind of the card put before the late person at the first rung; its arguments are `wait`
    (the key of the wait) and `slot`. `still(keys)` names those waits that are still waited for: the last check before
    anybody hears. `facts(keys)` is what superiors read beyond the subject's face (what was asked, what is blocked).
    The words `<code>.waits` say what is waited for ("an answer"), in both languages.
    """

    code: str
    last_chance: str
    still: Callable[[Sequence[str]], frozenset[str]]
    facts: Callable[[Sequence[str]], Mapping[str, Facts]] = field(default=_no_facts)


watches: dict[str, Watch] = {}


def add_watch(watch: Watch) -> None:
    """Make a kind of wait known."""
    watches[watch.code] = watch
