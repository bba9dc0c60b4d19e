"""Pure rules of a purchase request: its total, its life, and what must be said as amount and risk grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collab.approvals.rules.when import Condition, Facts, holds, problems, reasons
from collab.kernel.errors import Text
from collab.kernel.money import Money
from collab.kernel.transitions import Moves

CATEGORIES = ("martech", "emerging", "infrastructure", "service", "other")
BILLINGS = ("one_time", "monthly", "annual")
VISIBILITIES = ("involved", "company")
MONTHS_PER_YEAR = 12
DRAFT, PENDING, RETURNED, APPROVED, REJECTED, DROPPED, REVOKED, PURCHASED = (
    "draft", "pending", "returned", "approved", "rejected", "dropped", "revoked", "purchased",
)  # fmt: skip
STATES = (DRAFT, PENDING, RETURNED, APPROVED, REJECTED, DROPPED, REVOKED, PURCHASED)

MOVES = Moves(
    {
        ("edit", DRAFT): DRAFT,
        ("edit", RETURNED): RETURNED,
        ("submit", DRAFT): PENDING,
        ("submit", RETURNED): PENDING,
        ("withdraw", PENDING): DRAFT,
        ("withdraw", RETURNED): DRAFT,
        ("drop", DRAFT): DROPPED,
        ("drop", RETURNED): DROPPED,
    }
)
"""The requester's own verbs; deciding moves the round, and the round's end moves the request (ROUND_ENDS)."""

ROUND_ENDS = {"approved": APPROVED, "returned": RETURNED, "rejected": REJECTED, "revoked": REVOKED}

MEND_WITHIN = "3bd"
"""How long a request that was sent back may rest before its mender is reminded."""
EXTENSION, MOST_EXTENSIONS = "1bd", 2
"""More time to mend it: how much, and how often."""

ALWAYS = ("title", "purpose", "vendor", "category", "amount", "goal")
"""Compulsory at submit whatever the amount; `goal` may be answered by a reason why there is none (S21)."""


def periods(billing: str, term_months: int | None) -> int:
    """How many payments the term holds: one, a month each, or a begun year each."""
    months = term_months or MONTHS_PER_YEAR
    match billing:
        case "monthly":
            return months
        case "annual":
            return -(-months // MONTHS_PER_YEAR)
    return 1


def total(amount: Money | None, billing: str, term_months: int | None) -> Money | None:
    """What the request comes to over its term: amount times periods. This is what routes compare."""
    return None if amount is None else amount.times(periods(billing, term_months))


@dataclass(frozen=True)
class Requirement:
    """A field that must be filled in when a condition holds."""

    field: str
    when: Condition


@dataclass(frozen=True)
class Missing:
    """A field left empty, and why it is needed."""

    field: str
    because: tuple[Text, ...] = ()


def missing(content: Mapping[str, Any], requirements: Sequence[Requirement], facts: Facts) -> list[Missing]:
    """What still has to be said before a request may be submitted."""
    needed: dict[str, tuple[Text, ...]] = dict.fromkeys(ALWAYS, ())
    for rule in requirements:
        if holds(rule.when, facts):
            needed.setdefault(rule.field, tuple(reasons(rule.when, facts)))
    return [Missing(field, because) for field, because in needed.items() if _blank(content, field)]


def parse_requirements(data: Mapping[str, Any], currency: str) -> tuple[Requirement, ...]:
    """Read `config/purchases.toml`. Raises ValueError naming every problem."""
    found: list[str] = []
    rules = []
    for number, raw in enumerate(data.get("require", [])):
        at = f"require[{number}]"
        if raw.get("field") not in REQUIRABLE:
            found.append(f"{at}.field: one of {', '.join(REQUIRABLE)}")
        found += problems(raw.get("when", {}), currency, f"{at}.when")
        rules.append(Requirement(str(raw.get("field")), raw.get("when", {})))
    if found:
        raise ValueError("; ".join(found))
    return tuple(rules)


REQUIRABLE = (
    "cx_impact", "benefit.text", "benefit.amount", "benefit.by_on", "owners.business", "owners.technical", "owners.data",
    "needed_by_on", "after_the_fact.reason",
)  # fmt: skip


CONTENT = (
    "title", "purpose", "vendor", "category", "amount", "currency", "billing", "term_months", "goal", "no_goal_reason",
    "initiative", "personal_data", "department", "on_behalf_of", "needed_by_on", "visibility", "route", "tax_included", "cx_impact",
    "affected.channels", "affected.units", "affected.regions", "benefit.text", "benefit.amount", "benefit.by_on",
    "owners.business", "owners.technical", "owners.data", "after_the_fact.on", "after_the_fact.reason",
)  # fmt: skip
"""Every field of a request's content, in the order people read it."""
MATERIAL = (
    "amount", "currency", "billing", "term_months", "vendor", "category", "goal", "initiative", "personal_data",
    "affected", "after_the_fact", "department",
)  # fmt: skip
"""Fields earlier decisions rest on, unless the company names others."""


def parse_material(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Read `[material] fields` of `config/purchases.toml`. Raises ValueError naming every field there is not."""
    named = data.get("material", {}).get("fields", list(MATERIAL))
    known = {*CONTENT, *(field.partition(".")[0] for field in CONTENT)}
    if not isinstance(named, list):
        raise ValueError("material.fields: a list of fields")  # noqa: TRY004 - the file is wrong, not the program
    if unknown := [str(field) for field in named if field not in known]:
        raise ValueError(f"material.fields: no such field: {', '.join(unknown)}")
    return tuple(named)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that differ between two versions of a content, in the order people read them."""
    return [field for field in CONTENT if value_at(before, field) != value_at(after, field)]


def is_material(fields: Sequence[str], material: Sequence[str]) -> bool:
    """Whether one of these fields is one earlier decisions rest on; a part (`affected`) stands for all its fields."""
    return any(field in material or field.partition(".")[0] in material for field in fields)


def value_at(content: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path of a request's content."""
    value: Any = content
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _blank(content: Mapping[str, Any], field: str) -> bool:
    if field == "goal":
        return not (content.get("goal") or content.get("no_goal_reason"))
    return value_at(content, field) in (None, "")
