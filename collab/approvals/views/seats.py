"""How one seat of a round is shown: its look, who acted for whom, what was said, whether it is on hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules.progress import (
    ANSWERED,
    APPROVED,
    CLOSED,
    LIFTED,
    PASSED,
    PLANNED,
    REJECTED,
    RETURNED,
    WAITING,
)
from collab.kernel.i18n import Reader, from_json
from collab.people import queries as people
from collab.people.queries import Named, Presence

LOOK = {
    PLANNED: "waiting", WAITING: "current", APPROVED: "done", ANSWERED: "done", RETURNED: "returned", REJECTED: "rejected",
    PASSED: "skipped", LIFTED: "skipped", CLOSED: "skipped",
}  # fmt: skip
"""The state of a seat in the words of the components."""
OBJECTIONS = ("disagree", "worse")


@dataclass(frozen=True)
class Known:
    """The people of a round, looked up once."""

    names: Mapping[int, Named]
    here: Mapping[int, Presence]
    how: Reader
    now: datetime

    @classmethod
    def of(cls, members: Iterable[int | None], how: Reader, now: datetime) -> Known:
        """Ready for these members."""
        ids = {member for member in members if member}
        return cls(people.names_of(ids), people.presence(ids, now), how, now)

    def name(self, member: int | None) -> str:
        """Somebody's name as the reader expects it; nobody has none."""
        return self.how.name(self.names[member]) if member else ""

    def away(self, member: int) -> bool:
        """Whether they are away today."""
        return member in self.here and self.here[member].away


def people_of(chain: Chain) -> set[int | None]:
    """Everybody a picture of the round names."""
    return {member for seat in chain.seats for member in (seat.member, seat.instead_of, seat.decided_by)}


def look(seat: SeatView) -> str:
    """One word of the components; an objection does not look like a yes."""
    return "objected" if seat.opinion in OBJECTIONS else LOOK[seat.state]


def holder(seat: SeatView) -> int:
    """Whose name stands on it: who decided, or sits there."""
    return seat.member if seat.state == LIFTED else seat.decider


def word(seat: SeatView, chain: Chain, known: Known) -> str:
    """What became of it where the usual word of its look would say too little; empty where that says it."""
    how = known.how
    if seat.opinion:
        return how.say(f"approval.view.{seat.opinion}")
    if seat.state == WAITING:
        return how.say("web.status.held") if seat.held_until else ""
    if seat.state == APPROVED:
        return _yes(seat, chain, how)
    if seat.state == LIFTED:
        return how.say("approval.page.lifted", who=known.name(seat.decided_by))
    return how.say(f"approval.seat.{seat.state}") if seat.state in (PASSED, CLOSED) else ""


def _yes(seat: SeatView, chain: Chain, how: Reader) -> str:
    if seat.carried_from is not None:
        return how.say("approval.page.carried")
    if chain.kind(seat) == "review":
        return how.say("approval.page.reviewed")
    return how.say("approval.page.decided") if chain.state == "approved" and chain.is_final(seat.step) else ""


def stamp(seat: SeatView, chain: Chain, known: Known) -> dict[str, Any]:
    """A box of the decision row."""
    step, how = chain.steps[seat.step], known.how
    return {
        "office": seat.office or named(step, how), "name": known.name(holder(seat)), "state": look(seat),
        "text": _day(seat, how), "word": word(seat, chain, known), "acting_for": known.name(seat.acted_for),
    }  # fmt: skip


def _day(seat: SeatView, how: Reader) -> str:
    """A stamp has room for the day only."""
    moment = seat.decided_at or seat.lifted_at
    return how.moment(moment).rpartition(" ")[0].rstrip(",") if moment else ""


def row(seat: SeatView, chain: Chain, known: Known) -> dict[str, Any]:
    """A seat in its step."""
    return {
        "name": known.name(holder(seat)), "office": _office(seat, chain, known.how), "acting_for": known.name(seat.acted_for),
        "state": look(seat), "word": word(seat, chain, known), "text": _when(seat, known.how),
        "absent": known.away(seat.member) and seat.state == WAITING, "note": _note(seat, chain, known),
    }  # fmt: skip


def _when(seat: SeatView, how: Reader) -> str:
    if seat.state == WAITING and seat.held_until:
        return how.say("approval.page.held_until", until=seat.held_until)
    if seat.state == WAITING:
        return how.say("approval.page.since", at=how.moment(seat.opened_at)) if seat.opened_at else ""
    moment = seat.decided_at or seat.lifted_at
    return how.moment(moment) if moment else ""


def _office(seat: SeatView, chain: Chain, how: Reader) -> str:
    """The post somebody sits for, and what is special about the seat."""
    veto = how.say("approval.page.veto") if _frozen(seat, chain).get("veto") else ""
    return " · ".join(part for part in (seat.office or "", veto) if part)


def _note(seat: SeatView, chain: Chain, known: Known) -> str:
    """Why somebody else sits there, why it is on hold, where it touches the customer."""
    why = from_json(_frozen(seat, chain).get("why"))
    parts = [
        known.how.say(why) if why and seat.acted_for else "",
        seat.held_reason or "",
        stage_words(seat.stage, known.how),
        known.how.say("approval.page.again", n=seat.turn) if seat.turn > 1 and seat.state == WAITING else "",
    ]
    return " · ".join(part for part in parts if part)


def _frozen(seat: SeatView, chain: Chain) -> Mapping[str, Any]:
    frozen = chain.steps[seat.step]["seats"]
    return frozen[seat.position] if seat.position < len(frozen) else {}


def stage_words(stage: str | None, how: Reader) -> str:
    """A stage of the customer's way: one we have words for, or what somebody wrote."""
    known = f"approval.stage.{stage}"
    return how.say(known) if stage and how.knows(known) else stage or ""


def named(step: Mapping[str, Any], how: Reader) -> str:
    """The name of a frozen step."""
    return str(step["name_ja" if how.locale == "ja" else "name_en"])
