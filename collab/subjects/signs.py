"""Signs that a source of the inbox may have something for a member: before some twenty sources are asked one by one, one
statement looks at the signs of all of them, and a source without its sign is left out.

A sign promises one thing: where the source has a row for a member, the sign is there. It may be there without a row (the
source then finds nothing), so it says no more than what an index answers, and no permits. `tests/home/test_signs.py` holds
every source to its promise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Boolean, bindparam, false, or_, select
from sqlalchemy.sql.elements import ColumnElement

from collab.kernel import reading
from collab.kernel.actor import Actor
from collab.kernel.db import AnySelect, Moment, run
from collab.subjects.registry import InboxSource

S = TypeVar("S", bound=Callable[..., Any])
ME: ColumnElement[int] = bindparam("me")
"""Whose inbox it is."""
LED: Any = bindparam("led", expanding=True)
"""The departments they lead."""
ACTS_FOR_OTHERS: ColumnElement[bool] = bindparam("acts_for_others", type_=Boolean)
"""Whether somebody delegated decisions to them around that day."""
IS_ADMIN: ColumnElement[bool] = bindparam("is_admin", type_=Boolean)
LATELY: ColumnElement[datetime] = bindparam("lately", type_=Moment)
"""A fortnight ago: for what is only asked for a while."""
FORTNIGHT = timedelta(days=14)


def only_where(*there: AnySelect, or_else: ColumnElement[bool] | None = None) -> Callable[[S], S]:
    """Mark a source of the inbox: it has rows only where one of these statements finds anything, or `or_else` holds. They may
    use what is bound above."""
    sign = or_(*(one.exists() for one in there), false() if or_else is None else or_else)

    def mark(source: S) -> S:
        source.sign = sign  # type: ignore[attr-defined]
        return source

    return mark


def stirring(sources: Sequence[InboxSource], member: Actor, now: datetime) -> list[InboxSource]:
    """Those of these sources that may have something for a member; in one statement."""
    marked = tuple(source for source in sources if hasattr(source, "sign"))
    if not marked:
        return list(sources)
    values = {"me": member.id, "led": list(member.leads), "acts_for_others": bool(member.acts_for)}
    values |= {"is_admin": member.is_admin, "lately": now - FORTNIGHT}
    signs = dict(zip(marked, run(_looking(marked), values).one(), strict=True))
    reading.note((stirring, member), signs)
    return [source for source in sources if signs.get(source, True)]


def may_stir(source: Callable[..., Any], member: Actor) -> bool:
    """Whether a source may have something for a member; False only where this page has looked, and its sign is not there."""
    signs = reading.noted((stirring, member))
    return signs is None or bool(signs.get(source, True))


@lru_cache(maxsize=8)
def _looking(marked: tuple[Any, ...]) -> AnySelect:
    """All signs side by side, built once."""
    return select(*(source.sign.label(f"sign_{place}") for place, source in enumerate(marked)))
