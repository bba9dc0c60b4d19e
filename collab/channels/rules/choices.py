"""What a channel may be told, and how: the choices there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from collab.subjects.rules import all_of

DEPARTMENT, LEADERS = "department", "leaders"
THREAD, BOTH, NOTHING = "thread", "channel", "none"
DETAILS = (THREAD, BOTH, NOTHING)
"""Where news goes: below the card alone, there and in the channel, nowhere."""
KINDS = ("purchase", "task", "goal", "agreement", "initiative")
"""Codes of what cards are shown of; brand incidents are tasks."""
LEADERS_OFFICES = frozenset({"CMO", "CIO"})
FOLLOW, MUTE = "follow", "mute"
UNREACHABLE = frozenset({"not_in_channel", "channel_not_found"})
"""Slack's words for a channel the app was not invited to."""
NINE = 9 * 60


@dataclass(frozen=True)
class Settings:
    """Whose a channel is and what it wants to hear; the digest at a local minute of a weekday (0 is Monday)."""

    purpose: str
    department: str | None
    locale: str
    zone: str
    kinds: tuple[str, ...] = KINDS
    details: str = THREAD
    mentions: bool = True
    digest: bool = True
    digest_weekday: int = 0
    digest_minute: int = NINE

    def as_row(self) -> dict[str, Any]:
        """As columns of the table."""
        row = asdict(self)
        code = row.pop("department")
        return {**row, "department_code": code, "kinds": list(self.kinds)}


@dataclass(frozen=True)
class Listener:
    """An open channel, as far as it matters for whether it hears of a subject. `wishes` are by key, or by kind (`G-*`)."""

    id: int
    purpose: str
    department: str | None
    kinds: frozenset[str]
    wishes: Mapping[str, str] = field(default_factory=dict)

    def hears_of(self, key: str, kind: str, departments: frozenset[str], sides: Mapping[str, str]) -> bool:
        """Whether it hears of this subject. A wish about the thing itself goes before one about its kind, and either before
        what it hears anyway: what concerns its department; for the leaders, what two sides have to do with."""
        wish = self.wishes.get(key) or self.wishes.get(all_of(key))
        if wish is not None:
            return wish == FOLLOW
        if kind not in self.kinds:
            return False
        if self.purpose == LEADERS:
            return len({sides[code] for code in departments if code in sides}) > 1
        return self.department in departments
