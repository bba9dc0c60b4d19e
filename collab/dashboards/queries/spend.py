"""What technology costs: pending, decided and ordered by side and category, month by month, what went past the route, what runs
out. Per currency; currencies are never added together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from collab.dashboards.rules.figures import PURCHASES, Figure, figure, share
from collab.dashboards.rules.months import month_of, months_until, runs_out_on
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.money import Money
from collab.kernel.permits import permits
from collab.people import queries as people
from collab.purchases.queries.board import Spent, list_spent

MONTHS = 12
RENEWS_WITHIN = timedelta(days=120)
PENDING, DECIDED, ORDERED = "pending", "decided", "ordered"
KINDS = (PENDING, DECIDED, ORDERED)
"""Asked for; decided and not ordered yet; ordered."""
_KIND_OF = {"pending": PENDING, "approved": DECIDED, "purchased": ORDERED}
EXECUTIVES = frozenset({"office:CMO", "office:CIO", "office:CEO", "office:CFO", "auditor"})
"""Whoever reads every amount they may see; a lead reads those of the departments they lead."""


@dataclass(frozen=True)
class Sum:
    """What some requests come to, in one currency."""

    amount: Money
    figure: Figure


@dataclass(frozen=True)
class SpendRow:
    """A side (or a category of it) in one currency: a sum for each of KINDS, None where there is nothing."""

    side: str
    category: str | None
    currency: str
    sums: Mapping[str, Sum]


@dataclass(frozen=True)
class Month:
    """What was decided in one month of the company ("2026-11"), by currency."""

    month: str
    sums: Mapping[str, Sum]


@dataclass(frozen=True)
class Bypass:
    """Of what was decided in the time, in one currency: what was filed after the fact; shares in per cent."""

    currency: str
    decided: Sum
    late: Sum
    by_count: int | None
    by_amount: int | None


@dataclass(frozen=True)
class Renewal:
    """Something bought for a term that runs out soon: the last day, and what the whole term came to."""

    key: str
    title: str
    department: str
    on: date
    total: Money


@dataclass(frozen=True)
class Spend:
    """All of it. `departments` are those it is about, None: every request the viewer may read whole."""

    departments: tuple[str, ...] | None
    currencies: Sequence[str]
    totals: Sequence[SpendRow]
    sides: Sequence[SpendRow]
    categories: Sequence[SpendRow]
    months: Sequence[Month]
    bypass: Sequence[Bypass]
    renewals: Sequence[Renewal]
    renewing: Figure


def spend(viewer: Actor, *, now: datetime, months: int = MONTHS) -> Spend:
    """What the viewer may see of amounts: pending and not ordered now, decided over so many months. Two statements.

    Raises:
        NotAllowed: they are neither an executive, nor a lead, nor an auditor.
    """
    permits.check("dashboard.spend", viewer.roles)
    departments = None if viewer.roles & EXECUTIVES else viewer.leads
    today = clock.day_in(now, company().zone)
    names = months_until(today, months)
    found = list_spent(viewer, departments=departments, since=now - timedelta(days=31 * months))
    sides = people.department_sides()
    counted = [one for one in found if one.state != "purchased" or _month(one) in names]
    taken = [one for one in counted if one.state != "pending" and _month(one) in names]
    renewals = _renewals(found, today)
    return Spend(
        departments, _currencies(counted), _rows("spend.total", counted, lambda _one: ("", None)),
        _rows("spend.side", counted, lambda one: (sides.get(one.department, ""), None)),
        _rows("spend.category", counted, lambda one: (sides.get(one.department, ""), one.category)),
        _months(taken, names), _bypass(taken), renewals, figure("spend.renewals", "", (one.key for one in renewals), PURCHASES),
    )  # fmt: skip


def _currencies(found: Iterable[Spent]) -> list[str]:
    """The company's own first."""
    return sorted({one.total.currency for one in found}, key=_own_first)


def _own_first(code: str) -> tuple[bool, str]:
    return code != company().currency, code


def _sum(code: str, of: str, found: Sequence[Spent]) -> Sum:
    amount = Money(sum(one.total.minor for one in found), found[0].total.currency)
    return Sum(amount, figure(code, of, (one.key for one in found), PURCHASES))


def _rows(code: str, found: Sequence[Spent], place: Callable[[Spent], tuple[str, str | None]]) -> list[SpendRow]:
    groups: dict[tuple[str, str, str], dict[str, list[Spent]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        side, category = place(one)
        groups[side, category or "", one.total.currency][_KIND_OF[one.state]].append(one)
    return [
        SpendRow(
            side, category or None, currency,
            {kind: _sum(code, f"{side}:{category}:{currency}:{kind}", some) for kind, some in sorted(kinds.items())},
        )
        for (side, category, currency), kinds in sorted(groups.items(), key=lambda one: (*one[0][:2], _own_first(one[0][2])))
    ]  # fmt: skip


def _month(one: Spent) -> str:
    return month_of(one.ended_at.astimezone(ZoneInfo(company().zone)).date()) if one.ended_at else ""


def _months(taken: Sequence[Spent], names: Sequence[str]) -> list[Month]:
    found: dict[str, dict[str, list[Spent]]] = {name: defaultdict(list) for name in names}
    for one in taken:
        found[_month(one)][one.total.currency].append(one)
    return [
        Month(name, {code: _sum("spend.month", f"{name}:{code}", some) for code, some in sorted(found[name].items())})
        for name in names
    ]


def _bypass(taken: Sequence[Spent]) -> list[Bypass]:
    found = []
    for code in _currencies(taken):
        every = [one for one in taken if one.total.currency == code]
        late = [one for one in every if one.after_the_fact]
        whole = _sum("spend.bypass", f"{code}:all", every)
        part = _sum("spend.bypass", f"{code}:late", late) if late else Sum(
            Money(0, code), figure("spend.bypass", f"{code}:late", (), PURCHASES)
        )  # fmt: skip
        found.append(
            Bypass(code, whole, part, share(len(late), len(every)), share(part.amount.minor, whole.amount.minor))
        )
    return found


def _renewals(found: Iterable[Spent], today: date) -> list[Renewal]:
    """What was ordered for a term that runs out within the time, the next first."""
    rows = [
        Renewal(one.key, one.title, one.department, runs_out_on(one.purchased_on, one.term_months), one.total)
        for one in found
        if one.purchased_on is not None and one.term_months is not None
    ]
    soon = (row for row in rows if today <= row.on <= today + RENEWS_WITHIN)
    return sorted(soon, key=lambda row: (row.on, row.key))
