"""Pilots: what they may cost, until when, what each side said of them, and whose vote is still missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, select

from collab.initiatives.models import PREFIX, Initiative, Pilot, Vote
from collab.initiatives.queries.initiatives import InitiativeView, whole
from collab.initiatives.queries.sight import Held
from collab.initiatives.rules.moves import PILOT, SIDES
from collab.kernel.db import AnyRow, db
from collab.kernel.errors import NotFound, Text
from collab.kernel.keys import key_of, number_of
from collab.kernel.money import Money

WATCH = "initiative.vote"
_initiatives: Table = Initiative.__table__  # type: ignore[assignment]
_pilots: Table = Pilot.__table__  # type: ignore[assignment]
_votes: Table = Vote.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class VoteView:
    """What somebody said for a side."""

    side: int
    member: int
    choice: str
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class PilotView:
    """A pilot with what was said of it."""

    id: int
    initiative: int
    cap: Money
    question: str
    started_at: datetime
    started_by: int
    ends_on: date
    ends_at: datetime
    asks_at: datetime
    due_at: datetime
    asked_at: datetime | None
    ended_at: datetime | None
    verdict: str | None
    votes: tuple[VoteView, ...] = ()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet. One whose last day is over may wait for the sweep that ends it."""
        return self.ended_at is None

    def vote_of(self, side: int) -> VoteView | None:
        """What a side said."""
        return next((vote for vote in self.votes if vote.side == side), None)


def pilots_of(initiatives: Iterable[int]) -> Mapping[int, PilotView]:
    """By initiative, its newest pilot. Two statements."""
    newest = select(func.max(_pilots.c.id)).where(_pilots.c.initiative_id.in_(list(initiatives)))
    rows = db.session.execute(select(_pilots).where(_pilots.c.id.in_(newest.group_by(_pilots.c.initiative_id)))).all()
    return {pilot.initiative: pilot for pilot in _whole(rows)}


def find_pilot(initiative: int) -> PilotView | None:
    """The newest pilot of an initiative, whoever asks; None if there never was one."""
    return pilots_of([initiative]).get(initiative)


def counting(pilot: PilotView, initiative: InitiativeView) -> dict[int, str]:
    """What each side has said, by side: the vote of whoever leads it now. Somebody's who led it before counts no more."""
    led = {held.slot: held.member for held in initiative.leads if held.slot in SIDES}
    return {vote.side: vote.choice for vote in pilot.votes if led.get(vote.side) == vote.member}


def silent(pilot: PilotView, initiative: InitiativeView) -> list[Held]:
    """The leads of those sides that have said nothing."""
    said = counting(pilot, initiative)
    return [held for held in initiative.leads if held.slot in SIDES and held.slot not in said]


def wait_key(key: str, side: int) -> str:
    """The name of the clock of a side's vote: `I-7:vote:1`."""
    return f"{key}:vote:{side}"


def still_awaited(waits: Sequence[str]) -> frozenset[str]:
    """Those of the waits whose side has said nothing, and whose pilot runs."""
    return frozenset(_awaited({_number(wait) for wait in waits} - {None})) & set(waits)


def expected(now: datetime) -> Collection[str]:
    """The waits that ought to be running: of pilots whose leads were asked, and whose last day is not over."""
    asked = select(_pilots.c.initiative_id).where(
        _pilots.c.ended_at.is_(None), _pilots.c.asked_at.is_not(None), _pilots.c.ends_at > now
    )
    return _awaited(set(db.session.scalars(asked)))


def facts(waits: Sequence[str]) -> Mapping[str, Sequence[tuple[Text, Any]]]:
    """What superiors read about a missing vote: what the pilot is to find out, and when silence becomes a stop."""
    numbers = {wait: _number(wait) for wait in waits}
    found = pilots_of({number for number in numbers.values() if number})
    return {wait: _facts(found[number]) for wait, number in numbers.items() if number and number in found}


def _facts(pilot: PilotView) -> Sequence[tuple[Text, Any]]:
    return (
        (Text("initiative.pilot.field.question"), pilot.question),
        (Text("initiative.pilot.field.ends"), pilot.ends_at),
        (Text("initiative.pilot.field.silence"), Text("initiative.pilot.silence_stops")),
    )


def _awaited(numbers: Collection[Any]) -> set[str]:
    if not numbers:
        return set()
    rows = db.session.execute(
        select(_initiatives).where(_initiatives.c.id.in_(numbers), _initiatives.c.state == PILOT)
    ).all()
    running = {one.initiative: one for one in pilots_of(numbers).values() if one.running and one.asked_at}
    return {
        wait_key(view.key, held.slot)
        for view in whole(rows)
        if view.id in running
        for held in silent(running[view.id], view)
    }


def list_running(initiatives: Iterable[int] | None = None) -> list[PilotView]:
    """Pilots that have not ended, of these initiatives or of all."""
    wanted = select(_pilots).where(_pilots.c.ended_at.is_(None))
    if initiatives is not None:
        wanted = wanted.where(_pilots.c.initiative_id.in_(list(initiatives)))
    return _whole(db.session.execute(wanted.order_by(_pilots.c.id)).all())


def keys_over(now: datetime) -> list[str]:
    """Initiatives whose pilot's last day is over and has not been ended."""
    return _keys((_pilots.c.ended_at.is_(None)) & (_pilots.c.ends_at <= now))


def keys_to_ask(now: datetime) -> list[str]:
    """Initiatives whose leads are to be asked for their votes now."""
    unasked = (_pilots.c.ended_at.is_(None)) & (_pilots.c.asked_at.is_(None))
    return _keys(unasked & (_pilots.c.asks_at <= now) & (_pilots.c.ends_at > now))


def _keys(chosen: Any) -> list[str]:
    rows = db.session.scalars(select(_pilots.c.initiative_id).where(chosen).order_by(_pilots.c.initiative_id))
    return [key_of(PREFIX, number) for number in rows]


def _number(wait: str) -> int | None:
    try:
        return number_of(PREFIX, wait.partition(":")[0])
    except NotFound:
        return None


def _whole(rows: Sequence[AnyRow]) -> list[PilotView]:
    votes: dict[int, tuple[VoteView, ...]] = {}
    if rows:
        wanted = select(_votes).where(_votes.c.pilot_id.in_([row.id for row in rows])).order_by(_votes.c.side)
        for row in db.session.execute(wanted):
            vote = VoteView(row.side, row.member_id, row.choice, row.reason, row.voted_at)
            votes[row.pilot_id] = (*votes.get(row.pilot_id, ()), vote)
    return [
        PilotView(
            row.id, row.initiative_id, Money(row.cap_minor, row.currency), row.question, row.started_at, row.started_by_id,
            row.ends_on, row.ends_at, row.asks_at, row.due_at, row.asked_at, row.ended_at, row.verdict, votes.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip
