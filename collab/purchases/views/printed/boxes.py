"""The seal boxes of a sheet (決裁欄): who filed it at the right end, one box for each seat in order, the decision at the left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules.plan import Plan
from collab.approvals.rules.progress import (
    ANSWERED,
    APPROVED,
    CLOSED,
    LIFTED,
    PASSED,
    REJECTED,
    RETURNED,
    WAITING,
)
from collab.approvals.rules.steps import Step, is_last
from collab.approvals.views import seats as shown
from collab.kernel.errors import Text
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.people.queries import Named
from collab.web.printed import short_day, short_name

STAMPED, OPEN, EMPTY, REFUSED, CROSSED = "stamped", "open", "empty", "refused", "crossed"
"""A seal; somebody is asked now; nobody is asked yet; a seal that says no; nobody is asked here any more."""
LOOK = {
    APPROVED: STAMPED, ANSWERED: STAMPED, WAITING: OPEN, RETURNED: REFUSED, REJECTED: REFUSED, PASSED: CROSSED, CLOSED: CROSSED,
    LIFTED: CROSSED,
}  # fmt: skip
REVIEW, OWN_AUTHORITY = "review", "own_authority"


@dataclass(frozen=True)
class Box:
    """One box: the post over it, the words in the seal, the name under it; `mark` stands beside a seal set for somebody else."""

    post: str
    look: str
    word: str = ""
    day: str = ""
    seal: str = ""
    name: str = ""
    mark: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Maker:
    """Makes the boxes of one round for one reader; `read_at` says who read it after (後閲), by member."""

    chain: Chain
    how: Reader
    names: Mapping[int, Named]
    read_at: Mapping[int, datetime | None]

    def boxes(self, filed: Box) -> list[Box]:
        """The decision first, as it stands on paper from the left; who filed it last."""
        made = [self._box(seat) for seat in self.chain.seats]
        if not made and self.chain.state == APPROVED:
            made = [self._by_rule()]
        return [*reversed(made), filed]

    def _by_rule(self) -> Box:
        """Nobody was asked: its requester decided by their own authority, or the route said so."""
        auto, chain = str(self.chain.route.get("auto") or "auto_approve"), self.chain
        own = auto == OWN_AUTHORITY
        who = self.names[chain.requester]
        return Box(
            self.how.say("purchase.paper.post.decision"), STAMPED, self.how.say(f"purchase.paper.seal.{auto}"),
            short_day(chain.ended_at, self.how), short_name(who, self.how) if own else "", self.how.name(who) if own else "",
        )  # fmt: skip

    def _box(self, seat: SeatView) -> Box:
        how, chain = self.how, self.chain
        post = seat.office or shown.named(chain.steps[seat.step], how)
        who = self.names[shown.holder(seat)]
        look = LOOK.get(seat.state, EMPTY)
        sealed = look in (STAMPED, REFUSED)
        return Box(
            post, look, self.word(seat) if sealed else "", short_day(seat.decided_at, how) if sealed else "",
            short_name(who, how), self._name(seat), how.say("purchase.paper.for_mark") if sealed and seat.acted_for else "",
            [how.say(note) for note in self._notes(seat)],
        )  # fmt: skip

    def word(self, seat: SeatView) -> str:
        """What the seal says: an opinion, a no, reviewed, approved, or decided."""
        if seat.opinion:
            word = seat.opinion
        elif seat.state != APPROVED:
            word = seat.state
        elif self.chain.kind(seat) == REVIEW:
            word = "reviewed"
        else:
            word = "decided" if self.chain.is_final(seat.step) else "approved"
        return self.how.say(f"purchase.paper.seal.{word}")

    def _name(self, seat: SeatView) -> str:
        """Both names where one acted for the other: 「B(代 A)」."""
        who = self.how.name(self.names[shown.holder(seat)])
        if not seat.acted_for:
            return who
        return self.how.say("purchase.paper.for_name", who=who, principal=self.names[seat.acted_for])

    def _notes(self, seat: SeatView) -> Iterator[Text]:
        final = self.chain.is_final(seat.step) and self.chain.kind(seat) == "approve"
        if final and self.chain.steps[seat.step]["keys"]:
            yield Text("purchase.paper.note.two_keys")
        if seat.acted_for and seat.state in (APPROVED, ANSWERED):
            yield Text(f"purchase.paper.note.{'decided_for' if final else 'approved_for'}")
        if seat.carried_from is not None:
            yield Text("purchase.paper.note.carried")
        if seat.state == LIFTED and seat.decided_by:
            yield Text(
                "purchase.paper.note.lifted",
                {"who": self.names[seat.decided_by], "day": short_day(seat.lifted_at, self.how)},
            )
        yield from self._standing(seat)
        yield from self._after(seat)

    def _standing(self, seat: SeatView) -> Iterator[Text]:
        """Where no seal stands: that somebody is asked, has it on hold, or is not asked any more."""
        if seat.state == WAITING:
            yield (
                Text("purchase.paper.note.held", {"until": seat.held_until})
                if seat.held_until
                else Text("purchase.paper.note.asked")
            )
        elif seat.state in (PASSED, CLOSED):
            yield Text(f"approval.seat.{seat.state}")

    def _after(self, seat: SeatView) -> Iterator[Text]:
        """Whether whoever was replaced or approved over has read it since (後閲)."""
        replaced = seat.member if seat.state == LIFTED else seat.acted_for
        if replaced is None or replaced not in self.read_at:
            return
        at = self.read_at[replaced]
        yield (
            Text("purchase.paper.note.read_after", {"day": short_day(at, self.how)})
            if at
            else Text("purchase.paper.note.to_read_after")
        )


def planned(plan: Plan, how: Reader) -> list[Box]:
    """The empty boxes of a round nobody opened yet, the decision first: who would be asked if it were submitted now."""
    names = people.names_of(seat.member for step in plan.steps for seat in step.seats)
    made = [
        Box(seat.office or _step_name(step, how), EMPTY, name=how.name(names[seat.member]), notes=_keys(plan, at, how))
        for at, step in enumerate(plan.steps)
        for seat in step.seats
    ]
    return made[::-1]


def _step_name(step: Step, how: Reader) -> str:
    return step.name_ja if how.locale == "ja" else step.name_en


def _keys(plan: Plan, at: int, how: Reader) -> list[str]:
    both = plan.steps[at].keys and plan.steps[at].kind == "approve" and is_last(plan.steps, at)
    return [how.say("purchase.paper.note.two_keys")] if both else []


def people_of(chain: Chain) -> set[int]:
    """Everybody a box may name."""
    found = {member for seat in chain.seats for member in (seat.member, seat.instead_of, seat.decided_by)}
    return {member for member in found if member} | {chain.requester}


def named(chain: Chain) -> dict[int, Any]:
    """Their names."""
    return dict(people.names_of(people_of(chain)))
