"""What comes in about people: columns of the files, and what one says about oneself."""

from __future__ import annotations

from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate, validates

from collab.imports.cells import Answer, AnyDay, Choice, Code, Codes, Email, wrong
from collab.kernel.fields import Day, Decimal, Input, OneOf, Several, Words, YesNo
from collab.kernel.i18n import LOCALES
from collab.people.rules import REASONS, ROLES

NAME = 80
LABEL = 80
ID = 255
ADDRESS = 320
REASON = 500
MOST_ROWS = 5_000


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


class OfficeGiveIn(Input):
    """A member holds an office, or holds it acting, perhaps until a day."""

    office = Code(required=True)
    member = Email(required=True)
    acting = YesNo(load_default=False)
    until_on = Day(allow_none=True)


class OfficeEndIn(Input):
    """A member holds an office (or holds it acting) no longer."""

    office = Code(required=True)
    member = Email(required=True)
    acting = YesNo(load_default=False)


class LeadIn(Input):
    """A member leads a department."""

    department = Code(required=True)
    member = Email(required=True)


class DepartmentIn(Input):
    """A new department."""

    code = Code(required=True)
    name_en = Words(NAME, required=True)
    name_ja = Words(NAME, required=True)
    side = Code(required=True)
    lead = Email(allow_none=True)


class SideIn(Input):
    """A department belongs to another side."""

    department = Code(required=True)
    side = Code(required=True)


class CloseIn(Input):
    """A department has its last day."""

    department = Code(required=True)


class RoleIn(Input):
    """A member has a role, or has it no longer."""

    member = Email(required=True)
    role = OneOf(ROLES, required=True)
    held = YesNo(required=True)


class ManagerIn(Input):
    """A member reports to somebody."""

    member = Email(required=True)
    manager = Email(required=True)


class SiteIn(Input):
    """A site: its names, zone and calendar; what is not named stays as it is."""

    site = Code(required=True)
    name_en = Words(NAME, allow_none=True)
    name_ja = Words(NAME, allow_none=True)
    zone = Words(NAME, allow_none=True)
    calendar = Code(allow_none=True)


class FileIn(Input):
    """Rows of a file of the organisation."""

    kind = OneOf(("sites", "departments", "members", "offices"), required=True)
    rows = Several(fields.Dict(keys=fields.String()), MOST_ROWS, required=True)


class NamesIn(Input):
    """Names in both languages."""

    name_en = Words(NAME, required=True)
    name_ja = Words(NAME, required=True)


class MemberIn(Input):
    """A new member; their post is from today."""

    email = Email(required=True)
    name_en = Words(NAME, required=True)
    name_ja = Words(NAME, required=True)
    department = Code(allow_none=True)
    site = Code(allow_none=True)
    locale = OneOf(LOCALES, allow_none=True)


class MemberChangeIn(Zoned):
    """What an administrator changes alone; what is not named stays as it is."""

    name_en = Words(NAME, allow_none=True)
    name_ja = Words(NAME, allow_none=True)
    department = Code(allow_none=True)
    site = Code(allow_none=True)
    locale = OneOf(LOCALES, allow_none=True)
    zone = Words(NAME, allow_none=True)


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


class MemberOut(MeOut):
    """A member as administrators see them."""

    site = fields.String(allow_none=True)
    manager = fields.String(allow_none=True)
    created_at = fields.DateTime()
    left_at = fields.DateTime(allow_none=True)


class TermOut(Schema):
    """A term of an office, both days inclusive."""

    member = fields.String()
    acting = fields.Boolean()
    from_on = fields.Date()
    until_on = fields.Date(allow_none=True)


class OfficeOut(Schema):
    """An office and who holds it, or will."""

    code = fields.String()
    name_en = fields.String()
    name_ja = fields.String()
    terms = fields.List(fields.Nested(TermOut))


class SiteOut(Schema):
    """A site."""

    code = fields.String()
    name_en = fields.String()
    name_ja = fields.String()
    zone = fields.String()
    calendar = fields.String()
    members = fields.Integer()


class DepartmentOut(Schema):
    """A department, the side it belongs to and who leads it today."""

    code = fields.String()
    name_en = fields.String()
    name_ja = fields.String()
    side = fields.String()
    closed_on = fields.Date(allow_none=True)
    lead = fields.String(allow_none=True)


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
