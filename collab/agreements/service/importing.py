"""Agreements from a file: each row becomes a proposal that both sides still have to agree to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from collab.agreements.models import Agreement
from collab.agreements.queries import content_of
from collab.agreements.rules import PROPOSED
from collab.agreements.service.content import columns
from collab.audit import service as audit
from collab.imports.registry import ADDED, Change, Fields, Verdict
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.kernel.errors import Invalid, Text
from collab.kernel.keys import as_typed
from collab.subjects import service as subjects

_COLUMN_OF = {
    "giver.department": "giver_department", "giver.member": "giver", "receiver.department": "receiver_department",
    "receiver.member": "receiver", "cadence.weekday": "weekday", "cadence.day": "day", "cadence.every": "every",
}  # fmt: skip


class AgreementRows:
    """One file of proposals. Nobody is pushed a card for each: both sides find them in their inbox."""

    def __init__(self, actor: Actor | None, _rows: Sequence[Fields], now: datetime) -> None:
        self.actor, self.now = actor, now
        self.proposals: list[dict[str, Any]] = []

    def check(self, fields: Fields) -> Verdict:
        """Judge the next row."""
        if self.actor is None:
            return Verdict({"title": Text("agreement.problem.nobody_proposes")})
        try:
            values = columns(self.actor, nested(fields), now=self.now)
        except Invalid as refusal:
            return Verdict({_COLUMN_OF.get(path, path): problem for path, problem in refusal.fields.items()})
        self.proposals.append(values)
        return Verdict(changes=[Change(values["title"], ADDED)])

    def write(self) -> None:
        """Write all proposals, each with the first entry of its audit chain."""
        if self.actor is None:
            return
        rows = [Agreement(**values, **self._start(values, self.actor.id)) for values in self.proposals]
        db.session.add_all(rows)
        db.session.flush()
        for row in rows:
            subjects.introduce(row.key, "agreement")
            audit.record(
                "propose", row.key, actor=self.actor, at=self.now, after=content_of(row), details={"imported": True}
            )  # fmt: skip

    def _start(self, values: dict[str, Any], proposer: int) -> dict[str, Any]:
        agreed = {f"{side}_agreed_at": self.now for side in ("giver", "receiver") if values[f"{side}_id"] == proposer}
        return {"state": PROPOSED, "proposer_id": proposer, "created_at": self.now, **agreed}


def nested(fields: Fields) -> dict[str, Any]:
    """The flat row in the shape every other edge gives."""
    found = {name: fields.get(name) for name in ("title", "data", "purpose", "starts_on", "ends_on")}
    goal = fields.get("goal")
    return {
        **found, "goal": (as_typed(str(goal)) or str(goal)) if goal else None,
        "giver": {"department": fields["giver_department"], "member": fields.get("giver")},
        "receiver": {"department": fields["receiver_department"], "member": fields.get("receiver")},
        "cadence": {name: fields.get(name) for name in ("unit", "every", "weekday", "day")},
    }  # fmt: skip
