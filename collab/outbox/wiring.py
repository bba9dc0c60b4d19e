"""The outbox's own page."""

from __future__ import annotations

from flask import Flask

from collab.kernel.permits import permits
from collab.outbox import views
from collab.outbox.permits import PERMITS


def install(app: Flask) -> None:
    """Attach the preview."""
    permits.add(PERMITS)
    app.register_blueprint(views.bp)
