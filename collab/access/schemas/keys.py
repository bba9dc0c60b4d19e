"""Sessions and tokens, in and out."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from collab.access.rules.keys import LIVES, SCOPES
from collab.kernel.fields import Input, OneOf, Several, Whole, Words

LABEL, KEY, MOST_KEYS = 80, 20, 50


class TokenIn(Input):
    """A new token: what it is for, how many days it is good (30, 90 or 365; 90 unless given), and, unless it acts as its owner,
    what it may do and about what."""

    label = Words(LABEL, required=True)
    days = Whole(least=LIVES[0], most=LIVES[-1])
    scope = OneOf(SCOPES, allow_none=True)
    limited_to = Several(Words(KEY, required=True), MOST_KEYS)


class SessionOut(Schema):
    """A signed-in browser."""

    id = fields.String()
    browser = fields.String()
    created_at = fields.DateTime()
    seen_at = fields.DateTime()
    expires_at = fields.DateTime()
    current = fields.Boolean()


class TokenOut(Schema):
    """A token; `token` itself is given once, when it is made."""

    id = fields.Integer()
    label = fields.String()
    scope = fields.String(
        allow_none=True,
        validate=validate.OneOf(SCOPES),
        metadata={"description": "all it may do: read, or measure; null: whatever its owner may"},
    )
    limited_to = fields.List(fields.String(), allow_none=True, metadata={"description": "keys it may do it about"})
    token = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime(allow_none=True)
    used_on = fields.Date(allow_none=True, metadata={"description": "the last day it was used (UTC)"})
