"""Trying a request on the routes in force: who would decide, and why; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.approvals import queries
from collab.approvals.queries import Usual
from collab.approvals.rules.book import Book
from collab.approvals.rules.plan import Plan
from collab.approvals.rules.when import Facts
from collab.approvals.service.opening import preview
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.money import BadAmount, Money
from collab.kernel.permits import permits
from collab.people import queries as people

_PLAIN = ("category", "personal_data", "after_the_fact", "channels", "units", "regions", "term_months")


@dataclass(frozen=True)
class Trial:
    """What came of it: a plan, or why there is none; `refused` is a rule's code, or a reason of our own."""

    version: int
    facts: Facts
    requester: Actor
    plan: Plan | None = None
    refused: str | None = None
    refusal: Text | None = None
    usual: Usual = field(default_factory=Usual)


def simulate(viewer: Actor, wanted: Mapping[str, Any], *, now: datetime) -> Trial:
    """Plan a request that nobody wrote. Raises NotAllowed, NotNow (no routes), Invalid field by field."""
    permits.check("routes.simulate", viewer.roles)
    version, book = queries.current_book()
    requester = _requester(viewer, wanted, now)
    facts = _facts(book, requester, wanted, now)
    usual = queries.usual_times(now)
    try:
        plan = preview(facts, requester=requester.id, barred=frozenset({requester.id}), now=now)
    except Invalid as refusal:
        code = getattr(refusal, "notice", None)
        said = refusal.fields.get("route", refusal.text)
        return Trial(
            version, facts, requester, refused=code.code if code else refusal.said_code, refusal=said, usual=usual
        )
    return Trial(version, facts, requester, plan, usual=usual)


def _requester(viewer: Actor, wanted: Mapping[str, Any], now: datetime) -> Actor:
    email = wanted.get("requester")
    if not email or email == viewer.email:
        return viewer
    found = people.find_actor_by_email(email, now)
    if found is None or not found.active or found.is_partner:
        raise Invalid({"requester": Text("routes.try.unknown_member")})
    return found


def _facts(book: Book, requester: Actor, wanted: Mapping[str, Any], now: datetime) -> Facts:
    given = {name: wanted[name] for name in _PLAIN if wanted.get(name) is not None}
    department = wanted.get("department") or requester.department or ""
    codes = [row.code for row in people.list_departments()]
    if wanted.get("department") and department not in codes:
        raise Invalid({"department": Text("field.not_a_choice", {"choices": ", ".join(codes)})})
    route = wanted.get("route")
    routes = [rule.code for rule in book.routes]
    if route and route not in routes:
        raise Invalid({"route": Text("field.not_a_choice", {"choices": ", ".join(routes)})})
    side = people.department_sides().get(department, "")
    return Facts(department=department, side=side, total=_total(book, wanted, now), explicit=route, **given)


def _total(book: Book, wanted: Mapping[str, Any], now: datetime) -> Money | None:
    if not wanted.get("total"):
        raise Invalid({"total": Text("field.required")})
    currency = wanted.get("currency") or book.currency
    try:
        amount = Money.parse(wanted["total"], currency)
    except BadAmount as error:
        raise Invalid({"total": Text("routes.try.bad_amount", {"currency": currency})}) from error
    total = book.convert(amount, people.today(now))
    if total is None:
        raise Invalid({"currency": Text("routes.try.no_rate", {"currency": currency})})
    return total
