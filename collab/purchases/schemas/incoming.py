"""What comes in about a purchase request, from any edge."""

from __future__ import annotations

from collab.kernel.fields import Day, Decimal, Input, OneOf, Part, Whole, Words, YesNo
from collab.purchases.rules import BILLINGS, CATEGORIES, VISIBILITIES

TITLE, LINE, LONG = 120, 200, 4000


class Affected(Input):
    """How many channels, units and regions the purchase touches."""

    channels = Whole(0, 999)
    units = Whole(0, 999)
    regions = Whole(0, 999)


class Benefit(Input):
    """What it brings, in words and, where known, in money by a day."""

    text = Words(LONG, allow_none=True)
    amount = Decimal(allow_none=True)
    by_on = Day(allow_none=True)


class Owners(Input):
    """Who answers for it, by e-mail: business, technical, data."""

    business = Words(LINE, allow_none=True)
    technical = Words(LINE, allow_none=True)
    data = Words(LINE, allow_none=True)


class AfterTheFact(Input):
    """Filed after order or contract (事後稟議): since when and why."""

    on = Day(required=True)
    reason = Words(LONG, required=True)


class PurchaseIn(Input):
    """A request as written; a draft needs no more than a title."""

    title = Words(TITLE, required=True)
    department = Words(LINE, allow_none=True)
    on_behalf_of = Words(LINE, allow_none=True)
    purpose = Words(LONG, allow_none=True)
    vendor = Words(LINE, allow_none=True)
    category = OneOf(CATEGORIES, allow_none=True)
    amount = Decimal(allow_none=True)
    currency = Words(3, allow_none=True)
    tax_included = YesNo()
    billing = OneOf(BILLINGS)
    term_months = Whole(1, 120, allow_none=True)
    affected = Part(Affected)
    personal_data = YesNo()
    goal = Words(LINE, allow_none=True)
    initiative = Words(LINE, allow_none=True)
    no_goal_reason = Words(LONG, allow_none=True)
    cx_impact = Words(LONG, allow_none=True)
    benefit = Part(Benefit)
    owners = Part(Owners)
    after_the_fact = Part(AfterTheFact, allow_none=True)
    needed_by_on = Day(allow_none=True)
    visibility = OneOf(VISIBILITIES)
    route = Words(LINE, allow_none=True)


class ReasonIn(Input):
    """A reason that must be given."""

    reason = Words(2000, required=True)


class PurchaseQuery(Input):
    """How a list is narrowed."""

    state = OneOf(("draft", "pending", "returned", "approved", "rejected", "dropped", "revoked", "purchased"))
    mine = YesNo()
    circulated = YesNo()
    department = Words(LINE)
    vendor = Words(LINE)
    goal = Words(LINE)
    initiative = Words(LINE)
