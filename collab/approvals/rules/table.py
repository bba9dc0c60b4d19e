"""The authority table (職務権限表): a route book in the words of its reader, for pages, the API and the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from collab.approvals.rules.book import Book, Notice, Rate, RouteRule, StepRule
from collab.kernel.business_time import parse_span
from collab.kernel.i18n import Reader
from collab.kernel.money import Money

Groups = Mapping[str, Any]
"""What groups are called in both languages, by code."""


def authority_table(found: Book, how: Reader, groups: Groups) -> dict[str, Any]:
    """Routes, overlays, notices and rates: every condition, seat, deadline and exception in words."""
    steps = {step.name_en: how.name(step) for rule in found.rules for step in rule.steps}
    return {
        "routes": [_rule(rule, found, groups, how) for rule in found.routes],
        "overlays": [{**_rule(rule, found, groups, how), "place": _place(rule, steps, how)} for rule in found.overlays],
        "refusals": [_notice(notice, found.currency, how) for notice in found.refusals],
        "warnings": [_notice(notice, found.currency, how) for notice in found.warnings],
        "proxy": how.say("approval.book.proxy_never", when=condition(found.never_decided_for, found.currency, how)),
        "rates": [_rate(rate, found.currency, how) for rate in found.rates],
    }


def _rule(rule: RouteRule, book: Book, groups: Groups, how: Reader) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": how.name(rule) or rule.code,
        "when": condition(rule.when, book.currency, how) or how.say("approval.book.always"),
        "notes": [*_dates(rule, how), *_liberties(rule, how)],
        "steps": [_step(step, book, groups, how) for step in rule.steps],
        "auto": _automatic(rule, groups, how),
    }


def _dates(rule: RouteRule | Notice, how: Reader) -> Iterator[str]:
    if rule.effective_from != date.min:
        yield how.say("approval.book.from_on", day=rule.effective_from)
    if rule.effective_until != date.max:
        yield how.say("approval.book.until_on", day=rule.effective_until)


def _liberties(rule: RouteRule, how: Reader) -> Iterator[str]:
    if rule.bulk:
        yield how.say("approval.book.bulk")
    if not rule.extra:
        yield how.say("approval.book.no_extra")


def _automatic(rule: RouteRule, groups: Groups, how: Reader) -> list[str]:
    """How a route decides itself, for whom, and which part is read afterwards; nothing for a route with steps."""
    if rule.auto is None:
        return []
    said = [how.say(f"approval.book.{rule.auto}", by=[holder(seat, groups, how) for seat in rule.by])]
    if rule.review:
        seats = [holder(seat, groups, how) for seat in rule.review.seats]
        due = span(rule.review.due, how)
        said.append(how.say("approval.book.review", percent=rule.review.percent, seats=seats, due=due))
    return said


def _step(step: StepRule, book: Book, groups: Groups, how: Reader) -> dict[str, Any]:
    return {
        "name": how.name(step), "kind": step.kind, "due": span(step.due, how),
        "seats": [
            how.say("approval.book.veto", seat=holder(seat, groups, how)) if seat in step.veto else holder(seat, groups, how)
            for seat in step.seats
        ],
        "notes": list(_step_notes(step, book, how)),
    }  # fmt: skip


def _step_notes(step: StepRule, book: Book, how: Reader) -> Iterator[str]:
    if step.kind != "approve":
        yield how.say(f"routes.kind.{step.kind}")
    said = _counted(step, how)
    if said and said != how.name(step):
        yield said
    yield span(step.due, how)
    yield from _beside(step, book, how)
    if step.when:
        yield how.say("approval.book.step_when", when=condition(step.when, book.currency, how))
    if not step.lift and not step.keys:
        yield how.say("approval.book.no_lift")
    if step.confirm:
        yield how.say("approval.book.confirm")


def _counted(step: StepRule, how: Reader) -> str:
    if step.keys:
        return how.say("approval.page.two_keys")
    return "" if step.rule == "all" else counted(step.rule, how)


def counted(rule: str, how: Reader) -> str:
    """How many must say yes, in words."""
    word, _, number = rule.partition(":")
    return how.say("approval.page.any") if word == "any" else how.say(f"approval.book.rule.{word}", n=int(number or 0))


def _beside(step: StepRule, book: Book, how: Reader) -> Iterator[str]:
    """Which steps run side by side with this one, and how many of these must be through."""
    if not step.parallel:
        return
    block = [other for rule in book.rules for other in rule.steps if other.parallel == step.parallel]
    others = list(dict.fromkeys(how.name(other) for other in block if other.name_en != step.name_en))
    if not others:
        return
    yield how.say("approval.book.beside", steps=others)
    join = next((other.join for other in block if other.join), "all")
    if join != "all":
        word, _, number = join.partition(":")
        yield how.say(f"approval.book.join.{word}", n=int(number or 1))


def _notice(notice: Notice, currency: str, how: Reader) -> dict[str, Any]:
    return {
        "code": notice.code, "when": condition(notice.when, currency, how),
        "message": notice.message_ja if how.locale == "ja" else notice.message_en,
        "dates": how.say("list.comma").join(_dates(notice, how)),
    }  # fmt: skip


def holder(seat: str, groups: Groups, how: Reader) -> str:
    """Whom a seat names: an office by its code, a group by its name, everybody else in words."""
    kind, _, name = seat.partition(":")
    if kind in ("office", "member"):
        return name
    return how.say(f"approval.holder.{kind}", name=groups.get(name, name) if kind == "group" else name)


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
    if value is False:
        return how.say(f"approval.when.no.{key}")
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
