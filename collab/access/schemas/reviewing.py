"""Reviews of who has access as they come in and go out."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from collab.access.rules.reviewing import VERDICTS
from collab.kernel.fields import Input, OneOf, Part, Several, Whole, Words

MOST_LINES, LARGEST = 500, 2**31 - 1


class VerdictIn(Input):
    """What is said of one line, by its `id`; `remove` needs a note. `seen_at` is the `judged_at` of the line the caller looked at:
    what somebody else has said since is not undone unawares."""

    id = Whole(1, LARGEST, required=True)
    verdict = OneOf(VERDICTS, required=True)
    note = Words(1000, allow_none=True)
    seen_at = Words(40, allow_none=True)


class VerdictsIn(Input):
    """What is said of some lines; the others stay as they are."""

    lines = Several(Part(VerdictIn()), MOST_LINES, required=True)


class AccessLineOut(Schema):
    """Somebody in a round: `about` is what they could do when it began, `flags` what stood out, `reviewer` who is to look (null: any
    administrator), `mine` whether it is the caller's to judge now."""

    id = fields.Integer()
    member = fields.String()
    about: Any = fields.Dict()
    flags = fields.List(fields.String())
    reviewer = fields.String(allow_none=True)
    verdict = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    judged_by = fields.String(allow_none=True)
    judged_at = fields.DateTime(allow_none=True)
    mine = fields.Boolean()


class AccessReviewOut(Schema):
    """A round: how many `lines`, of them `judged` and `to_remove`. `hash` and `intact` once it is signed off."""

    key = fields.String()
    state = fields.String()
    begun_by = fields.String()
    begun_at = fields.DateTime()
    lines = fields.Integer()
    judged = fields.Integer()
    to_remove = fields.Integer()
    signed_by = fields.String(allow_none=True)
    signed_at = fields.DateTime(allow_none=True)
    hash = fields.String(allow_none=True)


class AccessReviewWholeOut(AccessReviewOut):
    """A round with the lines the caller may read."""

    intact = fields.Boolean()
    rows: Any = fields.List(fields.Nested(AccessLineOut))
