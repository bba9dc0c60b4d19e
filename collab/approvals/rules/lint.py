"""What is wrong with route files beyond their spelling: steps nobody has, amounts nobody decides."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from collab.approvals.rules import book as books
from collab.approvals.rules.book import BadBook, Book
from collab.approvals.rules.when import Facts
from collab.kernel.money import Money

KNOWN = ("currency", "route", "overlay", "rate")
_ALONE = "route: a book needs at least one base route"


def problems(files: Mapping[str, bytes], day: date) -> list[str]:
    """Everything wrong with files that are to be taken together, each with the file it is in; empty means all is well.

    `day` is the day on which somebody must be able to decide whatever is asked.
    """
    found: list[str] = []
    data: list[Mapping[str, Any]] = []
    for name, content in files.items():
        try:
            data.append(tomllib.loads(content.decode("utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            found.append(f"{name}: {error}")
            continue
        found += [f"{name}: {key}: unknown; one of {', '.join(KNOWN)}" for key in data[-1] if key not in KNOWN]
        found += [f"{name}: {problem}" for problem in _misspelt([data[-1]]) if problem != _ALONE]
    return found or _misspelt(data) or list(_unwise(books.parse(data), day))


def _misspelt(data: Sequence[Mapping[str, Any]]) -> list[str]:
    try:
        books.parse(data)
    except BadBook as error:
        return error.problems
    return []


def _unwise(book: Book, day: date) -> Iterator[str]:
    """Files that can be read, and would surprise whoever submits a request."""
    steps = {step.name_en for rule in (*book.routes, *book.overlays) for step in rule.steps}
    for overlay in book.overlays:
        if overlay.beside is not None and overlay.beside not in steps:
            yield f"overlay {overlay.code}: there is no step {overlay.beside!r} to stand {overlay.place}"
    for rule in (*book.routes, *book.overlays):
        if rule.effective_until < rule.effective_from:
            yield f"{rule.code}: ends before it begins"
    for amount in _edges(book):
        if book.choose(Facts(total=amount), day) is None:
            yield f"route: nobody decides a plain request of {amount.currency} {amount} on {day}"


def _edges(book: Book) -> list[Money]:
    """Amounts worth asking about: the smallest one, and every limit with its neighbours."""
    limits = {Money.parse(written, book.currency).minor for route in book.routes for written in _amounts(route.when)}
    minors = {1, *(limit + step for limit in limits for step in (-1, 0, 1))}
    return [Money(minor, book.currency) for minor in sorted(minors) if minor > 0]


def _amounts(when: Mapping[str, Any]) -> Iterator[str]:
    for key, value in when.items():
        if key in ("total_gte", "total_lt"):
            yield value
        elif key in ("any", "all"):
            for part in value:
                yield from _amounts(part)
        elif key == "not":
            yield from _amounts(value)
