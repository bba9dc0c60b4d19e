"""Showing a draft to people, and the versions of a request, at the edges."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Input, Several, Words
from collab.kernel.words import LONGEST
from collab.purchases.schemas.incoming import LINE
from collab.purchases.service.sharing import MOST_AT_ONCE


class ShareIn(Input):
    """Whom a draft is shown to, by e-mail, and with which words."""

    members = Several(Words(LINE, required=True), MOST_AT_ONCE, required=True)
    note = Words(LONGEST, allow_none=True)


class SharedOut(Schema):
    """Somebody a draft was shown to."""

    member = fields.String(metadata={"description": "e-mail"})
    by = fields.String(metadata={"description": "e-mail"})
    at = fields.String(metadata={"format": "date-time"})
    note = fields.String(allow_none=True)


class AskedOut(Schema):
    """Who was asked."""

    asked = fields.List(fields.String(), metadata={"description": "e-mails"})


class ChangedOut(Schema):
    """A field that differs from the round before."""

    field = fields.String(metadata={"description": "dotted, as in the content: `benefit.amount`"})
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class RoundOut(Schema):
    """One submission of a request, and what became of it."""

    round = fields.Integer()
    state = fields.String(metadata={"description": "pending, approved, returned, rejected, withdrawn or revoked"})
    submitted_at = fields.String(metadata={"format": "date-time"})
    ended_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    content = fields.Dict()
    changed = fields.List(fields.Nested(ChangedOut), metadata={"description": "since the round before"})
    material = fields.Boolean(
        allow_none=True,
        metadata={"description": "whether decisions rest on a field that changed; null in the first round"},
    )
