"""What calendars offer the rest of the house."""

from __future__ import annotations

from flask import Flask

from collab.calendars import views
from collab.calendars.permits import PERMITS
from collab.kernel.permits import permits
from collab.web.api import register


def install(app: Flask) -> None:
    """Attach the API."""
    permits.add(PERMITS)
    register(app, views.bp)
