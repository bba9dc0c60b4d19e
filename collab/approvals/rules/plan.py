"""Planning a round: the chosen route and its overlays, with a person on every seat and a reason for every step.

A seat whose holder is away goes to their deputy, then up the manager line, then to the CEO; one that would fall to the
requester, or to nobody, goes up the line at once: the deputy a requester named does not decide what the requester asks.
Nobody sits twice in one step; one person never turns two keys; a plan without approvers is refused, never passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from collab.approvals.rules import when as conditions
from collab.approvals.rules.book import Book, RouteRule, StepRule
from collab.approvals.rules.when import Facts
from collab.kernel.errors import Invalid, Text


@dataclass(frozen=True)
class Organisation:
    """Who holds what on the day of planning, who is away, whose clock runs where. `manager_of` may ask a database."""

    offices: Mapping[str, int]
    leads: Mapping[str, int]
    absent: Mapping[int, int | None]
    manager_of: Callable[[int], int | None]
    members: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, Sequence[int]] = field(default_factory=dict)
    calendars: Mapping[int, str] = field(default_factory=dict)

    def line_above(self, member: int) -> Iterator[int]:
        """The managers of a member, the nearest first; a loop in the data ends the line."""
        seen = {member}
        above = self.manager_of(member)
        while above is not None and above not in seen:
            yield above
            seen.add(above)
            above = self.manager_of(above)


@dataclass(frozen=True)
class Seat:
    """A seat with a person on it: for which office or as which department's lead, and instead of whom if it fell to them."""

    member: int
    office: str | None = None
    instead_of: int | None = None
    why: Text | None = None
    lead_of: str | None = None


@dataclass(frozen=True)
class Step:
    """A step of one round, as frozen at submit."""

    name_en: str
    name_ja: str
    kind: str
    rule: str
    keys: bool
    due: str
    why: tuple[Text, ...]
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class Plan:
    """What will happen to a request: the route taken and its steps in order."""

    route: str
    overlays: tuple[str, ...]
    steps: tuple[Step, ...]


def plan(book: Book, facts: Facts, org: Organisation, *, day: date, requester: int, barred: frozenset[int]) -> Plan:
    """Plan a round. `barred` are the people who may not decide it: the requester and whom it is filed for.

    Raises:
        Invalid: no route applies, a seat can fall to nobody, or nobody would be left to decide.
    """
    route = book.choose(facts, day)
    if route is None:
        raise Invalid({"route": Text("error.no_route_applies")}, "no_route_applies")
    overlays = book.overlays_for(facts, day)
    written = _written(route, overlays, facts)
    seating = _Seating(org, facts, requester, barred)
    steps = [_seated(rule, why, seating) for rule, why in written]
    steps = _asked_once(steps)
    if not steps:
        raise Invalid({"route": Text("error.nobody_left_to_decide")}, "nobody_left_to_decide")
    return Plan(route.code, tuple(overlay.code for overlay in overlays), tuple(steps))


_Reasoned = tuple[StepRule, tuple[Text, ...]]


def _written(route: RouteRule, overlays: Sequence[RouteRule], facts: Facts) -> list[_Reasoned]:
    """The rules of all steps that apply, in order, each with its reasons; the same step twice is one."""
    steps = list(_applying(route, facts))
    for overlay in overlays:
        added = [step for step in _applying(overlay, facts) if not any(_same(step[0], old[0]) for old in steps)]
        spot = _spot(overlay, [rule for rule, _why in steps])
        steps[spot:spot] = added
    return steps


def _applying(rule: RouteRule, facts: Facts) -> Iterator[_Reasoned]:
    because = conditions.reasons(rule.when, facts, code=rule.code)
    for step in rule.steps:
        if conditions.holds(step.when, facts, code=rule.code):
            yield step, (*because, *conditions.reasons(step.when, facts, code=rule.code))


def _same(one: StepRule, other: StepRule) -> bool:
    return (one.seats, one.kind, one.keys) == (other.seats, other.kind, other.keys)


def _spot(overlay: RouteRule, steps: Sequence[StepRule]) -> int:
    if overlay.beside is not None:
        for number, step in enumerate(steps):
            if step.name_en == overlay.beside:
                return number + (overlay.place == "after")
    return 0 if overlay.place == "first" else len(steps)


