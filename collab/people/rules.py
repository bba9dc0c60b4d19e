"""Who holds what from which day: pure arithmetic on dated rows (first and last day both count)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)
ADMIN, AUDITOR = "admin", "auditor"
ROLES = (ADMIN, AUDITOR)
"""The roles a member is given; everything else follows from posts and offices."""
NO_MEMBER, LEFT, TAKEN, OTHER_ACCOUNT, UNLINKED = "no_member", "left", "taken", "other_account", "unlinked"
REASONS = (
    "unknown", "outside", "bot", "deactivated", "no_email", "unconfirmed",
    NO_MEMBER, LEFT, TAKEN, OTHER_ACCOUNT, UNLINKED,
)  # fmt: skip
"""Why a Slack account and a member were not matched: the first six are what Slack says about the account."""
LOOK_AGAIN = timedelta(hours=6)
"""How long "Slack knows nobody with this address" is believed; an account that appears or changes is told to us."""


@dataclass(frozen=True)
class Delegated:
    """What one member may do for another today (委任). `limit_minor` is in the company's currency, exclusive; no categories and
    no limit mean all. `may_decide`: also a final decision, while the principal is away."""

    id: int
    principal: int
    deputy: int
    confirmed_at: datetime
    categories: frozenset[str] = frozenset()
    limit_minor: int | None = None
    may_decide: bool = False

    def covers(self, category: str, total_minor: int | None) -> bool:
        """Whether a matter of this category and amount is within it; an unknown amount is within no limit."""
        if self.categories and category not in self.categories:
            return False
        return self.limit_minor is None or (total_minor is not None and total_minor < self.limit_minor)


@dataclass
class Held:
    """Somebody holds something from a day, perhaps until a day. `id` is None while it is not in the database."""

    holder: str
    from_on: date
    until_on: date | None = None
    id: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    touched: bool = False
    void: bool = False

    def runs_on(self, day: date) -> bool:
        """Whether it counts on a day."""
        return not self.void and self.from_on <= day and (self.until_on is None or self.until_on >= day)

    def end(self, day: date | None) -> None:
        """Let it end with a day."""
        if self.until_on != day:
            self.until_on, self.touched = day, True


@dataclass(frozen=True)
class Turn:
    """What a succession changes: who held it until now, and who holds it from then on."""

    before: str | None
    after: str
    from_on: date
    until_on: date | None = None


def succeed(held: list[Held], holder: str, from_on: date, until_on: date | None = None, **extra: Any) -> Turn | None:
    """Let `holder` hold, from a day, something only one person holds at a time. None: it is so already.

    Whoever holds it then ends the day before; what is already planned for later stays as planned.
    """
    running = next((row for row in held if row.runs_on(from_on)), None)
    if running is not None and running.holder == holder:
        return _until(running, until_on)
    before = running.holder if running else None
    last = _last_day(held, from_on, until_on)
    if running is not None and running.from_on == from_on:
        running.holder, running.touched = holder, True
        running.extra.update(extra)
        return Turn(before, holder, from_on, running.until_on)
    if running is not None:
        running.end(from_on - ONE_DAY)
    held.append(Held(holder, from_on, last, extra=extra, touched=True))
    return Turn(before, holder, from_on, last)


def _until(running: Held, until_on: date | None) -> Turn | None:
    """A file that names no last day leaves the one that is known."""
    if until_on is None or until_on == running.until_on:
        return None
    running.end(until_on)
    return Turn(running.holder, running.holder, running.from_on, until_on)


def _last_day(held: Sequence[Held], from_on: date, until_on: date | None) -> date | None:
    later = [row.from_on - ONE_DAY for row in held if row.from_on > from_on and not row.void]
    return min([*later, *([until_on] if until_on else [])], default=None)


@dataclass(frozen=True)
class Moved:
    """The posts of a member before and after a day, the main one first."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def take_posts(
    held: list[Held], departments: Sequence[str], from_on: date, until_on: date | None = None
) -> Moved | None:
    """Let a member have exactly these posts from a day (several are concurrent, 兼務). None: it is so already."""
    running = sorted((row for row in held if row.runs_on(from_on)), key=lambda row: int(row.extra["rank"]))
    before = tuple(row.holder for row in running)
    ends = {row.until_on for row in running}
    if before == tuple(departments) and (until_on is None or ends == {until_on}):
        return None
    last = _last_day(held, from_on, until_on)
    for row in [row for row in running if row.holder not in departments]:
        _leave(row, from_on)
    for rank, department in enumerate(departments):
        known = next((row for row in running if row.holder == department), None)
        _take_post(held, known, department, rank, from_on, last)
    return Moved(before, tuple(departments))


def _take_post(
    held: list[Held], row: Held | None, department: str, rank: int, from_on: date, last: date | None
) -> None:
    if row is not None and row.extra["rank"] == rank:
        if last is not None:
            row.end(last)
        return
    if row is not None and row.from_on == from_on:
        row.extra["rank"], row.touched = rank, True
        return
    if row is not None:
        row.end(from_on - ONE_DAY)
    held.append(Held(department, from_on, last, extra={"rank": rank}, touched=True))


def _leave(row: Held, from_on: date) -> None:
    """End a post the day before; one that was to begin on that very day never begins."""
    if row.from_on < from_on:
        row.end(from_on - ONE_DAY)
    else:
        row.void = row.touched = True


def loops(start: str, above: Callable[[str], str | None]) -> bool:
    """Whether somebody would at last report to themselves."""
    seen, at = {start}, above(start)
    while at is not None:
        if at == start:
            return True
        if at in seen:
            return False
        seen.add(at)
        at = above(at)
    return False
