"""Columns of the files about people."""

from __future__ import annotations

from zoneinfo import available_timezones

from marshmallow import validates

from collab.imports.cells import Answer, AnyDay, Choice, Code, Codes, Email, wrong
from collab.kernel.fields import Input, Words
from collab.kernel.i18n import LOCALES

NAME = 80


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
