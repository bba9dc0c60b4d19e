"""What others tell the trail at start-up: who is behind an address, and through which surface somebody speaks just now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Names = Callable[[Iterable[str]], Mapping[str, Any]]

WEB, API, SLACK, SYSTEM = "web", "api", "slack", "system"
SURFACES = (WEB, API, SLACK, SYSTEM)


class Registry:
    """Names of people by address (anything with `name_en` and `name_ja`), and the surface."""

    def __init__(self) -> None:
        self.names: Names = lambda _emails: {}
        self.surface: Callable[[bool], str | None] = lambda _somebody: None

    def know_names(self, names: Names) -> None:
        """Let the feature that keeps members name them."""
        self.names = names

    def know_surface(self, surface: Callable[[bool], str | None]) -> None:
        """Let the edges say where an act comes from; `somebody` is whether a person acts."""
        self.surface = surface


registry = Registry()
