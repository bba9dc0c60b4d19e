"""The API of lists as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify

from collab.exports import service
from collab.exports.registry import registry
from collab.exports.schemas import ExportIn, ExportOut
from collab.exports.views.pages import sent
from collab.kernel import clock
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.kernel.sheets import CSV, TYPES, XLSX
from collab.web.api import blueprint
from collab.web.identity import bearer, reader

bp = blueprint("exports", "Lists as files (一覧のファイル出力)")
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = "The file. `X-Rows` says how many rows it has, `X-SHA256` its hash, as the audit trail keeps it."


def _media(written: str) -> str:
    """The type alone, as the document names it."""
    return written.partition(";")[0]


FILES = {_media(one): BINARY for one in (TYPES[CSV], TYPES[XLSX], service.JSON_LINES)}


@bp.get("/exports")
@bp.response(200, ExportOut(many=True))
@permit("export.take")
def index() -> Response:
    """Every list you may take out."""
    caller, how = bearer(), reader()
    permits.check("export.take", caller.roles)
    return jsonify([
        {"code": one.code, "title": how.say(f"export.{one.code}.title"), "columns": list(one.columns),
         "filters": list(one.filters), "formats": list(service.forms_of(one))}
        for one in service.list_offered(caller)
    ])  # fmt: skip


@bp.post("/exports/<code>")
@bp.arguments(ExportIn)
@bp.response(200, content_type=_media(TYPES[CSV]), description=FILE)
@bp.doc(responses={"200": {"description": FILE, "content": FILES}})
@permit("export.take")
def take(body: dict[str, Any], code: str) -> Response:
    """One list as a file: what you may see of it, never more. Each time leaves an entry in the audit trail, so a repeated call
    is another file."""
    filters = _checked(code, body.get("filters") or {})
    return sent(service.take(bearer(), code, body["format"], filters, now=clock.now(), how=reader()))


def _checked(code: str, filters: Mapping[str, Any]) -> Mapping[str, str]:
    """Texts by names the list understands. Raises Invalid, so that nobody takes a mistyped filter for one that counted."""
    known = registry.get(code).filters
    wrong = {f"filters.{name}": Text("field.unknown") for name in filters if name not in known}
    wrong |= {f"filters.{name}": Text("field.invalid") for name, value in filters.items() if not isinstance(value, str)}
    if wrong:
        raise Invalid(wrong)
    return filters
