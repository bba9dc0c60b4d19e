"""What an initiative may spend: under which state and charter, and in a pilot until when and how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collab.initiatives.rules.moves import CLOSED, IDEA, PILOT
from collab.kernel.money import Money

PENDING, APPROVED, PURCHASED = "pending", "approved", "purchased"
COUNTED = (PENDING, APPROVED, PURCHASED)
"""Requests in these states take something of a pilot's cap; one that was withdrawn, returned, rejected or revoked gives it back."""
TAKEN = (APPROVED, PURCHASED)


@dataclass(frozen=True)
class Spent:
    """A purchase request that cites an initiative: what it comes to, and which one it amends."""

    id: int
    total: Money | None
    state: str
    amends: int | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Limit:
    """What bounds an initiative's spending now. Only a pilot has a cap and a last day."""

    key: str
    state: str
    chartered: bool
    cap: Money | None = None
    since: datetime | None = None
    ends_on: date | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Refusal:
    """Why nothing may be spent: the code of an error, and the figures it names."""

    code: str
    args: Mapping[str, Any]


def refusal(limit: Limit, request: Spent, others: Iterable[Spent], now: datetime) -> Refusal | None:
    """Why `request` may not be spent on the initiative, beside the `others` that cite it; None when it may."""
    about = {"initiative": limit.key}
    if limit.state in (IDEA, CLOSED):
        return Refusal(f"initiative_{limit.state}", about)
    if not limit.chartered:
        return Refusal("initiative_unsigned", about)
    if limit.state != PILOT or limit.cap is None:
        return None
    if limit.ends_at is not None and now >= limit.ends_at:
        return Refusal("pilot_over", {**about, "day": limit.ends_on})
    return _over_cap(limit, limit.cap, request, others)


def _over_cap(limit: Limit, cap: Money, request: Spent, others: Iterable[Spent]) -> Refusal | None:
    about = {"initiative": limit.key, "cap": cap}
    if request.total is None or _before_pilot(request, limit):
        return None
    if request.total.currency != cap.currency:
        return Refusal("pilot_currency", {**about, "currency": cap.currency})
    others = list(others)
    replaced = _amended_by(request, others)
    apart = [one for one in others if one.id != request.id and one.id not in replaced]
    taken = counted(limit, apart)
    if taken.minor + request.total.minor <= cap.minor:
        return None
    left = Money(max(0, cap.minor - taken.minor), cap.currency)
    return Refusal("pilot_cap", {**about, "taken": taken, "asked": request.total, "left": left})


def counted(limit: Limit, requests: Iterable[Spent]) -> Money:
    """What these requests take of a pilot's cap, in its currency: what is asked, decided or ordered, each once with whatever
    amends it. What was decided before the pilot began is not the pilot's."""
    assert limit.cap is not None  # noqa: S101 - asked of pilots only
    live = {one.id: one for one in requests if _counts(one, limit)}
    amended = {one.amends for one in live.values()}
    newest = [one for one in live.values() if one.id not in amended]
    return Money(sum(_taken(one, live) for one in newest), limit.cap.currency)


def _taken(newest: Spent, live: Mapping[int, Spent]) -> int:
    """What a request and all it amends take together: the larger of what is asked still and what was decided, or, where any of
    it was ordered, of that: money that is spent does not come back because less is decided afterwards."""
    found = [newest, *(live[number] for number in _amended_by(newest, live.values()) if number in live)]
    ordered = [one.state == PURCHASED for one in found]
    decided = [one.state in TAKEN for one in found]
    settled = ordered.index(True) if any(ordered) else decided.index(True) if any(decided) else len(found) - 1
    return max(one.total.minor for one in found[: settled + 1] if one.total)


def _amended_by(request: Spent, others: Iterable[Spent]) -> list[int]:
    """The numbers of the request that one amends, of the one that amended, and so on."""
    known, found, number = {one.id: one for one in others}, [], request.amends
    while number is not None and number not in found:
        found.append(number)
        number = known[number].amends if number in known else None
    return found


def _counts(one: Spent, limit: Limit) -> bool:
    own = one.total is not None and limit.cap is not None and one.total.currency == limit.cap.currency
    return own and one.state in COUNTED and not _before_pilot(one, limit)


def _before_pilot(one: Spent, limit: Limit) -> bool:
    return bool(one.state in TAKEN and one.decided_at and limit.since and one.decided_at < limit.since)
