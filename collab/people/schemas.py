"""What comes in about people: columns of the files, and what one says about oneself."""

from __future__ import annotations

from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate, validates

from collab.imports.cells import Answer, AnyDay, Choice, Code, Codes, Email, wrong
from collab.kernel.fields import Day, Decimal, Input, Words, YesNo
from collab.kernel.i18n import LOCALES
from collab.people.rules import MEASUREMENTS, REASONS

NAME = 80
LABEL = 80
ID = 255
ADDRESS = 320
REASON = 500


class Zoned(Input):
    """Rows with a zone."""

    @validates("zone")
    def _known_zone(self, value: str | None, **_more: object) -> None:
        if value is not None and value not in available_timezones():
            raise wrong("import.problem.unknown_zone")


class SiteRow(Zoned):
    """A site."""

    code = Code(required=True)
    name_en = Words(NAME)
    name_ja = Words(NAME)
    zone = Words(NAME)
    calendar = Code()


class PartnerRow(Input):
    """A partner company."""

    code = Code(required=True)
    name_en = Words(NAME)
    name_ja = Words(NAME)


class DepartmentRow(Input):
    """A department and, from a day, its lead."""

    code = Code(required=True)
    name_en = Words(NAME)
    name_ja = Words(NAME)
    side = Code()
    lead = Email()
    from_on = AnyDay()


class MemberRow(Zoned):
    """A member and, from a day, their posts and manager."""

    email = Email(required=True)
    name_en = Words(NAME)
    name_ja = Words(NAME)
    locale = Choice(LOCALES, words="people.language")
    zone = Words(NAME)
    site = Code()
    departments = Codes()
    manager = Email()
    partner = Code()
    from_on = AnyDay()
    until_on = AnyDay()


class OfficeRow(Input):
    """An office and, from a day, its holder."""

    code = Code(required=True)
    name_en = Words(NAME)
    name_ja = Words(NAME)
    email = Email()
    acting = Answer()
    from_on = AnyDay()
    until_on = AnyDay()


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


class TokenIn(Input):
    """A new token: what it is for."""

    label = Words(LABEL, required=True)


class AccountIn(Input):
    """A Slack account: the ids of its workspace and of its user."""

    team = Words(ID, required=True)
    user = Words(ID, required=True)


class LinkIn(AccountIn):
    """A Slack account, and the member whose it is."""

    member = Words(ADDRESS, required=True)


class PersonOut(Schema):
    """A member; departments, leads and offices as of today, by code."""

    email = fields.String()
    name_en = fields.String()
    name_ja = fields.String()
    departments = fields.List(fields.String())
    leads = fields.List(fields.String())
    offices = fields.List(fields.String())
    partner = fields.Boolean()
    active = fields.Boolean()
    away = fields.Boolean()


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


class MeOut(PersonOut):
    """Oneself."""

    locale = fields.String()
    zone = fields.String()
    calendar = fields.String()
    admin = fields.Boolean()
    auditor = fields.Boolean()
    absences = fields.List(fields.Nested(AbsenceOut))


class DepartmentOut(Schema):
    """A department, the side it belongs to and who leads it today."""

    code = fields.String()
    name_en = fields.String()
    name_ja = fields.String()
    side = fields.String()
    lead = fields.String(allow_none=True)


class SessionOut(Schema):
    """A signed-in browser."""

    id = fields.String()
    browser = fields.String()
    created_at = fields.DateTime()
    seen_at = fields.DateTime()
    expires_at = fields.DateTime()
    current = fields.Boolean()


class TokenOut(Schema):
    """A token; `token` itself is given once, when it is made."""

    id = fields.Integer()
    label = fields.String()
    scope = fields.String(
        allow_none=True,
        validate=validate.OneOf((MEASUREMENTS,)),
        metadata={"description": "what a machine's token may do"},
    )
    limited_to = fields.List(fields.String(), allow_none=True, metadata={"description": "keys it may do it about"})
    token = fields.String()
    created_at = fields.DateTime()
    expires_at = fields.DateTime(allow_none=True)


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
