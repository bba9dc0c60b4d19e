"""The trail for programs of auditors: the same entries as the page, as they were sealed."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from collab.audit import queries
from collab.audit.queries import Place
from collab.audit.registry import SURFACES
from collab.audit.views.narrowing import chosen_from, look_for
from collab.kernel.errors import Invalid, Text
from collab.kernel.fields import Day, Input, OneOf, Whole, Words
from collab.kernel.permits import permit, permits
from collab.web.api import blueprint
from collab.web.identity import bearer, reader

bp = blueprint("audit", "The audit trail, for auditors")
SIZE = 50


class AuditQuery(Input):
    """What is looked for: days are days of your zone, both inclusive; `before` is the `next` of the page before."""

    actor = Words(320)
    subject = Words(200)
    kind = Words(40)
    verb = Words(80)
    surface = OneOf(SURFACES)
    since = Day()
    until = Day()
    before = Words(40)
    size = Whole(1, 200)


class AuditEntryOut(Schema):
    """One entry. `hash` seals `previous_hash` and everything but `surface`."""

    subject = fields.String()
    seq = fields.Integer()
    at = fields.String()
    actor = fields.String(metadata={"description": "e-mail, or system"})
    acting_for = fields.String(allow_none=True)
    verb = fields.String()
    reason = fields.String(allow_none=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    details = fields.Raw(allow_none=True)
    surface = fields.String(allow_none=True)
    previous_hash = fields.String()
    hash = fields.String()


class AuditPageOut(Schema):
    """Some entries, newest first; `next` is null when there are no more."""

    entries = fields.List(fields.Nested(AuditEntryOut))
    next = fields.String(allow_none=True)


@bp.get("/audit")
@bp.arguments(AuditQuery, location="query")
@bp.response(200, AuditPageOut)
@permit("audit.list")
def index(wanted: dict[str, Any]) -> Response:
    """Entries of the trail. A page may hold fewer than `size`, or none, and still have a `next`: it looks at some twenty thousand
    entries at most."""
    me = bearer()
    permits.check("audit.list", me.roles)
    before = Place.parse(wanted.get("before") or "")
    if wanted.get("before") and before is None:
        raise Invalid({"before": Text("field.invalid")})
    given = {name: str(value) for name, value in wanted.items() if value is not None}
    page = queries.look(me, look_for(chosen_from(given), reader().zone), before=before, size=wanted.get("size") or SIZE)
    return jsonify({"entries": [_entry(row) for row in page.rows], "next": str(page.next) if page.next else None})


def _entry(row: Any) -> dict[str, Any]:
    same = (
        "seq", "actor", "acting_for", "verb", "reason", "before", "after", "details", "surface", "previous_hash", "hash",
    )  # fmt: skip
    return {"subject": row.subject_key, "at": row.at.isoformat(), **{name: getattr(row, name) for name in same}}
