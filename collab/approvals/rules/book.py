"""The route book: base routes and overlays as a company writes them in `config/routes/*.toml`.

Printed together they are the authority table (職務権限表). Reading is strict: everything wrong is said at once, with
its place, and nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from collab.approvals.rules import when as conditions
from collab.approvals.rules.when import Condition, Facts
from collab.kernel.business_time import parse_span
from collab.kernel.money import BadAmount, Money

KINDS = ("approve",)
"""Kinds of step this engine runs; consult, review, advocate and circulate join with their verbs."""
RULES = ("all", "any")
PLACES = ("first", "last", "before", "after")
_SEAT = re.compile(r"office:[A-Za-z]\w*|department_lead|manager|member:[^\s@:]+@[^\s@:]+|group:[a-z][\w-]*")


class BadBook(ValueError):
    """A route file that cannot be taken; `problems` lists everything wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class StepRule:
    """A step as written: whose seats, how many must say yes, by when."""

    name_en: str
    name_ja: str
    seats: tuple[str, ...]
    rule: str = "all"
    kind: str = "approve"
    due: str = "2bd"
    keys: bool = False
    when: Condition = field(default_factory=dict)


@dataclass(frozen=True)
class RouteRule:
    """A base route (`priority`) or an overlay (`place`), in effect from a day."""

    code: str
    steps: tuple[StepRule, ...]
    when: Condition = field(default_factory=dict)
    priority: int = 1000
    place: str = "last"
    beside: str | None = None
    effective_from: date = date.min
    effective_until: date = date.max

    def in_effect(self, day: date) -> bool:
        """Whether the rule counts on a day."""
        return self.effective_from <= day <= self.effective_until


@dataclass(frozen=True)
class Rate:
    """What one unit of a foreign currency is worth in the book's currency from a day."""

    currency: str
    on: date
    worth: Decimal


@dataclass(frozen=True)
class Book:
    """All routes, overlays and exchange rates of one version."""

    currency: str
    routes: tuple[RouteRule, ...]
    overlays: tuple[RouteRule, ...]
    rates: tuple[Rate, ...] = ()

    def choose(self, facts: Facts, day: date) -> RouteRule | None:
        """The first base route by priority whose `when` holds; None when none does."""
        open_routes = (route for route in self.routes if route.in_effect(day) and _named(route, facts))
        return next((route for route in open_routes if conditions.holds(route.when, facts, code=route.code)), None)

    def overlays_for(self, facts: Facts, day: date) -> list[RouteRule]:
        """Every overlay that adds its steps."""
        return [
            rule for rule in self.overlays if rule.in_effect(day) and conditions.holds(rule.when, facts, code=rule.code)
        ]

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


def _named(route: RouteRule, facts: Facts) -> bool:
    """A request that names a route takes that one; the others keep out of its way."""
    return facts.explicit is None or facts.explicit == route.code


def parse(files: Sequence[Mapping[str, Any]]) -> Book:
    """Read the parsed TOML of one or more route files as one book. Raises BadBook with every problem."""
    currencies = {str(data.get("currency", "JPY")) for data in files} or {"JPY"}
    found = [] if len(currencies) == 1 else ["currency: all files must use the same one"]
    currency = min(currencies)
    found += [f"currency: {code} is not known" for code in currencies if not _is_currency(code)]
    routes = [_route(raw, f"route[{n}]", currency, found) for n, raw in _tables(files, "route", "", found)]
    overlays = [_route(raw, f"overlay[{n}]", currency, found) for n, raw in _tables(files, "overlay", "", found)]
    rates = [rate for n, raw in _tables(files, "rate", "", found) if (rate := _rate(raw, f"rate[{n}]", found))]
    codes = [rule.code for rule in (*routes, *overlays)]
    found += [f"code {code!r}: used twice" for code in sorted({code for code in codes if codes.count(code) > 1})]
    if not routes:
        found.append("route: a book needs at least one base route")
    if found:
        raise BadBook(found)
    return Book(currency, tuple(sorted(routes, key=lambda route: route.priority)), tuple(overlays), tuple(rates))


def _tables(
    files: Sequence[Mapping[str, Any]], name: str, at: str, found: list[str]
) -> list[tuple[int, Mapping[str, Any]]]:
    """The tables `[[name]]` of all files, numbered through; anything else under that name is a problem."""
    parts = [part for data in files for part in _listed(data.get(name, []))]
    if not all(isinstance(part, Mapping) for part in parts):
        found.append(f"{at}{name}: write it as a table, [[{name}]]")
    return list(enumerate(part for part in parts if isinstance(part, Mapping)))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _is_currency(code: str) -> bool:
    try:
        Money.parse("1", code)
    except BadAmount:
        return False
    return True


