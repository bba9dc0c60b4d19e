"""The top of the house: what belongs to nobody alone."""

from __future__ import annotations

from flask import Flask

from config.settings import Settings


def install(_app: Flask, _settings: Settings) -> None:
    """Attach the home pages."""
