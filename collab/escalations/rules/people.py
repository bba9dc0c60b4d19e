"""Who hears at a rung: today's people, whoever is away or may not hear left out, each with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from collab.escalations.rules.policies import Rung

ADMIN, BOTH, DEPUTY, LATE, LEAD, LINE, MANUAL, NAMED, OFFICE, OTHER, OWNER = (
    "admin", "both", "deputy", "late", "lead", "line", "manual", "named", "office", "other", "owner",
)  # fmt: skip
WHYS = (LATE, DEPUTY, LEAD, LINE, OFFICE, OTHER, NAMED, BOTH, OWNER, ADMIN, MANUAL)
"""Why somebody hears: they are late; stand in; lead the department; stand above; hold the office; wait for the answer; are
named in the policy; get one card with the other side; own it now; administer; somebody asked for it."""
AWAY, LEFT, GUEST, AUDITOR, IS_LATE, NOBODY = "away", "left", "guest", "auditor", "is_late", "nobody"
SKIPS = (AWAY, LEFT, GUEST, AUDITOR, IS_LATE, NOBODY)
"""Why somebody does not: away; gone; a guest; an auditor; the late person is not their own superior; there is nobody."""


@dataclass(frozen=True)
class Person:
    """Somebody as the rules see them: `barred` is why they never hear, `deputy` who stands in while they are `away`."""

    id: int
    department: str | None = None
    barred: str | None = None
    away: bool = False
    deputy: int | None = None

    @property
    def missing(self) -> str | None:
        """Why nothing can be put before them today."""
        return self.barred or (AWAY if self.away else None)


@dataclass(frozen=True)
class Organisation:
    """Who leads, holds, stands above and belongs to what today."""

    people: Mapping[int, Person]
    leads: Mapping[str, int] = field(default_factory=dict)
    offices: Mapping[str, int] = field(default_factory=dict)
    lines: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    named: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def missing(self, member: int) -> str | None:
        """Why nothing can be put before this member today; a member nobody knows has left."""
        person = self.people.get(member)
        return LEFT if person is None else person.missing

    def deputy_of(self, member: int) -> int | None:
        """Who stands in for somebody who is away, if they are here themselves."""
        person = self.people.get(member)
        if person is None or not person.away or person.deputy is None or self.missing(person.deputy):
            return None
        return person.deputy

    def above(self, member: int | None, department: str | None = None) -> tuple[int, ...]:
        """Everybody above a member, the nearest first. The lead of their department counts among them even where the
        reporting line goes past; without a member it is the lead and whoever is above."""
        lead = self.leads.get(self._home(member) or department or "")
        line = self.lines.get(member, ()) if member is not None else ()
        if lead is None or lead == member or lead in line:
            return line
        inside = 0
        while inside < len(line) and self._home(line[inside]) == (self._home(member) or department):
            inside += 1
        rest = line[inside:] or tuple(one for one in self.lines.get(lead, ()) if one not in line and one != member)
        return (*line[:inside], lead, *rest)

    def _home(self, member: int | None) -> str | None:
        person = self.people.get(member) if member is not None else None
        return person.department if person else None


@dataclass(frozen=True)
class Sides:
    """The two sides of a wait: who is late, who waits, and of which departments."""

    late: int | None
    other: int | None
    department: str | None
    other_department: str | None


@dataclass(frozen=True)
class Told:
    """Somebody who hears, and why; perhaps in somebody's place."""

    member: int
    why: str
    instead_of: int | None = None


@dataclass(frozen=True)
class Skipped:
    """Somebody who does not hear (None: nobody is there), why they would have, and the reason."""

    member: int | None
    why: str
    reason: str


@dataclass
class Chosen:
    """Who hears at a rung, nobody twice, and who was skipped."""

    told: list[Told] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def tell(self, member: int, why: str, instead_of: int | None = None) -> None:
        """Once each."""
        if member not in {told.member for told in self.told}:
            self.told.append(Told(member, why, instead_of))

    def skip(self, member: int | None, why: str, reason: str) -> None:
        """Once each."""
        known = {skipped.member or skipped.why for skipped in self.skipped}
        if (member or why) not in known:
            self.skipped.append(Skipped(member, why, reason))


