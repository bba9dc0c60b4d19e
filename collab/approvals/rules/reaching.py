"""Trying a book with every kind of request its conditions tell apart: amounts nobody decides, routes and steps nobody reaches."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Any

from collab.approvals.rules import when as conditions
from collab.approvals.rules.book import Book, RouteRule, applying
from collab.approvals.rules.when import COUNTS, FLAGS, Condition, Facts
from collab.kernel.money import Money

MOST = 20_000
"""Kinds of request tried; a book that tells more apart is tried with this many of them, drawn by chance, and nothing is
called unreachable then."""
MOST_SAID = 5
_ELSE = "-"
Try = tuple[Facts, frozenset[str]]


@dataclass(frozen=True)
class Tries:
    """The kinds of request a book tells apart; `whole` if these are all of them."""

    kinds: Sequence[Try]
    whole: bool


@dataclass(frozen=True)
class Tried:
    """Every kind of request on every day on which the book changes, and the route it takes; None where it takes none."""

    found: Sequence[tuple[date, Facts, RouteRule | None]]
    whole: bool


def tried(book: Book, day: date) -> Tried:
    """Try a book from a day on."""
    kinds = tries(book)
    plain = [(Facts(total=amount), frozenset[str]()) for amount in amounts(book)]
    found = [
        (on, facts, book.choose(facts, on, who))
        for on in book.days_of_change(day)
        for facts, who in (*plain, *kinds.kinds)
    ]
    return Tried(found, kinds.whole)


def gaps(book: Book, known: Tried) -> list[str]:
    """Requests nobody decides, the plainest first, on the day asked about and on every later day of change."""
    said: dict[str, None] = {}
    for on, facts, route in known.found:
        if route is None and facts.explicit is None and book.refusal(facts, on) is None:
            said[f"route: nobody decides a {_described(facts)} on {on}"] = None
    return list(said)[:MOST_SAID]


def unreached(book: Book, day: date, known: Tried) -> Iterator[str]:
    """Routes no request takes and steps no request is asked: something before them always fits, or their conditions never do."""
    if not known.whole:
        return
    chosen: dict[str, list[Facts]] = {}
    for _on, facts, route in known.found:
        if route is not None:
            chosen.setdefault(route.code, []).append(facts)
    every = [facts for found in chosen.values() for facts in found]
    for rule in book.rules:
        if rule.effective_until < day:
            continue
        if rule in book.routes and rule.code not in chosen:
            yield f"{rule.code}: no request takes this route; something before it always fits, or nothing fits it"
            continue
        for step in _never_asked(rule, chosen[rule.code] if rule in book.routes else every):
            yield f"{rule.code}: nobody is ever asked at the step {step!r}"


def _never_asked(rule: RouteRule, kinds: Sequence[Facts]) -> list[str]:
    left = {step.name_en: None for step in rule.steps}
    for facts in kinds:
        if left and conditions.holds(rule.when, facts, code=rule.code):
            for step in applying(rule, facts):
                left.pop(step.name_en, None)
    return list(left)


def amounts(book: Book) -> list[Money]:
    """Amounts worth asking about: the smallest one, and every limit with its neighbours."""
    written = [value for when in _conditions(book) for key, value in parts(when) if key in ("total_gte", "total_lt")]
    limits = {Money.parse(value, book.currency).minor for value in written}
    minors = {1, *(limit + step for limit in limits for step in (-1, 0))}
    return [Money(minor, book.currency) for minor in sorted(minors) if minor > 0]


def tries(book: Book) -> Tries:
    """Every kind of request the conditions of a book tell apart."""
    axes = _axes(book)
    size = 1
    for values in axes.values():
        size *= len(values)
    if size <= MOST:
        return Tries([_try(axes, values) for values in product(*axes.values())], whole=True)
    chance = random.Random(size)  # noqa: S311 - a sample, not a secret
    return Tries([_try(axes, [chance.choice(values) for values in axes.values()]) for _ in range(MOST)], whole=False)


def _try(axes: Mapping[str, Sequence[Any]], values: Sequence[Any]) -> Try:
    found = dict(zip(axes, values, strict=True))
    who = found.pop("who")
    return replace(Facts(), **found), who


def _axes(book: Book) -> dict[str, list[Any]]:
    """Per fact, the values that make a difference somewhere, and one that makes none."""
    said = [pair for when in _conditions(book) for pair in parts(when)]
    axes: dict[str, list[Any]] = {"total": list(amounts(book)), "who": [frozenset()]}
    for key in ("category", "department", "side"):
        values = sorted({code for name, value in said if name == key for code in _listed(value)})
        if values:
            axes[key] = [*values, _ELSE]
    for key, name in COUNTS.items():
        if values := sorted({value for written, value in said if written == key}):
            axes[name] = [0, *values]
    axes |= {key: [False, True] for key in FLAGS if any(name == key for name, _value in said)}
    explicit = [rule.code for rule in book.routes if any(key == "explicit" for key, _value in parts(rule.when))]
    if explicit:
        axes["explicit"] = [None, *explicit]
    axes["who"] += [frozenset({held}) for held in sorted({held for route in book.routes for held in route.by})]
    return axes


def _conditions(book: Book) -> list[Condition]:
    rules: list[RouteRule] = list(book.rules)
    steps = [step.when for rule in rules for step in rule.steps]
    return [*(rule.when for rule in rules), *steps, *(notice.when for notice in book.refusals)]


def parts(when: Condition) -> Iterator[tuple[str, Any]]:
    """Every key of a condition with its value, however deep."""
    for key, value in when.items():
        if key in ("any", "all"):
            for inner in value:
                yield from parts(inner)
        elif key == "not":
            yield from parts(value)
        else:
            yield key, value


def _listed(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _described(facts: Facts) -> str:
    """A kind of request in words, its plainest sides left out."""
    amount = f"{facts.total.currency} {facts.total}" if facts.total else ""
    sides = [
        f"{name} {value}"
        for name in ("category", "department", "side")
        if (value := getattr(facts, name)) not in ("", _ELSE)
    ]
    sides += [f"{name} {value}" for name in COUNTS.values() if (value := getattr(facts, name))]
    sides += [name for name in FLAGS if getattr(facts, name)]
    return f"request of {amount} ({', '.join(sides)})" if sides else f"plain request of {amount}"
