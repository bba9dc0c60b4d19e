"""What incidents offer the rest of the house, and what they react to."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Tell the registries."""
