"""Traces that other things leave on a subject: before a page's panels look one by one for what is hardly ever there (questions,
conditions, comments, clocks that run), one statement looks for the traces of all of them, and a panel without its trace finds nothing.

    ASKED = trace(select(_questions.c.id).where(_questions.c.subject_key == KEY))     # beside the query
    rows = run(_ALL, {"key": key}) if ASKED.may_be_on(key) else ()

A trace promises one thing: where there is something, the trace is there. Only a page that said `look` leaves anything out; where
something is decided, in workers and in Slack everything is asked as ever. `tests/home/test_traces.py` holds them to it.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Integer, String, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from collab.kernel import reading
from collab.kernel.db import AnySelect, run

KEY: ColumnElement[str] = bindparam("key", type_=String)
NUMBER: ColumnElement[int] = bindparam("number", type_=Integer)
"""Of the subject that is looked at: its key, and what stands behind the dash."""


class Trace:
    """What a statement finds on a subject; `prefix` where only subjects of one kind can bear it."""

    def __init__(self, there: AnySelect, prefix: str | None) -> None:
        self.there, self.prefix = there.exists(), prefix

    def may_be_on(self, key: str) -> bool:
        """False where this page has looked, and there is none."""
        seen = reading.noted((Trace, key))
        return seen is None or self in seen


_traces: list[Trace] = []


def trace(there: AnySelect, *, prefix: str | None = None) -> Trace:
    """Make a trace known; the statement may use what is bound above."""
    found = Trace(there, prefix)
    _traces.append(found)
    return found


def look(key: str) -> None:
    """Look for everything at once, for a page that shows it all; one statement."""
    if not reading.is_remembering():
        return
    prefix, _, number = key.partition("-")
    borne = tuple(one for one in _traces if one.prefix in (None, prefix))
    signs = run(_looking(borne), {"key": key, "number": int(number)}).one()
    reading.note((Trace, key), frozenset(one for one, there in zip(borne, signs, strict=True) if there))


@lru_cache(maxsize=16)
def _looking(borne: tuple[Trace, ...]) -> AnySelect:
    """All traces side by side, built once."""
    return select(*(one.there.label(f"trace_{place}") for place, one in enumerate(borne)))
