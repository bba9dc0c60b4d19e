"""Today's people around a batch of waits: who leads, stands above, holds which office, is away; a constant number of
statements however many waits there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from collab.calendars.queries import calendar_or_default
from collab.escalations.rules.climb import Clocks
from collab.escalations.rules.people import Organisation, Person, Sides
from collab.escalations.rules.policies import Policy
from collab.kernel.business_time import BusinessCalendar
from collab.kernel.db import AnyRow
from collab.people import queries as people
from collab.people.queries import Standing


@dataclass(frozen=True)
class Here:
    """The organisation as the rules read it, and everybody's calendar and address."""

    organisation: Organisation
    standings: Mapping[int, Standing]

    def calendar_of(self, member: int | None) -> BusinessCalendar:
        """A member's calendar, else the company's."""
        known = self.standings.get(member) if member is not None else None
        return calendar_or_default(known.calendar if known else "")

    def email(self, member: int | None) -> str | None:
        """As audit entries name people."""
        known = self.standings.get(member) if member is not None else None
        return known.email if known else None

    def clocks(self, sides: Sides) -> Clocks:
        """Whose business time counts; a side without a person runs on the calendar of its department's lead, else the other's."""
        leads = self.organisation.leads
        late = sides.late or leads.get(sides.department or "")
        other = sides.other or leads.get(sides.other_department or "") or late
        return Clocks(self.calendar_of(late), self.calendar_of(other), self.calendar_of)


def sides_of(row: AnyRow) -> Sides:
    """The two sides of a wait."""
    return Sides(row.late_id, row.other_id, row.department, row.other_department)


def people_of(rows: Sequence[AnyRow], policies: Iterable[Policy], now: datetime) -> Here:
    """Everybody who could hear about these waits."""
    words = {word for policy in set(policies) for word in (policy.owner, *chain(*(rung.to for rung in policy.rungs)))}
    named = _values(words, "member:")
    groups = _values(words, "group:")
    held = people.organisation(now)
    ids = people.members_by_email(named) if named else {}
    members = people.groups(groups) if groups else {}
    seeds = {one for row in rows for one in (row.late_id, row.other_id) if one is not None}
    seeds |= {*held.leads.values(), *held.offices.values(), *ids.values(), *chain(*members.values())}
    lines = people.lines(seeds, now)
    standings = people.standings(seeds.union(*lines.values()), now)
    return Here(
        Organisation(
            people={one: _person(standing) for one, standing in standings.items()},
            leads=held.leads, offices=held.offices, lines=lines, named=ids,
            groups={code: tuple(sorted(group)) for code, group in members.items()},
        ),
        standings,
    )  # fmt: skip


def _values(words: Iterable[str], head: str) -> list[str]:
    return sorted(word.removeprefix(head) for word in words if word.startswith(head))


def _person(standing: Standing) -> Person:
    return Person(standing.id, standing.department, standing.barred, standing.away, standing.deputy)
