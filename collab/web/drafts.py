"""Forms that are being filled in: what was typed is kept for whoever typed it, until it is sent, thrown away or forgotten.

A form says its name (`data-draft="goal-edit:G-3"`) and the version of what it is about (`data-seen`); the browser's part is
static/drafts.js. Without scripts nothing is kept and nothing is missed. A page that is open has a mark of its own, so that
what is kept late by a page whose form was sent meanwhile is not kept any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, jsonify, request, session
from markupsafe import escape
from sqlalchemy import Table, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.clock import day_in
from collab.kernel.db import AnyRow, db, insert_once, run
from collab.kernel.errors import DomainError, Invalid, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits, row
from collab.kernel.text import storable
from collab.web.identity import current_member, is_api, member_or_none, reader
from collab.web.models import Draft

log = structlog.get_logger(__name__)
bp = Blueprint("drafts", __name__)
PERMITS = [row("web.draft", ["member", "partner"], unless=["auditor"])]
KEPT = timedelta(days=30)
MOST_BYTES = 64 * 1024
MOST_ASKED, MOST_SEEN = 20, 100
MOST_KEPT = 100
"""Forms one member has open at once; of more the oldest is let go, so that nobody fills the disk."""
TAKES_ALL = ("preview.act",)
"""Forms that answer with a page when they were taken."""
_FORM = re.compile(r"[a-z][a-z-]{1,40}(?::(?P<key>[A-Z]{1,3}-[1-9][0-9]{0,9}))?(?::[\w-]{1,40})?")
_MARK = re.compile(r"[A-Za-z0-9-]{8,40}")
_NEVER = re.compile(r"csrf_token|password|token|secret|^_", re.IGNORECASE)
_WORDS = re.compile(r"\S\s+\S|[^\x00-\x7f]|.{40}")
"""What people write, as against the codes and keys that forms carry."""
_drafts: Table = Draft.__table__  # type: ignore[assignment]
_sight: dict[str, Callable[[Actor, str], bool]] = {}


def see_subjects(may_see: Callable[[Actor, str], bool]) -> None:
    """Let a feature above say whether a member may see a subject: `may_see(member, key)`."""
    _sight["subjects"] = may_see


def keep(member: Actor, form: str, *, mark: str, seen: str, fields: dict[str, list[str]], now: datetime) -> bool:
    """Keep what a member has typed into a form so far, in place of what was kept before.

    False if the page it comes from has sent the form already. Raises NotAllowed for those who fill in nothing.
    """
    permits.check("web.draft", member.roles)
    with atomic():
        said: dict[str, Any] = {"mark": mark, "seen": seen, "fields": fields, "saved_at": now}
        if insert_once(_drafts, member_id=member.id, form=form, **said):
            _let_go(member)
            return True
        late = _drafts.c.fields.is_(None) & (_drafts.c.mark == mark)
        return bool(run(update(_drafts).where(_mine(member, form), ~late).values(**said)).rowcount)


def _let_go(member: Actor) -> None:
    """Of too many forms those nobody went on with for longest."""
    newest = (_drafts.c.saved_at.desc(), _drafts.c.id.desc())
    older = select(_drafts.c.id).where(_drafts.c.member_id == member.id).order_by(*newest).offset(MOST_KEPT)
    if gone := db.session.scalars(older).all():
        run(delete(_drafts).where(_drafts.c.id.in_(gone)))


def list_drafts(member: Actor, forms: Sequence[str]) -> list[AnyRow]:
    """What is kept of these forms for this member; nothing about something they may not see any more."""
    wanted = [form for form in forms[:MOST_ASKED] if _visible(member, form)]
    statement = select(_drafts).where(
        _drafts.c.member_id == member.id, _drafts.c.form.in_(wanted), _drafts.c.fields.is_not(None)
    )
    return list(db.session.execute(statement.order_by(_drafts.c.id)).all())


def finish(member: Actor, form: str, *, mark: str, now: datetime) -> None:
    """The form was sent: what this page kept of it is gone, and what it may still send is not kept. What another page
    keeps of the same form stays."""
    with atomic():
        gone: dict[str, Any] = {"fields": None, "seen": "", "saved_at": now}
        if not insert_once(_drafts, member_id=member.id, form=form, mark=mark, **gone):
            run(update(_drafts).where(_mine(member, form), _drafts.c.mark == mark).values(**gone))


def discard(member: Actor, form: str) -> None:
    """Throw away what is kept of a form."""
    permits.check("web.draft", member.roles)
    with atomic():
        run(delete(_drafts).where(_mine(member, form)))


def tidy(*, now: datetime) -> int:
    """Forget what nobody went on with for 30 days, and the marks of forms sent more than a day ago; how many."""
    old = (_drafts.c.saved_at < now - KEPT) | (
        _drafts.c.fields.is_(None) & (_drafts.c.saved_at < now - timedelta(days=1))
    )
    if not db.session.execute(select(_drafts.c.id).where(old).limit(1)).first():
        return 0
    with atomic():
        return int(run(delete(_drafts).where(old)).rowcount)


def mark_of_answer() -> str:
    """Form and mark, where this page answers a form that was sent: it goes on under the same mark."""
    try:
        sent = request.form.get("_draft", "") if request.method == "POST" and not is_api() else ""
    except HTTPException:  # what was sent is too large to be read
        return ""
    return sent if _parted(sent) else ""


def list_unsaid(html: str) -> list[str]:
    """What somebody wrote into the form this page answers and the page does not hold: where its field is gone because
    somebody was faster, it is shown beside the reason, so that nobody loses a word. Only to members."""
    try:
        told = request.method == "POST" and request.endpoint not in TAKES_ALL and member_or_none() is not None
        sent = list(request.form.items(multi=True)) if told else []
    except HTTPException:
        return []
    held = html.replace("\r\n", "\n")
    texts = [
        text.replace("\r\n", "\n").strip() for name, text in sent if not _NEVER.search(name) and _WORDS.search(text)
    ]
    return [text for text in dict.fromkeys(texts) if text and str(escape(text)) not in held]


def install(app: Flask) -> None:
    """Attach the addresses, and throw away what was kept of a form when it has been sent."""
    permits.add(PERMITS)
    app.register_blueprint(bp)
    app.after_request(_sent)
    app.jinja_env.globals.update(draft_mark=mark_of_answer, unsaid=list_unsaid)


@bp.get("/drafts")
@permit("web.draft")
def index() -> Response:
    """What is kept of the forms of a page, with the words that offer it."""
    me, how = current_member(), reader()
    permits.check("web.draft", me.roles)
    found = list_drafts(me, request.args.getlist("form"))
    response = jsonify([_offer(one, how) for one in found])
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/drafts")
@permit("web.draft")
def save() -> Response | tuple[str, int]:
    """Keep what was typed so far."""
    me, now = current_member(), clock.now()
    if len(request.get_data()) > MOST_BYTES:
        raise Invalid({"fields": Text("field.too_long", {"n": MOST_BYTES})})
    body = request.get_json(silent=True)
    form, mark, seen, fields = _read(body if isinstance(body, dict) else {})
    keep(me, form, mark=mark, seen=seen, fields=fields, now=now)
    return jsonify({"said": reader().say("web.draft.kept", at=_clock(now, now, reader()))})


@bp.post("/drafts/discard")
@permit("web.draft")
def throw_away() -> tuple[str, int]:
    """Throw away what is kept of a form."""
    discard(current_member(), str(request.form.get("form", ""))[:100])
    return "", 204


def _read(body: dict[str, Any]) -> tuple[str, str, str, dict[str, list[str]]]:
    """Raises Invalid for what no page of ours sends."""
    form, mark, seen = (
        body.get(name) if isinstance(body.get(name), str) else None for name in ("form", "mark", "seen")
    )
    fields = body.get("fields")
    if form is None or mark is None or seen is None or not isinstance(fields, dict) or len(seen) > MOST_SEEN:
        raise Invalid({"form": Text("field.invalid")})
    if not _FORM.fullmatch(form) or not _MARK.fullmatch(mark) or not storable(seen):
        raise Invalid({"form": Text("field.invalid")})
    return form, mark, seen, {name: _texts(name, said) for name, said in fields.items() if _may(name)}


def _may(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= 200 and not _NEVER.search(name)


def _texts(name: str, said: Any) -> list[str]:
    texts = said if isinstance(said, list) else [None]
    if not all(isinstance(one, str) and storable(one) for one in (*texts, name)):
        raise Invalid({name if storable(name) else "fields": Text("field.invalid")})
    return [str(one) for one in texts]


def _offer(one: AnyRow, how: Reader) -> dict[str, Any]:
    at = _clock(one.saved_at, clock.now(), how)
    words = {name: how.say(f"web.draft.{name}", at=at) for name in ("offer", "changed", "go_on", "discard", "back")}
    return {"form": one.form, "mark": one.mark, "seen": one.seen, "fields": one.fields, "words": words}


def _clock(at: datetime, now: datetime, how: Reader) -> str:
    """The time of a moment of today, the whole moment of another day."""
    said = how.moment(at)
    return said.rpartition(" ")[2] if day_in(at, how.zone) == day_in(now, how.zone) else said


def _visible(member: Actor, form: str) -> bool:
    match = _FORM.fullmatch(form)
    if match is None or not match["key"] or "subjects" not in _sight:
        return match is not None
    return _sight["subjects"](member, match["key"])


def _mine(member: Actor, form: str) -> Any:
    return (_drafts.c.member_id == member.id) & (_drafts.c.form == form)


def _parted(sent: str) -> tuple[str, str] | None:
    form, _, mark = sent.partition(" ")
    return (form, mark) if _FORM.fullmatch(form) and _MARK.fullmatch(mark) else None


def _sent(response: Response) -> Response:
    """A form that was taken answers with the way to what it made; a refusal shows the form again, or says so there."""
    parted = _parted(mark_of_answer()) if response.status_code in (302, 303) else None
    refused = any(kind == "error" for kind, _text in session.get("_flashes", ()))
    member = member_or_none() if parted and not refused else None
    if parted is None or member is None:
        return response
    try:
        finish(member, parted[0], mark=parted[1], now=clock.now())
    except (SQLAlchemyError, DomainError):  # what was done is done; it is only offered once more
        log.warning("web.draft_left")
    return response
