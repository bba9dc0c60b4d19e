"""What every installation starts with: the company's calendars and its route book, taken from its files as versions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collab.approvals import service as approvals
from collab.calendars import service as calendars
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text


@dataclass(frozen=True)
class Taken:
    """Which files brought something new."""

    calendars: tuple[str, ...]
    routes: bool


def take_files(config_dir: Path, *, by: Actor | None, now: datetime) -> Taken:
    """Take `calendars/*.toml`, each by itself, and `routes/*.toml` as one book. The same content again changes nothing.

    Raises:
        Invalid: a file cannot be read; it says which and why.
    """
    fresh = tuple(file.stem for file in _files(config_dir / "calendars") if _take_calendar(file, by, now))
    books = _files(config_dir / "routes")
    routes = approvals.take([file.read_text(encoding="utf-8") for file in books], actor=by, now=now) if books else False
    return Taken(fresh, routes)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _take_calendar(file: Path, by: Actor | None, now: datetime) -> bool:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Text("error.bad_calendar", {"problem": f"{file.name}: {error}"})
        raise Invalid({"file": problem}, "bad_calendar", problem=f"{file.name}: {error}") from error
    return calendars.take(data, actor=by, now=now)
