"""Planning a round: the chosen route and its overlays, with a person on every seat and a reason for every step.

A seat whose holder is away goes to their deputy, then up the manager line, then to the CEO; one that would fall to the
requester, or to nobody, goes up the line at once: the deputy a requester named does not decide what the requester asks.
Nobody sits twice in one step; one person never turns two keys; a plan without approvers is refused, never passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from collab.approvals.rules import when as conditions
from collab.approvals.rules.book import Book, RouteRule, StepRule
from collab.approvals.rules.choosing import choose
from collab.approvals.rules.seating import Organisation, Seat, Seating, fall, rightful
from collab.approvals.rules.steps import Step, asked_once, is_last, somebody_decides
from collab.approvals.rules.when import Facts
from collab.kernel.errors import Invalid, Text

__all__ = ["Organisation", "Plan", "Seat", "Step", "fall", "plan", "rightful"]
DEPARTMENT_LEAD = "department_lead"
UNDRAWN = 1.0
"""The draw of a plan nobody submitted: it is in no sample."""


@dataclass(frozen=True)
class Plan:
    """What will happen to a request: the route taken and its steps in order; none where the route decides by itself.

    `auto` is how a route without steps decides: `own_authority` (専決) or `auto_approve`; `review` names who reads it after,
    if it fell into the sample. `warnings` are said and do not stop it. `proxy_decide`: a deputy named beforehand may take
    the final decision in an absence. `why` is why it decides by itself. `bulk`: its steps may be approved together with others. `extra`: steps may be added.
    """

    route: str
    overlays: tuple[str, ...]
    steps: tuple[Step, ...]
    auto: str | None = None
    review: tuple[Seat, ...] = ()
    review_due: str = "10bd"
    warnings: tuple[Text, ...] = ()
    proxy_decide: bool = True
    bulk: bool = False
    extra: bool = True
    why: tuple[Text, ...] = ()


def plan(
    book: Book,
    facts: Facts,
    org: Organisation,
    *,
    day: date,
    requester: int,
    barred: frozenset[int],
    draw: float = UNDRAWN,
) -> Plan:
    """Plan a round. `barred` are the people who may not decide it: the requester and whom it is filed for. `draw`, from 0 to
    below 1, decides whether a request that decides itself falls into the sample that is read afterwards.

    Raises:
        Invalid: the book refuses it, no route applies, a seat can fall to nobody, or nobody would be left to decide.
    """
    found = choose(book, facts, day, held_by(org, facts, requester, barred))
    proxy_decide = not conditions.holds(book.never_decided_for, facts)
    seating = Seating(org, facts, requester, barred, proxy_decide)
    shared = Plan(
        found.route.code, tuple(overlay.code for overlay in found.overlays), (), warnings=found.warnings,
        proxy_decide=proxy_decide,
    )  # fmt: skip
    if found.route.auto:
        return _decided(found.route, shared, seating, facts, draw)
    rules = [rule for rule, _why in found.steps]
    planned = (_seated(rule, why, seating, final=is_last(rules, at)) for at, (rule, why) in enumerate(found.steps))
    steps = asked_once([step for step in planned if step])
    if not somebody_decides(steps):
        raise Invalid({"route": Text("error.nobody_left_to_decide")}, "nobody_left_to_decide")
    bulk = found.route.bulk and not any(step.keys for step in steps)
    return replace(shared, steps=tuple(steps), bulk=bulk, extra=found.route.extra)


def held_by(org: Organisation, facts: Facts, requester: int, barred: frozenset[int]) -> frozenset[str]:
    """What the requester holds by which a request may decide itself: nothing where it concerns somebody else as well."""
    if barred != {requester}:
        return frozenset()
    offices = {f"office:{code}" for code, member in org.offices.items() if member == requester}
    return frozenset(offices | ({DEPARTMENT_LEAD} if org.leads.get(facts.department) == requester else set()))


def _decided(route: RouteRule, shared: Plan, seating: Seating, facts: Facts, draw: float) -> Plan:
    """The plan of a request that decides itself; nobody is asked, some are read afterwards."""
    review = route.review
    read = review.seats if review and draw * 100 < review.percent else ()
    seats: list[Seat] = []
    for name in read:
        for holder, office in seating.holders(name):
            seat = seating.take(holder, office, frozenset(seat.member for seat in seats))
            seats += [seat] if seat else []
    why = tuple(conditions.reasons(route.when, facts, code=route.code))
    due = review.due if review else shared.review_due
    return replace(shared, auto=route.auto, review=tuple(seats), review_due=due, why=why)


def _seated(rule: StepRule, why: tuple[Text, ...], seating: Seating, *, final: bool) -> Step | None:
    """A step with people on its seats; None for a circulation nobody else is left to read."""
    seats = _readers(rule, seating) if rule.kind == "circulate" else _sitting(rule, seating, final=final)
    if not seats and rule.kind == "circulate":
        return None
    word, _, number = rule.rule.partition(":")
    if not seats or (word == "quorum" and len(seats) < int(number)):
        raise _nobody(rule)
    return Step(
        rule.name_en, rule.name_ja, rule.kind, rule.rule, rule.keys, rule.due, why, tuple(seats), rule.parallel, rule.branch,
        rule.join or "all", rule.lift, rule.confirm,
    )  # fmt: skip


def _sitting(rule: StepRule, seating: Seating, *, final: bool) -> list[Seat]:
    """Nobody sits twice; who would sit for a vetoing seat as well has the veto. Raises Invalid where a seat that must be heard
    can fall to nobody."""
    seats: list[Seat] = []
    matter = seating.matter(final=final, keys=rule.keys)
    for name, holder, office in _named(rule, seating):
        here = next((number for number, seat in enumerate(seats) if seat.member == holder), None)
        if here is not None and not rule.keys:
            seats[here] = replace(seats[here], veto=seats[here].veto or name in rule.veto)
            continue
        seat = seating.take(holder, office, frozenset(seat.member for seat in seats), matter)
        if seat is not None:
            lead_of = seating.facts.department if name == DEPARTMENT_LEAD else None
            seats.append(replace(seat, lead_of=lead_of, veto=name in rule.veto))
        elif rule.rule == "all" or rule.keys or name in rule.veto:
            raise _nobody(rule)
    return seats


def _readers(rule: StepRule, seating: Seating) -> list[Seat]:
    """Reading waits for whoever is away, and is nothing to those it concerns anyway."""
    holders = {holder: office for _name, holder, office in _named(rule, seating)}
    return [
        Seat(holder, office)
        for holder, office in holders.items()
        if holder is not None and holder not in seating.barred
    ]


def _named(rule: StepRule, seating: Seating) -> Iterator[tuple[str, int | None, str | None]]:
    for name in rule.seats:
        for holder, office in seating.holders(name):
            yield name, holder, office


def _nobody(rule: StepRule) -> Invalid:
    step = Text("route.step_name", {"en": rule.name_en, "ja": rule.name_ja})
    return Invalid({"route": Text("error.seat_falls_to_nobody", {"step": step})}, "seat_falls_to_nobody")
