"""Slack accounts, whose they are, and who has none."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from collab.kernel.fields import Input, Words
from collab.people.rules import REASONS

ID = 255
ADDRESS = 320


class AccountIn(Input):
    """A Slack account: the ids of its workspace and of its user."""

    team = Words(ID, required=True)
    user = Words(ID, required=True)


class LinkIn(AccountIn):
    """A Slack account, and the member whose it is."""

    member = Words(ADDRESS, required=True)


class UnlinkedOut(Schema):
    """A member without a Slack account: when Slack was last asked for one, and why none was found (null: not asked yet)."""

    email = fields.String()
    name_en = fields.String()
    name_ja = fields.String()
    looked_at = fields.DateTime(allow_none=True)
    why = fields.String(allow_none=True, validate=validate.OneOf(REASONS))


class StrangerOut(Schema):
    """A Slack account that tried to use Collab and is no member's."""

    team = fields.String()
    user = fields.String()
    name = fields.String()
    handle = fields.String()
    email = fields.String(allow_none=True)
    why = fields.String(validate=validate.OneOf(REASONS))
    times = fields.Integer()
    first_at = fields.DateTime()
    last_at = fields.DateTime()
    dismissed = fields.Boolean()
