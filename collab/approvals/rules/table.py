"""The authority table (職務権限表): a route book in the words of its reader, for pages and for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from collab.approvals.rules.book import Book, Rate, RouteRule, StepRule
from collab.kernel.business_time import parse_span
from collab.kernel.i18n import Reader
from collab.kernel.money import Money


def authority_table(found: Book, how: Reader) -> dict[str, Any]:
    """Routes, overlays and rates, every condition, seat and deadline in words."""
    steps = {step.name_en: how.name(step) for rule in (*found.routes, *found.overlays) for step in rule.steps}
    return {
        "routes": [_rule(rule, found.currency, how) for rule in found.routes],
        "overlays": [
            {**_rule(rule, found.currency, how), "place": _place(rule, steps, how)} for rule in found.overlays
        ],
        "rates": [_rate(rate, found.currency, how) for rate in found.rates],
    }


def _rule(rule: RouteRule, currency: str, how: Reader) -> dict[str, Any]:
    return {
        "code": rule.code,
        "when": condition(rule.when, currency, how) or how.say("approval.book.always"),
        "from_on": how.say("approval.book.from_on", day=rule.effective_from) if rule.effective_from != date.min else "",
        "steps": [_step(step, currency, how) for step in rule.steps],
    }


def _step(step: StepRule, currency: str, how: Reader) -> dict[str, Any]:
    word = "two_keys" if step.keys else "any" if step.rule == "any" else ""
    return {
        "name": how.name(step), "seats": [holder(seat, how) for seat in step.seats],
        "rule": how.say(f"approval.page.{word}") if word and how.say(f"approval.page.{word}") != how.name(step) else "",
        "due": span(step.due, how),
        "when": how.say("approval.book.step_when", when=condition(step.when, currency, how)) if step.when else "",
    }  # fmt: skip


def holder(seat: str, how: Reader) -> str:
    """Whom a seat names: an office by its code, everybody else in words."""
    kind, _, name = seat.partition(":")
    if kind in ("office", "member"):
        return name
    return how.say(f"approval.holder.{kind}", name=name)


def span(written: str, how: Reader) -> str:
    """`2bd` in words."""
    wait = parse_span(written)
    number = "".join(filter(str.isdigit, written))
    unit = written[len(number) :]
    return how.say(f"approval.book.{unit}", n=int(number)) if how.knows(f"approval.book.{unit}") else str(wait)


def condition(when: Mapping[str, Any], currency: str, how: Reader) -> str:
    """A route's `when` in words; an empty one says nothing."""
    return how.say("approval.when.and").join(_part(key, value, currency, how) for key, value in when.items())


def _part(key: str, value: Any, currency: str, how: Reader) -> str:
    if key in ("any", "all"):
        glue = how.say("approval.when.or" if key == "any" else "approval.when.and")
        return glue.join(condition(part, currency, how) for part in value)
    if key == "not":
        return how.say("approval.when.not", value=condition(value, currency, how))
    return how.say(f"approval.when.{key}", value=_value(key, value, currency, how))


def _value(key: str, value: Any, currency: str, how: Reader) -> Any:
    if key in ("total_gte", "total_lt"):
        return Money.parse(value, currency)
    listed = [value] if isinstance(value, str) else value
    if key == "category":
        return [
            how.say(f"purchase.category.{code}") if how.knows(f"purchase.category.{code}") else code for code in listed
        ]
    return listed


def _place(rule: RouteRule, steps: Mapping[str, str], how: Reader) -> str:
    beside = rule.beside or ""
    return how.say(f"approval.book.{rule.place}", step=steps.get(beside, beside))


def _rate(rate: Rate, base: str, how: Reader) -> str:
    return how.say("approval.book.rate", currency=rate.currency, worth=str(rate.worth), base=base, day=rate.on)
