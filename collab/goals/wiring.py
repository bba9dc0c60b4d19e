"""What goals offer the rest of the house."""

from __future__ import annotations

from flask import Flask

from collab.goals import queries
from collab.goals.permits import PERMITS
from collab.goals.views import api, pages
from collab.kernel.permits import permits
from collab.subjects.registry import Kind, registry
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registry of subjects about goals."""
    permits.add(PERMITS)
    registry.add_kind(Kind("goal", queries.PREFIX, queries.summaries, queries.words))
    register(app, api.bp)
    app.register_blueprint(pages.bp)
