"""The API of blueprints: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.blueprints import service
from collab.blueprints.queries import citing
from collab.blueprints.schemas.drawing import (
    BlueprintAnswererIn,
    BlueprintCitationIn,
    BlueprintCommitIn,
    BlueprintCounterIn,
    BlueprintDeclineIn,
    BlueprintDefinitionIn,
    BlueprintDefinitionPatchIn,
    BlueprintPointIn,
    BlueprintPointPatchIn,
    BlueprintRequirementIn,
    BlueprintSourceIn,
    BlueprintSourcePatchIn,
    BlueprintWithdrawIn,
)
from collab.blueprints.schemas.drawn import BlueprintOut, BlueprintVersionOut
from collab.blueprints.views import shapes
from collab.kernel import clock
from collab.kernel.permits import permit
from collab.web.api import blueprint, repeatable, seen_version, tagged
from collab.web.identity import bearer

bp = blueprint("blueprints", "Blueprints (連携図)")
HERE = "/initiatives/<key>/blueprint"


@bp.get(HERE)
@bp.response(200, BlueprintOut)
@permit("blueprint.show")
def show(key: str) -> Response:
    """Where the two sides meet, what each needs of the other, and what changed since the signed version."""
    return _one(key)


@bp.post(HERE)
@bp.response(201, BlueprintOut)
@permit("blueprint.open")
@repeatable
def open_blueprint(key: str) -> Response:
    """Open the blueprint of an initiative; a lead does. Opening it again changes nothing."""
    response = _one(service.open_blueprint(bearer(), key, now=clock.now()), 201)
    response.headers["Location"] = url_for("api_blueprints.show", key=key)
    return response


@bp.post(f"{HERE}/points")
@bp.arguments(BlueprintPointIn)
@bp.response(201, BlueprintOut)
@permit("blueprint.draw")
@repeatable
def add_point(body: dict[str, Any], key: str) -> Response:
    """A meeting point: process, system, an owner of either side, whom it serves."""
    service.add_point(bearer(), key, body, seen=seen_version(), now=clock.now())
    return _one(key, 201)


@bp.patch(f"{HERE}/points/<int:number>")
@bp.arguments(BlueprintPointPatchIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.draw")
def change_point(body: dict[str, Any], key: str, number: int) -> Response:
    """Change what is named of it."""
    service.change_point(bearer(), key, number, body, seen=seen_version(), now=clock.now())
    return _one(key)


@bp.delete(f"{HERE}/points/<int:number>")
@bp.response(200, BlueprintOut)
@permit("blueprint.draw")
def remove_point(key: str, number: int) -> Response:
    """Take it away; signed versions keep it."""
    service.remove_point(bearer(), key, number, seen=seen_version(), now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/requirements")
@bp.arguments(BlueprintRequirementIn)
@bp.response(201, BlueprintOut)
@permit("blueprint.ask")
@repeatable
def ask(body: dict[str, Any], key: str) -> Response:
    """Ask the other side for something; its lead has to answer."""
    service.ask(bearer(), key, body, seen=seen_version(), now=clock.now())
    return _one(key, 201)


@bp.post(f"{HERE}/requirements/<int:number>/commit")
@bp.arguments(BlueprintCommitIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.commit")
@repeatable
def commit(body: dict[str, Any], key: str, number: int) -> Response:
    """Promise it for a day."""
    service.commit_to(bearer(), key, number, on=body["on"], text=body.get("text"), now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/requirements/<int:number>/decline")
@bp.arguments(BlueprintDeclineIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.decline")
@repeatable
def decline(body: dict[str, Any], key: str, number: int) -> Response:
    """Say no, and why."""
    service.decline(bearer(), key, number, reason=body["reason"], now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/requirements/<int:number>/counter")
@bp.arguments(BlueprintCounterIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.counter")
@repeatable
def counter(body: dict[str, Any], key: str, number: int) -> Response:
    """Offer something else or another day; the asking side agrees or withdraws."""
    service.counter(bearer(), key, number, text=body["text"], on=body["on"], now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/requirements/<int:number>/agree")
@bp.response(200, BlueprintOut)
@permit("blueprint.agree")
@repeatable
def agree(key: str, number: int) -> Response:
    """Take what was offered."""
    service.agree(bearer(), key, number, now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/requirements/<int:number>/met")
@bp.response(200, BlueprintOut)
@permit("blueprint.met")
@repeatable
def met(key: str, number: int) -> Response:
    """The asking side has what was promised."""
    service.met(bearer(), key, number, now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/requirements/<int:number>/withdraw")
@bp.arguments(BlueprintWithdrawIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.withdraw")
@repeatable
def withdraw(body: dict[str, Any], key: str, number: int) -> Response:
    """The asking side needs it no more."""
    service.withdraw(bearer(), key, number, reason=body.get("reason"), now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/requirements/<int:number>/answerer")
@bp.arguments(BlueprintAnswererIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.name_answerer")
@repeatable
def name_answerer(body: dict[str, Any], key: str, number: int) -> Response:
    """The answering side's lead names who answers."""
    service.name_answerer(bearer(), key, number, member=body["member"], now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/sources")
@bp.arguments(BlueprintSourceIn)
@bp.response(201, BlueprintOut)
@permit("blueprint.draw")
@repeatable
def add_source(body: dict[str, Any], key: str) -> Response:
    """A data source: whose it is, which departments may use it, whom it serves."""
    service.add_source(bearer(), key, body, seen=seen_version(), now=clock.now())
    return _one(key, 201)


@bp.patch(f"{HERE}/sources/<int:number>")
@bp.arguments(BlueprintSourcePatchIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.draw")
def change_source(body: dict[str, Any], key: str, number: int) -> Response:
    """Change what is named of it."""
    service.change_source(bearer(), key, number, body, seen=seen_version(), now=clock.now())
    return _one(key)


@bp.delete(f"{HERE}/sources/<int:number>")
@bp.response(200, BlueprintOut)
@permit("blueprint.draw")
def remove_source(key: str, number: int) -> Response:
    """Take it away; signed versions keep it."""
    service.remove_source(bearer(), key, number, seen=seen_version(), now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/definitions")
@bp.arguments(BlueprintDefinitionIn)
@bp.response(201, BlueprintOut)
@permit("blueprint.draw")
@repeatable
def define(body: dict[str, Any], key: str) -> Response:
    """What a word means to both sides, and which goals use it."""
    service.define(bearer(), key, body, seen=seen_version(), now=clock.now())
    return _one(key, 201)


@bp.patch(f"{HERE}/definitions/<int:number>")
@bp.arguments(BlueprintDefinitionPatchIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.draw")
def redefine(body: dict[str, Any], key: str, number: int) -> Response:
    """Change what is named of it. Another meaning is the next version, and nobody has ratified it."""
    service.redefine(bearer(), key, number, body, seen=seen_version(), now=clock.now())
    return _one(key)


@bp.delete(f"{HERE}/definitions/<int:number>")
@bp.response(200, BlueprintOut)
@permit("blueprint.draw")
def remove_definition(key: str, number: int) -> Response:
    """Take it away."""
    service.remove_definition(bearer(), key, number, seen=seen_version(), now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/definitions/<int:number>/lay")
@bp.response(200, BlueprintOut)
@permit("blueprint.lay")
@repeatable
def lay_definition(key: str, number: int) -> Response:
    """Put a meaning before both leads, to be ratified (`POST /signatures/{sheet}/sign`)."""
    service.lay_definition(bearer(), key, number, now=clock.now())
    return _one(key)


@bp.post(f"{HERE}/lay")
@bp.response(200, BlueprintVersionOut)
@permit("blueprint.lay")
@repeatable
def lay(key: str) -> Response:
    """Freeze the working copy as a version and put it before both leads."""
    version = service.lay(bearer(), key, seen=seen_version(), now=clock.now())
    return jsonify(shapes.version(bearer(), citing.get_version(bearer(), key, version)))


@bp.get(f"{HERE}/versions/<int:number>")
@bp.response(200, BlueprintVersionOut)
@permit("blueprint.show")
def version(key: str, number: int) -> Response:
    """One version as it was laid out, who signed it, and what differs from the version signed before."""
    return jsonify(shapes.version(bearer(), citing.get_version(bearer(), key, number)))


@bp.post(f"{HERE}/citations")
@bp.arguments(BlueprintCitationIn)
@bp.response(200, BlueprintOut)
@permit("blueprint.cite")
@repeatable
def cite(body: dict[str, Any], key: str) -> Response:
    """Let a goal, purchase, task or initiative rest on a version both have signed; an unsigned one is 409."""
    service.cite(bearer(), key, body["version"], body["subject"], now=clock.now())
    return _one(key)


@bp.delete(f"{HERE}/citations/<int:number>/<subject>")
@bp.response(200, BlueprintOut)
@permit("blueprint.cite")
def uncite(key: str, number: int, subject: str) -> Response:
    """It rests on that version no more."""
    service.uncite(bearer(), key, number, subject, now=clock.now())
    return _one(key)


def _one(key: str, status: int = 200) -> Response:
    body = shapes.whole(bearer(), key, clock.now())
    response = jsonify(body)
    response.status_code = status
    return tagged(response, shapes.mark_of(body))
