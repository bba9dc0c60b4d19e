"""Kinds of customer figures the product knows: how each is written, which way is better, between which ends it lies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Type:
    """One of them. `unit`, `kind`, `places` and `stale_after_days` are suggestions; `least` and `most` are not: no such figure
    lies outside. `per` is what its ratio is multiplied by; `adds` says whether its plain figures can be added up (a score
    cannot, a count can)."""

    code: str
    unit: str = ""
    kind: str = "increase"
    least: Decimal | None = None
    most: Decimal | None = None
    per: int = 1
    places: int = 1
    stale_after_days: int | None = 92
    adds: bool = False

    def holds(self, figure: Decimal) -> bool:
        """Whether there can be such a figure."""
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)


_HUNDRED = Decimal(100)
TYPES = {
    one.code: one
    for one in (
        Type("nps", "pt", least=-_HUNDRED, most=_HUNDRED, per=100),
        Type("csat", "%", least=Decimal(0), most=_HUNDRED, per=100),
        Type("ces", "pt", least=Decimal(1), most=Decimal(7)),
        Type("retention", "%", least=Decimal(0), most=_HUNDRED, per=100),
        Type("complaints", kind="decrease", least=Decimal(0), places=0, stale_after_days=31, adds=True),
        Type("response_time", "h", "decrease", least=Decimal(0), stale_after_days=31),
        Type("custom", stale_after_days=None, adds=True),
    )
}
CUSTOM = TYPES["custom"]


def completed(given: dict[str, Any]) -> dict[str, Any]:
    """A new metric as somebody gave it, and what its type suggests for what they left open."""
    type_ = TYPES.get(given.get("type") or "", CUSTOM)
    suggested = {
        "type": type_.code, "unit": type_.unit, "kind": type_.kind, "places": type_.places, "stale_after_days": type_.stale_after_days,
        "per": type_.per if given.get("is_ratio") else 1,
    }  # fmt: skip
    return {**suggested, **{name: value for name, value in given.items() if value is not None}}
