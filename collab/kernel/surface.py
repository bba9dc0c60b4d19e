"""Through what somebody speaks just now, where no request says so: a connection we opened ourselves has no address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_through: ContextVar[str | None] = ContextVar("surface", default=None)


@contextmanager
def speaking_through(surface: str) -> Iterator[None]:
    """Whatever happens meanwhile, in threads begun meanwhile too, came through this."""
    token = _through.set(surface)
    try:
        yield
    finally:
        _through.reset(token)


def surface_now() -> str | None:
    """What `speaking_through` said last; None outside."""
    return _through.get()
