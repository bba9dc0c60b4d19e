"""The application as the product composes it, on a test's own database; and what it remembers, forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask, has_app_context

from collab.app import create_app
from collab.approvals.queries import routes
from collab.calendars import queries as calendars
from collab.escalations.queries import policies
from collab.escalations.views import banner as escalation_banner
from collab.kernel import i18n
from collab.kernel.db import db
from collab.outbox.views import banner
from collab.people import queries as people
from collab.web import limits
from config.settings import Settings, load
from tests.parts.routing import compile_once

compile_once()
SECRET = "a secret of at least thirty-two characters, for tests"


def settings_for(url: str, var_dir: Path, more: Mapping[str, str] | None = None) -> Settings:
    """Settings as read from an environment."""
    environ = {
        "COLLAB_VAR_DIR": str(var_dir),
        "COLLAB_DATABASE_URL": url,
        "COLLAB_SECRET_KEY": SECRET,
        "COLLAB_API_PER_MINUTE": "1000000",
    }
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


@contextmanager
def kept_application(url: str, var_dir: Path) -> Iterator[Flask]:
    """The application of a database that tests lend each other: composed once, found by each as if it were new."""
    forget()
    app, extensions, config = _kept.get(url) or _keep(url, var_dir)
    i18n.use_company_words(app.extensions["settings"].config_dir / "words")
    shutil.rmtree(var_dir, ignore_errors=True)
    var_dir.mkdir(parents=True)
    try:
        yield app
    finally:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
        for kept, former in ((app.extensions, extensions), (app.config, config)):
            kept.clear()
            kept.update(former)
        limits.forget(app)
        forget()


def _keep(url: str, var_dir: Path) -> tuple[Flask, dict[str, Any], dict[str, Any]]:
    with application(settings_for(url, var_dir)) as app:
        _kept[url] = app, dict(app.extensions), dict(app.config)
    return _kept[url]


_kept: dict[str, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}


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
