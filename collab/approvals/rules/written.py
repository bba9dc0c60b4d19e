"""A table of a route file and its values, one by one: what cannot be read is a problem with its place, and has a plain
stand-in, so that reading goes on and everything wrong is said at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from collab.approvals.rules import when as conditions
from collab.approvals.rules.when import Condition
from collab.kernel.business_time import parse_span
from collab.kernel.money import BadAmount, Money

SEAT = re.compile(r"office:[A-Za-z]\w*|department_lead|manager|member:[^\s@:]+@[^\s@:]+|group:[a-z][\w-]*")
HELD = re.compile(r"office:[A-Za-z]\w*|department_lead")
_COUNTED = re.compile(r"all|any|quorum:[1-9]\d{0,2}|percent:([1-9]\d?|100)")
_LABEL = re.compile(r"[a-z][a-z0-9-]*")
LONGEST_WAIT = 2000
"""What a waiting time may count to, whatever its unit."""
DATED = frozenset({"effective_from", "effective_until"})


@dataclass(frozen=True)
class Part:
    """One table as written, where it stands, and the list every problem is added to."""

    raw: Mapping[str, Any]
    at: str
    currency: str
    found: list[str]

    def wrong(self, problem: str, key: str = "") -> None:
        """Note a problem of this table, or of one of its keys."""
        self.found.append(f"{self.at}.{key}: {problem}" if key else f"{self.at}: {problem}")

    def only(self, keys: frozenset[str]) -> None:
        """Every other key is a problem."""
        for key in self.raw:
            if key not in keys:
                self.wrong("unknown", key)

    def inner(self, key: str) -> Part | None:
        """A table inside; None where there is none."""
        if key not in self.raw:
            return None
        if not isinstance(self.raw[key], Mapping):
            self.wrong("write it as a table", key)
            return None
        return Part(self.raw[key], f"{self.at}.{key}", self.currency, self.found)

    def parts(self, key: str) -> Iterator[Part]:
        """The tables `[[...key]]` inside."""
        yield from parts([self.raw], key, f"{self.at}.", self.currency, self.found)

    def code(self) -> str:
        """What this is called in files, trails and answers."""
        code = str(self.raw.get("code", ""))
        if not _LABEL.fullmatch(code):
            self.wrong("small letters, digits and dashes", "code")
        return code

    def label(self, key: str) -> str:
        """A name that ties steps together; empty where there is none."""
        value = self.raw.get(key, "")
        if value != "" and not (isinstance(value, str) and _LABEL.fullmatch(value)):
            self.wrong("small letters, digits and dashes", key)
            return ""
        return str(value)

    def text(self, key: str) -> str:
        """Words that must be there."""
        text = str(self.raw.get(key, "")).strip()
        if not text:
            self.wrong("words are missing", key)
        return text

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.raw.get(key, default)
        if not isinstance(value, bool):
            self.wrong("true or false", key)
            return default
        return value

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self.raw.get(key, default)
        if type(value) is not int or not least <= value <= most:
            self.wrong(f"a whole number from {least} to {most}", key)
            return least
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str | None:
        """One of a few words; None where nothing is said."""
        value = self.raw.get(key)
        if value is not None and value not in choices:
            self.wrong(f"one of {', '.join(choices)}", key)
            return None
        return value

    def counted(self, key: str, default: str) -> str:
        """How many of all: all, any, quorum:N or percent:N."""
        value = self.raw.get(key, default)
        if value != default and not (isinstance(value, str) and _COUNTED.fullmatch(value)):
            self.wrong("one of all, any, quorum:N, percent:N", key)
            return "all"
        return str(value)

    def names(self, key: str, shape: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """A list of words of one shape."""
        names = tuple(map(str, listed(self.raw.get(key, []))))
        kinds = {
            SEAT: "office:X, department_lead, manager, member:EMAIL or group:NAME",
            HELD: "office:X or department_lead",
        }
        for name in names:
            if shape is not None and not shape.fullmatch(name):
                self.wrong(f"{name!r} is not {kinds[shape]}", key)
        return names

    def seats(self) -> tuple[str, ...]:
        """Whose seats; there is at least one."""
        seats = self.names("seats", SEAT)
        if not seats:
            self.wrong("at least one seat", "seats")
        return seats

    def span(self, key: str, default: str) -> str:
        """A working span such as 2bd or 8bh."""
        written = str(self.raw.get(key, default))
        try:
            wait = parse_span(written)
        except ValueError as error:
            self.wrong(str(error), key)
            return default
        if wait.amount > LONGEST_WAIT:  # calendars do not reach as far as a number does
            self.wrong(f"at most {LONGEST_WAIT}{wait.unit}", key)
            return default
        return written

    def when(self, key: str = "when") -> Condition:
        """A condition; an empty one always holds."""
        written = self.raw.get(key, {})
        problems = conditions.problems(written, self.currency, f"{self.at}.{key}")
        self.found.extend(problems)
        return {} if problems else written

    def day(self, key: str, default: date) -> date:
        """A day without a time."""
        value = self.raw.get(key, default)
        if type(value) is not date:
            self.wrong("write a day, such as 2026-04-01", key)
            return default
        return value

    def dates(self) -> dict[str, date]:
        """From which day until which a rule counts."""
        return {
            "effective_from": self.day("effective_from", date.min),
            "effective_until": self.day("effective_until", date.max),
        }

    def money(self, key: str) -> Money | None:
        """An amount in the book's currency, written as text; None where there is none."""
        if key not in self.raw:
            return None
        try:
            return Money.parse(self.raw[key], self.currency)
        except (BadAmount, TypeError):
            self.wrong(f'write the amount as text in {self.currency}, such as "1000000"', key)
            return None

    def fields(self, kind: type, keys: Sequence[str]) -> dict[str, Any]:
        """The given ones of these keys, each of one type."""
        for key in keys:
            if key in self.raw and type(self.raw[key]) is not kind:
                self.wrong(f"cannot be read as {kind.__name__}", key)
        return {key: self.raw[key] for key in keys if type(self.raw.get(key)) is kind}


def parts(files: Sequence[Mapping[str, Any]], name: str, at: str, currency: str, found: list[str]) -> Iterator[Part]:
    """The tables `[[name]]` of all files, numbered through; anything else under that name is a problem."""
    raws = [part for data in files for part in listed(data.get(name, []))]
    if not all(isinstance(raw, Mapping) for raw in raws):
        found.append(f"{at}{name}: write it as a table, [[{name}]]")
    for number, raw in enumerate(raw for raw in raws if isinstance(raw, Mapping)):
        yield Part(raw, f"{at}{name}[{number}]", currency, found)


def listed(value: Any) -> Sequence[Any]:
    """One thing as a list of one."""
    return value if isinstance(value, list) else [value]


def is_currency(code: str) -> bool:
    """Whether amounts can be written in it."""
    try:
        Money.parse("1", code)
    except BadAmount:
        return False
    return True
