"""From what a person wrote to what a row holds: references resolved, amounts exact, every complaint by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.goals import queries as goals
from collab.initiatives.queries import tied as initiatives
from collab.initiatives.rules.moves import CLOSED
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.errors import Invalid, Text
from collab.kernel.money import BadAmount, Money, is_currency
from collab.kernel.text import normal
from collab.people import queries as people
from collab.purchases import rules
from collab.purchases.models import Purchase

_PLAIN = (
    "title", "purpose", "category", "tax_included", "billing", "term_months", "personal_data", "no_goal_reason", "cx_impact",
    "needed_by_on", "visibility", "route",
)  # fmt: skip
_NESTED = {
    "affected": {"channels": "channels", "units": "units", "regions": "regions"},
    "benefit": {"text": "benefit_text", "by_on": "benefit_by_on"},
    "after_the_fact": {"on": "after_the_fact_on", "reason": "after_the_fact_reason"},
}
_OWNERS = {"business": "business_owner_id", "technical": "technical_owner_id", "data": "data_owner_id"}


def columns(actor: Actor, fields: Mapping[str, Any], *, now: datetime, old: Purchase | None = None) -> dict[str, Any]:
    """The columns that loaded fields set. Raises Invalid: unknown goal, initiative, member, department, a bad amount."""
    problems: dict[str, Text] = {}
    values: dict[str, Any] = {name: fields[name] for name in _PLAIN if name in fields}
    for part, names in _NESTED.items():
        if part in fields:
            inner = fields[part] or {}
            values.update({column: inner[name] for name, column in names.items() if name in inner})
            if part == "after_the_fact" and fields[part] is None:
                values.update(after_the_fact_on=None, after_the_fact_reason=None)
    if "vendor" in fields:
        values.update(vendor=fields["vendor"], vendor_normal=normal(fields["vendor"]) if fields["vendor"] else None)
    values.update(_money(fields, problems, old))
    values.update(_references(actor, fields, problems, now))
    if problems:
        raise Invalid(problems)
    return values


def _money(fields: Mapping[str, Any], problems: dict[str, Text], old: Purchase | None) -> dict[str, Any]:
    """Currency, amount and benefit in minor units, and the total they come to."""
    currency = fields.get("currency") or (old.currency if old else company().currency)
    written = {"amount": fields.get("amount"), "benefit.amount": (fields.get("benefit") or {}).get("amount")}
    if old and currency != old.currency:
        kept = {"amount": old.amount, "benefit.amount": old.benefit_amount}
        given = {"amount": "amount" in fields, "benefit.amount": "amount" in (fields.get("benefit") or {})}
        written = {path: written[path] if given[path] else kept[path] and str(kept[path]) for path in written}
    found: dict[str, Any] = {"currency": currency}
    if not is_currency(currency):
        problems["currency"] = Text("field.unknown_currency")
    for path, column in (("amount", "amount_minor"), ("benefit.amount", "benefit_minor")):
        given_here = rules.value_at(fields, path) is not None or written[path] is not None
        if given_here:
            try:
                found[column] = Money.parse(str(written[path]), currency).minor
            except BadAmount as error:
                where = "currency" if error.reason == "unknown_currency" else path
                problems[where] = Text(f"field.{error.reason}")
        elif _says_none(fields, path):
            found[column] = None
    return {**found, **_total(found, fields, old)}


def _says_none(fields: Mapping[str, Any], path: str) -> bool:
    part, _, name = path.rpartition(".")
    inner = fields.get(part) if part else fields
    return isinstance(inner, Mapping) and name in inner and inner[name] is None


def _total(found: Mapping[str, Any], fields: Mapping[str, Any], old: Purchase | None) -> dict[str, Any]:
    minor = found.get("amount_minor", old.amount_minor if old else None)
    billing = fields.get("billing") or (old.billing if old else "one_time")
    months = fields.get("term_months", old.term_months if old else None)
    amount = None if minor is None else Money(minor, found["currency"])
    whole = rules.total(amount, billing, months)
    return {"total_minor": whole.minor if whole else None}


def _references(actor: Actor, fields: Mapping[str, Any], problems: dict[str, Text], now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "goal" in fields:
        found["goal_id"] = _goal(actor, fields["goal"], problems)
    if "initiative" in fields:
        found["initiative_id"] = _initiative(actor, fields["initiative"], problems)
    if fields.get("department"):
        found["department_code"] = fields["department"]
        if fields["department"] not in people.open_departments():
            problems["department"] = Text("purchase.problem.unknown_department")
    if "on_behalf_of" in fields:
        found["on_behalf_of_id"] = _member(fields["on_behalf_of"], "on_behalf_of", problems, now)
    for name, column in _OWNERS.items():
        if name in (fields.get("owners") or {}):
            found[column] = _member(fields["owners"][name], f"owners.{name}", problems, now)
    return found


def _goal(actor: Actor, key: str | None, problems: dict[str, Text]) -> int | None:
    if not key:
        return None
    goal = goals.find_seen(actor, key)
    if goal is None or not goal.live:
        problems["goal"] = Text(
            "purchase.problem.unknown_goal" if goal is None else "purchase.problem.goal_not_live", {"goal": key}
        )
        return None
    return goal.id


def _initiative(actor: Actor, key: str | None, problems: dict[str, Text]) -> int | None:
    """Only one its writer sees is cited; whether it may spend is looked at when the request is submitted."""
    if not key:
        return None
    found = initiatives.find_seen(actor, key)
    if found is None or found.state == CLOSED:
        problem = "unknown_initiative" if found is None else "initiative_closed"
        problems["initiative"] = Text(f"purchase.problem.{problem}", {"initiative": key})
        return None
    return found.id


def _member(email: str | None, path: str, problems: dict[str, Text], now: datetime) -> int | None:
    if not email:
        return None
    member = people.find_actor_by_email(email, now)
    if member is None or not member.active:
        problems[path] = Text("purchase.problem.unknown_member")
        return None
    return member.id


def default_department(actor: Actor, fields: Mapping[str, Any]) -> str:
    """The department a request is filed for: the one named, else the caller's own. Raises Invalid."""
    department = fields.get("department") or actor.department
    if not department:
        raise Invalid({"department": Text("field.required")})
    return str(department)
