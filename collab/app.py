"""The composition: one application from its settings, every registry filled, every edge attached."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from flask import Flask
from flask_migrate import Migrate

from collab import cli
from collab.access import wiring as access
from collab.agreements import wiring as agreements
from collab.approvals import wiring as approvals
from collab.audit import wiring as audit
from collab.blueprints import wiring as blueprints
from collab.calendars import wiring as calendars
from collab.channels import wiring as channels
from collab.controls import wiring as controls
from collab.dashboards import wiring as dashboards
from collab.digests import wiring as digests
from collab.escalations import wiring as escalations
from collab.exports import wiring as exports
from collab.goals import wiring as goals
from collab.guide import wiring as guide
from collab.home import wiring as home
from collab.imports import wiring as imports
from collab.incidents import wiring as incidents
from collab.initiatives import wiring as initiatives
from collab.kernel import i18n
from collab.kernel.company import read
from collab.kernel.db import db, engine_options
from collab.kernel.storage import Storage
from collab.mail import wiring as mail
from collab.nudges import wiring as nudges
from collab.outbox import wiring as outbox
from collab.people import wiring as people
from collab.pulses import wiring as pulses
from collab.purchases import wiring as purchases
from collab.reviews import wiring as reviews
from collab.signatures import wiring as signatures
from collab.slack import wiring as slack
from collab.tasks import wiring as tasks
from collab.threads import wiring as threads
from collab.web import wiring as web
from config.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"


class Wake(Protocol):
    """Rings a worker for a duty, `after` at most 30 seconds from now; best effort, at once, and never in the way."""

    def __call__(self, duty: str, /, *, after: float = 0.0) -> None: ...


def silent(_duty: str, **_when: float) -> None:
    """No bell: the sweep finds everything."""


def create_app(settings: Settings, *, wake: Wake = silent) -> Flask:
    """Build the application. `wake` is rung after a commit."""
    app = Flask("collab", static_folder="web/static", template_folder="web/templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    i18n.use_company_words(settings.config_dir / "words")
    app.extensions.update(
        {
            "settings": settings,
            "wake": wake,
            "audit.anchor": settings.audit_anchor,
            "company": read(settings.config_dir),
            "storage": Storage(settings.var_dir / "files"),
            "migrations": MIGRATIONS,
        }
    )
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    _wire(app, settings)
    return app


def _wire(app: Flask, settings: Settings) -> None:
    """Let every feature fill the registries and attach its edges, the lowest first."""
    web.install(app, https=settings.base_url.startswith("https://"))
    slack.install(app, settings)
    mail.install(app, settings)
    guide.install(app)
    audit.install(app)
    outbox.install(app)
    imports.install(app)
    exports.install(app)
    controls.install(app)
    calendars.install(app)
    people.install(app)
    access.install(app)
    threads.install(app)
    escalations.install(app)
    nudges.install(app)
    channels.install(app)
    approvals.install(app)
    signatures.install(app, config_dir=settings.config_dir)
    pulses.install(app)
    goals.install(app, config_dir=settings.config_dir)
    tasks.install(app)
    agreements.install(app)
    initiatives.install(app)
    blueprints.install(app, config_dir=settings.config_dir)
    incidents.install(app)
    purchases.install(app, config_dir=settings.config_dir, currency=app.extensions["company"].currency)
    digests.install(app)
    dashboards.install(app)
    reviews.install(app)
    home.install(app, settings)
    cli.install(app)
