"""Pages of imports: choose a file, look at what it would change, say yes, watch it go. Works without JavaScript."""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from collab.imports import messages, queries, service
from collab.imports.queries import Import
from collab.imports.registry import Kind, registry
from collab.imports.rules import MOST_BYTES
from collab.imports.views.api import csv_file
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.web.identity import current_member, reader

bp = Blueprint("imports", __name__, template_folder="../templates", url_prefix="/imports")


@bp.get("")
@permit("import.use")
def index() -> str:
    """Choose what to import, and what I imported lately."""
    return _form(current_member(), {}, request.args.get("kind", ""))


@bp.post("")
@permit("import.use")
def create() -> AnyResponse | tuple[str, int]:
    """Take the file and show how it goes; the first look is always a preview."""
    me, kind = current_member(), request.form.get("kind", "")
    try:
        handed = _hand_in(me, kind, request.files.get("file"))
    except Invalid as refusal:
        return _form(me, {path: reader().say(text) for path, text in refusal.fields.items()}, kind), refusal.status
    return redirect(url_for("imports.show", import_id=handed.id), 303)


@bp.get("/<int:import_id>")
@permit("import.use")
def show(import_id: int) -> str:
    """Progress, then the report or the preview."""
    how = reader()
    found = messages.shown(queries.get_import(current_member(), import_id), how)
    kind = registry.get(found["kind"])
    columns = {column: kind.header(column, how) for column in kind.columns}
    things, running = messages.grouped(found, kind, how), found["state"] in queries.RUNNING
    return render_template("imports/show.html", found=found, columns=columns, things=things, running=running)


@bp.post("/<int:import_id>/confirm")
@permit("import.use")
def confirm(import_id: int) -> AnyResponse:
    """Yes, write it."""
    service.confirm(current_member(), import_id)
    return redirect(url_for("imports.show", import_id=import_id), 303)


@bp.get("/<kind>/template.csv")
@permit("import.use")
def template(kind: str) -> Response:
    """The empty file of a kind."""
    permits.check("import.use", current_member().roles)
    return csv_file(kind)


def _hand_in(me: Actor, kind: str, upload: FileStorage | None) -> Import:
    problems: dict[str, Text] = {}
    if kind not in {offered.code for offered in _offered(me)}:
        problems["kind"] = Text("field.required")
    if upload is None or not upload.filename:
        problems["file"] = Text("field.required")
    if upload is None or problems:
        raise Invalid(problems)
    with closing(upload):
        content = upload.stream.read(MOST_BYTES + 1)
    name = upload.filename or ""
    return service.hand_in(me, kind, file_name=name, content=content, preview_only=True, now=clock.now())


def _form(me: Actor, errors: dict[str, str], kind: str) -> str:
    permits.check("import.use", me.roles)
    return render_template(
        "imports/index.html", kinds=_offered(me), errors=errors, chosen=kind, latest=queries.list_imports(me)
    )


def _offered(me: Actor) -> list[Kind]:
    return [kind for kind in registry.kinds() if permits.allows(kind.verb, me.roles)]
