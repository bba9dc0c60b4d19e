"""What every installation starts with: the company's calendars and its route book, taken from its files as versions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collab.approvals import service as approvals
from collab.approvals.queries import files_in_force
from collab.calendars import service as calendars
from collab.escalations import service as escalations
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text


@dataclass(frozen=True)
class Taken:
    """Which files brought something new; `routes_differ` if the route files are others than those in force."""

    calendars: tuple[str, ...]
    routes: bool
    policies: bool = False
    routes_differ: bool = False


def take_files(config_dir: Path, *, by: Actor | None, now: datetime) -> Taken:
    """Take `calendars/*.toml`, each by itself, `routes/*.toml` as one book and `escalations/*.toml` together. The same content
    again changes nothing. All of them are taken, or none. Routes are taken once, for a fresh installation: after that a change
    of them needs a second person and is proposed.

    Raises:
        Invalid: a file cannot be read; it says which and why.
    """
    books, climbs = [_read(file) for file in _files(config_dir / "routes")], _files(config_dir / "escalations")
    in_force = files_in_force()
    with atomic():
        fresh = tuple(file.stem for file in _files(config_dir / "calendars") if _take_calendar(file, by, now))
        routes = bool(books) and not in_force and approvals.take(books, actor=by, now=now)
        policies = bool(climbs) and escalations.take([_read(file) for file in climbs], actor=by, now=now)
    differ = bool(books and in_force) and books != in_force
    if differ:
        approvals.read_routes(books)
    return Taken(fresh, routes, policies, differ)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _take_calendar(file: Path, by: Actor | None, now: datetime) -> bool:
    try:
        return calendars.take(tomllib.loads(_read(file)), actor=by, now=now)
    except tomllib.TOMLDecodeError as error:
        raise _refusal(file, error) from error
    except Invalid as error:
        error.add_note(f"{file.name}:")
        raise


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(file, error) from error


def _refusal(file: Path, error: Exception) -> Invalid:
    """A file that cannot even be read, named."""
    code = {"calendars": "bad_calendar", "escalations": "bad_policies"}.get(file.parent.name, "bad_routes")
    return Invalid({"file": Text(f"error.{code}", {"problem": f"{file.name}: {error}"})}, code)
