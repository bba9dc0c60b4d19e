"""The examples a route file brings along: requests with what must come of them, run before it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from collab.approvals.rules.book import Book, Example
from collab.approvals.rules.choosing import Refused, choose
from collab.kernel.errors import Invalid


def failures(book: Book, day: date) -> Iterator[str]:
    """Every example that does not hold, with what came instead; `day` is that of examples that name none."""
    for example in book.examples:
        found = outcome(book, example, day)
        for what, wanted in _wanted(example):
            if wanted != found[what]:
                yield f"example {example.name!r}: {what} should be {_shown(wanted)}, and is {_shown(found[what])}"


def outcome(book: Book, example: Example, day: date) -> dict[str, Any]:
    """What the book says about an example's request: the codes and names an example speaks in."""
    on = example.on or day
    nothing: dict[str, Any] = {"route": None, "overlays": (), "steps": (), "warned": (), "refused": None}
    try:
        found = choose(book, example.facts, on, frozenset(example.who))
    except Refused as refusal:
        return {**nothing, "refused": refusal.notice.code}
    except Invalid as refusal:
        return {**nothing, "refused": refusal.said_code}
    return {
        **nothing, "route": found.route.code, "overlays": tuple(overlay.code for overlay in found.overlays),
        "steps": tuple(rule.name_en for rule, _why in found.steps),
        "warned": tuple(notice.code for notice in book.warned(example.facts, on)),
    }  # fmt: skip


def _wanted(example: Example) -> Iterator[tuple[str, Any]]:
    said = {
        "route": example.route, "overlays": example.overlays, "steps": example.steps, "warned": example.warned,
        "refused": example.refused,
    }  # fmt: skip
    yield from ((what, wanted) for what, wanted in said.items() if wanted is not None)
    if example.refused is None:
        yield "refused", None


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "nothing"
    return str(value) if value is not None else "nothing"
