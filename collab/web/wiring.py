"""The web's own edges: identity, security, problems, the API's plumbing, health."""

from __future__ import annotations

from flask import Flask

from collab.kernel.permits import permits
from collab.web import api, health, identity, pages, problems


def install(app: Flask, *, https: bool) -> None:
    """Attach what every feature's edge leans on."""
    permits.add(health.PERMITS)
    pages.install(app, https=https)
    api.install(app)
    identity.login_manager.init_app(app)
    problems.install(app)
    app.register_blueprint(health.bp)
