"""The company's own pattern of reminders, from `config/nudges.toml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collab.nudges.rules.times import Window, parse_time, parse_window

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_ROWS, MOST_AHEAD, LONGEST_DAILY, MOST_EARLY = 10, 10, 60, 3
"""Caps: rows of a reminder, business days looked ahead, business days of daily reminders, early reminders of one thing."""


@dataclass(frozen=True)
class Pattern:
    """When a reminder comes and what it is about. Times are local minutes after midnight, spans business days.

    `early` are days before the day something falls due on which it is named once; `undated` is how long something without
    a due moment waits before it is named; what is late longer than `daily_for` is named once a week. `teams` are times by
    department. `quiet` is the company's own quiet time, in which only what asks nobody to act waits. `budget` is how often
    a member should be asked to act in a week.
    """

    at: int = 9 * 60
    days: frozenset[int] = frozenset(range(7))
    ahead: int = 1
    early: tuple[int, ...] = ()
    undated: int = 3
    most: int = 7
    daily_for: int = 10
    teams: Mapping[str, int] = field(default_factory=dict)
    quiet: Window | None = None
    budget: int = 10


def parse(data: Mapping[str, Any]) -> Pattern:
    """Read `config/nudges.toml`. Raises ValueError naming every problem."""
    known: dict[str, Any] = {}
    problems = [f"nudges.toml: unknown: {name}" for name in sorted(data.keys() - _FIELDS.keys() - {"team"})]
    for name, read in _FIELDS.items():
        if name in data:
            _take(known, problems, name, data[name], read)
    teams = data.get("team", {})
    for code, team in teams.items() if isinstance(teams, dict) else ():
        at = team.get("at") if isinstance(team, dict) and team.keys() == {"at"} else None
        _take(known.setdefault("teams", {}), problems, str(code), at, _time)
    if problems:
        raise ValueError("; ".join(problems))
    return Pattern(**known)


def _take(into: dict[str, Any], problems: list[str], name: str, value: Any, read: Callable[[Any], Any]) -> None:
    try:
        into[name] = read(value)
    except (TypeError, ValueError) as error:
        problems.append(f"nudges.toml: {name}: {error}")


def _time(value: Any) -> int:
    found = parse_time(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'a time of day such as "09:00" is wanted, not {value!r}')
    return found


def _quiet(value: Any) -> Window | None:
    found = parse_window(value) if isinstance(value, str) else None
    if found is None and value != "off":
        raise ValueError(f'"20:00-08:00" or "off" is wanted, not {value!r}')
    return found


def _days(value: Any) -> frozenset[int]:
    if not isinstance(value, list) or not value or not set(value) <= set(WEEKDAYS):
        raise ValueError(f"some of {', '.join(WEEKDAYS)} are wanted, not {value!r}")
    return frozenset(WEEKDAYS.index(day) for day in value)


def _business_days(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        number = value.removesuffix("bd") if isinstance(value, str) and value.endswith("bd") else ""
        if not number.isascii() or not number.isdigit() or int(number) > most:
            raise ValueError(f'business days such as "1bd", at most {most}, are wanted, not {value!r}')
        return int(number)

    return read


def _early(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MOST_EARLY:
        raise ValueError(f"at most {MOST_EARLY} spans are wanted, not {value!r}")
    return tuple(map(_business_days(LONGEST_DAILY), value))


def _whole(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise ValueError(f"a number from 1 to {most} is wanted, not {value!r}")
        return value

    return read


_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "at": _time,
    "days": _days,
    "ahead": _business_days(MOST_AHEAD),
    "early": _early,
    "undated": _business_days(LONGEST_DAILY),
    "most": _whole(MOST_ROWS),
    "daily_for": _business_days(LONGEST_DAILY),
    "quiet": _quiet,
    "budget": _whole(1000),
}
