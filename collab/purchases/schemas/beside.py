"""What comes in and goes out about reading, circulating, asking and answering."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.kernel.fields import Input, Several, Words, YesNo
from collab.purchases.schemas.deciding import MOST_ITEMS
from collab.purchases.schemas.incoming import LINE

SAID, MOST_READERS = 2000, 50


class CirculateIn(Input):
    """Whom it is put before, whether they confirm that they read it, and a word to them."""

    members = Several(Words(LINE), MOST_READERS, required=True)
    confirm = YesNo()
    note = Words(SAID, allow_none=True)


class ReadIn(Input):
    """That it was read; `answer` is an objection, to a sampled check only."""

    answer = Words(SAID, allow_none=True)


class ReadTogetherIn(Input):
    """Several to confirm at once: their keys."""

    items = Several(Words(20, required=True), MOST_ITEMS, required=True)


class ReadingsQuery(Input):
    """`unread=yes` leaves those who have yet to confirm."""

    unread = YesNo()


class QuestionIn(Input):
    """Who is asked what."""

    member = Words(LINE, required=True)
    question = Words(SAID, required=True)


class QuestionAnswerIn(Input):
    """The answer to a question."""

    answer = Words(SAID, required=True)


class ReadingOut(Schema):
    """Something somebody has to read: why (view_after 後閲, circulate 回覧, after_review), and whether they did."""

    member = fields.String(metadata={"description": "e-mail"})
    why = fields.String(metadata={"enum": ["view_after", "circulate", "after_review"]})
    round = fields.Integer()
    confirm = fields.Boolean(metadata={"description": "stands in their inbox until they confirm it"})
    asked_by = fields.String(allow_none=True, metadata={"description": "e-mail; null: the house itself"})
    note = fields.String(allow_none=True)
    asked_at = fields.String(metadata={"format": "date-time"})
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    read_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    answer = fields.String(allow_none=True, metadata={"description": "an objection"})


class ReadOut(Schema):
    """When it was read, and for which reasons it was to be."""

    subject = fields.String()
    why = fields.List(fields.String())
    at = fields.String(metadata={"format": "date-time"})


class ReadTogetherOut(Schema):
    """What became of one of several: done (when, for which reasons), or refused with a stable code and words."""

    key = fields.String()
    result = fields.String(metadata={"enum": ["done", "refused"]})
    why = fields.List(fields.String())
    at = fields.String(allow_none=True, metadata={"format": "date-time"})
    code = fields.String(allow_none=True)
    detail = fields.String(allow_none=True)


class QuestionOut(Schema):
    """A question (相談) and its answer; `state` is open, answered, or closed with its round."""

    id = fields.Integer()
    round = fields.Integer()
    asker = fields.String(metadata={"description": "e-mail"})
    member = fields.String(metadata={"description": "e-mail of whoever is asked"})
    question = fields.String()
    asked_at = fields.String(metadata={"format": "date-time"})
    due_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    answer = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    state = fields.String(metadata={"enum": ["open", "answered", "closed"]})
