"""`flask --app wsgi ...`: what an operator types. Each command is one call to a service."""

from __future__ import annotations

from flask import Flask


def install(_app: Flask) -> None:
    """Attach the commands."""
