"""What is wrong with route files beyond their spelling: routes nobody reaches, steps nobody has, amounts nobody decides."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collab.approvals.rules import parsing
from collab.approvals.rules.book import BadBook, Book, RouteRule
from collab.approvals.rules.examples import failures
from collab.approvals.rules.reaching import gaps, tried, unreached
from collab.approvals.rules.steps import blocks_written, misplaced

_ALONE = "route: a book needs at least one base route"


@dataclass(frozen=True)
class People:
    """Whom the seats of a book can find: offices that are held, addresses of active members, groups that have any."""

    offices: frozenset[str] = field(default_factory=frozenset)
    members: frozenset[str] = field(default_factory=frozenset)
    groups: frozenset[str] = field(default_factory=frozenset)


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
        known = ", ".join(parsing.KNOWN)
        found += [f"{name}: {key}: unknown; one of {known}" for key in data[-1] if key not in parsing.KNOWN]
        found += [f"{name}: {problem}" for problem in _misspelt([data[-1]]) if problem != _ALONE]
    return found or _misspelt(data) or unwise(parsing.parse(data), day)


def unwise(book: Book, day: date) -> list[str]:
    """What can be read, and would surprise whoever submits a request."""
    found = [*_overlays(book), *_rules(book)]
    known = tried(book, day)
    found += [*gaps(book, known), *unreached(book, day, known)]
    return found + list(failures(book, day))


def _misspelt(data: Sequence[Mapping[str, Any]]) -> list[str]:
    try:
        parsing.parse(data)
    except BadBook as error:
        return error.problems
    return []


def _overlays(book: Book) -> Iterator[str]:
    for overlay in book.overlays:
        beside = [step for rule in book.rules for step in rule.steps if step.name_en == overlay.beside]
        if overlay.beside is not None and not beside:
            yield f"overlay {overlay.code}: there is no step {overlay.beside!r} to stand {overlay.place}"
        labels = {step.parallel for step in overlay.steps} - {""}
        taken = {step.parallel for rule in book.rules if rule is not overlay for step in rule.steps} - {""}
        for label in sorted(labels & taken - {step.parallel for step in beside}):
            yield f"overlay {overlay.code}: the label {label!r} belongs to steps it does not stand beside"


def _rules(book: Book) -> Iterator[str]:
    for rule in book.rules:
        if rule.effective_until < rule.effective_from:
            yield f"{rule.code}: ends before it begins"
        yield from (f"{rule.code}: {problem}" for problem in (*misplaced(rule.steps), *blocks_written(rule.steps)))
        if rule.auto and not _limited(rule):
            yield f"{rule.code}: decides itself without a limit; write `total_lt`"
    yield from _routes(book)
    yield from _notices(book)


def _notices(book: Book) -> Iterator[str]:
    for notice in (*book.refusals, *book.warnings):
        if notice.effective_until < notice.effective_from:
            yield f"{notice.code}: ends before it begins"


def _routes(book: Book) -> Iterator[str]:
    for route in book.routes:
        if route.bulk and not _limited(route):
            yield f"{route.code}: may be approved together with others without a limit; write `total_lt`"
        if route.steps and not any(step.kind == "approve" for step in route.steps):
            yield f"{route.code}: nobody is asked to approve"


def _limited(rule: RouteRule) -> bool:
    """Whether no request above some amount can satisfy the condition."""
    return "total_lt" in rule.when or any("total_lt" in part for part in rule.when.get("all", ()))


def nobody(book: Book, people: People) -> Iterator[str]:
    """Seats that find nobody today: they would fall to somebody nobody thought of."""
    known = {"office": people.offices, "member": people.members, "group": people.groups}
    words = {"office": "nobody holds the office", "member": "no active member", "group": "the group is empty:"}
    for seat in sorted(book.seats()):
        kind, _, name = seat.partition(":")
        if kind in known and name not in known[kind]:
            yield f"seat {seat}: {words[kind]} {name}"
