"""The API of the dialogue, its differences, and the drift report."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from collab.blueprints.queries.drift import drift_now, get_drift
from collab.blueprints.rules.questions import QUESTIONS
from collab.blueprints.schemas.dialogue import (
    DialogueAnsweredOut,
    DialogueAnswerIn,
    DialogueDifferenceOut,
    DialogueOpenIn,
    DialogueOut,
    DifferenceIn,
    DriftOut,
)
from collab.blueprints.service import answering, differing
from collab.blueprints.views import dialogue_shapes as shapes
from collab.kernel import clock
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.web.api import blueprint, repeatable
from collab.web.identity import bearer

bp = blueprint("dialogue", "Dialogue between two sides, and drift of their blueprint (対話と実態との差)")


@bp.get("/initiatives/<key>/dialogue")
@bp.response(200, DialogueOut)
@permit("blueprint.show")
def show(key: str) -> Response:
    """The four questions: who has answered, and both answers once both have."""
    return _dialogue(key)


@bp.post("/initiatives/<key>/dialogue")
@bp.arguments(DialogueOpenIn)
@bp.response(200, DialogueOut)
@permit("blueprint.open_dialogue")
@repeatable
def ask(body: dict[str, Any], key: str) -> Response:
    """Ask both sides this quarter's questions."""
    answering.open_dialogue(bearer(), key, body.get("questions") or QUESTIONS, now=clock.now())
    return _dialogue(key)


@bp.post("/initiatives/<key>/answers")
@bp.arguments(DialogueAnswerIn)
@bp.response(200, DialogueAnsweredOut)
@permit("blueprint.answer")
@repeatable
def answer(body: dict[str, Any], key: str) -> Response:
    """Answer for one's side. The answer says no word of it: until both have answered, it is read with `GET` by its author alone."""
    done = answering.answer(bearer(), key, body, now=clock.now())
    return jsonify({"question": done.question, "quarter": done.quarter, "revealed": done.revealed})


@bp.post("/initiatives/<key>/differences")
@bp.arguments(DifferenceIn)
@bp.response(200, DialogueDifferenceOut)
@permit("blueprint.differ")
@repeatable
def differ(body: dict[str, Any], key: str) -> Response:
    """Make a task of a difference; again gives the same task."""
    number = body["question"]
    said = {"quarter": body.get("quarter"), "text": body.get("text")}
    return jsonify({"question": number, "task": differing.differ(bearer(), key, number, **said, now=clock.now())})


@bp.get("/initiatives/<key>/drift")
@bp.response(200, DriftOut)
@permit("blueprint.show")
def drift(key: str) -> Response:
    """The signed blueprint against reality, as of now."""
    return jsonify(drift_now(bearer(), key, clock.now()))


@bp.get("/initiatives/<key>/drift/<quarter>")
@bp.response(200, DriftOut)
@permit("blueprint.show")
def kept(key: str, quarter: str) -> Response:
    """The report of a quarter, as it was made."""
    return jsonify(get_drift(bearer(), key, quarter))


def _dialogue(key: str) -> Response:
    caller = bearer()
    return jsonify(shapes.dialogue(caller, key, Reader(caller.locale, caller.zone), clock.now()))
