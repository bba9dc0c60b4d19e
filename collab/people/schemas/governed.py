"""What is proposed about the organisation, one for each control."""

from __future__ import annotations

from marshmallow import fields

from collab.imports.cells import Code, Email
from collab.kernel.fields import Day, Input, OneOf, Several, Words, YesNo
from collab.people.rules import ROLES
from collab.people.schemas.members import NamesIn

NAME = 80
MOST_ROWS = 5_000


class OfficeIn(NamesIn):
    """A new office, with its first holder perhaps."""

    code = Code(required=True)
    holder = Email(allow_none=True)


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


class DepartmentIn(NamesIn):
    """A new department."""

    code = Code(required=True)
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


class SiteAddIn(NamesIn):
    """A new site."""

    site = Code(required=True)
    zone = Words(NAME, required=True)
    calendar = Code(required=True)


class SiteIn(Input):
    """A site that is there: its names, zone and calendar; what is not named stays as it is."""

    site = Code(required=True)
    name_en = Words(NAME, allow_none=True)
    name_ja = Words(NAME, allow_none=True)
    zone = Words(NAME, allow_none=True)
    calendar = Code(allow_none=True)


class FileIn(Input):
    """Rows of a file of the organisation."""

    kind = OneOf(("sites", "departments", "members", "offices"), required=True)
    rows = Several(fields.Dict(keys=fields.String()), MOST_ROWS, required=True)
