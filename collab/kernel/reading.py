"""What a page has read already: while one is put together, the same question is put to the database once.

A page is made of panels that know nothing of each other; each asks who sits in the request's rounds, what people are called,
with whom it was shared. `begin` opens such a page (the web edge does, for GET and HEAD alone); `once` and `once_each`
then answer from what was read for it. Nothing is kept from one call to the next or shared between readers, nothing is
remembered where something is decided: inside `atomic`, in workers, in Slack and in a POST every question is asked anew,
and the first transaction ends the memory of the page it stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import update_wrapper, wraps
from typing import Any, Generic, ParamSpec, TypeVar

from flask import g, has_app_context

P = ParamSpec("P")
V = TypeVar("V")
K = TypeVar("K", bound=Hashable)


def begin() -> None:
    """From here on this request only reads."""
    g.read_already = {}


def end() -> None:
    """Something is written, or may have been: ask again."""
    if has_app_context():
        g.pop("read_already", None)


def once(ask: Callable[P, V]) -> Callable[P, V]:
    """A question whose answer is kept for the page that asked; what it is asked with must be hashable, and nobody may change
    the answer."""

    @wraps(ask)
    def answer(*args: P.args, **named: P.kwargs) -> V:
        known = _known(ask)
        if known is None:
            return ask(*args, **named)
        asked = (args, *sorted(named.items()))
        if asked not in known:
            known[asked] = ask(*args, **named)
        found: V = known[asked]
        return found

    return answer


class OnceEach(Generic[K, V]):
    """A question about many things at once, of which only those are looked up that this page has not asked about; what has no
    answer is remembered, too. No statement for nothing."""

    def __init__(self, ask: Callable[[list[K]], dict[K, V]]) -> None:
        self._ask = ask
        update_wrapper(self, ask)

    def __call__(self, wanted: Iterable[K]) -> dict[K, V]:
        keys = list(dict.fromkeys(wanted))
        known = _known(self._ask)
        if known is None:
            return self._ask(keys) if keys else {}
        unasked = [key for key in keys if key not in known]
        if unasked:
            found = self._ask(unasked)
            known.update((key, (found[key],) if key in found else ()) for key in unasked)
        return {key: known[key][0] for key in keys if known[key]}

    def learn(self, found: Mapping[K, V]) -> None:
        """What came with the answer to another question of this page need not be asked."""
        known = _known(self._ask)
        if known is not None:
            known.update((key, (answer,)) for key, answer in found.items())


def once_each(ask: Callable[[list[K]], dict[K, V]]) -> OnceEach[K, V]:
    """Make such a question of one that always asks."""
    return OnceEach(ask)


def note(what: Hashable, answer: object) -> None:
    """Let this page remember something it has found out by itself; nothing where nothing is remembered."""
    known = _known(note)
    if known is not None:
        known[what] = answer


def noted(what: Hashable) -> Any | None:
    """What was noted on this page; None where nobody did."""
    known = _known(note)
    return None if known is None else known.get(what)


def is_remembering() -> bool:
    """Whether this is a page that only reads."""
    return _known(note) is not None


def _known(ask: Callable[..., Any]) -> dict[Any, Any] | None:
    """What this page knows by one question; None where nothing is to be remembered."""
    page = g.get("read_already") if has_app_context() else None
    return None if page is None else page.setdefault(ask, {})
