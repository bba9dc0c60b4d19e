"""What a route book says about one request: refused, warned of, by which route, with which steps and for which reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from collab.approvals.rules import when as conditions
from collab.approvals.rules.book import Book, Notice, RouteRule, StepRule, applying
from collab.approvals.rules.when import Facts
from collab.kernel.errors import Invalid, Text

Reasoned = tuple[StepRule, tuple[Text, ...]]
"""A step as written, and why it is asked."""


@dataclass(frozen=True)
class Choice:
    """The route taken, the overlays that add to it, all steps in order, and what is said without stopping it."""

    route: RouteRule
    overlays: tuple[RouteRule, ...]
    steps: tuple[Reasoned, ...]
    warnings: tuple[Text, ...]


class Refused(Invalid):
    """The book refuses such a request; `notice` says which rule and in which words."""

    def __init__(self, notice: Notice) -> None:
        super().__init__({"route": said(notice)}, "refused_by_rule", en=notice.message_en, ja=notice.message_ja)
        self.notice = notice


def said(notice: Notice) -> Text:
    """The words of a notice, in the reader's language."""
    return Text("route.said", {"en": notice.message_en, "ja": notice.message_ja})


def choose(book: Book, facts: Facts, day: date, who: frozenset[str] = frozenset()) -> Choice:
    """What the book says on a day about a request of somebody who holds `who`. Raises Refused, Invalid (no route applies)."""
    notice = book.refusal(facts, day)
    if notice is not None:
        raise Refused(notice)
    route = book.choose(facts, day, who)
    if route is None:
        raise Invalid({"route": Text("error.no_route_applies")}, "no_route_applies")
    overlays = [] if route.auto else book.overlays_for(facts, day)
    warnings = tuple(said(found) for found in book.warned(facts, day))
    return Choice(route, tuple(overlays), tuple(_joined(_written(route, overlays, facts))), warnings)


def _written(route: RouteRule, overlays: Sequence[RouteRule], facts: Facts) -> list[Reasoned]:
    """The rules of all steps that apply, in order, each with its reasons; the same step twice is one."""
    steps = list(_reasoned(route, facts))
    for overlay in overlays:
        added = [step for step in _reasoned(overlay, facts) if not any(_same(step[0], old[0]) for old in steps)]
        spot = _spot(overlay, [rule for rule, _why in added], [rule for rule, _why in steps])
        steps[spot:spot] = added
    return steps


def _reasoned(rule: RouteRule, facts: Facts) -> Iterator[Reasoned]:
    because = conditions.reasons(rule.when, facts, code=rule.code)
    for step in applying(rule, facts):
        yield step, (*because, *conditions.reasons(step.when, facts, code=rule.code))


def _same(one: StepRule, other: StepRule) -> bool:
    return (one.seats, one.kind, one.keys) == (other.seats, other.kind, other.keys)


def _spot(overlay: RouteRule, added: Sequence[StepRule], steps: Sequence[StepRule]) -> int:
    """Where an overlay's steps go: inside a block only under its own label, else to its edge."""
    spot = 0 if overlay.place == "first" else len(steps)
    if overlay.beside is not None:
        beside = [number for number, step in enumerate(steps) if step.name_en == overlay.beside]
        spot = beside[0] + (overlay.place == "after") if beside else spot
    while 0 < spot < len(steps) and (label := steps[spot].parallel) and steps[spot - 1].parallel == label:
        if all(step.parallel == label for step in added):
            break
        spot += 1 if overlay.place == "after" else -1
    return spot


def _joined(steps: Sequence[Reasoned]) -> Iterator[Reasoned]:
    """What one step of a block says about its join counts for all of them."""
    joins: dict[str, str] = {}
    for rule, _why in steps:
        if rule.parallel and rule.join:
            joins.setdefault(rule.parallel, rule.join)
    for rule, why in steps:
        yield replace(rule, join=joins.get(rule.parallel, "all")), why
