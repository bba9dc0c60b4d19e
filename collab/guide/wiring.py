"""Attaches guide to the application."""

from __future__ import annotations

from flask import Flask

from collab.guide import queries, views
from collab.guide.permits import PERMITS
from collab.guide.rules import Part
from collab.kernel.permits import permits
from collab.web.identity import reader_or_default


def install(app: Flask) -> None:
    """The pages, and `guide_part` for templates of every feature (the component `c.help`)."""
    queries.forget()
    permits.add(PERMITS)
    app.register_blueprint(views.bp)
    app.jinja_env.globals["guide_part"] = _part


def _part(topic: str, anchor: str) -> Part:
    return queries.get_part(reader_or_default().locale, topic, anchor)
