"""Small checks that say what is wrong and where, in the words Slack uses.

A check takes a value and the JSON pointer it stands at, and yields one fault for each thing Slack would refuse. Checks
are built from smaller checks, so that the tables in the neighbouring modules read like Slack's own reference pages.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One reason for a refusal, at one place of the request."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"[ERROR] {self.reason} [json-pointer:{self.pointer or '/'}]"


Check = Callable[[Any, str], Iterator[Fault]]


def anything(_value: Any, _at: str) -> Iterator[Fault]:
    """Accepts every value; for fields whose content Slack does not look into."""
    return iter(())


def string(most: int, least: int = 1) -> Check:
    """A string of so many characters; Slack refuses the empty one unless a field says otherwise."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(at, "must provide a string")
        elif len(value) < least:
            yield Fault(at, f"must be more than {least - 1} characters")
        elif len(value) > most:
            yield Fault(at, f"must be less than {most + 1} characters")

    return check


def boolean(value: Any, at: str) -> Iterator[Fault]:
    """True or false, not their names."""
    if not isinstance(value, bool):
        yield Fault(at, "must provide a boolean")


def whole(least: int, most: int) -> Check:
    """A whole number in a range."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Fault(at, "must provide a number")
        elif not least <= value <= most:
            yield Fault(at, f"must be between {least} and {most}")

    return check


def one_of(*allowed: str) -> Check:
    """One of a few fixed words."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if value not in allowed:
            yield Fault(at, f"must be a valid enum value: {', '.join(allowed)}")

    return check


def url(most: int = 3000) -> Check:
    """A web address; Slack also refuses the empty string here."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        yield from string(most)(value, at)
        if isinstance(value, str) and value and not re.match(r"(https?://|mailto:)[^\s]+$", value):
            yield Fault(at, "invalid url")

    return check


def moment(form: str, example: str) -> Check:
    """A date or time written as Slack wants it; `2026-2-3` and the 30th of February are not."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        try:
            good = datetime.strptime(value, form).strftime(form) == value  # noqa: DTZ007 - only the spelling matters
        except (TypeError, ValueError):
            good = False
        if not good:
            yield Fault(at, f"must be in the format {example}")

    return check


def listing(item: Check, most: int, least: int = 1) -> Check:
    """A list of so many items, each of which passes."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(at, "must provide an array")
            return
        if len(value) > most:
            yield Fault(at, f"no more than {most} items allowed")
        if len(value) < least:
            yield Fault(at, f"no less than {least} items allowed")
        for index, one in enumerate(value):
            yield from item(one, f"{at}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others: Slack refuses the unknown ones too."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(at, "must provide an object")
            return
        yield from (Fault(at, f"missing required field: {name}") for name in required if name not in value)
        yield from (Fault(at, f"invalid additional property: {name}") for name in value if name not in known)
        for name, part in known.items():
            if name in value:
                yield from part(value[name], f"{at}/{name}")

    return check


def typed(required: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None) -> Check:
    """The shape of one entry of a `by_type` table, which has looked at `type` already."""
    return shape({"type": anything, **(required or {})}, optional)


def by_type(table: Mapping[str, Check]) -> Check:
    """An object whose `type` chooses the check."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(at, "must provide an object")
        elif "type" not in value:
            yield Fault(at, "missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in table:
            yield Fault(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            yield from table[value["type"]](value, at)

    return check


def every(*checks: Check) -> Check:
    """All of these; the later ones only when the earlier ones found nothing, so that they may rely on the form."""

    def check(value: Any, at: str) -> Iterator[Fault]:
        for one in checks:
            faults = list(one(value, at))
            yield from faults
            if faults:
                return

    return check
