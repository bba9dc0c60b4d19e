"""What can be shared with a guest, told at start-up by the features whose things they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.kernel.actor import Actor


@dataclass(frozen=True)
class Sharing:
    """How one kind of thing is shared: `check(by, key)` refuses who may not (DomainError), `give(by, key, email, now)` does it
    under its own permits, `shared(members)` says what is shared with each of these members by now, `end(member, now)` takes all of
    it back, what is closed as well: somebody who comes again is shown what is shared anew."""

    prefix: str
    check: Callable[[Actor, str], object]
    give: Callable[[Actor, str, str, datetime], object]
    shared: Callable[[Sequence[int]], Mapping[int, Sequence[str]]]
    end: Callable[[int, datetime], object]


sharings: dict[str, Sharing] = {}


def add_sharing(sharing: Sharing) -> None:
    """Make a kind known; composing the application twice is harmless."""
    sharings[sharing.prefix] = sharing
