"""Two sides that are looked at together: a side of the company, or a single department, against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from collab.goals.queries.joint import count_pairs as goals_of_pairs
from collab.initiatives.queries.joint import count_pairs as initiatives_of_pairs
from collab.kernel.actor import Actor
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import Reader
from collab.people import queries as people

SIDE = "side:"


@dataclass(frozen=True)
class Party:
    """One of the two: the code it is chosen by (`side:it`, or that of a department), its departments and their names."""

    code: str
    departments: frozenset[str]
    names_en: tuple[str, ...]
    names_ja: tuple[str, ...]

    @property
    def side(self) -> str | None:
        """The code of the side, where it is one."""
        return self.code.removeprefix(SIDE) if self.code.startswith(SIDE) else None

    def name(self, how: Reader) -> str:
        """As a reader names it: a side by its word, or by its departments where nobody gave it one."""
        if self.side and how.knows(f"people.side.{self.side}"):
            return how.say(f"people.side.{self.side}")
        return how.say("list.comma").join(self.names_ja if how.locale == "ja" else self.names_en)


@dataclass(frozen=True)
class Chosen:
    """The two parties looked at, and all there are to choose from; None where the company has but one."""

    one: Party
    other: Party
    choices: Sequence[Party]


def list_parties() -> list[Party]:
    """Sides of the company first, then single departments, where they are not a side by themselves. One statement."""
    rows = people.list_departments()
    sides: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        sides.setdefault(row.side, []).append(number)
    every = [_party(f"{SIDE}{side}", [rows[at] for at in numbers]) for side, numbers in sorted(sides.items())]
    return every + [_party(row.code, [row]) for row in rows if len(sides[row.side]) > 1]


def choose(viewer: Actor, one: str | None, other: str | None) -> Chosen | None:
    """The two parties somebody asks for; what they leave open is their own side, and the side they work with most.

    Raises:
        Invalid: a party nobody knows, or two that share a department.
    """
    parties = list_parties()
    known = {party.code: party for party in parties}
    first = _named("one", one, known) if one else None
    second = _named("with", other, known) if other else None
    if first is None:
        first = _own(viewer, parties, second)
    if second is None and first is not None:
        second = _most_worked_with(viewer, first, parties)
    if first is None or second is None:
        return None
    if first.departments & second.departments:
        raise Invalid({"with": Text("home.joint.same")})
    return Chosen(first, second, parties)


def _named(field: str, code: str, known: Mapping[str, Party]) -> Party:
    """By its code, a department's also where it is all of its side, a side's also without saying that it is one."""
    found = known.get(code) or known.get(f"{SIDE}{code}")
    if found is None:
        sides = people.department_sides()
        found = known.get(f"{SIDE}{sides[code]}") if code in sides else None
    if found is None:
        raise Invalid({field: Text("home.joint.unknown")})
    return found


def _own(viewer: Actor, parties: Sequence[Party], other: Party | None) -> Party | None:
    """The side of the viewer's department; for whoever has none, or looks at their own, the first that is another."""
    taken = other.departments if other else frozenset()
    mine = {*viewer.departments, *viewer.leads}
    sides = [party for party in parties if party.code.startswith(SIDE) and not party.departments & taken]
    return next((party for party in sides if party.departments & mine), sides[0] if sides else None)


def _most_worked_with(viewer: Actor, own: Party, parties: Sequence[Party]) -> Party | None:
    """The side with whose people the viewer leads most; else the one theirs does most with; else the first other one."""
    others = [party for party in parties if party.code.startswith(SIDE) and not party.departments & own.departments]
    for pairs in (_together(own, member=viewer.id), _together(own, member=None)):
        counted = {party.code: sum(pairs[code] for code in party.departments) for party in others}
        if any(counted.values()):
            return max(others, key=lambda party: counted[party.code])
    return others[0] if others else None


def _together(own: Party, *, member: int | None) -> Counter[str]:
    """How much each department leads with one's own: initiatives and goals."""
    found = Counter(initiatives_of_pairs(own.departments, member=member))
    found.update(goals_of_pairs(own.departments, member=member))
    return found


def _party(code: str, rows: Iterable[object]) -> Party:
    units = [(row.code, row.name_en, row.name_ja) for row in rows]  # type: ignore[attr-defined]
    codes, en, ja = zip(*units, strict=True)
    return Party(code, frozenset(codes), en, ja)
