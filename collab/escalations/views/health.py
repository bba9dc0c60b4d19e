"""`/healthz/escalations`: for a monitor outside. It says whether clocks are looked at, and nothing of the company."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from collab.escalations.queries.health import health
from collab.kernel import clock
from collab.kernel.permits import permit

bp = Blueprint("escalation_health", __name__)


@bp.get("/healthz/escalations")
@permit("health.show")
def show() -> tuple[Response, int]:
    """200 while every clock is looked at in time and the last look over all of them found nothing wrong; else 503."""
    try:
        found = health(clock.shared())
    except SQLAlchemyError:
        return jsonify({"fine": False, "scheduler": "unknown", "clocks": "unknown", "audit": "unknown"}), 503
    body = {
        "fine": found.fine,
        "scheduler": "silent" if found.silent else "runs",
        "clocks": "late" if found.late else "in time",
        "audit": "overdue" if found.unproven else "trouble" if found.troubled else "clean",
    }
    return jsonify(body), 200 if found.fine else 503
