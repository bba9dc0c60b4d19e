"""Reading a route book as written. Strict: everything wrong is said at once, with its place, and nothing is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from collab.approvals.rules.book import (
    AUTOS,
    KINDS,
    NEVER_DECIDED_FOR,
    BadBook,
    Book,
    Example,
    Notice,
    Rate,
    Review,
    RouteRule,
    StepRule,
)
from collab.approvals.rules.when import Condition, Facts
from collab.approvals.rules.written import DATED, HELD, Part, is_currency, parts

T = TypeVar("T")
_NAMES = ("name", "name_ja")
_ROUTE_KEYS = frozenset({"code", "priority", "when", "step", "bulk", "extra", "auto", "by", "review", *_NAMES, *DATED})
_OVERLAY_KEYS = frozenset({"code", "when", "step", "place", "before", "after", "last", *_NAMES, *DATED})
_STEP_KEYS = frozenset(
    {
        "name", "name_ja", "seats", "rule", "kind", "due", "keys", "when", "veto", "parallel", "branch", "join", "lift",
        "confirm",
    }
)  # fmt: skip
_NOTICE_KEYS = frozenset({"code", "when", "message", "message_ja", *DATED})
_EXPECTED = frozenset({"route", "overlays", "steps", "warned", "refused"})
_WORDS, _FLAGS = ("category", "department", "side"), ("personal_data", "after_the_fact")
_COUNTS = ("channels", "units", "regions", "term_months")
_REQUEST_KEYS = frozenset({"total", "route", *_WORDS, *_FLAGS, *_COUNTS})
KNOWN = ("currency", "route", "overlay", "refuse", "warn", "proxy", "rate", "example")
"""The tables of a route file."""


def parse(files: Sequence[Mapping[str, Any]]) -> Book:
    """Read the parsed TOML of one or more route files as one book. Raises BadBook with every problem."""
    currencies = {str(data.get("currency", "JPY")) for data in files} or {"JPY"}
    found = [] if len(currencies) == 1 else ["currency: all files must use the same one"]
    currency = min(currencies)
    found += [f"currency: {code} is not known" for code in currencies if not is_currency(code)]

    def each(name: str, read: Callable[[Part], T]) -> tuple[T, ...]:
        return tuple(read(part) for part in parts(files, name, "", currency, found))

    routes, overlays = each("route", _base), each("overlay", _overlay)
    refusals, warnings, examples = each("refuse", _notice), each("warn", _notice), each("example", _example)
    rates = tuple(rate for rate in each("rate", _rate) if rate is not None)
    never = _never(each("proxy", _proxy), found)
    found += _twice("code", [rule.code for rule in (*routes, *overlays)])
    found += _twice("code", [notice.code for notice in (*refusals, *warnings)])
    if not routes:
        found.append("route: a book needs at least one base route")
    if found:
        raise BadBook(found)
    ordered = tuple(sorted(routes, key=lambda route: route.priority))
    return Book(currency, ordered, overlays, rates, refusals, warnings, never, examples)


def _twice(what: str, codes: Sequence[str]) -> list[str]:
    return [f"{what} {code!r}: used twice" for code in sorted({code for code in codes if codes.count(code) > 1})]


def _base(part: Part) -> RouteRule:
    part.only(_ROUTE_KEYS)
    auto = part.choice("auto", AUTOS)
    _check_automatic(part, auto)
    priority = part.raw.get("priority", 1000)
    if not isinstance(priority, int):
        part.wrong("a whole number; the smallest that fits is taken", "priority")
        priority = 0
    return RouteRule(
        **_shared(part, steps_wanted=auto is None), priority=priority, bulk=part.flag("bulk", default=False),
        extra=part.flag("extra", default=True), auto=auto, by=part.names("by", HELD), review=_review(part),
    )  # fmt: skip


def _check_automatic(part: Part, auto: str | None) -> None:
    """What only a route that decides itself has, and what it must have."""
    for key in ("by", "review"):
        if auto is None and "auto" not in part.raw and key in part.raw:
            part.wrong("only with `auto`", key)
    if auto and part.raw.get("step"):
        part.wrong("a route that decides itself has no steps", "step")
    if auto == "own_authority" and not part.raw.get("by"):
        part.wrong('say whose own authority it is, such as ["department_lead"]', "by")


def _review(part: Part) -> Review | None:
    inner = part.inner("review")
    if inner is None:
        return None
    inner.only(frozenset({"percent", "seats", "due"}))
    return Review(inner.number("percent", 0, 1, 100), inner.seats(), inner.span("due", "10bd"))


def _overlay(part: Part) -> RouteRule:
    part.only(_OVERLAY_KEYS)
    place, beside = _place(part)
    return RouteRule(**_shared(part), place=place, beside=beside)


def _place(part: Part) -> tuple[str, str | None]:
    for side in ("before", "after"):
        if side in part.raw:
            return side, str(part.raw[side])
    place = str(part.raw.get("place", "last"))
    if place not in ("first", "last"):
        part.wrong('"first" or "last", or name a step with `before` or `after`', "place")
    return place, None


def _shared(part: Part, *, steps_wanted: bool = True) -> dict[str, Any]:
    """What routes and overlays both say."""
    steps = tuple(_step(inner) for inner in part.parts("step"))
    if steps_wanted and not steps:
        part.wrong("at least one step", "step")
    code = part.code()
    return {"code": code, "steps": steps, "when": part.when(), **_named(part, code, steps), **part.dates()}


def _named(part: Part, code: str, steps: Sequence[StepRule]) -> dict[str, str]:
    """What a rule is called in both languages: as written, else by its steps; one that decides itself by its code."""
    written = part.fields(str, _NAMES)
    english = written.get("name", "").strip()
    if not english:
        if "name_ja" in written:
            part.wrong("only with `name`", "name_ja")
        return {
            "name_en": " → ".join(step.name_en for step in steps) or code,
            "name_ja": " → ".join(step.name_ja for step in steps) or code,
        }
    return {"name_en": english, "name_ja": written.get("name_ja", "").strip() or english}


def _step(part: Part) -> StepRule:
    part.only(_STEP_KEYS)
    name = str(part.raw.get("name", "")) or "?"
    if name == "?":
        part.wrong("every step has a name", "name")
    step = StepRule(
        name_en=name, name_ja=str(part.raw.get("name_ja", name)), seats=part.seats(), rule=part.counted("rule", "all"),
        kind=part.choice("kind", KINDS) or "approve", due=part.span("due", "2bd"), keys=part.flag("keys", default=False),
        when=part.when(), veto=part.names("veto"), parallel=part.label("parallel"), branch=part.label("branch"),
        join=part.counted("join", ""), lift=part.flag("lift", default=True), confirm=part.flag("confirm", default=False),
    )  # fmt: skip
    part.found.extend(f"{part.at}.{problem}" for problem in _together(step))
    return step


def _together(step: StepRule) -> list[str]:
    """What does not go together within one step."""
    word, _, number = step.rule.partition(":")
    alone = not any(seat.startswith("group:") for seat in step.seats)
    few = word == "quorum" and alone and bool(step.seats) and int(number) > len(step.seats)
    checks = {
        'keys: needs two seats and rule = "all"': step.keys and (len(step.seats) < 2 or step.rule != "all"),
        "keys: only a step of approval has keys": step.keys and step.kind != "approve",
        "veto: must be among the seats": not set(step.veto) <= set(step.seats),
        f"veto: an opinion stops nothing (kind {step.kind})": step.veto and step.kind not in ("approve", "review"),
        f"rule: a quorum of {number} from {len(step.seats)} seats": few,
        "join: only with `parallel`": step.join and not step.parallel,
        "branch: only with `parallel`": step.branch and not step.parallel,
        "confirm: only what is circulated is confirmed": step.confirm and step.kind != "circulate",
    }
    return [problem for problem, wrong in checks.items() if wrong]


def _notice(part: Part) -> Notice:
    part.only(_NOTICE_KEYS)
    if not part.raw.get("when"):
        part.wrong("say of which requests", "when")
    return Notice(part.code(), part.when(), part.text("message"), part.text("message_ja"), **part.dates())


def _proxy(part: Part) -> Condition:
    part.only(frozenset({"never_decides"}))
    if not part.raw.get("never_decides"):
        part.wrong('write a condition, such as { total_gte = "10000000" }', "never_decides")
    return part.when("never_decides")


def _never(written: Sequence[Condition], found: list[str]) -> Condition:
    if len(written) > 1:
        found.append("proxy: one table for all files, [proxy]")
    return written[0] if written else NEVER_DECIDED_FOR


def _example(part: Part) -> Example:
    part.only(_EXPECTED | {"name", "on", "requester", "request"})
    if not _EXPECTED & set(part.raw):
        part.wrong(f"say what must come of it: {', '.join(sorted(_EXPECTED))}")
    on = part.day("on", date.min)
    lists: dict[str, Any] = {key: part.names(key) for key in ("overlays", "steps", "warned") if key in part.raw}
    return Example(
        part.text("name"), _request(part.inner("request")), None if on == date.min else on, part.names("requester", HELD),
        **lists, **part.fields(str, ("route", "refused")),
    )  # fmt: skip


def _request(part: Part | None) -> Facts:
    if part is None:
        return Facts()
    part.only(_REQUEST_KEYS)
    explicit = part.fields(str, ("route",)).get("route")
    plain = {**part.fields(str, _WORDS), **part.fields(int, _COUNTS), **part.fields(bool, _FLAGS)}
    return Facts(total=part.money("total"), explicit=explicit, **plain)


def _rate(part: Part) -> Rate | None:
    raw = part.raw
    try:
        rate = Rate(str(raw["currency"]), raw["on"], Decimal(str(raw["worth"])))
    except (KeyError, InvalidOperation):
        rate = None
    sound = rate is not None and is_currency(rate.currency) and rate.worth.is_finite() and type(rate.on) is date
    if rate is None or not sound or rate.worth <= 0:
        part.wrong('write currency = "USD", on = 2026-04-01, worth = "151.20"')
        return None
    return rate
