"""How the company lives with its goals, as `config/goals.toml` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from collab.goals.rules.pace import Thresholds

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Cadence:
    """How often a department's owners check in: every so many weeks, on `weekday` (0 is Monday) at `hour` of the member's
    zone. Nobody is asked who checked in within `fresh_days`; after `grace_days` business days a missing one climbs."""

    every_weeks: int = 1
    weekday: int = 0
    hour: int = 9
    fresh_days: int = 4
    grace_days: int = 2


@dataclass(frozen=True)
class Habits:
    """All of `config/goals.toml`."""

    limits: Thresholds = field(default_factory=Thresholds)
    start: int = 70
    move: int = 20
    divergence: int = 20
    cadence: Cadence = field(default_factory=Cadence)
    coverage: int = 95
    starts_month: int = 4
    title_most: int = 70
    metrics_most: int = 5
    goals_most: int = 3


_WHOLE = {
    "confidence": {"start": (0, 100), "move": (1, 100), "divergence": (1, 100)},
    "rhythm": {"every_weeks": (1, 13), "hour": (0, 23), "fresh_days": (0, 90), "grace_days": (0, 20)},
    "coverage": {"target": (0, 100)},
    "year": {"starts_month": (1, 12)},
    "quality": {"title_most": (1, 500), "metrics_most": (1, 50), "goals_most": (1, 50)},
}
_KNOWN = {**{part: set(names) for part, names in _WHOLE.items()}, "pace": {"at_risk", "off_track"}}
_KNOWN["rhythm"] = _KNOWN["rhythm"] | {"weekday"}


def parse_habits(data: Mapping[str, Any]) -> Habits:
    """Read the file. Raises ValueError naming every problem."""
    problems = [f"{part}: not known" for part in data if part not in _KNOWN]
    problems += [f"{part}.{name}: not known" for part in _KNOWN for name in set(data.get(part, {})) - _KNOWN[part]]
    problems += [
        f"{part}.{name}: a whole number from {least} to {most}"
        for part, names in _WHOLE.items()
        for name, (least, most) in names.items()
        if not _fits(data.get(part, {}).get(name, least), least, most)
    ]
    limits = _limits(data.get("pace", {}))
    if limits is None:
        problems.append("pace: two numbers as text, 0 < at_risk <= off_track <= 100")
    weekday = data.get("rhythm", {}).get("weekday", "mon")
    if weekday not in WEEKDAYS:
        problems.append(f"rhythm.weekday: one of {', '.join(WEEKDAYS)}")
    if problems or limits is None:
        raise ValueError("; ".join(problems))
    return _habits(data, limits, WEEKDAYS.index(weekday))


def _fits(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _limits(pace: Mapping[str, Any]) -> Thresholds | None:
    try:
        limits = Thresholds(Fraction(str(pace.get("at_risk", "16.5"))), Fraction(str(pace.get("off_track", "33"))))
    except (ValueError, ZeroDivisionError):
        return None
    return limits if 0 < limits.at_risk <= limits.off_track <= 100 else None


def _habits(data: Mapping[str, Any], limits: Thresholds, weekday: int) -> Habits:
    rhythm = {name: value for name, value in data.get("rhythm", {}).items() if name != "weekday"}
    more = {**data.get("confidence", {}), **data.get("year", {}), **data.get("quality", {})}
    coverage = data.get("coverage", {}).get("target", Habits.coverage)
    return Habits(limits, cadence=Cadence(weekday=weekday, **rhythm), coverage=coverage, **more)
