"""The API of imports: hand a file in, ask how it goes."""

from __future__ import annotations

from contextlib import closing

from flask import Response, jsonify, request, url_for

from collab.imports import messages, queries, service
from collab.imports.registry import registry
from collab.imports.rules import MOST_BYTES
from collab.imports.schemas import ImportForm, ImportIn, ImportOut
from collab.kernel import clock
from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.web.api import blueprint, repeatable
from collab.web.identity import bearer, reader

bp = blueprint("imports", "Files (CSV) taken over whole or not at all")


@bp.post("/imports")
@bp.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": ImportForm}}})
@bp.response(202, ImportOut)
@permit("import.use")
@repeatable
def create() -> tuple[Response, int, dict[str, str]]:
    """Hand a file in; a worker checks every row, then writes all of them or none."""
    caller, upload = bearer(), request.files.get("file")
    permits.check("import.use", caller.roles)  # before the form is judged
    form = load(ImportIn(), request.form.to_dict())
    if form["kind"] not in {kind.code for kind in registry.kinds()}:
        raise Invalid(
            {"kind": Text("field.not_a_choice", {"choices": ", ".join(kind.code for kind in registry.kinds())})}
        )
    if upload is None:
        raise Invalid({"file": Text("field.required")})
    with closing(upload):
        content = upload.stream.read(MOST_BYTES + 1)
    handed = service.hand_in(
        caller,
        form["kind"],
        file_name=upload.filename or "",
        content=content,
        preview_only=form["preview_only"],
        now=clock.now(),
    )
    return (
        jsonify(messages.shown(handed, reader())),
        202,
        {"Location": url_for("api_imports.show", import_id=handed.id)},
    )


@bp.get("/imports/<int:import_id>")
@bp.response(200, ImportOut)
@permit("import.use")
def show(import_id: int) -> Response:
    """How an import of yours goes: progress, problems by row, what changes."""
    return jsonify(messages.shown(queries.get_import(bearer(), import_id), reader()))


@bp.post("/imports/<int:import_id>/confirm")
@bp.response(202, ImportOut)
@permit("import.use")
@repeatable
def confirm(import_id: int) -> tuple[Response, int]:
    """Write what the preview showed; it is checked once more beforehand."""
    return jsonify(messages.shown(service.confirm(bearer(), import_id), reader())), 202


@bp.get("/imports/<kind>/template.csv")
@bp.response(200, content_type="text/csv", description="Headers in the caller's language.")
@permit("import.use")
def template(kind: str) -> Response:
    """An empty file with the columns of a kind; headers are understood in both languages, and as codes."""
    permits.check("import.use", bearer().roles)
    return csv_file(kind)


def csv_file(kind: str) -> Response:
    """The template as a download."""
    found = registry.get(kind)
    body = messages.template(found, reader())
    return Response(
        body,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={found.code}.csv"},
    )
