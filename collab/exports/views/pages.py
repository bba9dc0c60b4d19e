"""Pages of exports: what may be taken out, and taking it. A file is posted for: taking it leaves an entry in the trail."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from collab.exports import service
from collab.exports.registry import registry
from collab.kernel import clock
from collab.kernel.permits import permit, permits
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("exports", __name__, template_folder="../templates", url_prefix="/exports")


@bp.get("")
@permit("export.take")
def index() -> str:
    """Everything the reader may take out."""
    me = current_member()
    permits.check("export.take", me.roles)
    return render_template("exports/index.html", offered=service.list_offered(me), most=service.MOST)


@bp.post("/<code>")
@permit("export.take")
def take(code: str) -> Response:
    """The file. What names everybody asks again who is there."""
    me, now = current_member(), clock.now()
    if registry.get(code).guarded:
        require_recent_proof(now)
    return sent(service.take(me, code, request.form.get("format", ""), request.form.to_dict(), now=now, how=reader()))


def sent(file: service.File) -> Response:
    """The file as an answer; its rows and its hash stand beside it."""
    headers = {
        "Content-Disposition": f"attachment; filename={file.name}", "X-Rows": str(file.rows), "X-SHA256": file.sha256,
        "Cache-Control": "private, no-store",
    }  # fmt: skip
    return Response(file.content, content_type=file.type, headers=headers)
