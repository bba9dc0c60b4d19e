"""Invitations as they come in and go out."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.access.rules.invitations import MOST_KEYS, STATES
from collab.kernel.fields import Day, Input, OneOf, Several, Words
from collab.kernel.i18n import LOCALES


class InvitationIn(Input):
    """Somebody of a partner (its code) is invited as a guest: `until_on` is their last day, at most a year from today (90 days unless
    given), `locale` the language of the letter, `keys` what is shared with them at once."""

    email = Words(254, required=True)
    name = Words(100, required=True)
    partner = Words(60, required=True)
    until_on = Day(allow_none=True)
    locale = OneOf(LOCALES, allow_none=True)
    keys = Several(Words(40, required=True), MOST_KEYS, allow_none=True)


class InvitationQuery(Input):
    """Which invitations."""

    state = OneOf(STATES)


class InvitationOut(Schema):
    """An invitation. `link` is there once, for the one who invites, and only where no letter was taken by a mail server."""

    id = fields.Integer()
    state = fields.String()
    email = fields.String()
    name = fields.String()
    partner = fields.String()
    locale = fields.String()
    until_on = fields.Date()
    keys = fields.List(fields.String())
    invited_by = fields.String()
    made_at = fields.DateTime()
    expires_at = fields.DateTime()
    mailed_at = fields.DateTime(allow_none=True)
    link = fields.String(allow_none=True)