_ROUTE_KEYS = {
    "code",
    "priority",
    "effective_from",
    "effective_until",
    "when",
    "step",
    "place",
    "before",
    "after",
    "last",
}
_STEP_KEYS = {"name", "name_ja", "seats", "rule", "kind", "due", "keys", "when"}


def _route(raw: Mapping[str, Any], at: str, currency: str, found: list[str]) -> RouteRule:
    found += [f"{at}.{key}: unknown" for key in raw if key not in _ROUTE_KEYS]
    code = raw.get("code", "")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", str(code)):
        found.append(f"{at}.code: small letters, digits and dashes")
    found += conditions.problems(raw.get("when", {}), currency, f"{at}.when")
    inner = _tables([raw], "step", f"{at}.", found)
    steps = tuple(_step(step, f"{at}.step[{n}]", currency, found) for n, step in inner)
    if not steps:
        found.append(f"{at}.step: at least one step")
    place, beside = _place(raw, at, found)
    return RouteRule(
        code=str(code), steps=steps, when=raw.get("when", {}), priority=_priority(raw, at, found),
        place=place, beside=beside,
        effective_from=_day(raw, "effective_from", date.min, at, found),
        effective_until=_day(raw, "effective_until", date.max, at, found),
    )  # fmt: skip


def _priority(raw: Mapping[str, Any], at: str, found: list[str]) -> int:
    value = raw.get("priority", 1000)
    if isinstance(value, int):
        return value
    found.append(f"{at}.priority: a whole number; the smallest that fits is taken")
    return 0


def _place(raw: Mapping[str, Any], at: str, found: list[str]) -> tuple[str, str | None]:
    for side in ("before", "after"):
        if side in raw:
            return side, str(raw[side])
    place = str(raw.get("place", "last"))
    if place not in ("first", "last"):
        found.append(f'{at}.place: "first" or "last", or name a step with `before` or `after`')
    return place, None


def _step(raw: Mapping[str, Any], at: str, currency: str, found: list[str]) -> StepRule:
    found += [f"{at}.{key}: unknown" for key in raw if key not in _STEP_KEYS]
    seats = tuple(map(str, _listed(raw.get("seats", []))))
    found += [
        f"{at}.seats: {seat!r} is not office:X, department_lead, manager, member:EMAIL or group:NAME"
        for seat in seats
        if not _SEAT.fullmatch(seat)
    ]
    if not seats:
        found.append(f"{at}.seats: at least one seat")
    rule, kind = raw.get("rule", "all"), raw.get("kind", "approve")
    if rule not in RULES:
        found.append(f"{at}.rule: one of {', '.join(RULES)}")
    if kind not in KINDS:
        found.append(f"{at}.kind: one of {', '.join(KINDS)}")
    if raw.get("keys") and (len(seats) < 2 or rule != "all"):
        found.append(f'{at}.keys: needs two seats and rule = "all"')
    found += conditions.problems(raw.get("when", {}), currency, f"{at}.when")
    name = str(raw.get("name", "")) or "?"
    if name == "?":
        found.append(f"{at}.name: every step has a name")
    return StepRule(
        name_en=name, name_ja=str(raw.get("name_ja", name)), seats=seats, rule=rule, kind=kind,
        due=_span(raw.get("due", "2bd"), f"{at}.due", found), keys=bool(raw.get("keys", False)), when=raw.get("when", {}),
    )  # fmt: skip


def _span(written: Any, at: str, found: list[str]) -> str:
    try:
        parse_span(str(written))
    except ValueError as error:
        found.append(f"{at}: {error}")
    return str(written)


def _day(raw: Mapping[str, Any], name: str, default: date, at: str, found: list[str]) -> date:
    value = raw.get(name, default)
    if type(value) is not date:
        found.append(f"{at}.{name}: write a day, such as 2026-04-01")
        return default
    return value


def _rate(raw: Mapping[str, Any], at: str, found: list[str]) -> Rate | None:
    try:
        rate = Rate(str(raw["currency"]), raw["on"], Decimal(str(raw["worth"])))
    except (KeyError, InvalidOperation):
        rate = None
    if (
        rate is None
        or not _is_currency(rate.currency)
        or not rate.worth.is_finite()
        or rate.worth <= 0
        or type(rate.on) is not date
    ):
        found.append(f'{at}: write currency = "USD", on = 2026-04-01, worth = "151.20"')
        return None
    return rate
