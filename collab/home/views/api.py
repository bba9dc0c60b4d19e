"""What needs me and what I look for, as JSON: the same rows as on every other surface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from collab.home.rules.snippets import Piece
from collab.home.views.finding import snippets
from collab.kernel import clock
from collab.kernel.fields import Input, OneOf, Words
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import service as people
from collab.subjects import queries as subjects
from collab.subjects import service as subjects_service
from collab.subjects.registry import InboxRow, Summary
from collab.subjects.rules import is_whole_kind
from collab.web.api import blueprint, repeatable
from collab.web.identity import bearer, reader

bp = blueprint("home", "What needs me, and search")


class InboxOut(Schema):
    """Something that needs you: what is asked, about what, since when, until when."""

    key = fields.String()
    ask = fields.String()
    title = fields.String()
    total = fields.String(allow_none=True)
    currency = fields.String(allow_none=True)
    requester = fields.String(metadata={"description": "name"})
    since = fields.String()
    due_at = fields.String(allow_none=True)
    path = fields.String()
    actions = fields.List(fields.String())
    acting_for = fields.String(allow_none=True, metadata={"description": "e-mail of whoever delegated it to you"})


class InboxIn(Input):
    """Whose: one's own unless a secretary names a principal (e-mail)."""

    of = Words(320, allow_none=True)


class SearchIn(Input):
    """What to look for."""

    q = Words(200, required=True)
    kind = Words(40)
    state = Words(40)


class WishIn(Input):
    """What you want to hear."""

    wish = OneOf(("follow", "mute", "none"), required=True)


class WishOut(Schema):
    """What you hear of it."""

    key = fields.String()
    wish = fields.String(allow_none=True, metadata={"description": "follow, mute or null"})


class FoundOut(Schema):
    """A hit you may see."""

    key = fields.String()
    kind = fields.String()
    title = fields.String()
    state = fields.String()
    path = fields.String()
    snippet = fields.String(metadata={"description": "the words where they stand; empty for a guest"})


@bp.get("/me/inbox")
@bp.arguments(InboxIn, location="query")
@bp.response(200, InboxOut(many=True))
@bp.alt_response(404, response="NOT_FOUND")
@permit("inbox.show")
def inbox(wanted: dict[str, Any]) -> Response:
    """What needs you (要対応), the most pressing first; a secretary reads a principal's with `of`, and can act on none of it."""
    how, now = reader(), clock.now()
    if wanted.get("of"):
        principal = people.principal_of(bearer(), wanted["of"], now, "inbox.of")
        return jsonify([{**_row(row, how), "actions": []} for row in subjects.inbox(principal, now)])
    return jsonify([_row(row, how) for row in subjects.inbox(bearer(), now)])


@bp.get("/me/follows")
@bp.response(200, WishOut(many=True))
@permit("subject.follow")
def follows() -> Response:
    """What you follow and mute: single things, and everything of a kind (`G-*`); the latest first."""
    me = bearer()
    permits.check("subject.follow", me.roles)
    return jsonify([{"key": row.key, "wish": row.wish} for row in subjects.list_wishes(me.id)])


@bp.put("/me/follows/<key>")
@bp.arguments(WishIn)
@bp.response(200, WishOut)
@permit("subject.follow")
@repeatable
def follow(said: dict[str, Any], key: str) -> Response:
    """Hear everything about anything with a key (`follow`), nothing (`mute`), or what needs you (`none`); of everything of a
    kind with `G-*`, `PR-*`, `T-*`."""
    me = bearer()
    permits.check("subject.follow", me.roles)
    about = key if is_whole_kind(key) else subjects.get_summary(me, key).key
    wish = None if said["wish"] == "none" else said["wish"]
    subjects_service.wish(me, about, wish, now=clock.now())
    return jsonify({"key": about, "wish": wish})


@bp.get("/search")
@bp.arguments(SearchIn, location="query")
@bp.response(200, FoundOut(many=True))
@permit("search.use")
def search(wanted: dict[str, Any]) -> Response:
    """Whatever holds every word, kind by kind (`purchase`, `goal`, `task`, ...), those of each newest first; two-character Japanese
    words work. `kind` and `state` (a code) narrow it."""
    how, me = reader(), bearer()
    hunt = subjects.Hunt(wanted["q"], wanted.get("kind"), wanted.get("state"))
    hits = subjects.search_for(me, hunt).hits
    pieces = snippets(me, hits, wanted["q"])
    return jsonify([_hit(hit.summary, pieces.get(hit.summary.key, ()), how) for some in hits.values() for hit in some])


def _row(row: InboxRow, how: Reader) -> dict[str, Any]:
    return {
        "key": row.key,
        "ask": how.say(row.ask),
        "title": row.title,
        "total": str(row.amount) if row.amount else None,
        "currency": row.amount.currency if row.amount else None,
        "requester": row.by_ja if how.locale == "ja" else row.by_en,
        "since": row.since.isoformat(),
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "path": row.path,
        "actions": list(row.actions),
        "acting_for": row.acting_for,
    }


def _hit(hit: Summary, pieces: Sequence[Piece], how: Reader) -> dict[str, Any]:
    return {
        "key": hit.key, "kind": hit.kind, "title": hit.title, "state": how.say(hit.state), "path": hit.path,
        "snippet": "".join(piece.text for piece in pieces),
    }  # fmt: skip
