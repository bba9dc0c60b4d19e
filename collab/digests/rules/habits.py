"""How the digest comes: what the company says in `config/digests.toml`, what a member chose, and times as people type them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collab.digests.rules.content import SECTIONS
from collab.digests.rules.due import WEEKDAYS, When
from collab.kernel.text import normal
from collab.nudges.rules.times import parse_time

_JA = "月火水木金土日"
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FILLERS = frozenset({"at", "on", "every", "毎週", "に", "の"})
_AROUND = re.compile(r"^毎週|[にの、,]$")
_TOGETHER = re.compile(r"([月火水木金土日](?:曜日?)?)の?(\d.*)")


@dataclass(frozen=True)
class Pattern:
    """What holds for everybody who chose nothing else: when, and which sections do not come."""

    when: When = When()  # noqa: RUF009 - frozen
    off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """How one member gets the digest. `own_weekday` and `own_minute` are those they chose themselves, None: the company's;
    `first_week`: no issue of an earlier week comes any more."""

    wanted: bool
    when: When
    off: tuple[str, ...]
    own_weekday: int | None = None
    own_minute: int | None = None
    first_week: str | None = None


def parse(data: Mapping[str, Any]) -> Pattern:
    """Read `config/digests.toml`. Raises ValueError naming every problem."""
    problems = [f"digests.toml: unknown: {name}" for name in sorted(data.keys() - {"at", "off"})]
    at, off, usual = data.get("at", "mon 09:00"), data.get("off", []), When()
    weekday, minute = parse_when(at) if isinstance(at, str) else (None, None)
    if weekday is None or minute is None:
        problems.append(f'digests.toml: at: a weekday and a time such as "mon 09:00" are wanted, not {at!r}')
    else:
        usual = When(weekday, minute)
    if not isinstance(off, list) or any(code not in SECTIONS for code in off):
        problems.append(f"digests.toml: off: some of {', '.join(SECTIONS)} are wanted, not {off!r}")
    if problems:
        raise ValueError("; ".join(problems))
    return Pattern(usual, tuple(off))


def parse_when(text: str) -> tuple[int | None, int | None]:
    """The weekday and minute of "mon 9:00", "friday", "8:30", 「月曜日 9時」, 「金 17:00」; (None, None) for anything else."""
    words = [part for word in normal(text).split() if word not in _FILLERS for part in _parts(_AROUND.sub("", word))]
    weekday, minute = None, None
    for word in words:
        day, time = parse_weekday(word), parse_time(word)
        if (day is None) == (time is None) or (weekday, minute)[day is None] is not None:
            return None, None
        weekday, minute = (day, minute) if day is not None else (weekday, time)
    return weekday, minute


def parse_weekday(word: str) -> int | None:
    """The number of a weekday (0 is Monday): "mon", "Monday", 「月」, 「月曜」, 「月曜日」; None for anything else."""
    if word[:1] in _JA and word[1:] in ("", "曜", "曜日"):
        return _JA.index(word[0]) if word else None
    short = word.rstrip("s.") if len(word) > 3 else word
    return next((n for n, name in enumerate(_NAMES) if short in (name, WEEKDAYS[n], name[:4], name[:5])), None)


def _parts(word: str) -> tuple[str, ...]:
    """「月曜9時」 without a blank between is a weekday and a time."""
    found = _TOGETHER.fullmatch(word)
    return (found[1], found[2]) if found else (word,)
