"""Requests from a file: each row becomes a draft of whoever hands it in, or of the requester it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collab.audit import service as audit
from collab.imports.registry import ADDED, Change, Fields, Verdict
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases.models import Purchase
from collab.purchases.queries import content_of, emails_in
from collab.purchases.service import planning
from collab.subjects import service as subjects

_PARTS = {
    "affected": {"channels": "channels", "units": "units", "regions": "regions"},
    "benefit": {"text": "benefit_text", "amount": "benefit_amount", "by_on": "benefit_by_on"},
    "owners": {"business": "business_owner", "technical": "technical_owner", "data": "data_owner"},
    "after_the_fact": {"on": "after_the_fact_on", "reason": "after_the_fact_reason"},
}
_COLUMN_OF = {f"{part}.{name}": column for part, names in _PARTS.items() for name, column in names.items()}


class PurchaseRows:
    """One file of requests. Goals, members and departments are never deleted, so a row once judged stays right."""

    def __init__(self, actor: Actor | None, rows: Sequence[Fields], now: datetime) -> None:
        self.actor, self.now = actor, now
        named = {str(row["requester"]) for row in rows if row.get("requester")}
        ids = list(people.members_by_email(named).values())
        self.members = {member.email: member for member in people.list_actors(now, ids=ids)} if ids else {}
        self.drafts: list[Purchase] = []

    def check(self, fields: Fields) -> Verdict:
        """Judge the next row."""
        requester, problems = self._requester(fields)
        problems.update(_half_said(fields))
        if requester is None or problems:
            return Verdict(problems)
        try:
            draft = planning.transient(requester, nested(fields), now=self.now)
        except Invalid as refusal:
            return Verdict({_COLUMN_OF.get(path, path): problem for path, problem in refusal.fields.items()})
        self.drafts.append(draft)
        return Verdict(changes=[Change(draft.title, ADDED)])

    def write(self) -> None:
        """Write all drafts, each with the first entry of its audit chain."""
        db.session.add_all(self.drafts)
        db.session.flush()
        emails = emails_in(self.drafts)
        for draft in self.drafts:
            subjects.introduce(draft.key, "purchase")
            after = content_of(draft, emails)
            details = {"content_version": 1, "imported": True}
            audit.record("draft", draft.key, actor=self.actor, at=self.now, after=after, details=details)

    def _requester(self, fields: Fields) -> tuple[Actor | None, dict[str, Text]]:
        """Whose draft it becomes; for somebody else only where one leads, or answers for all."""
        email = fields.get("requester") or (self.actor.email if self.actor else None)
        if email is None:
            return None, {"requester": Text("field.required")}
        if self.actor is not None and email == self.actor.email:
            return self.actor, {}
        found = self.members.get(email)
        if found is None or not permits.allows("purchase.draft", found.roles):
            return None, {"requester": Text("purchase.problem.unknown_member")}
        if self.actor is not None and not permits.allows("purchase.import_for", self._relations(self.actor, found)):
            return None, {"requester": Text("purchase.problem.not_yours_to_import")}
        return found, {}

    def _relations(self, actor: Actor, requester: Actor) -> frozenset[str]:
        leads = set(actor.leads) & set(requester.departments)
        return actor.roles | ({"department_lead"} if leads else set())


def nested(fields: Fields) -> dict[str, Any]:
    """The flat row in the shape every other edge gives."""
    found = {name: value for name, value in fields.items() if name not in {*_COLUMN_OF.values(), "requester"}}
    for part, names in _PARTS.items():
        given: Mapping[str, Any] = {name: fields[column] for name, column in names.items() if column in fields}
        if given:
            found[part] = given
    if "currency" in found:
        found["currency"] = found["currency"].upper()
    return found


def _half_said(fields: Fields) -> dict[str, Text]:
    """After the fact (事後稟議) needs both: since when, and why."""
    pair = tuple(_PARTS["after_the_fact"].values())
    given = [column for column in pair if fields.get(column)]
    return {column: Text("field.required") for column in pair if len(given) == 1 and column not in given}
