"""What would happen to a request if it were submitted now: complete or not, who decides, how long it usually takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app

from collab.approvals import queries as approvals
from collab.approvals import service as engine
from collab.approvals.rules.plan import Plan
from collab.approvals.rules.when import Facts
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.money import Money
from collab.people import queries as people
from collab.purchases import rules
from collab.purchases.models import Purchase
from collab.purchases.queries import content_of, facts_of
from collab.purchases.rules import Missing, Requirement
from collab.purchases.service import spending
from collab.purchases.service.content import columns, default_department


@dataclass(frozen=True)
class Preview:
    """The plan of a request as it stands, or why there is none yet."""

    plan: Plan | None
    missing: list[Missing]
    refusal: Text | None = None
    total: Money | None = None
    usual: approvals.Usual = field(default_factory=approvals.Usual)

    def complaints(self) -> list[tuple[Missing, Text]]:
        """What is still missing, each with the words that ask for it."""
        return [(gap, needed(gap)) for gap in self.missing]


def preview(actor: Actor, fields: Mapping[str, Any], *, now: datetime, old: Purchase | None = None) -> Preview:
    """Plan a request as typed so far, nothing saved. Raises Invalid for a field that cannot be read."""
    purchase = transient(actor, fields, now=now) if old is None else old
    asked = facts(purchase, now)
    gaps = rules.missing(content_of(purchase), requirements(), asked)
    if asked.total is None:
        return Preview(None, gaps)
    try:
        plan = engine.preview(asked, requester=purchase.requester_id, barred=purchase.barred, now=now)
    except Invalid as refusal:
        return Preview(None, gaps, refusal.text, purchase.total)
    return Preview(plan, gaps, spending.foreseen(purchase, now=now), purchase.total, approvals.usually(now))


def transient(actor: Actor, fields: Mapping[str, Any], *, now: datetime) -> Purchase:
    """A request that is not in the database, for planning only."""
    return Purchase(**{**defaults(actor, fields, now), **columns(actor, fields, now=now)})


def defaults(actor: Actor, fields: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The columns of a new request that nobody typed."""
    return {
        "requester_id": actor.id, "department_code": default_department(actor, fields), "state": rules.DRAFT, "version": 1,
        "content_version": 1, "round": 0, "billing": "one_time", "tax_included": True, "personal_data": False,
        "channels": 0, "units": 0, "regions": 0, "visibility": "involved", "created_at": now,
    }  # fmt: skip


def facts(purchase: Purchase, now: datetime) -> Facts:
    """What routes may ask. Raises Invalid when there is no exchange rate for the currency."""
    _version, book = approvals.current_book()
    converted = book.convert(purchase.total, people.today(now)) if purchase.total else None
    if purchase.total and converted is None:
        raise Invalid({"currency": Text("purchase.problem.no_rate", {"currency": purchase.currency})})
    return facts_of(purchase, people.department_sides().get(purchase.department_code, ""), converted)


def requirements() -> tuple[Requirement, ...]:
    """The company's rules of what must be said when."""
    found: tuple[Requirement, ...] = current_app.extensions["purchases.requirements"]
    return found


def check_complete(purchase: Purchase, facts: Facts) -> None:
    """Raises Invalid with every field that still has to be filled in, and why."""
    gaps = rules.missing(content_of(purchase), requirements(), facts)
    if gaps:
        raise Invalid({gap.field: needed(gap) for gap in gaps}, "incomplete", n=len(gaps))


def needed(gap: Missing) -> Text:
    """How to ask for a missing field: plainly, or with the reason it is needed."""
    return Text("field.required_because", {"because": list(gap.because)}) if gap.because else Text("field.required")
