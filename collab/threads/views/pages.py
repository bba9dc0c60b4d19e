"""Pages of conversations: one of its own for each subject, and what the panel's forms lead to. Works without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotNow, Stale
from collab.kernel.keys import LARGEST_NUMBER
from collab.kernel.permits import permit
from collab.subjects.queries import get_summary
from collab.threads import queries, service
from collab.threads.views import incoming, serving
from collab.threads.views.panel import Typed, panel
from collab.web.identity import current_member, member_or_none, reader

bp = Blueprint("threads", __name__, template_folder="../templates", url_prefix="/threads")
Answer = Response | tuple[str, int]
_FILES = ("files",)


@bp.url_value_preprocessor
def _room(endpoint: str | None, _values: Any) -> None:
    """Before the token of the form is looked for, which reads the whole of it."""
    if endpoint == "threads.say" and member_or_none() is not None:
        incoming.make_room()


@bp.get("/<key>")
@permit("thread.read")
def show(key: str) -> str:
    """The conversation of one subject."""
    return _page(current_member(), key, Typed(reply_to=_number(request.args.get("reply", ""))))


@bp.post("/<key>")
@permit("thread.comment")
def say(key: str) -> Answer:
    """Say something about it; refused, the page keeps the words and names everything that is wrong."""
    me, reply_to = current_member(), _number(request.form.get("reply_to", ""))
    body, form = request.form.get("body", ""), request.form.get("form", "")[:40]
    try:
        number = service.comment(
            me, key, body, files=incoming.uploads(), reply_to=reply_to, form=form or None, now=clock.now()
        )
    except (Invalid, NotNow) as refused:
        about_body, about_files = _sorted(refused)
        typed = Typed(body, about_body, about_files, reply_to=reply_to, form=form)
        return _page(me, key, typed), refused.status
    _told(me, number)
    return redirect(f"{get_summary(me, key).path}#comment-{number}", 303)


@bp.post("/comments/<int:comment_id>/correct")
@permit("thread.correct")
def correct(comment_id: int) -> Answer:
    """Put one's own comment right; refused, the page keeps the words."""
    me, body, seen = current_member(), request.form.get("body", ""), request.form.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None
    try:
        said = service.correct(me, comment_id, body, seen=version, now=clock.now())
    except (Invalid, NotNow, Stale) as refused:
        about_body, about_files = _sorted(refused)
        typed = Typed(body, [*about_body, *about_files], comment=comment_id)
        return _page(me, queries.get_comment(me, comment_id).key, typed), refused.status
    flash(reader().say("thread.done.corrected"), "success")
    return redirect(f"{get_summary(me, said.key).path}#comment-{said.id}", 303)


@bp.post("/comments/<int:comment_id>/withdraw")
@permit("thread.withdraw")
def withdraw(comment_id: int) -> Answer:
    """Take one's own comment back."""
    me = current_member()
    said = service.withdraw(me, comment_id, now=clock.now())
    flash(reader().say("thread.done.withdrawn"), "success")
    return redirect(f"{get_summary(me, said.key).path}#comment-{said.id}", 303)


@bp.get("/attachments/<int:attachment_id>")
@serving.sealed
@permit("thread.read")
def attachment(attachment_id: int) -> Response:
    """A file of a comment, to be saved; a picture may be shown in its place (`?view=1`)."""
    file = queries.get_file(current_member(), attachment_id)
    return serving.answer(file, service.read(file), shown=request.args.get("view") == "1")


def _number(written: str) -> int | None:
    """The number of a comment; None for what is none."""
    found = int(written) if written.isascii() and written.isdigit() and len(written) < 16 else None
    return found if found is not None and found <= LARGEST_NUMBER else None


def _page(me: Actor, key: str, typed: Typed) -> str:
    summary = get_summary(me, key)
    shown = panel(me, key, typed, whole=request.args.get("comments") == "all")
    field = "comment-text" if typed.comment is None else f"body-{typed.comment}"
    problems = [(field, why) for why in typed.about_body] + [("files", why) for why in typed.about_files]
    return render_template("threads/show.html", summary=summary, panel=shown, problems=problems)


def _sorted(refused: DomainError) -> tuple[list[str], list[str]]:
    """What to say beside the words, and what beside the files."""
    how = reader()
    if not isinstance(refused, Invalid):
        return [how.say(refused.text)], []
    about_files = [how.say(text) for path, text in refused.fields.items() if path.partition(".")[0] in _FILES]
    about_body = [how.say(text) for path, text in refused.fields.items() if path.partition(".")[0] not in _FILES]
    if request.files.getlist("files") and any(file.filename for file in request.files.getlist("files")):
        about_files.append(how.say("thread.problem.files_again"))
    return about_body, about_files


def _told(me: Actor, number: int) -> None:
    """Say who hears of it, and which @ named nobody."""
    how, said = reader(), queries.get_comment(me, number)
    if said.mentioned:
        flash(how.say("thread.done.said_to", who=list(said.mentioned)), "success")
    else:
        flash(how.say("thread.done.said"), "success")
    if unknown := queries.unknown_names(said.body):
        flash(how.say("thread.done.unknown", who=list(unknown)), "message")
