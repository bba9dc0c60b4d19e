"""What comes in and goes out about the charter."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.initiatives.rules.chartering import STATES
from collab.kernel.fields import Input, Words
from collab.signatures.schemas import SheetOut

LONG = 2000
_MOMENT = {"format": "date-time"}


class CharterIn(Input):
    """The text of a charter; what is not named stays."""

    vision = Words(LONG, allow_none=True)
    customer_outcome = Words(LONG, allow_none=True)
    scope = Words(LONG, allow_none=True)
    out_of_scope = Words(LONG, allow_none=True)
    brings_1 = Words(LONG, allow_none=True)
    brings_2 = Words(LONG, allow_none=True)
    brings_3 = Words(LONG, allow_none=True)


class CharterVersionOut(Schema):
    """One version: who wrote it, and the sheet on which it was laid out."""

    version = fields.Integer()
    written_by = fields.String(metadata={"description": "e-mail"})
    written_at = fields.String(metadata=_MOMENT)
    sheet = fields.Integer(allow_none=True, metadata={"description": "GET /signatures/ID"})
    state = fields.String(allow_none=True, metadata={"enum": ["open", "valid", "void"]})


class CharterOut(Schema):
    """The charter as it stands."""

    key = fields.String(metadata={"example": "I-7"})
    state = fields.String(metadata={"enum": list(STATES), "description": "valid: both leads signed this version"})
    version = fields.Integer(metadata={"description": "0: nothing is written"})
    vision = fields.String()
    customer_outcome = fields.String()
    scope = fields.String()
    out_of_scope = fields.String()
    brings_1 = fields.String(metadata={"description": "what the side of slot 1 brings"})
    brings_2 = fields.String()
    brings_3 = fields.String(
        metadata={"description": "what the lead for data or infrastructure brings, if there is one"}
    )
    lacks = fields.List(fields.String(), metadata={"description": "what is missing before it can be laid out"})
    sheet = fields.Nested(SheetOut, allow_none=True, metadata={"description": "the sheet laid out last"})
    versions = fields.List(fields.Nested(CharterVersionOut))


__all__ = ["CharterIn", "CharterOut", "CharterVersionOut"]
