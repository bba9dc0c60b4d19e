"""What comes in and goes out after a decision: conditions, requests to revoke, orders, amendments."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Day, Input, OneOf, Words
from collab.kernel.words import LONGEST

LINE = 200
MOMENT = {"format": "date-time"}


class MetIn(Input):
    """A few words that may be left out."""

    note = Words(LONGEST, allow_none=True)


class OrderIn(Input):
    """That it was ordered: on which day, and under which number if there is one."""

    on = Day(required=True)
    reference = Words(LINE, allow_none=True)


class RevocationAnswerIn(Input):
    """Whether a decision may be revoked; a no says why."""

    answer = OneOf(("yes", "no"), required=True)
    comment = Words(LONGEST, allow_none=True)


class ConditionOut(Schema):
    """A condition of the decision."""

    number = fields.Integer()
    text = fields.String()
    owner = fields.String(metadata={"description": "e-mail of who must meet it"})
    due_on = fields.String(metadata={"format": "date"})
    before_order = fields.Boolean(metadata={"description": "whether ordering waits for it (発注前条件)"})
    state = fields.String(metadata={"enum": ["open", "met", "waived", "void"]})
    set_by = fields.String(metadata={"description": "e-mail"})
    office = fields.String(allow_none=True)
    set_at = fields.String(metadata=MOMENT)
    ended_at = fields.String(allow_none=True, metadata=MOMENT)
    ended_by = fields.String(allow_none=True, metadata={"description": "e-mail"})
    note = fields.String(allow_none=True)


class VoiceOut(Schema):
    """One of those who must agree."""

    member = fields.String(metadata={"description": "e-mail"})
    office = fields.String(allow_none=True)
    answer = fields.String(allow_none=True, metadata={"enum": ["yes", "no", None]})
    comment = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True, metadata=MOMENT)


class RevocationOut(Schema):
    """A request to revoke the decision."""

    state = fields.String(metadata={"enum": ["open", "granted", "declined", "withdrawn"]})
    requested_by = fields.String(metadata={"description": "e-mail"})
    reason = fields.String()
    requested_at = fields.String(metadata=MOMENT)
    ended_at = fields.String(allow_none=True, metadata=MOMENT)
    voices = fields.List(fields.Nested(VoiceOut))


class AmendmentOut(Schema):
    """A request that changes this one."""

    key = fields.String()
    status = fields.String()
