"""Members: who they are, where they work (several posts are concurrent, 兼務), to whom they report, from which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from collab.imports.registry import CHANGED, Change, Fields
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.people.rules import loops, succeed, take_posts
from collab.people.service.importing.base import Problems, Rows, new_needs

_PLAIN = {"name_en": "name_en", "name_ja": "name_ja", "locale": "locale", "zone": "zone", "site": "site_code",
          "partner": "partner_code"}  # fmt: skip


class MemberRows(Rows):
    """A file of members. A blank cell leaves what is known as it is."""

    about = "email"
    subject = "member"
    controls = frozenset({"manager"})

    def __init__(self, actor: Actor | None, rows: Sequence[Fields], now: datetime) -> None:
        super().__init__(actor, rows, now)
        self.coming = frozenset(str(row["email"]) for row in rows)
        self.managers = {str(row["email"]): str(row["manager"]) for row in rows if row.get("manager")}

    def is_control(self, change: Change) -> bool:
        """Whom a newcomer reports to is said with their joining, which one person does."""
        return super().is_control(change) and not self.org.members[change.subject].new

    def problems(self, fields: Fields) -> Problems:
        email = fields["email"]
        found = new_needs(self.org.members, email, fields, "name_en", "name_ja")
        if email in self.org.members:
            found |= self.need_active(fields, "email")
        return found | self._places(fields) | self._manager(fields)

    def apply(self, fields: Fields, from_on: date) -> list[Change]:
        email = fields["email"]
        values = {column: fields.get(name) for name, column in _PLAIN.items()}
        changes = self.put(self.org.members, email, values)
        if fields.get("locale"):
            self._chosen(email)
        changes += self._posts(fields, from_on)
        if fields.get("manager"):
            changes += self.turned(email, "manager", succeed(self.org.lines[email], fields["manager"], from_on))
        return changes

    def _chosen(self, email: str) -> None:
        """A language somebody put down is a choice; what their Slack profile says does not count any more."""
        member = self.org.members[email]
        member.touched = member.touched or not member.values.get("locale_given")
        member.values["locale_given"] = True

    def _posts(self, fields: Fields, from_on: date) -> list[Change]:
        email, until_on = fields["email"], fields.get("until_on")
        held = self.org.posts[email]
        departments = fields.get("departments") or self._posts_on(email, from_on)
        if not departments or not (fields.get("departments") or until_on):
            return []
        moved = take_posts(held, departments, from_on, until_on)
        if moved is None:
            return []
        before, after = "; ".join(moved.before), "; ".join(moved.after)
        if before == after:
            return [Change(email, CHANGED, "until_on", None, until_on, on=from_on)]
        return [
            Change(email, CHANGED, "departments", before or None, after, on=from_on, mark=self.mark(before, from_on))
        ]

    def _posts_on(self, email: str, day: date) -> tuple[str, ...]:
        running = sorted(
            (row for row in self.org.posts[email] if row.runs_on(day)), key=lambda row: int(row.extra["rank"])
        )
        return tuple(row.holder for row in running)

    def _places(self, fields: Fields) -> Problems:
        found: Problems = {}
        for column, known in (("site", self.org.sites), ("partner", self.org.partners)):
            if fields.get(column) and fields[column] not in known:
                found[column] = Text(f"import.problem.unknown_{column}", {"code": fields[column]})
        strange = [code for code in fields.get("departments") or () if code not in self.org.departments]
        if strange:
            found["departments"] = Text("import.problem.unknown_department", {"code": strange[0]})
        return found

    def _manager(self, fields: Fields) -> Problems:
        line = self.org.lines[fields["email"]]
        holds = any(row.holder == fields.get("manager") and row.runs_on(self.today) for row in line)
        found = self.need_active(fields, "manager", self.coming) | self.not_oneself(fields, "manager", holds=holds)
        found |= self.may_decide(fields, "manager")
        if fields.get("manager") and not found and loops(fields["email"], self._above):
            found["manager"] = Text("import.problem.manager_loop")
        return found

    def _above(self, email: str) -> str | None:
        """Whom somebody reports to once this file is in: the file's word first, else what holds today."""
        if email in self.managers:
            return self.managers[email]
        return next((row.holder for row in self.org.lines[email] if row.runs_on(self.today)), None)
