"""How a round or a plan is shown: the stamps of a ringi sheet, and the way with the reason of every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collab.approvals.queries import Chain, SeatView
from collab.approvals.rules.plan import Plan, Seat, Step
from collab.approvals.rules.progress import APPROVED, CLOSED, PASSED, PLANNED, REJECTED, RETURNED, WAITING
from collab.kernel.i18n import Reader, from_json
from collab.people import queries as people
from collab.people.queries import Named, Presence
from collab.web.moments import due_state, due_words, span_words

LOOK = {
    PLANNED: "waiting", WAITING: "current", APPROVED: "done", RETURNED: "returned", REJECTED: "rejected",
    PASSED: "skipped", CLOSED: "skipped",
}  # fmt: skip
"""The state of a seat in the words of the components."""


@dataclass(frozen=True)
class Sheet:
    """A round ready to be shown: every seat as a stamp, every step of the way, who is asked now."""

    stamps: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    waiting: list[str]
    usual: str = ""


def of_chain(chain: Chain, how: Reader, now: datetime, usual: Mapping[str, timedelta]) -> Sheet:
    """A round as it stands."""
    known = _Known.of((member for seat in chain.seats for member in (seat.member, seat.instead_of)), how, now)
    stamps = [_stamp(seat, chain, known) for seat in chain.seats]
    steps = [_step(number, chain, known, usual) for number in range(len(chain.steps))]
    return Sheet(stamps, steps, [known.name(seat.member) for seat in chain.waiting()])


def of_plan(plan: Plan, how: Reader, now: datetime, usual: Mapping[str, timedelta]) -> Sheet:
    """A plan that has not happened yet."""
    known = _Known.of(
        (member for step in plan.steps for seat in step.seats for member in (seat.member, seat.instead_of)), how, now
    )
    steps = [_planned(step, known, usual) for step in plan.steps]
    times = [
        found for step in plan.steps if (found := _usual(usual, step.name_en, [seat.office for seat in step.seats]))
    ]
    whole = span_words(sum(times, timedelta()), how) if len(times) == len(plan.steps) else ""
    return Sheet([], steps, [known.name(seat.member) for seat in plan.steps[0].seats], whole)


@dataclass(frozen=True)
class _Known:
    """The people of a round, looked up once."""

    names: Mapping[int, Named]
    here: Mapping[int, Presence]
    how: Reader
    now: datetime

    @classmethod
    def of(cls, members: Iterable[int | None], how: Reader, now: datetime) -> _Known:
        ids = {member for member in members if member}
        return cls(people.names_of(ids), people.presence(ids, now), how, now)

    def name(self, member: int) -> str:
        return self.how.name(self.names[member])

    def away(self, member: int) -> bool:
        return member in self.here and self.here[member].away


def _stamp(seat: SeatView, chain: Chain, known: _Known) -> dict[str, Any]:
    step = chain.steps[seat.step]
    return {
        "office": seat.office or _named(step, known.how), "name": known.name(seat.member), "state": LOOK[seat.state],
        "text": _day(seat.decided_at, known.how), "acting_for": known.name(seat.instead_of) if seat.instead_of else "",
    }  # fmt: skip


def _day(moment: datetime | None, how: Reader) -> str:
    """A stamp has room for the day only."""
    return how.moment(moment).rpartition(" ")[0].rstrip(",") if moment else ""


def _step(number: int, chain: Chain, known: _Known, usual: Mapping[str, timedelta]) -> dict[str, Any]:
    step, how = chain.steps[number], known.how
    seats = [seat for seat in chain.seats if seat.step == number]
    open_until = min((seat.due_at for seat in seats if seat.state == WAITING and seat.due_at), default=None)
    return {
        **_face(_named(step, how), step["rule"], [from_json(text) for text in step["why"]], keys=step["keys"], how=how),
        "state": _step_state(seats), "seats": [_seat(seat, step, known) for seat in seats],
        "due": due_words(open_until, known.now, how), "due_state": due_state(open_until, known.now),
        "usual": span_words(_usual(usual, step["name_en"], [seat.office for seat in seats]), how),
    }  # fmt: skip


def _step_state(seats: Sequence[SeatView]) -> str:
    """The one word for a step: a refusal tells most, an open seat more than a finished one."""
    looks = {LOOK[seat.state] for seat in seats}
    return next((look for look in ("returned", "rejected", "current", "waiting", "done") if look in looks), "skipped")


def _seat(seat: SeatView, step: Mapping[str, Any], known: _Known) -> dict[str, Any]:
    why = step["seats"][seat.position]["why"] if seat.position < len(step["seats"]) else None
    how = known.how
    when = seat.decided_at or (seat.opened_at if seat.state == WAITING else None)
    return {
        "name": known.name(seat.member), "office": _office(seat.office, seat.instead_of, from_json(why), known),
        "state": LOOK[seat.state], "absent": known.away(seat.member) and seat.state == WAITING,
        "text": "" if when is None else how.say("approval.page.since", at=how.moment(when)) if seat.state == WAITING else how.moment(when),
    }  # fmt: skip


def _planned(step: Step, known: _Known, usual: Mapping[str, timedelta]) -> dict[str, Any]:
    return {
        **_face(known.how.name(step), step.rule, step.why, keys=step.keys, how=known.how),
        "seats": [_planned_seat(seat, known) for seat in step.seats],
        "usual": span_words(_usual(usual, step.name_en, [seat.office for seat in step.seats]), known.how),
    }


def _planned_seat(seat: Seat, known: _Known) -> dict[str, Any]:
    return {"name": known.name(seat.member), "office": _office(seat.office, seat.instead_of, seat.why, known)}


def _office(office: str | None, instead_of: int | None, why: Any, known: _Known) -> str:
    """The post somebody sits for, and whose seat it was and why it fell to them."""
    if not instead_of:
        return office or ""
    fell = known.how.say("approval.page.instead", name=known.name(instead_of), why=why or "")
    return f"{office} · {fell}" if office else fell


def _face(name: str, rule: str, why: Sequence[Any], *, keys: bool, how: Reader) -> dict[str, Any]:
    word = how.say("approval.page.two_keys") if keys else how.say("approval.page.any") if rule == "any" else ""
    reasons = how.say("approval.page.because", why=list(dict.fromkeys(how.say(text) for text in why))) if why else ""
    return {"name": name, "rule": "" if word == name else word, "why": reasons, "two_keys": keys}


def _named(step: Mapping[str, Any], how: Reader) -> str:
    return str(step["name_ja" if how.locale == "ja" else "name_en"])


def _usual(usual: Mapping[str, timedelta], name: str, offices: Iterable[str | None]) -> timedelta | None:
    """A step takes as long as its slowest seat usually does."""
    return max((usual[known] for known in (name, *offices) if known and known in usual), default=None)
