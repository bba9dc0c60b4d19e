"""The API of conversations: read, say something with files, put it right, take it back, fetch a file."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for

from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.fields import load
from collab.kernel.permits import permit
from collab.threads import queries, service
from collab.threads.queries import CommentView
from collab.threads.rules.files import KINDS
from collab.threads.schemas import CommentForm, CommentIn, CommentOut, CorrectionIn
from collab.threads.views import incoming, serving
from collab.web.api import PREFIX, blueprint, body, paged, repeatable, seen_version, tagged, window
from collab.web.identity import bearer

bp = blueprint("threads", "Comments and their files on any subject (コメント)")
_BODIES = {"application/json": {"schema": CommentIn}, "multipart/form-data": {"schema": CommentForm}}


@bp.url_value_preprocessor
def _room(endpoint: str | None, _values: Any) -> None:
    """Before a repeat is looked for, which reads the whole of it; whoever has no token is refused before anything is read."""
    if endpoint == "api_threads.create":
        incoming.make_room()


@bp.get("/subjects/<key>/comments")
@bp.response(200, CommentOut(many=True))
@permit("thread.read")
def index(key: str) -> Response:
    """What was said about a subject you may see, oldest first."""
    offset, size = window()
    found = queries.list_comments(bearer(), key, offset=offset, limit=size)
    return paged(jsonify([_shown(said) for said in found]), queries.count_comments(key))


@bp.post("/subjects/<key>/comments")
@bp.doc(requestBody={"required": True, "content": _BODIES})
@bp.response(201, CommentOut)
@permit("thread.comment")
@repeatable
def create(key: str) -> Response:
    """Say something: JSON, or a form with up to five files. All of it is taken, or nothing and every reason is named."""
    sent = request.form.to_dict() if request.mimetype == "multipart/form-data" else body()
    said = load(CommentIn(), sent)
    number = service.comment(
        bearer(), key, said["body"] or "", files=incoming.uploads(), reply_to=said["reply_to"], now=clock.now()
    )
    response = _one(queries.get_comment(bearer(), number), 201)
    response.headers["Location"] = url_for("api_threads.show", key=key, comment_id=number)
    return response


@bp.get("/subjects/<key>/comments/<int:comment_id>")
@bp.response(200, CommentOut)
@permit("thread.read")
def show(key: str, comment_id: int) -> Response:
    """One comment."""
    return _one(_of(key, comment_id), 200)


@bp.patch("/subjects/<key>/comments/<int:comment_id>")
@bp.arguments(CorrectionIn)
@bp.response(200, CommentOut)
@permit("thread.correct")
@repeatable
def correct(said: dict[str, Any], key: str, comment_id: int) -> Response:
    """Put your own comment right within fifteen minutes; `If-Match` guards against your own other window."""
    _of(key, comment_id)
    return _one(service.correct(bearer(), comment_id, said["body"] or "", seen=seen_version(), now=clock.now()), 200)


@bp.post("/subjects/<key>/comments/<int:comment_id>/withdraw")
@bp.response(200, CommentOut)
@permit("thread.withdraw")
@repeatable
def withdraw(key: str, comment_id: int) -> Response:
    """Take your own comment back: words and files are gone from view, that there was one stays."""
    _of(key, comment_id)
    return _one(service.withdraw(bearer(), comment_id, now=clock.now()), 200)


@bp.get("/attachments/<int:attachment_id>")
@bp.response(200, content_type="*/*", description="The file as what it is, to be saved.")
@serving.sealed
@permit("thread.read")
def attachment(attachment_id: int) -> Response:
    """A file of a comment."""
    file = queries.get_file(bearer(), attachment_id)
    return serving.answer(file, service.read(file))


def _of(key: str, comment_id: int) -> CommentView:
    """The comment, if it is one of this subject. Raises NotFound."""
    said = queries.get_comment(bearer(), comment_id)
    if said.key != key:
        raise NotFound
    return said


def _one(said: CommentView, status: int) -> Response:
    response = jsonify(_shown(said))
    response.status_code = status
    return tagged(response, str(said.version))


def _shown(said: CommentView) -> dict[str, Any]:
    files = [
        {
            "id": file.id, "name": file.name, "type": KINDS[file.kind], "size": file.size, "sha256": file.sha256,
            "path": f"{PREFIX}/attachments/{file.id}",
        }
        for file in said.files
    ]  # fmt: skip
    return {
        "id": said.id, "subject": said.key, "author": said.author.email, "body": None if said.withdrawn_at else said.body,
        "at": said.at.isoformat(), "edited_at": _moment(said.edited_at), "withdrawn_at": _moment(said.withdrawn_at),
        "reply_to": said.reply_to, "mentioned": [named.email for named in said.mentioned], "files": files,
        "version": said.version,
    }  # fmt: skip


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
