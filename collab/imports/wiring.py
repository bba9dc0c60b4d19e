"""What imports offer the rest of the house."""

from __future__ import annotations

from flask import Flask

from collab.imports.permits import PERMITS
from collab.imports.views import api, pages
from collab.kernel.permits import permits
from collab.web.api import register


def install(app: Flask) -> None:
    """Attach the pages and the API."""
    permits.add(PERMITS)
    register(app, api.bp)
    app.register_blueprint(pages.bp)
