"""Pure rules of a brand incident: its life, who is paged, how fast."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collab.kernel.business_time import BadSpan, Span, parse_span
from collab.kernel.transitions import Moves

RAISED, TAKEN, ANSWERED, CLOSED, REVIEWED, FALSE_ALARM = (
    "raised", "taken", "answered", "closed", "reviewed", "false_alarm",
)  # fmt: skip
STATES = (RAISED, TAKEN, ANSWERED, CLOSED, REVIEWED, FALSE_ALARM)
OPEN = (RAISED, TAKEN, ANSWERED)
"""Somebody is still needed right now."""
ROLES = ("cx_owner", "lead", "communications")
SEVERITY = "brand"

MOVES = Moves(
    {
        ("take", RAISED): TAKEN,
        ("answer", RAISED): ANSWERED,
        ("answer", TAKEN): ANSWERED,
        ("answer", ANSWERED): ANSWERED,
        ("close", TAKEN): CLOSED,
        ("close", ANSWERED): CLOSED,
        ("review", CLOSED): REVIEWED,
        ("false_alarm", RAISED): FALSE_ALARM,
        ("false_alarm", TAKEN): FALSE_ALARM,
        ("false_alarm", ANSWERED): FALSE_ALARM,
    }
)
_WHO = re.compile(r"office:[A-Za-z]\w*|member:[^\s@:]+@[^\s@:]+|group:[a-z][\w-]*|department:[a-z][\w-]*")

_ACK, _REPLY, _CLOSE, _REVIEW = Span(10, "m"), Span(60, "m"), Span(24, "h"), Span(5, "bd")


@dataclass(frozen=True)
class Plan:
    """Who is paged and how fast things must go, from `config/incidents.toml`."""

    cx_owner: str = "office:CMO"
    communications: tuple[str, ...] = ("group:communications", "department:marketing")
    department: str = "marketing"
    ack: Span = _ACK
    reply: Span = _REPLY
    close: Span = _CLOSE
    review: Span = _REVIEW


def parse(data: Mapping[str, Any]) -> Plan:
    """Read the file's content. Raises ValueError for what we do not know."""
    unknown = sorted(data.keys() - Plan.__dataclass_fields__.keys())
    if unknown:
        raise ValueError(f"incidents.toml: unknown: {', '.join(unknown)}")
    given = dict(data)
    for name in ("cx_owner", "communications"):
        if name in given:
            given[name] = _who(name, given[name])
    for name in ("ack", "reply", "close", "review"):
        if name in given:
            given[name] = _span(name, given[name])
    if "cx_owner" in given:
        (given["cx_owner"],) = given["cx_owner"]
    return Plan(**given)


def _who(name: str, value: str | Sequence[str]) -> tuple[str, ...]:
    """One or several words for people. Raises ValueError."""
    found = (value,) if isinstance(value, str) else tuple(value)
    if not found or (name == "cx_owner" and len(found) > 1) or not all(_WHO.fullmatch(str(one)) for one in found):
        raise ValueError(f"incidents.toml: {name}: office:X, department:CODE, group:CODE or member:EMAIL")
    return found


def _span(name: str, text: Any) -> Span:
    try:
        return parse_span(str(text))
    except BadSpan as error:
        raise ValueError(f"incidents.toml: {name}: {error}") from error


def title_of(text: str, longest: int) -> str:
    """The first line of an alert, short enough for a title; the whole text is kept beside it."""
    first = " ".join(text.strip().split("\n", 1)[0].split())
    return first if len(first) <= longest else first[: longest - 1] + "…"
