"""What may be confirmed as read together with others: what was only circulated (回覧). What went on without somebody (後閲) and a
sampled check are looked at one by one."""

from __future__ import annotations

from collections.abc import Iterable

CIRCULATE = "circulate"


def together(whys: Iterable[str]) -> bool:
    """Whether something may be confirmed with others, by every reason for which it is still to be read; not without one."""
    return set(whys) == {CIRCULATE}
