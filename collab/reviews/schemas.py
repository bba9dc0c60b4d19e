"""What comes in about a review and what the API says of one."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Input, OneOf, Words
from collab.reviews.rules import OFFICES

_MOMENT, _DAY = {"format": "date-time"}, {"format": "date"}
LONGEST = 4000


class ReviewWordsIn(Input):
    """What an office holder says of the quarter."""

    office = OneOf(OFFICES, required=True)
    words = Words(LONGEST, allow_none=True)


class ReviewWordsOut(Schema):
    """What both sides wrote; null as long as they did not."""

    CMO = fields.String(allow_none=True)
    CIO = fields.String(allow_none=True)


class ReviewLineOut(Schema):
    """A review in one line."""

    key = fields.String()
    state = fields.String(metadata={"enum": ["draft", "frozen"]})
    quarter = fields.String(allow_none=True)
    from_on = fields.String(metadata=_DAY)
    until_on = fields.String(metadata=_DAY)
    taken_at = fields.String(metadata=_MOMENT)
    freezes_at = fields.String(metadata=_MOMENT)
    frozen_at = fields.String(allow_none=True, metadata=_MOMENT)
    version = fields.Integer()


class ReviewOut(ReviewLineOut):
    """A review: the rows of its figures you may see, by section; how many of each you may not; the seal of all of them."""

    words = fields.Nested(ReviewWordsOut)
    figures = fields.Dict(keys=fields.String(), values=fields.List(fields.Dict()))
    hidden = fields.Dict(keys=fields.String(), values=fields.Integer())
    hash = fields.String(metadata={"description": "SHA-256 over all figures, as the audit trail holds it"})
    holds = fields.Boolean(metadata={"description": "whether the figures kept are those that were sealed"})
