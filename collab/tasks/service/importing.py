"""Tasks from a file: each row is asked by whoever hands it in, or by the asker it names; all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collab.imports.registry import ADDED, Change, Fields, Verdict
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.tasks.service.asking import Ask, check_due, read, write

_COLUMN_OF = {"links": "link"}


class TaskRows:
    """One file of tasks. Rows lean on people and departments, who are known by address and code."""

    def __init__(self, actor: Actor | None, rows: Sequence[Fields], now: datetime) -> None:
        self.actor, self.now = actor, now
        named = {str(row["asker"]) for row in rows if row.get("asker")}
        ids = list(people.members_by_email(named).values())
        self.members = {member.email: member for member in people.list_actors(now, ids=ids)} if ids else {}
        self.asks: list[Ask] = []

    def check(self, fields: Fields) -> Verdict:
        """Judge the next row."""
        asker, problems = self._asker(fields)
        if asker is None:
            return Verdict(problems)
        try:
            ask = read(asker, _asked(fields), self.now)
            check_due(ask, self.now)
        except Invalid as refusal:
            return Verdict({_COLUMN_OF.get(path, path): problem for path, problem in refusal.fields.items()})
        self.asks.append(ask)
        return Verdict(changes=[Change(str(fields["title"]), ADDED)])

    def write(self) -> None:
        """Write all of them with their clocks, cards and the first entry of each history."""
        if not self.asks:
            return
        by = self.actor.email if self.actor else None
        keys = write(self.asks, source="import", now=self.now, details={"imported": True, "imported_by": by})
        for key, ask in zip(keys, self.asks, strict=True):
            for other in ask.links:
                subjects.link(ask.actor, key, other, kind="task", now=self.now)

    def _asker(self, fields: Fields) -> tuple[Actor | None, dict[str, Text]]:
        """Who asks; for somebody else only whoever leads them, or an administrator."""
        email = fields.get("asker") or (self.actor.email if self.actor else None)
        if email is None:
            return None, {"asker": Text("field.required")}
        if self.actor is not None and email == self.actor.email:
            return self.actor, {}
        found = self.members.get(str(email))
        if found is None or not permits.allows("task.ask", found.roles):
            return None, {"asker": Text("task.refused.unknown_member", {"member": email})}
        if self.actor is not None and not permits.allows("task.import_for", _relations(self.actor, found)):
            return None, {"asker": Text("task.refused.not_yours_to_import")}
        return found, {}


def _relations(actor: Actor, asker: Actor) -> frozenset[str]:
    return actor.roles | ({"from_lead"} if set(actor.leads) & set(asker.departments) else set())


def _asked(fields: Fields) -> dict[str, Any]:
    """The row in the shape every other edge gives."""
    links = [fields["link"]] if fields.get("link") else []
    return {**{name: value for name, value in fields.items() if name not in ("asker", "link")}, "links": links}
