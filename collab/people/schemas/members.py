"""Members, and what they belong to: what an administrator changes alone, and how they are shown."""

from __future__ import annotations

from marshmallow import Schema, fields

from collab.imports.cells import Code, Email
from collab.kernel.fields import Input, OneOf, Words
from collab.kernel.i18n import LOCALES
from collab.people.schemas.files import Zoned
from collab.people.schemas.standing_in import AbsenceOut

NAME = 80


class NamesIn(Input):
    """Names in both languages."""

    name_en = Words(NAME, required=True)
    name_ja = Words(NAME, required=True)


class MemberIn(NamesIn):
    """A new member; their post is from today."""

    email = Email(required=True)
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
