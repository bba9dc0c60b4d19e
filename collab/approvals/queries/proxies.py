"""Deciding for somebody who is there (代理承認): which seats a delegation opens to its deputy, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.approvals.queries.beside import beside_of
from collab.approvals.queries.chains import Chain, SeatView, list_latest
from collab.approvals.rules.progress import DECIDED, WAITING
from collab.approvals.rules.seating import Matter
from collab.approvals.rules.verbs import DISAGREE
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.people import queries as people
from collab.people.rules import Delegated
from collab.subjects.registry import Wanted, keys_in


@dataclass(frozen=True)
class Way:
    """How somebody came to act for `principal`: the delegations from hand to hand, the principal's own first."""

    principal: int
    links: tuple[Delegated, ...]

    @property
    def deputy(self) -> int:
        """Whoever came to act."""
        return self.links[-1].deputy

    def covers(self, matter: Matter) -> bool:
        """Whether every delegation on the way is wide enough."""
        return all(link.covers(matter.category, matter.total_minor) for link in self.links)


def matter_of(chain: Chain, step: int) -> Matter:
    """What a step of a round asks, as far as deputies are concerned."""
    facts, content = chain.route.get("facts") or {}, chain.content or {}
    return Matter(
        facts.get("category") or "", facts.get("total_minor"), chain.is_final(step), chain.steps[step]["keys"],
        bool(chain.route.get("proxy_decide", True)) and not content.get("after_the_fact"),
        any(seat.opinion == DISAGREE for seat in chain.seats), chain.opened_at,
    )  # fmt: skip


def ways_to(actor: Actor, now: datetime) -> list[Way]:
    """For whom a member may act today, the nearest first; nothing is asked for where nobody delegated anything."""
    return _ways_today([actor], now)[actor.id]


def _ways_today(actors: Sequence[Actor], now: datetime) -> Mapping[int, list[Way]]:
    return _ways(actors, lambda deputies: people.delegated_to(deputies, now))


def _ways(actors: Sequence[Actor], links_to: Callable[[Iterable[int]], Sequence[Delegated]]) -> Mapping[int, list[Way]]:
    """By actor, the nearest first; as many statements as there are hands a delegation may go through."""
    reached: dict[int, list[Way]] = {actor.id: [] for actor in actors}
    deputies = [actor.id for actor in actors if actor.acts_for and "member" in actor.roles]
    if not deputies:
        return reached
    ways = [Way(link.principal, (link,)) for link in links_to(deputies)]
    for hop in range(company().delegation_hops):
        if hop:
            ways = list(_further(ways, links_to({way.principal for way in ways})))
        for way in ways:
            reached[way.deputy].append(way)
    return reached


def _further(ways: Sequence[Way], links: Sequence[Delegated]) -> Iterable[Way]:
    """One hand further up; nobody stands twice on a way."""
    for way in ways:
        known = {way.deputy, *(link.principal for link in way.links)}
        for link in links:
            if link.deputy == way.principal and link.principal not in known:
                yield Way(link.principal, (link, *way.links))


def find_proxied(
    chain: Chain, actor: Actor, now: datetime, *, acting_for: int | None = None, ways: Sequence[Way] | None = None
) -> SeatView | None:
    """The waiting seat a member may decide on for its holder; None where there is none, `why_not` says why."""
    ways = ways_to(actor, now) if ways is None else ways
    for seat in chain.waiting() if chain.state == "pending" else ():
        if acting_for in (None, seat.member) and any(not _refusal(chain, seat, actor, way) for way in ways):
            return seat
    return None


def why_not(chain: Chain, actor: Actor, now: datetime, *, acting_for: int | None = None) -> str | None:
    """Why a member may not decide on a waiting seat although its holder has delegated something to them; None where nobody
    has."""
    ways = ways_to(actor, now)
    for seat in chain.waiting():
        if acting_for in (None, seat.member):
            for way in ways:
                if way.principal == seat.member:
                    return _refusal(chain, seat, actor, way)
    return None


def asked_seat(chain: Chain, actor: Actor, now: datetime) -> SeatView | None:
    """The waiting seat a member is asked on: their own, else one they may decide on for its holder."""
    return chain.waiting_seat_of(actor.id) or find_proxied(chain, actor, now)


