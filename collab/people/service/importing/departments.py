"""Departments: names, side, and who leads them from which day."""

from __future__ import annotations

from datetime import date

from collab.imports.registry import Change, Fields
from collab.people.rules import succeed
from collab.people.service.importing.base import Problems, Rows, new_needs


class DepartmentRows(Rows):
    """A file of departments."""

    subject = "department"
    controls = frozenset({"lead", "side"})
    new_is_control = True

    def problems(self, fields: Fields) -> Problems:
        needed = new_needs(self.org.departments, fields["code"], fields, "name_en", "name_ja", "side")
        leads = any(
            row.holder == fields.get("lead") and row.runs_on(self.today) for row in self.org.leads[fields["code"]]
        )
        found = self.need_active(fields, "lead") | self.may_decide(fields, "lead")
        return needed | self.not_oneself(fields, "lead", holds=leads) | found

    def apply(self, fields: Fields, from_on: date) -> list[Change]:
        code = fields["code"]
        changes = self.put(
            self.org.departments, code, {name: fields.get(name) for name in ("name_en", "name_ja", "side")}
        )
        if fields.get("lead"):
            changes += self.turned(code, "lead", succeed(self.org.leads[code], fields["lead"], from_on))
        return changes
