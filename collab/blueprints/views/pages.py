"""Pages of a blueprint: the map of meeting points, what each side needs, versions as they were signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from marshmallow import Schema
from werkzeug.wrappers import Response

from collab.blueprints import service
from collab.blueprints.queries.citing import get_version
from collab.blueprints.schemas import drawing as schemas
from collab.blueprints.views import paper
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow, Stale
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.web.identity import current_member, reader

bp = Blueprint("blueprints", __name__, template_folder="../templates")
HERE = "/initiatives/<key>/blueprint"
Answer = Response | tuple[str, int]
Act = Callable[[Actor, dict[str, Any]], object]
SEVERAL = frozenset({"used_by", "goals"})
"""Fields of which a form sends one or many."""
TICKS = frozenset({"personal_data", "individual"})
"""Boxes: one that is not ticked is not sent, and means no."""


@bp.get(HERE)
@permit("blueprint.show")
def show(key: str) -> str:
    """Where the two sides meet, who owes what by when, what is signed."""
    return sheet(key)


@bp.get(f"{HERE}/versions/<int:number>")
@permit("blueprint.show")
def version(key: str, number: int) -> str:
    """One version as it was laid before both leads."""
    me, how, now = current_member(), reader(), clock.now()
    laid = get_version(me, key, number)
    return render_template("blueprints/version.html", **paper.version_page(paper.view_of(me, key, how, now), laid))


def sheet(key: str, **more: Any) -> str:
    """The page; `more` says what went wrong with a press: `form`, `problem`, `typed`, `errors`."""
    view = paper.view_of(current_member(), key, reader(), clock.now())
    return render_template(
        "blueprints/show.html", **paper.page(view), **{"form": "", "typed": {}, "errors": {}, **more}
    )


@bp.post(HERE)
@permit("blueprint.open")
def open_blueprint(key: str) -> Answer:
    """Open it."""
    return press(key, "open", "", lambda me, _sent: service.open_blueprint(me, key, now=clock.now()))


@bp.post(f"{HERE}/lay")
@permit("blueprint.lay")
def lay(key: str) -> Answer:
    """Put it before both leads, as it was when the page was drawn."""
    seen = request.form.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    return press(key, "lay", "", lambda me, _sent: service.lay(me, key, seen=revision, now=clock.now()))


@bp.post(f"{HERE}/points")
@permit("blueprint.draw")
def add_point(key: str) -> Answer:
    """A new meeting point."""
    return press(
        key, "point_add", "point", lambda me, sent: service.add_point(me, key, sent, now=clock.now()),
        schemas.BlueprintPointIn(),
    )  # fmt: skip


@bp.post(f"{HERE}/points/<int:number>")
@permit("blueprint.draw")
def change_point(key: str, number: int) -> Answer:
    """What changes of it."""
    return press(
        key, "saved", f"point-{number}", lambda me, sent: service.change_point(me, key, number, sent, now=clock.now()),
        schemas.BlueprintPointPatchIn(),
    )  # fmt: skip


@bp.post(f"{HERE}/points/<int:number>/remove")
@permit("blueprint.draw")
def remove_point(key: str, number: int) -> Answer:
    """Away with it."""
    return press(key, "removed", "", lambda me, _sent: service.remove_point(me, key, number, now=clock.now()))


@bp.post(f"{HERE}/sources")
@permit("blueprint.draw")
def add_source(key: str) -> Answer:
    """A new data source."""
    return press(
        key, "source_add", "source", lambda me, sent: service.add_source(me, key, sent, now=clock.now()),
        schemas.BlueprintSourceIn(),
    )  # fmt: skip


@bp.post(f"{HERE}/sources/<int:number>")
@permit("blueprint.draw")
def change_source(key: str, number: int) -> Answer:
    """What changes of it."""
    return press(
        key, "saved", f"source-{number}", lambda me, sent: service.change_source(me, key, number, sent, now=clock.now()),
        schemas.BlueprintSourcePatchIn(),
    )  # fmt: skip


@bp.post(f"{HERE}/sources/<int:number>/remove")
@permit("blueprint.draw")
def remove_source(key: str, number: int) -> Answer:
    """Away with it."""
    return press(key, "removed", "", lambda me, _sent: service.remove_source(me, key, number, now=clock.now()))


@bp.post(f"{HERE}/definitions")
@permit("blueprint.draw")
def define(key: str) -> Answer:
    """A new definition."""
    return press(
        key, "define", "definition", lambda me, sent: service.define(me, key, sent, now=clock.now()),
        schemas.BlueprintDefinitionIn(),
    )  # fmt: skip


@bp.post(f"{HERE}/definitions/<int:number>")
@permit("blueprint.draw")
def redefine(key: str, number: int) -> Answer:
    """What changes of it."""
    return press(
        key, "saved", f"definition-{number}", lambda me, sent: service.redefine(me, key, number, sent, now=clock.now()),
        schemas.BlueprintDefinitionPatchIn(),
    )  # fmt: skip


@bp.post(f"{HERE}/definitions/<int:number>/remove")
@permit("blueprint.draw")
def remove_definition(key: str, number: int) -> Answer:
    """Away with it."""
    return press(key, "removed", "", lambda me, _sent: service.remove_definition(me, key, number, now=clock.now()))


@bp.post(f"{HERE}/definitions/<int:number>/lay")
@permit("blueprint.lay")
def lay_definition(key: str, number: int) -> Answer:
    """To be ratified."""
    return press(key, "lay", "", lambda me, _sent: service.lay_definition(me, key, number, now=clock.now()))


@bp.post(f"{HERE}/citations")
@permit("blueprint.cite")
def cite(key: str) -> Answer:
    """Something rests on a signed version."""
    return press(
        key, "cite", "citation", lambda me, sent: service.cite(me, key, sent["version"], sent["subject"], now=clock.now()),
        schemas.BlueprintCitationIn(),
    )  # fmt: skip


@bp.post(f"{HERE}/citations/remove")
@permit("blueprint.cite")
def uncite(key: str) -> Answer:
    """It rests on it no more."""
    return press(
        key, "removed", "", lambda me, sent: service.uncite(me, key, sent["version"], sent["subject"], now=clock.now()),
        schemas.BlueprintCitationIn(),
    )  # fmt: skip


def press(key: str, done: str, form: str, act: Act, schema: Schema | None = None) -> Answer:
    """Do it, say so and show the blueprint; refused, show it with the reason and what was typed in that form."""
    me, how = current_member(), reader()
    typed = _typed(schema)
    try:
        act(me, load(schema, typed) if schema else {})
    except (NotNow, NotAllowed, Stale, Invalid) as refused:
        return sheet(key, form=form, typed={**typed, "verb": done}, **_said(refused, how)), refused.status
    flash(how.say(f"blueprint.page.did.{done}"), "success")
    return redirect(f"/initiatives/{key}/blueprint{'#' + form if form else ''}", 303)


def _said(refused: DomainError, how: Any) -> dict[str, Any]:
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    return {"problem": how.say(refused.text), "errors": errors}


def _typed(schema: Schema | None) -> dict[str, Any]:
    """What a form sent of the fields we know; several keys may stand in one line."""
    sent: dict[str, Any] = {}
    for name in schema.fields if schema else ():
        if name in SEVERAL and (name in request.form or f"{name}_shown" in request.form):
            parts = ",".join(request.form.getlist(name)).replace("、", ",").replace(" ", ",").split(",")
            sent[name] = [part for part in parts if part]
        elif name in TICKS:
            sent[name] = "yes" if request.form.get(name) else "no"
        elif name in request.form:
            sent[name] = request.form[name]
    return sent