@dataclass(frozen=True)
class _Seating:
    org: Organisation
    facts: Facts
    requester: int
    barred: frozenset[int]

    def holders(self, seat: str) -> list[tuple[int | None, str | None]]:
        """Whom a seat names, with the office if it is one; None where the post is vacant."""
        kind, _, name = seat.partition(":")
        match kind:
            case "office":
                return [(self.org.offices.get(name), name)]
            case "department_lead":
                return [(self.org.leads.get(self.facts.department), None)]
            case "manager":
                return [(self.org.manager_of(self.requester), None)]
            case "group":
                return [(member, None) for member in self.org.groups.get(name, ())] or [(None, None)]
        return [(self.org.members.get(name), None)]

    def take(self, holder: int | None, office: str | None, taken: frozenset[int]) -> Seat | None:
        """The person who takes a seat in practice, or None if it can fall to nobody."""
        for member, why in self._candidates(holder, office):
            if member not in self.barred | taken and member not in self.org.absent:
                moved = member != holder
                return Seat(member, office, instead_of=holder if moved else None, why=why if moved else None)
        return None

    def _candidates(self, holder: int | None, office: str | None) -> Iterator[tuple[int, Text]]:
        reason = self._reason(holder)
        if holder is not None:
            yield holder, reason
            deputy = self.org.absent.get(holder)
            if deputy is not None and holder not in self.barred:  # nobody chooses who decides their own request
                yield deputy, Text("route.seat.deputy")
        if holder is not None or office is None:
            for above in self.org.line_above(self.requester if holder is None else holder):
                yield above, reason
        ceo = self.org.offices.get("CEO")
        if ceo is not None:
            yield ceo, reason

    def _reason(self, holder: int | None) -> Text:
        if holder is None:
            return Text("route.seat.vacant")
        if holder in self.barred:
            return Text("route.seat.own_request")
        return Text("route.seat.absent" if holder in self.org.absent else "route.seat.already_seated")


def fall(org: Organisation, holder: int | None, office: str | None, *, barred: frozenset[int]) -> Seat | None:
    """To whom an open seat falls when its holder leaves or goes away; None if to nobody."""
    return _Seating(org, Facts(), holder or 0, barred).take(holder, office, frozenset())


def rightful(org: Organisation, owner: int, office: str | None, lead_of: str | None) -> int:
    """Whose seat it is today: whoever holds its office or leads its department now, else whom the route named."""
    if office is not None:
        return org.offices.get(office, owner)
    return org.leads.get(lead_of, owner) if lead_of is not None else owner


def _seated(rule: StepRule, why: tuple[Text, ...], seating: _Seating) -> Step:
    seats: list[Seat] = []
    for name in rule.seats:
        for holder, office in seating.holders(name):
            taken = frozenset(seat.member for seat in seats)
            if holder in taken and not rule.keys:
                continue
            seat = seating.take(holder, office, taken)
            if seat is not None:
                seats.append(replace(seat, lead_of=seating.facts.department if name == "department_lead" else None))
            elif rule.rule == "all" or rule.keys:
                raise Invalid(
                    {"route": Text("error.seat_falls_to_nobody", {"step": _step_name(rule)})}, "seat_falls_to_nobody"
                )
    if not seats:
        raise Invalid({"route": Text("error.seat_falls_to_nobody", {"step": _step_name(rule)})}, "seat_falls_to_nobody")
    return Step(rule.name_en, rule.name_ja, rule.kind, rule.rule, rule.keys, rule.due, why, tuple(seats))


def _step_name(rule: StepRule) -> Text:
    return Text("route.step_name", {"en": rule.name_en, "ja": rule.name_ja})


def _asked_once(steps: Sequence[Step]) -> list[Step]:
    """Somebody seated in two steps that follow each other directly is asked once: at the key, else at the later step.

    A step left without seats is gone, and brings its neighbours together: so again, until nothing changes.
    """
    kept = list(steps)
    for number in range(len(kept) - 1):
        here, there = kept[number], kept[number + 1]
        both = {seat.member for seat in here.seats} & {seat.member for seat in there.seats}
        loser = number + 1 if here.keys and not there.keys else number
        if both and not kept[loser].keys and kept[loser].rule == "all":
            seats = tuple(seat for seat in kept[loser].seats if seat.member not in both)
            kept[loser] = replace(kept[loser], seats=seats)
    left = [step for step in kept if step.seats]
    return left if left == list(steps) else _asked_once(left)
