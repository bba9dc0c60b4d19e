"""What features above tell people at start-up: the categories of matters a delegation may be limited to."""

from __future__ import annotations

from collections.abc import Mapping

from collab.kernel.errors import Text

categories: dict[str, Text] = {}
"""Codes with their names, in the order in which they are offered."""


def offer_categories(named: Mapping[str, Text]) -> None:
    """Make the categories of a feature's matters known."""
    categories.update(named)
