"""The web's own edges: identity, security, problems, the API's plumbing, health."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from collab.kernel.database_away import patience
from collab.kernel.permits import permits
from collab.web import api, drafts, health, identity, limits, meanwhile, pages, problems

PATIENCE = 5.0
"""Seconds one statement may take while a person or a program waits for the answer."""


def install(app: Flask, *, https: bool) -> None:
    """Attach what every feature's edge leans on."""
    permits.add(health.PERMITS)
    pages.install(app, https=https)
    api.install(app)
    # Without its context processor: that asks the database for every page, also for the one that says it is away.
    identity.login_manager.init_app(app, add_context_processor=False)
    problems.install(app)
    app.register_blueprint(health.bp)
    drafts.install(app)
    meanwhile.install(app)
    settings = app.extensions["settings"]
    limits.install(app, broker_url=settings.broker_url, calls_per_minute=settings.sign_in.calls_per_minute)
    if trusted := settings.sign_in.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted)  # type: ignore[method-assign]
    app.wsgi_app = _hurried(app.wsgi_app)  # type: ignore[method-assign]


def _hurried(inner: Callable[..., Any]) -> Callable[..., Any]:
    """The application, with somebody waiting for its answer; what it streams afterwards is in no such hurry."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        with patience(PATIENCE):
            return inner(environ, start_response)

    return serve