def choose(rung: Rung, sides: Sides, here: Organisation) -> Chosen:
    """Who hears at this rung today."""
    chosen = Chosen()
    for word in rung.to:
        for member, why in _wanted(word, sides, here):
            if why == LATE:
                _last_chance(member, here, chosen)
            elif why == DEPUTY:
                _deputy(member, here, chosen)
            else:
                _superior(member, why, sides, here, chosen)
    return chosen


def owner(written: str, sides: Sides, here: Organisation) -> Chosen:
    """Whose it is when all loops are used up: the first who is there, else whoever is next in line."""
    chosen = Chosen()
    for member, _why in _wanted(written, sides, here):
        _superior(member, OWNER, sides, here, chosen, even_late=True)
    chosen.told = chosen.told[:1]
    return chosen


def _wanted(word: str, sides: Sides, here: Organisation) -> Iterator[tuple[int | None, str]]:
    """The members a word of a policy means, and why they hear."""
    name, _, value = word.partition(":")
    if name == "group":
        yield from ((member, NAMED) for member in here.groups.get(value, ()) or (None,))
    else:
        find, why = _MEANINGS[name]
        yield find(value, sides, here), why


_MEANINGS: Mapping[str, tuple[Callable[[str, Sides, Organisation], int | None], str]] = {
    "late": (lambda _value, sides, _here: sides.late, LATE),
    "deputy": (lambda _value, sides, _here: sides.late, DEPUTY),
    "lead": (lambda _value, sides, here: here.leads.get(sides.department or ""), LEAD),
    "other": (lambda _value, sides, _here: sides.other, OTHER),
    "other_lead": (lambda _value, sides, here: here.leads.get(sides.other_department or ""), LEAD),
    "line": (lambda value, sides, here: _nth(here.above(sides.late, sides.department), int(value)), LINE),
    "other_line": (lambda value, sides, here: _nth(here.above(sides.other, sides.other_department), int(value)), LINE),
    "office": (lambda value, _sides, here: here.offices.get(value), OFFICE),
    "member": (lambda value, _sides, here: here.named.get(value), NAMED),
}
"""What each word of a policy means today."""


def _nth(line: tuple[int, ...], number: int) -> int | None:
    return line[number - 1] if len(line) >= number else None


def _last_chance(member: int | None, here: Organisation, chosen: Chosen) -> None:
    """The late person; away, whoever stands in. Nobody above hears in their place: that is what the next rung is for."""
    if member is None:
        chosen.skip(None, LATE, NOBODY)
    elif (reason := here.missing(member)) is None:
        chosen.tell(member, LATE)
    else:
        chosen.skip(member, LATE, reason)
        if (deputy := here.deputy_of(member)) is not None:
            chosen.tell(deputy, DEPUTY, member)


def _deputy(member: int | None, here: Organisation, chosen: Chosen) -> None:
    """Whoever stands in for the late person; while they are here themselves, nobody does."""
    if member is not None and here.missing(member):
        deputy = here.deputy_of(member)
        if deputy is None:
            chosen.skip(None, DEPUTY, NOBODY)
        else:
            chosen.tell(deputy, DEPUTY, member)


def _superior(
    member: int | None, why: str, sides: Sides, here: Organisation, chosen: Chosen, *, even_late: bool = False
) -> None:
    """Somebody above, or named: away, their deputy; else the next in line who is here and not late themselves."""
    if member is None:
        chosen.skip(None, why, NOBODY)
        return
    for candidate in (member, *here.above(member)):
        reason = _not_this_one(candidate, sides, here, even_late=even_late)
        if reason is None:
            chosen.tell(candidate, why, member if candidate != member else None)
            return
        chosen.skip(candidate, why, reason)
        deputy = here.deputy_of(candidate)
        if deputy is not None and deputy != sides.late:
            chosen.tell(deputy, why if even_late else DEPUTY, candidate)
            return


def _not_this_one(member: int, sides: Sides, here: Organisation, *, even_late: bool) -> str | None:
    return IS_LATE if member == sides.late and not even_late else here.missing(member)
