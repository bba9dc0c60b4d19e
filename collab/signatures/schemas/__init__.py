"""What comes in and goes out about signatures."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Input, Whole

_MOMENT = {"format": "date-time"}
MOST = 10**6


class SignIn(Input):
    """Which version the signer had before their eyes."""

    version = Whole(1, MOST, required=True)


class SignerSeatOut(Schema):
    """One of both seats."""

    side = fields.Integer(metadata={"enum": [1, 2]})
    member = fields.String(metadata={"description": "e-mail; nobody signs for somebody else"})
    department = fields.String()
    due_at = fields.String(metadata=_MOMENT)
    signed_at = fields.String(allow_none=True, metadata=_MOMENT)
    source = fields.String(allow_none=True, metadata={"enum": ["web", "slack", "api"]})


class SheetOut(Schema):
    """A version of a paper as it was laid out, and who signed it."""

    id = fields.Integer()
    subject = fields.String(metadata={"example": "I-7"})
    paper = fields.String(metadata={"example": "charter"})
    version = fields.Integer()
    state = fields.String(metadata={"enum": ["open", "valid", "void"]})
    content = fields.Dict(metadata={"description": "what stands on it, without goals hidden from you"})
    whole = fields.Boolean(metadata={"description": "whether you see everything that stands on it"})
    hash = fields.String(metadata={"description": "SHA-256 of the canonical form, see docs/signatures.md"})
    seats = fields.List(fields.Nested(SignerSeatOut))
    laid_by = fields.String(allow_none=True, metadata={"description": "e-mail"})
    laid_at = fields.String(metadata=_MOMENT)
    valid_at = fields.String(allow_none=True, metadata=_MOMENT)
    voided_at = fields.String(allow_none=True, metadata=_MOMENT)
    void_reason = fields.String(allow_none=True)
    path = fields.String(metadata={"description": "its page, kept for ever"})


__all__ = ["SheetOut", "SignIn", "SignerSeatOut"]
