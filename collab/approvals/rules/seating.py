"""Who takes a seat: its holder, and if they are away or may not, somebody they have delegated it to, the deputy of their
absence, the line above them, the CEO.

One that would fall to the requester, or to nobody, goes up the line at once: the deputy a requester named does not decide
what the requester asks. A key is turned by its holder or by whoever is above them, never by a deputy; a final decision is
taken by a deputy only if they were named before it was submitted (代決), and not where the matter forbids it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collab.approvals.rules.when import Facts
from collab.kernel.errors import Text
from collab.people.rules import Delegated


@dataclass(frozen=True)
class Matter:
    """What is asked on a seat, as far as deputies are concerned: category and amount (minor units of the company's currency),
    whether its yes is the decision, whether it is a key, and whether a deputy may decide it at all.

    `submitted_at` is when the round was opened, None while it is planned; `disagreed`: a department consulted disagrees.
    """

    category: str = ""
    total_minor: int | None = None
    final: bool = False
    keys: bool = False
    proxy_decide: bool = True
    disagreed: bool = False
    submitted_at: datetime | None = None

    @property
    def refusal(self) -> str | None:
        """Why no deputy takes this final decision, or turns this key; None where one named beforehand may."""
        if self.keys:
            return "proxy_key"
        if not self.final or (self.proxy_decide and not self.disagreed):
            return None
        return "proxy_disagreed" if self.disagreed else "proxy_important"

    def was_before(self, at: datetime | None) -> bool:
        """Whether somebody named at that moment was named before it was submitted."""
        return self.submitted_at is None or (at is not None and at <= self.submitted_at)


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
    named_at: Mapping[int, datetime] = field(default_factory=dict)
    delegated: Mapping[int, Sequence[Delegated]] = field(default_factory=dict)
    hops: int = 1

    def deputies(self, holder: int, matter: Matter, barred: frozenset[int] = frozenset()) -> Iterator[int]:
        """Who may sit for somebody away, the nearest first, each once; beyond a deputy who is away too while hops are left.
        Nobody barred names anybody: who decides one's own request is not one's choice."""
        ring, seen = [holder], {holder}
        for _hop in range(0 if matter.refusal else self.hops):
            following = []
            for member in ring:
                for deputy in self._named(member, matter) if member not in barred else ():
                    if deputy not in seen:
                        yield deputy
                        following += [deputy] if deputy in self.absent else []
                    seen.add(deputy)
            ring = following

    def _named(self, member: int, matter: Matter) -> Iterator[int]:
        """Whom a member has delegated such a matter to, then the deputy of their absence."""
        for one in self.delegated.get(member, ()):
            named = one.may_decide and matter.was_before(one.confirmed_at)
            if one.covers(matter.category, matter.total_minor) and (named or not matter.final):
                yield one.deputy
        deputy = self.absent.get(member)
        if deputy is not None and (not matter.final or matter.was_before(self.named_at.get(member))):
            yield deputy

    def is_above(self, member: int, other: int) -> bool:
        """Whether a member stands above another, or at the top of the company."""
        return member == self.offices.get("CEO") or member in self.line_above(other)

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
    veto: bool = False


@dataclass(frozen=True)
class Seating:
    """Puts people on the seats of one round."""

    org: Organisation
    facts: Facts
    requester: int
    barred: frozenset[int]
    proxy_decide: bool = True

    def matter(self, *, final: bool, keys: bool) -> Matter:
        """What a seat of the request that is planned asks."""
        total = self.facts.total.minor if self.facts.total else None
        may_decide = self.proxy_decide and not self.facts.after_the_fact
        return Matter(self.facts.category, total, final, keys, may_decide)

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

    def take(
        self, holder: int | None, office: str | None, taken: frozenset[int], matter: Matter | None = None
    ) -> Seat | None:
        """The person who takes a seat in practice, or None if it can fall to nobody. A key nobody else may turn waits for its
        holder, though they are away."""
        matter = matter or self.matter(final=False, keys=False)
        for member, why in self._candidates(holder, office, matter):
            if member not in self.barred | taken and member not in self.org.absent:
                moved = member != holder
                return Seat(member, office, instead_of=holder if moved else None, why=why if moved else None)
        waits = matter.keys and holder is not None and holder not in self.barred | taken
        return Seat(holder, office) if waits and holder is not None else None

    def _candidates(self, holder: int | None, office: str | None, matter: Matter) -> Iterator[tuple[int, Text]]:
        reason = self._reason(holder)
        if holder is not None:
            yield holder, reason
        if holder is not None and holder in self.org.absent:
            for deputy in self.org.deputies(holder, matter, self.barred):
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


def fall(
    org: Organisation, holder: int | None, office: str | None, *, barred: frozenset[int], matter: Matter | None = None
) -> Seat | None:
    """To whom an open seat falls when its holder leaves or goes away; None if to nobody."""
    seat = Seating(org, Facts(), holder or 0, barred).take(holder, office, frozenset(), matter)
    return None if seat is not None and seat.member in org.absent else seat


def deputy_refusal(org: Organisation, owner: int, member: int, matter: Matter, barred: frozenset[int]) -> str | None:
    """Why somebody may not decide for a seat's owner in their absence; None where they may, as a deputy or from above."""
    if holds_rightly(org, owner, member, matter, barred):
        return None
    return matter.refusal or ("proxy_not_before" if owner in org.absent else "proxy_not_away")


def holds_rightly(org: Organisation, owner: int, member: int, matter: Matter, barred: frozenset[int]) -> bool:
    """Whether a seat of somebody away may stay with whoever it fell to: a deputy for such a matter, or somebody above."""
    named = owner in org.absent and member in org.deputies(owner, matter, barred)
    return named or org.is_above(member, owner)


def rightful(org: Organisation, owner: int, office: str | None, lead_of: str | None) -> int:
    """Whose seat it is today: whoever holds its office or leads its department now, else whom the route named."""
    if office is not None:
        return org.offices.get(office, owner)
    return org.leads.get(lead_of, owner) if lead_of is not None else owner
