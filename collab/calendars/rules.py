"""A calendar file as text: what it says, on which line it goes wrong, and what one version says that another does not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from collab.kernel import business_time
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.business_time.parsing import WEEKDAYS

LONGEST = 20_000
_AT_LINE = re.compile(r"\(at line (\d+)")
_PART = re.compile(r"[.\[]")


@dataclass(frozen=True)
class Mistake:
    """Something wrong with a file: on which line (None: in the whole of it), and what."""

    line: int | None
    text: str


class BadText(ValueError):
    """The text is no calendar; `mistakes` names everything that is wrong."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(one.text for one in mistakes))


def read(text: str) -> tuple[Mapping[str, Any], BusinessCalendar]:
    """What a file says, and the calendar it is. Raises BadText with every mistake and its line."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        raise BadText([Mistake(int(found[1]) if found else None, str(error))]) from error
    try:
        return data, business_time.parse(data)
    except business_time.BadCalendar as error:
        lines = text.splitlines()
        raise BadText([Mistake(_line_of(one.place, lines), str(one)) for one in error.problems]) from error


def _line_of(place: str, lines: Sequence[str]) -> int | None:
    """The line on which `hours.mon[1]` stands, counted from 1."""
    path = [part.strip('"]') for part in _PART.split(place) if part]
    table, wanted = "", path[0] if len(path) == 1 or path[1].isdigit() else path[1]
    inside = "" if wanted == path[0] else path[0]
    for number, line in enumerate(lines, 1):
        said = line.strip()
        if said.startswith("["):
            table = said.strip("[] ")
        elif table == inside and re.match(rf'"?{re.escape(wanted)}"?\s*=', said):
            return number
    return next((number for number, line in enumerate(lines, 1) if line.strip().startswith(f"{path[0]} ")), None)


def facts(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says, by the names under which changes are shown."""
    hours = body.get("hours") or {}
    openings = body.get("open") or {}
    named = body.get("holidays")
    found = {
        "zone": body.get("zone"),
        "holidays": ", ".join(map(str, named)) if isinstance(named, list | tuple) else named,
        "closed": ", ".join(map(str, body.get("closed") or ())) or None,
        "opened": ", ".join(f"{day} {' '.join(map(str, spans))}" for day, spans in openings.items()) or None,
        **{day: ", ".join(map(str, hours.get(day) or ())) or None for day in WEEKDAYS},
    }
    return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Day:
    """One day of a month: its shifts as written (none: closed)."""

    on: date
    shifts: tuple[str, ...]


def month(calendar: BusinessCalendar, first: date) -> list[Day]:
    """The days of a month, in order."""
    days = (first + timedelta(days=n) for n in range(31))
    return [Day(day, tuple(map(str, calendar.timetable.shifts_on(day)))) for day in days if day.month == first.month]


def written(body: Mapping[str, Any]) -> str:
    """A version as a file: what `read` reads again."""
    lines = [f"{name} = {_value(body[name])}" for name in ("code", "zone", "holidays", "closed") if name in body]
    for table in ("open", "hours"):
        entries = body.get(table) or {}
        if entries:
            lines += ["", f"[{table}]", *(f"{_key(name)} = {_value(value)}" for name, value in entries.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isalpha() else f'"{name}"'


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
