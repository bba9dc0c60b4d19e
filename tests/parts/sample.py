"""The sample company in a database: loaded as `flask demo` does, or copied from a template that was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import Flask

from collab.home.service import basics, demo
from collab.kernel.db import db
from tests.parts.applications import inside

CONFIG = Path(__file__).parents[2] / "config"
A_WEDNESDAY = datetime.fromisoformat("2026-11-18T10:00:00+09:00")
"""The day on which the template was loaded."""


def load(now: datetime, folder: Path = CONFIG / "demo") -> demo.Loaded:
    """Load it; inside the application's context."""
    basics.take_files(CONFIG, by=None, now=now)
    return demo.load(folder, now=now)


def fill(app: Flask) -> None:
    """Load it into an empty, migrated database."""
    with inside(app):
        load(A_WEDNESDAY)
        db.session.remove()
