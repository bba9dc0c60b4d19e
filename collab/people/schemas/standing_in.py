"""Who is away, and who acts for whom."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from collab.imports.cells import Code
from collab.kernel.fields import Day, Decimal, Input, Words, YesNo

ADDRESS = 320
REASON = 500


class AbsenceIn(Input):
    """Days away, both inclusive, and who stands in; `of` names the principal for whom a secretary says so (e-mail)."""

    from_on = Day(required=True)
    until_on = Day(required=True)
    deputy = Words(200, allow_none=True)
    of = Words(ADDRESS, allow_none=True)


class OfIn(Input):
    """Whose; a secretary names their principal (e-mail), anybody else nobody."""

    of = Words(ADDRESS, allow_none=True)


class DelegationIn(Input):
    """What is delegated to whom: both days inclusive, in the principal's zone; no categories and no limit mean everything."""

    deputy = Words(ADDRESS, required=True)
    principal = Words(ADDRESS, allow_none=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    categories = fields.List(Code(required=True), allow_none=True)
    limit = Decimal(allow_none=True)
    may_decide = YesNo(load_default=False)
    reason = Words(REASON, allow_none=True)


class SecretaryIn(Input):
    """Who is to assist, and whom: oneself unless an administrator names somebody else (e-mails)."""

    secretary = Words(ADDRESS, required=True)
    principal = Words(ADDRESS, allow_none=True)


class AbsenceOut(Schema):
    """Days away, both inclusive, and who stands in."""

    from_on = fields.Date()
    until_on = fields.Date()
    deputy = fields.String(allow_none=True)


class DelegationOut(Schema):
    """A delegation; `limit` is a decimal string in the company's currency, exclusive."""

    id = fields.Integer()
    state = fields.String(validate=validate.OneOf(("proposed", "confirmed", "ended")))
    principal = fields.String()
    deputy = fields.String()
    from_on = fields.Date()
    until_on = fields.Date()
    categories = fields.List(fields.String())
    limit = fields.String(allow_none=True)
    may_decide = fields.Boolean()
    reason = fields.String(allow_none=True)
    proposed_by = fields.String()
    confirm_by = fields.String()
    confirmed_at = fields.DateTime(allow_none=True)
    ended_at = fields.DateTime(allow_none=True)


class SecretaryOut(Schema):
    """Who assists whom."""

    id = fields.Integer()
    principal = fields.String()
    secretary = fields.String()
    since = fields.DateTime()
