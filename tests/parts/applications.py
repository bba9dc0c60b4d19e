"""The application as the product composes it, on a test's own database; and what it remembers, forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

import flask_migrate
from flask import Flask, has_app_context

from collab.app import create_app
from collab.approvals.queries import routes
from collab.calendars import queries as calendars
from collab.escalations.queries import policies
from collab.escalations.views import banner as escalation_banner
from collab.kernel.db import db
from collab.outbox.views import banner
from collab.people import queries as people
from config.settings import Settings, load

SECRET = "a secret of at least thirty-two characters, for tests"


def settings_for(url: str, var_dir: Path, more: Mapping[str, str] | None = None) -> Settings:
    """Settings as read from an environment."""
    environ = {"COLLAB_VAR_DIR": str(var_dir), "COLLAB_DATABASE_URL": url, "COLLAB_SECRET_KEY": SECRET}
    return load({**environ, **(more or {})})


@contextmanager
def application(settings: Settings) -> Iterator[Flask]:
    """An application that leaves no connection behind."""
    forget()
    app = create_app(settings)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # what the product answers to a bug is part of the product
    try:
        yield app
    finally:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
        forget()


def inside(app: Flask) -> contextmanager:
    """The application's context, unless we are in it already."""
    return nullcontext() if has_app_context() else app.app_context()


def forget() -> None:
    """What the process remembers for a few seconds belongs to another test's database."""
    calendars.forget()
    people.forget()
    routes.forget()
    policies.forget()
    banner.forget()
    escalation_banner.forget()


def migrate(app: Flask) -> None:
    """Bring the application's database up to date."""
    with inside(app):
        flask_migrate.upgrade()
        db.session.remove()
