"""Is it alive, can it serve, what does it count: for machines."""

from __future__ import annotations

import time
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from collab.kernel.db import db
from collab.kernel.permits import permit, row

PERMITS = [row("health.show", ["anybody"]), row("web.static", ["anybody"])]
bp = Blueprint("health", __name__)
REQUESTS = Counter("collab_requests_total", "Requests answered.", ["endpoint", "method", "status"])
SECONDS = Histogram("collab_request_seconds", "Time to answer.", ["endpoint"])


@bp.get("/healthz")
@permit("health.show")
def healthz() -> Response:
    """The process answers."""
    return jsonify({"alive": True})


@bp.get("/readyz")
@permit("health.show")
def readyz() -> tuple[Response, int]:
    """Requests can be served: the database is reachable and migrated. A dead broker or Slack never counts here."""
    reason = unready()
    return jsonify({"ready": reason is None, "reason": reason}), 503 if reason else 200


@bp.get("/metrics")
@permit("health.show")
def metrics() -> Response:
    """Prometheus text."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def unready() -> str | None:
    """Why requests cannot be served, None if they can."""
    try:
        with db.engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return "the database does not answer"
    head = ScriptDirectory(str(current_app.extensions["migrations"])).get_current_head()
    return (
        None
        if at == head
        else f"the database is at {at or 'nothing'}, this version needs {head}: run `flask --app wsgi init`"
    )


@bp.before_app_request
def _start() -> None:
    g.started = time.perf_counter()


@bp.after_app_request
def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, request.method, response.status_code).inc()
    started: Any = g.get("started")
    if started is not None:
        SECONDS.labels(endpoint).observe(time.perf_counter() - started)
    return response
