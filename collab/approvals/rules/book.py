"""The route book: base routes, overlays, what is refused or warned of, rates. Printed it is the authority table (職務権限表).

How it is written in `config/routes/*.toml` is in `parsing`; what it means for one request is in `chosen`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from collab.approvals.rules import when as conditions
from collab.approvals.rules.when import Condition, Facts
from collab.kernel.money import Money

KINDS = ("approve", "consult", "review", "advocate", "circulate")
AUTOS = ("own_authority", "auto_approve")
NEVER_DECIDED_FOR: Condition = {"after_the_fact": True}
"""What no deputy decides (代決) unless the book says otherwise."""


class BadBook(ValueError):
    """A route file that cannot be taken; `problems` lists everything wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class StepRule:
    """A step as written: whose seats, how many must say yes, by when; `join` is empty where its block says nothing."""

    name_en: str
    name_ja: str
    seats: tuple[str, ...]
    rule: str = "all"
    kind: str = "approve"
    due: str = "2bd"
    keys: bool = False
    when: Condition = field(default_factory=dict)
    veto: tuple[str, ...] = ()
    parallel: str = ""
    branch: str = ""
    join: str = ""
    lift: bool = True
    confirm: bool = False


@dataclass(frozen=True)
class Review:
    """Which part of what decides itself is read afterwards (in percent), by whom, within which time."""

    percent: int
    seats: tuple[str, ...]
    due: str = "10bd"


@dataclass(frozen=True)
class RouteRule:
    """A base route (`priority`) or an overlay (`place`), in effect from a day. `auto`: it decides itself and has no steps, only
    for whoever holds one of `by`, if that is written. Where nobody named it, its name is that of its steps."""

    code: str
    steps: tuple[StepRule, ...]
    when: Condition = field(default_factory=dict)
    priority: int = 1000
    place: str = "last"
    beside: str | None = None
    effective_from: date = date.min
    effective_until: date = date.max
    bulk: bool = False
    extra: bool = True
    auto: str | None = None
    by: tuple[str, ...] = ()
    review: Review | None = None
    name_en: str = ""
    name_ja: str = ""

    def in_effect(self, day: date) -> bool:
        """Whether the rule counts on a day."""
        return self.effective_from <= day <= self.effective_until


@dataclass(frozen=True)
class Notice:
    """Words for whoever submits: a request that is refused, or that is let through with a warning."""

    code: str
    when: Condition
    message_en: str
    message_ja: str
    effective_from: date = date.min
    effective_until: date = date.max

    def holds(self, facts: Facts, day: date) -> bool:
        """Whether it is said about such a request on a day."""
        return self.effective_from <= day <= self.effective_until and conditions.holds(self.when, facts, code=self.code)


@dataclass(frozen=True)
class Rate:
    """What one unit of a foreign currency is worth in the book's currency from a day."""

    currency: str
    on: date
    worth: Decimal


@dataclass(frozen=True)
class Example:
    """A request the file itself names, with what must come of it; None is not asked about."""

    name: str
    facts: Facts
    on: date | None = None
    who: tuple[str, ...] = ()
    route: str | None = None
    overlays: tuple[str, ...] | None = None
    steps: tuple[str, ...] | None = None
    warned: tuple[str, ...] | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Book:
    """All routes, overlays, notices and exchange rates of one version."""

    currency: str
    routes: tuple[RouteRule, ...]
    overlays: tuple[RouteRule, ...]
    rates: tuple[Rate, ...] = ()
    refusals: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()
    never_decided_for: Condition = field(default_factory=lambda: NEVER_DECIDED_FOR)
    examples: tuple[Example, ...] = ()

    @property
    def rules(self) -> tuple[RouteRule, ...]:
        """Routes and overlays."""
        return (*self.routes, *self.overlays)

    @property
    def names(self) -> dict[str, RouteRule]:
        """Routes and overlays by code: whoever shows a code says its name."""
        return {rule.code: rule for rule in self.rules}

    def seats(self) -> set[str]:
        """Every seat the book names anywhere."""
        reviews = (rule.review.seats for rule in self.routes if rule.review)
        return {seat for rule in self.rules for step in rule.steps for seat in step.seats}.union(*reviews)

    def choose(self, facts: Facts, day: date, who: frozenset[str] = frozenset()) -> RouteRule | None:
        """The first base route by priority whose `when` holds; None when none does. `who` is what the requester holds
        (`department_lead`, `office:CFO`): a route that decides itself asks for it, and gives way to any overlay."""
        return next((route for route in self.routes if self._taken(route, facts, day, who)), None)

    def overlays_for(self, facts: Facts, day: date) -> list[RouteRule]:
        """Every overlay that adds its steps."""
        return [
            rule for rule in self.overlays if rule.in_effect(day) and conditions.holds(rule.when, facts, code=rule.code)
        ]

    def refusal(self, facts: Facts, day: date) -> Notice | None:
        """The first reason, as written, to refuse such a request."""
        return next((notice for notice in self.refusals if notice.holds(facts, day)), None)

    def warned(self, facts: Facts, day: date) -> list[Notice]:
        """What is said about such a request without stopping it."""
        return [notice for notice in self.warnings if notice.holds(facts, day)]

    def convert(self, amount: Money, day: date) -> Money | None:
        """The amount in the book's currency at the newest rate of that day or before; None without a rate."""
        if amount.currency == self.currency:
            return amount
        known = [rate for rate in self.rates if rate.currency == amount.currency and rate.on <= day]
        if not known:
            return None
        worth = max(known, key=lambda rate: rate.on).worth * Decimal(str(amount))
        unit = Money(1, self.currency)
        return Money(max(1, int((worth / Decimal(str(unit))).to_integral_value())), self.currency)

    def days_of_change(self, day: date) -> list[date]:
        """`day`, and every later one on which a rule begins or has just ended."""
        dated: list[Any] = [*self.rules, *self.refusals, *self.warnings]
        begins = {rule.effective_from for rule in dated}
        ends = {rule.effective_until + timedelta(days=1) for rule in dated if rule.effective_until < date.max}
        return [day, *sorted(found for found in begins | ends if found > day)]

    def _taken(self, route: RouteRule, facts: Facts, day: date, who: frozenset[str]) -> bool:
        if not (route.in_effect(day) and _named(route, facts) and conditions.holds(route.when, facts, code=route.code)):
            return False
        if route.auto is None:
            return True
        entitled = not route.by or bool(who.intersection(route.by))
        return entitled and not any(any(applying(overlay, facts)) for overlay in self.overlays_for(facts, day))


def applying(rule: RouteRule, facts: Facts) -> Iterator[StepRule]:
    """The steps of a rule that are asked of such a request."""
    return (step for step in rule.steps if conditions.holds(step.when, facts, code=rule.code))


def _named(route: RouteRule, facts: Facts) -> bool:
    """A request that names a route takes that one; the others keep out of its way."""
    return facts.explicit is None or facts.explicit == route.code
