"""How the API says what happened to a subject."""

from __future__ import annotations

from marshmallow import Schema, fields


class HistoryEventOut(Schema):
    """One line of a history; each feature has its own name for it."""

    seq = fields.Integer()
    verb = fields.String()
    actor = fields.String(metadata={"description": "e-mail, or system"})
    acting_for = fields.String(allow_none=True)
    at = fields.String(metadata={"format": "date-time"})
    comment = fields.String(allow_none=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
