"""How the company lives with its joint initiatives, from `config/initiatives.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from collab.initiatives.rules.moves import FEWEST_DEPARTMENTS
from collab.kernel.business_time import BadSpan, Span, parse_span

FILE = "initiatives.toml"
_VOTE_BEFORE, _HEALTH_EVERY = parse_span("5bd"), parse_span("10bd")


@dataclass(frozen=True)
class Policy:
    """`fewest_departments` must take part before a charter is laid out or work starts. `vote_before`: how long before a pilot
    ends both leads are asked to vote. `health_every`: how old what a lead said of the health may get before they are asked
    again. Spans count on the calendar of whoever must act."""

    fewest_departments: int = FEWEST_DEPARTMENTS
    vote_before: Span = _VOTE_BEFORE
    health_every: Span = _HEALTH_EVERY


def parse(data: Mapping[str, Any]) -> Policy:
    """Read the file's content; what it does not say stays as it is by default. Raises ValueError for what we do not know."""
    known = {field.name: getattr(Policy, field.name) for field in fields(Policy)}
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ValueError(f"{FILE}: unknown: {', '.join(unknown)}")
    read: dict[str, Any] = {
        name: _whole(name, value) if isinstance(known[name], int) else _span(name, value)
        for name, value in data.items()
    }
    return Policy(**read)


def _whole(name: str, value: Any) -> int:
    """Departments are counted from two on: work of one department is no joint work."""
    if isinstance(value, bool) or not isinstance(value, int) or value < FEWEST_DEPARTMENTS:
        raise ValueError(f"{FILE}: {name} must be a whole number, {FEWEST_DEPARTMENTS} or more")
    return value


def _span(name: str, value: Any) -> Span:
    try:
        return parse_span(value if isinstance(value, str) else "")
    except BadSpan as error:
        raise ValueError(f"{FILE}: {name}: {error}") from error
