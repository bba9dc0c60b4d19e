"""Sites with their calendars, and partner companies."""

from __future__ import annotations

from datetime import date

from collab.calendars import queries as calendars
from collab.imports.registry import Change, Fields
from collab.kernel.errors import NotFound, Text
from collab.people.service.importing.base import Problems, Rows, new_needs


class SiteRows(Rows):
    """A file of sites."""

    subject = "site"
    controls = frozenset({"zone", "calendar"})
    new_is_control = True

    def problems(self, fields: Fields) -> Problems:
        needed = new_needs(self.org.sites, fields["code"], fields, "name_en", "name_ja", "zone", "calendar")
        try:
            calendars.get_calendar(fields.get("calendar") or self._known(fields["code"]))
        except NotFound:
            needed.setdefault("calendar", Text("import.problem.unknown_calendar"))
        return needed

    def apply(self, fields: Fields, from_on: date) -> list[Change]:  # noqa: ARG002 - a site has no first day
        names = ("name_en", "name_ja", "zone", "calendar")
        return self.put(self.org.sites, fields["code"], {name: fields.get(name) for name in names})

    def _known(self, code: str) -> str:
        return str(self.org.sites[code].values["calendar"]) if code in self.org.sites else ""


class PartnerRows(Rows):
    """A file of partner companies."""

    subject = "partner"

    def problems(self, fields: Fields) -> Problems:
        return new_needs(self.org.partners, fields["code"], fields, "name_en", "name_ja")

    def apply(self, fields: Fields, from_on: date) -> list[Change]:  # noqa: ARG002 - a partner has no first day
        return self.put(self.org.partners, fields["code"], {name: fields.get(name) for name in ("name_en", "name_ja")})
