"""What leads say of how it goes, quickly."""

from __future__ import annotations

from collections.abc import Mapping

from collab.initiatives.service.health import say_health
from tests.factories import Company


def said(company: Company, key: str, of: Mapping[str, str], note: str = "The feed is late.") -> None:
    """Each of these, by name, says so; trouble in the same words."""
    for name, health in of.items():
        with company.indoors():
            say_health(company.member(name), key, health, note=None if health == "on_track" else note, now=company.now)
