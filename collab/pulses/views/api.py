"""The API of alignment pulses: translate in, one call to a service, translate back."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Response, jsonify, url_for

from collab.kernel import clock
from collab.kernel.permits import permit
from collab.pulses import queries, service
from collab.pulses.schemas import AnswersIn, PulseCancelIn, PulseOut
from collab.pulses.views import files, shapes
from collab.web.api import blueprint, paged, repeatable, tagged, window
from collab.web.identity import bearer

bp = blueprint("pulses", "Alignment pulses (連携度アンケート)")


@bp.get("/pulses")
@bp.response(200, PulseOut(many=True))
@permit("pulse.list")
def index() -> Response:
    """Pulses, the newest first, with the company's gap index of those that have closed."""
    offset, size = window()
    found, total = queries.list_pulses(bearer(), offset=offset, limit=size)
    results = {one.key: one for one in queries.results_of(found)}
    return paged(jsonify([shapes.line(row, results.get(row.key)) for row in found]), total)


@bp.post("/pulses")
@bp.response(201, PulseOut)
@permit("pulse.open")
@repeatable
def create() -> Response:
    """Open one: everybody who works in a department is asked."""
    return _one(service.open_pulse(bearer(), now=clock.now()).key, 201)


@bp.get("/pulses/<key>")
@bp.response(200, PulseOut)
@permit("pulse.show")
def show(key: str) -> Response:
    """One pulse: its questions and your own answers while it is open, the results once it has closed."""
    return _one(key, 200)


@bp.post("/pulses/<key>/answers")
@bp.arguments(AnswersIn)
@bp.response(200, PulseOut)
@permit("pulse.answer")
def answer(body: dict[str, Any], key: str) -> Response:
    """Answer, all questions at once; again replaces what you said. Repeating it is harmless by itself, so no
    `Idempotency-Key` is kept: nothing of an answer is written anywhere else."""
    return _one(service.answer(bearer(), key, body["answers"], now=clock.now()).key, 200)


@bp.post("/pulses/<key>/close")
@bp.response(200, PulseOut)
@permit("pulse.close")
@repeatable
def close(key: str) -> Response:
    """Close it before its time: what may be shown is counted, everything else is destroyed."""
    return _one(service.close(bearer(), key, now=clock.now()).key, 200)


@bp.post("/pulses/<key>/cancel")
@bp.arguments(PulseCancelIn)
@bp.response(200, PulseOut)
@permit("pulse.cancel")
@repeatable
def cancel(body: dict[str, Any], key: str) -> Response:
    """Destroy every answer, with a reason."""
    return _one(service.cancel(bearer(), key, reason=body["reason"], now=clock.now()).key, 200)


@bp.get("/pulses/<key>/export.csv")
@bp.response(200, content_type="text/csv", description="Groups that are shown: how many gave each rating.")
@bp.alt_response(409, response="CONFLICT")
@permit("pulse.export")
def export(key: str) -> Response:
    """Everything the published figures are computed from, as a file."""
    return files.download(bearer(), key)


def _one(key: str, status: int) -> Response:
    caller = bearer()
    pulse = queries.get_pulse(caller, key)
    response = jsonify(shapes.body(pulse, caller))
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_pulses.show", key=key)
    return tagged(response, f"{pulse.version}.{sha256(response.get_data()).hexdigest()[:16]}")
