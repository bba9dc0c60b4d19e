"""`when`: the conditions of routes, overlays and requirements, and the reason they give when they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from collab.kernel.errors import Text
from collab.kernel.money import BadAmount, Money

Condition = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What routes may ask about a request. `total` is in the route book's currency, None while unknown."""

    category: str = ""
    department: str = ""
    side: str = ""
    total: Money | None = None
    personal_data: bool = False
    channels: int = 0
    units: int = 0
    regions: int = 0
    term_months: int = 0
    after_the_fact: bool = False
    explicit: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As frozen with a round: enough to plan the same request again."""
        plain = {part.name: getattr(self, part.name) for part in fields(self) if part.name != "total"}
        total = self.total
        return {**plain, "total_minor": total.minor if total else None, "currency": total.currency if total else None}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Facts:
        """What `as_json` wrote. Raises KeyError for what was kept before everything was."""
        total = Money(kept["total_minor"], kept["currency"]) if kept["total_minor"] is not None else None
        return cls(total=total, **{part.name: kept[part.name] for part in fields(cls) if part.name != "total"})


COUNTS = {"channels_gte": "channels", "units_gte": "units", "regions_gte": "regions", "term_months_gte": "term_months"}
FLAGS = ("personal_data", "after_the_fact")
_CHOICES = ("category", "department", "side")
_COMBINED = ("any", "all", "not")
KEYS = frozenset({"total_gte", "total_lt", "explicit", *COUNTS, *FLAGS, *_CHOICES, *_COMBINED})


def holds(when: Condition, facts: Facts, *, code: str = "") -> bool:
    """Whether every part of `when` is true of the facts; an empty condition always is."""
    return all(_true(key, value, facts, code) for key, value in when.items())


def reasons(when: Condition, facts: Facts, *, code: str = "") -> list[Text]:
    """The parts that made a condition hold, to be said to people ("because it costs 1,000,000 or more")."""
    said: list[Text] = []
    for key, value in when.items():
        if key in ("all", "any"):
            said += [
                text for part in value if holds(part, facts, code=code) for text in reasons(part, facts, code=code)
            ]
        elif key == "not" or value is False:
            continue
        elif _true(key, value, facts, code):
            said.append(_reason(key, value, facts))
    return said


def problems(when: Any, currency: str, at: str) -> list[str]:
    """What is wrong with a condition as written, each with its place."""
    if not isinstance(when, Mapping):
        return [f'{at}: write a table such as {{ total_gte = "1000000" }}']
    found = [f"{at}.{key}: unknown; one of {', '.join(sorted(KEYS))}" for key in when if key not in KEYS]
    for key, value in when.items():
        found += _value_problems(key, value, currency, f"{at}.{key}")
    return found


def _true(key: str, value: Any, facts: Facts, code: str) -> bool:
    if key in COUNTS:
        return bool(getattr(facts, COUNTS[key]) >= value)
    if key in FLAGS:
        return getattr(facts, key) is value
    if key in _CHOICES:
        return getattr(facts, key) in _listed(value)
    return _SPECIAL[key](value, facts, code)


def _listed(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _at_least(value: str, facts: Facts, _code: str) -> bool:
    return facts.total is not None and facts.total >= Money.parse(value, facts.total.currency)


_SPECIAL: Mapping[str, Callable[[Any, Facts, str], bool]] = {
    "total_gte": _at_least,
    "total_lt": lambda value, facts, code: facts.total is not None and not _at_least(value, facts, code),
    "explicit": lambda value, facts, code: (facts.explicit == code) is value,
    "any": lambda parts, facts, code: any(holds(part, facts, code=code) for part in parts),
    "all": lambda parts, facts, code: all(holds(part, facts, code=code) for part in parts),
    "not": lambda part, facts, code: not holds(part, facts, code=code),
}


def _reason(key: str, value: Any, facts: Facts) -> Text:
    if key in ("total_gte", "total_lt"):
        currency = facts.total.currency if facts.total else "JPY"
        return Text(f"route.because.{key}", {"amount": Money.parse(value, currency)})
    if key == "category":
        return Text(f"route.because.category.{facts.category}")
    if key in COUNTS:
        return Text(f"route.because.{key}", {"n": getattr(facts, COUNTS[key])})
    return Text(f"route.because.{key}", {"value": getattr(facts, key, value)})


def _value_problems(key: str, value: Any, currency: str, at: str) -> list[str]:
    if key in ("total_gte", "total_lt"):
        try:
            Money.parse(value, currency)
        except (BadAmount, TypeError):
            return [f'{at}: write the amount as text in {currency}, such as "1000000"']
    if key in COUNTS and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        return [f"{at}: a whole number from 1"]
    if key in (*FLAGS, "explicit") and not isinstance(value, bool):
        return [f"{at}: true or false"]
    if key in _CHOICES and not (isinstance(value, str | list) and all(isinstance(item, str) for item in value)):
        return [f"{at}: a list of codes"]
    if key in ("any", "all"):
        if not isinstance(value, list) or not value:
            return [f"{at}: a list of conditions"]
        return [text for number, part in enumerate(value) for text in problems(part, currency, f"{at}[{number}]")]
    return problems(value, currency, at) if key == "not" else []
