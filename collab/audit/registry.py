"""What others tell the trail at start-up: who is behind an address, and through which surface somebody speaks just now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Names = Callable[[Iterable[str]], Mapping[str, Any]]
Things = Callable[[], Mapping[str, Any]]

WEB, API, SLACK, SYSTEM = "web", "api", "slack", "system"
SURFACES = (WEB, API, SLACK, SYSTEM)


class Registry:
    """Names of people by address (anything with `name_en` and `name_ja`), of things by code, and the surface."""

    def __init__(self) -> None:
        self.names: Names = lambda _emails: {}
        self.things: dict[str, Things] = {}
        self.surface: Callable[[bool], str | None] = lambda _somebody: None

    def know_names(self, names: Names) -> None:
        """Let the feature that keeps members name them."""
        self.names = names

    def know_things(self, fields: Iterable[str], things: Things) -> None:
        """Let the feature that keeps some things name them, by code, wherever one of these fields holds one."""
        self.things.update(dict.fromkeys(fields, things))

    def know_surface(self, surface: Callable[[bool], str | None]) -> None:
        """Let the edges say where an act comes from; `somebody` is whether a person acts."""
        self.surface = surface


registry = Registry()
