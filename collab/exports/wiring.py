"""Attaches exports to the application."""

from __future__ import annotations

from flask import Flask

from collab.exports import trail
from collab.exports.permits import PERMITS
from collab.exports.registry import registry
from collab.exports.views import api, pages
from collab.kernel.permits import permits
from collab.web.admin import add_admin_page
from collab.web.api import register


def install(app: Flask) -> None:
    """Attach the pages; features add what can be taken out."""
    permits.add(PERMITS)
    registry.add(trail.EXPORT)
    app.register_blueprint(pages.bp)
    register(app, api.bp)
    add_admin_page("export.page.title", "/exports", "export.people", about="export.page.about")
