"""What a member owes within the coming days, or should have done already, whatever it was promised with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from collab.agreements.queries import PREFIX as AGREEMENT
from collab.agreements.queries.week import list_deliveries_due
from collab.approvals.queries.week import list_conditions_due
from collab.blueprints.queries.week import list_requirements_due
from collab.digests.queries.sections.batch import Batch, Part, Said, at, on, text
from collab.digests.rules.content import MOST, Item
from collab.goals.queries import PREFIX as GOAL
from collab.goals.queries.checkin_inbox import FORM
from collab.goals.queries.week import list_checkins_due, list_due
from collab.initiatives.queries import PREFIX as INITIATIVE
from collab.initiatives.queries.week import list_owed
from collab.kernel.company import company
from collab.kernel.keys import key_of
from collab.purchases.queries import PREFIX as PURCHASE
from collab.purchases.queries.week import list_to_order, titles_of
from collab.tasks.queries import PREFIX as TASK
from collab.tasks.queries.week import list_promised

LONGEST = 60
"""Characters of a condition."""
_PLACES = {"sign": "charter", "vote": "pilot", "milestone": "milestones"}
"""Where on the page of an initiative it is done."""


@dataclass(frozen=True)
class Owed:
    """One obligation of a member: what, until when; `total` is how many of its kind they have, then how many in all."""

    member: int
    total: int
    key: str
    title: str
    path: str
    what: str
    due: date | datetime
    args: Mapping[str, Any]
    late: bool = False

    @property
    def by(self) -> tuple[datetime, str, str]:
        """In which order obligations are read."""
        return _end_of(self.due, company().zone), self.key, self.what


def _read(batch: Batch) -> Sequence[Owed]:
    """The first of each kind, merged: the first of all are among them."""
    owed = [
        *_conditions(batch),
        *_deliveries(batch),
        *_goals(batch),
        *_checkins(batch),
        *_orders(batch),
        *_tasks(batch),
        *_initiatives(batch),
        *_requirements(batch),
    ]
    owed.sort(key=attrgetter("member"))
    return [row for _member, mine in groupby(owed, attrgetter("member")) for row in _first([*mine], batch.now)]


def _first(mine: Sequence[Owed], now: datetime) -> Iterable[Owed]:
    total = sum({_kind(row.what): row.total for row in mine}.values())
    first = sorted(mine, key=attrgetter("by"))[:MOST]
    return [replace(row, total=total, late=row.by[0] <= now) for row in first]


def _kind(what: str) -> str:
    """What is counted together: one statement each counts all of its own."""
    if what.startswith("requirement_"):
        return "requirement"
    return "initiative" if what.startswith("sign_") or what in _PLACES else what.removesuffix("_before")


def _conditions(batch: Batch) -> Iterator[Owed]:
    rows = list_conditions_due(batch.readers(PURCHASE), PURCHASE, batch.until_on)
    titles = titles_of({row.subject_key for row in rows})
    for row in rows:
        what = "condition_before" if row.before_order else "condition"
        said = {"text": textwrap.shorten(row.text, LONGEST, placeholder="…")}
        path = f"/purchases/{row.subject_key}#conditions"
        yield Owed(row.member, row.total, row.subject_key, titles[row.subject_key], path, what, row.due_on, said)


def _deliveries(batch: Batch) -> Iterator[Owed]:
    for row in list_deliveries_due(batch.readers(AGREEMENT), batch.until):
        yield _plain(row, AGREEMENT, "agreements", "delivery", row.due_at)


def _goals(batch: Batch) -> Iterator[Owed]:
    for row in list_due(batch.readers(GOAL), batch.until_on):
        yield _plain(row, GOAL, "goals", "goal", row.due_on)


def _checkins(batch: Batch) -> Iterator[Owed]:
    """One line for all of them: they are made on one sheet."""
    for row in list_checkins_due(batch.readers(GOAL), batch.until):
        more = row.total - 1
        what, said = ("checkins", {"n": more}) if more else ("checkin", {})
        yield Owed(row.member, 1, key_of(GOAL, row.id), row.title, FORM, what, row.due_at, said)


def _orders(batch: Batch) -> Iterator[Owed]:
    for row in list_to_order(batch.readers(PURCHASE), batch.until_on):
        yield _plain(row, PURCHASE, "purchases", "order", row.needed_by_on)


def _tasks(batch: Batch) -> Iterator[Owed]:
    for row in list_promised(batch.readers(TASK), batch.until, batch.now):
        yield _plain(row, TASK, "tasks", "task", row.due_at)


def _initiatives(batch: Batch) -> Iterator[Owed]:
    """Papers to sign, pilots to vote on, milestones to reach."""
    for row in list_owed(batch.readers(INITIATIVE), batch.until, batch.until_on):
        key = key_of(INITIATIVE, row.id)
        said = {"text": textwrap.shorten(row.detail, LONGEST, placeholder="…")} if row.what == "milestone" else {}
        due = row.due_on if row.what == "milestone" else row.due_at
        what = f"sign_{row.detail.partition('-')[0]}" if row.what == "sign" else row.what
        yield Owed(row.member, row.total, key, row.title, f"/initiatives/{key}#{_PLACES[row.what]}", what, due, said)


def _requirements(batch: Batch) -> Iterator[Owed]:
    for row in list_requirements_due(batch.readers(INITIATIVE), batch.until):
        key = key_of(INITIATIVE, row.id)
        path = f"/initiatives/{key}/blueprint#requirement-{row.requirement}"
        said = {"text": textwrap.shorten(row.detail, LONGEST, placeholder="…")}
        yield Owed(row.member, row.total, key, row.title, path, f"requirement_{row.what}", row.due_at, said)


def _plain(row: Any, prefix: str, pages: str, what: str, due: date | datetime) -> Owed:
    key = key_of(prefix, row.id)
    return Owed(row.member, row.total, key, row.title, f"/{pages}/{key}", what, due, {})


@lru_cache(maxsize=512)
def _end_of(due: date | datetime, zone: str) -> datetime:
    """The moment; of a day, its end in the company's zone."""
    if isinstance(due, datetime):
        return due
    return datetime.combine(due + timedelta(days=1), time(), ZoneInfo(zone))


def _people(_row: Owed) -> tuple[int | None, ...]:
    return ()


def _item(row: Owed, _said: Said) -> Item:
    due = at(row.due) if isinstance(row.due, datetime) else on(row.due)
    when = text("digest.what.overdue" if row.late else "digest.what.until", due=due)
    return Item(row.key, row.title, row.path, f"due_{row.what}", {**row.args, "when": when})


PART = Part("obligations", _read, _people, _item)