def find_answered(chain: Chain, actor: Actor, now: datetime) -> SeatView | None:
    """The newest decision of the round on a seat somebody could have decided on for its holder: they came too late."""
    ways = ways_to(actor, now)
    late = [seat for seat in chain.decided() if any(not _refusal(chain, seat, actor, way) for way in ways)]
    return late[-1] if late else None


def list_proxied(actors: Sequence[Actor], now: datetime) -> list[tuple[int, Chain, SeatView]]:
    """Every seat these members may decide on for its holder today, with who may; two statements, whatever their number."""
    today = _ways_today(actors, now)
    ways = {actor: today[actor.id] for actor in actors if today[actor.id]}
    principals = {way.principal for found in ways.values() for way in found}
    chains = list_latest(members=principals) if principals else []
    return [
        (actor.id, chain, seat)
        for actor, found in ways.items()
        for chain in chains
        if (seat := find_proxied(chain, actor, now, ways=found)) and chain.waiting_seat_of(actor.id) is None
    ]


def standing_of(wanted: Wanted) -> dict[int, dict[str, set[str]]]:
    """How each viewer stands beside each subject they ask about; `proxy` where a decision in it is delegated to them."""
    found = beside_of(wanted)
    for viewer, key in _proxied(wanted):
        found[viewer][key].add("proxy")
    return found


def _proxied(wanted: Wanted) -> list[tuple[int, str]]:
    """Viewers and those subjects they see because their holder's decision is, or was, delegated to them in this round."""
    ways = _ways_around([viewer for viewer, keys in wanted if keys])
    theirs = [(viewer, keys) for viewer, keys in wanted if ways.get(viewer.id)]
    chains = {chain.subject: chain for chain in list_latest(keys=keys_in(theirs))} if theirs else {}
    return [
        (viewer.id, key)
        for viewer, keys in theirs
        for key in keys
        if key in chains and _sees(chains[key], viewer, ways[viewer.id])
    ]


def principals_of(actor: Actor) -> set[int]:
    """Whose decisions a member may have to do with because they are, or were, delegated to them around today."""
    return {way.principal for way in _ways_around([actor])[actor.id]}


def sees(chain: Chain, actor: Actor) -> bool:
    """Whether a round is open to a member because a decision in it is, or was, delegated to them."""
    ways = _ways_around([actor])[actor.id]
    return bool(ways) and _sees(chain, actor, ways)


def _ways_around(actors: Sequence[Actor]) -> Mapping[int, list[Way]]:
    """As `ways_to`, around each actor's day: enough to look, not to decide."""
    near = {actor.id: actor.acts_for for actor in actors}
    every = _ways(actors, people.delegated_around)
    return {deputy: [way for way in ways if way.links[-1].principal in near[deputy]] for deputy, ways in every.items()}


def _sees(chain: Chain, actor: Actor, ways: Sequence[Way]) -> bool:
    asked = [seat for seat in chain.seats if seat.state == WAITING or seat.state in DECIDED]
    return any(_refusal(chain, seat, actor, way) in (None, "proxy_held") for seat in asked for way in ways)


def _refusal(chain: Chain, seat: SeatView, actor: Actor, way: Way) -> str | None:
    """Why this way does not lead to this seat; the code of the refusal."""
    if way.principal != seat.member:
        return "no_delegation"
    matter = matter_of(chain, seat.step)
    between = {link.deputy for link in way.links}
    beside = [other for other in chain.seats if other.step == seat.step and other.id != seat.id]
    reasons = (
        ("barred", bool(between & chain.barred) or actor.id in chain.barred),
        ("proxy_key", matter.keys),
        ("proxy_final", matter.final),
        ("proxy_held", seat.held_until is not None),
        ("proxy_scope", not way.covers(matter)),
        ("proxy_hops", len(way.links) + (seat.instead_of is not None) > company().delegation_hops),
        ("proxy_same_step", seat.instead_of == actor.id or any(other.concerns(actor.id) for other in beside)),
    )
    return next((code for code, holds in reasons if holds), None)
