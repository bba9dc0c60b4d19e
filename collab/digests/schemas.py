"""What comes in and goes out about the digest: how somebody gets it, and an issue."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.digests.rules.content import SECTIONS
from collab.digests.rules.due import WEEKDAYS
from collab.kernel.fields import Input, OneOf, Several, Words, YesNo
from collab.nudges.schemas import TimeOfDay


class WeekIn(Input):
    """The week an issue reports on, 2026-W47; the latest issue unless given."""

    week = Words(8)


class ChoiceIn(Input):
    """How the digest is to come; what is left out stays as it is, null gives the matter back to the company."""

    wanted = YesNo()
    weekday = OneOf(WEEKDAYS, allow_none=True)
    at = TimeOfDay(allow_none=True)
    off = Several(OneOf(SECTIONS), len(SECTIONS), allow_none=True)


class NextOut(Schema):
    """The next issue: the week it reports on, and when it comes."""

    week = fields.String()
    at = fields.DateTime()


class ChoiceOut(Schema):
    """How the digest comes: `own` names what the member chose; the rest is as the company says. `next` is null when they want
    none."""

    wanted = fields.Boolean()
    weekday = fields.String(metadata={"enum": list(WEEKDAYS)})
    at = fields.String(metadata={"description": "local time"})
    zone = fields.String()
    off = fields.List(
        fields.String(metadata={"enum": list(SECTIONS)}), metadata={"description": "sections that do not come"}
    )
    own = fields.List(fields.String())
    next = fields.Nested(NextOut, allow_none=True)


class ItemOut(Schema):
    """One line: about which subject, and what is said of it in the caller's language."""

    key = fields.String()
    title = fields.String()
    path = fields.String()
    said = fields.String()


class SectionOut(Schema):
    """A section: its first lines, and how many more there are."""

    code = fields.String()
    title = fields.String()
    items = fields.List(fields.Nested(ItemOut))
    more = fields.Integer()


class NeedOut(Schema):
    """One thing that needed its reader when the issue was first read."""

    key = fields.String()
    title = fields.String()
    path = fields.String()
    ask = fields.String()
    when = fields.String(metadata={"description": "until when, in words; empty: no deadline"})
    late = fields.Boolean()
    by = fields.String()


class NeedsOut(Schema):
    """What needed its reader, and how many more things."""

    items = fields.List(fields.Nested(NeedOut))
    more = fields.Integer()


class IssueOut(Schema):
    """An issue: how it arrived (`via`: slack, mail, web; null: not yet), what needed its reader, and the sections with something
    to say."""

    week = fields.String()
    title = fields.String()
    made_at = fields.DateTime()
    said_at = fields.DateTime(allow_none=True)
    via = fields.String(allow_none=True)
    path = fields.String()
    needs = fields.Nested(NeedsOut)
    sections = fields.List(fields.Nested(SectionOut))
