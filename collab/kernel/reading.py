"""What a page has read already: while one is put together, the same question is put to the database once.

A page is made of panels that know nothing of each other; each asks who sits in the request's rounds, what people are called,
with whom it was shared. `begin` opens such a page (the web edge does, for GET and HEAD alone); `once` and `once_each`
then answer from what was read for it. Nothing is kept from one call to the next or shared between readers, nothing is
remembered where something is decided: inside `atomic`, in workers, in Slack and in a POST every question is asked anew,
and the first transaction ends the memory of the page it stands on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

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


def once_each(ask: Callable[[list[K]], dict[K, V]]) -> Callable[[Iterable[K]], dict[K, V]]:
    """A question about many things at once, of which only those are looked up that this page has not asked about; what has no
    answer is remembered, too. No statement for nothing."""

    @wraps(ask)
    def answer(wanted: Iterable[K]) -> dict[K, V]:
        keys = list(dict.fromkeys(wanted))
        known = _known(ask)
        if known is None:
            return ask(keys) if keys else {}
        unasked = [key for key in keys if key not in known]
        if unasked:
            found = ask(unasked)
            known.update((key, (found[key],) if key in found else ()) for key in unasked)
        return {key: known[key][0] for key in keys if known[key]}

    return answer


def _known(ask: Callable[..., Any]) -> dict[Any, Any] | None:
    """What this page knows by one question; None where nothing is to be remembered."""
    page = g.get("read_already") if has_app_context() else None
    return None if page is None else page.setdefault(ask, {})
