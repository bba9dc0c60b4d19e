"""What features have people wait for: each kind of wait says how the late person is asked, and whether it still matters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.errors import Text

Facts = Sequence[tuple[Text, Any]]


def _no_facts(_keys: Sequence[str]) -> Mapping[str, Facts]:
    return {}


def _nothing_expected(_now: datetime) -> Collection[str]:
    return ()


def _nothing_hidden(_viewer: Actor) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class Watch:
    """One kind of wait, such as `task.answer`.

    `last_chance` is the outbox kind of the card put before the late person at the first rung; its arguments are `wait`
    (the key of the wait) and `slot`. `still(keys)` names those waits that are still waited for: the last check before
    anybody hears. `facts(keys)` is what superiors read beyond the subject's face (what was asked, what is blocked).
    `expected(now)` names the waits that ought to be running, as the feature's own rows say it: the auditor alarms for one that
    has no clock. `hidden(viewer)` names the subjects (keys) the viewer may not know of: they are left out before anything is counted.
    The words `<code>.waits` say what is waited for ("an answer"), in both languages. `deputies`: whoever stands in for a late
    person who is away may act in their place, and gets the feature's card instead of the engine's.
    """

    code: str
    last_chance: str
    still: Callable[[Sequence[str]], frozenset[str]]
    facts: Callable[[Sequence[str]], Mapping[str, Facts]] = field(default=_no_facts)
    expected: Callable[[datetime], Collection[str]] = field(default=_nothing_expected)
    deputies: bool = False
    hidden: Callable[[Actor], Collection[str]] = field(default=_nothing_hidden)


watches: dict[str, Watch] = {}


def add_watch(watch: Watch) -> None:
    """Make a kind of wait known."""
    watches[watch.code] = watch
