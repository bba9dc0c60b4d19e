"""Deciding on a seat, taking it back, ending a round: under the subject's lock, guarded by the round's version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, update
from sqlalchemy.sql.dml import Update

from collab.approvals.models import Round, Seat
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules import progress
from collab.approvals.rules.progress import PLANNED, WAITING, Change
from collab.approvals.service import moving, telling
from collab.approvals.service.moving import Opening
from collab.approvals.service.opening import step_details
from collab.audit import service as audit
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import Moment, run
from collab.kernel.errors import Invalid, NotAllowed, NotFound, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.text import storable
from collab.people import queries as people
from collab.subjects import service as subjects
from collab.subjects.queries import get_summary

_rounds: Table = Round.__table__  # type: ignore[assignment]
_seats: Table = Seat.__table__  # type: ignore[assignment]

DECISIONS = ("approve", "return", "reject")
LONGEST_COMMENT = 2000


@dataclass(frozen=True)
class Decision:
    """What a decision did: the verb as recorded (`decide` for the last yes), and where the round stands now."""

    subject: str
    verb: str
    round: int
    step: int
    state: str
    at: datetime


class DoneBefore(NotNow):
    """One's own decision stands already: a repeat, often of one whose answer was lost on the way. Said as done."""

    code = "already_decided"

    @property
    def text(self) -> Text:
        """To others the same code says who was first."""
        return Text("error.decided_before", self.args_said)


@dataclass(frozen=True)
class RoundEnded:
    """Told inside the transaction to whoever the subject belongs to."""

    subject: str
    state: str
    actor: Actor | None
    at: datetime


def decide(
    *, key: str, actor: Actor, verb: str, now: datetime, comment: str | None = None, seen_version: int | None = None
) -> Decision:
    """Approve, send back or reject on the seat the actor holds now.

    Raises:
        Invalid: an unknown verb, or no reason where one must be given.
        NotFound: no such subject, or not visible to the actor.
        NotAllowed: the actor has no seat here, or may never decide this one.
        NotNow: somebody decided first, or the content changed since the actor looked.
    """
    comment = _checked(verb, comment)
    with atomic():
        chain = _locked(key, actor)
        seat = _permitted_seat(chain, actor, verb, seen_version, now)
        change = _change(chain, seat, verb)
        recorded = "decide" if change.ends == "approved" else verb
        _record(chain, recorded, actor, seat, comment, now)
        _apply(chain, change, now, decided=Taken(seat, comment, now))
        telling.decided(chain, recorded, actor, comment, now=now)
        if change.ends:
            reactions.emit(RoundEnded(key, change.ends, actor, now))
    return Decision(key, recorded, chain.number, seat.step + 1, change.ends or "pending", now)


def undo(*, key: str, actor: Actor, now: datetime) -> Decision:
    """Take back one's own approval while nobody acted after it. Raises like `decide`."""
    with atomic():
        chain = _locked(key, actor)
        permits.check("approval.undo", chain.relations_of(actor.id) | actor.roles, chain.state)
        done = chain.decided()
        seat = done[-1]
        if seat.member != actor.id:
            raise NotNow("acted_after", who=people.get_actor(seat.member, now), at=seat.decided_at)
        _check_still_in_office(seat, actor, now)
        change = progress.undo(chain.now(), next(row for row in chain.now() if row.id == seat.id))
        _apply(chain, change, now)
        _record(chain, "undo", actor, seat, None, now)
        telling.undone(chain, actor, seat, now=now)
    return Decision(key, "undo", chain.number, seat.step + 1, "pending", now)


def _check_still_in_office(seat: SeatView, actor: Actor, now: datetime) -> None:
    """A yes given for an office stands once somebody else holds it: the former holder is not asked again."""
    if seat.office is None or seat.instead_of is not None or seat.office in actor.offices:
        return
    if people.organisation(now).offices.get(seat.office, actor.id) != actor.id:
        raise NotAllowed("nothing_to_undo", verb="approval.undo")


def revoke(*, key: str, actor: Actor, reason: str, now: datetime) -> Decision:
    """Revoke the final decision (決裁取消): by whoever took it, with a reason, for good. Raises like `decide`."""
    reason = _checked("revoke", reason) or ""
    with atomic():
        chain = _locked(key, actor)
        permits.check("approval.revoke", chain.relations_of(actor.id) | actor.roles, chain.state)
        _move_round(chain, "revoked", chain.step, now)
        _record(chain, "revoke", actor, chain.decided()[-1], reason, now)
        telling.decided(chain, "revoke", actor, reason, now=now)
        reactions.emit(RoundEnded(key, "revoked", actor, now))
    return Decision(key, "revoke", chain.number, chain.step + 1, "revoked", now)


def end_round(chain: Chain, verb: str, *, now: datetime) -> None:
    """End a round for its owner (withdrawing), inside the owner's transaction."""
    _apply(chain, progress.end(chain.now(), verb), now)
    telling.closed(chain, verb, now=now)


@dataclass(frozen=True)
class Taken:
    """The decision being written."""

    seat: SeatView
    comment: str | None
    at: datetime


def _checked(verb: str, comment: str | None) -> str | None:
    if verb not in (*DECISIONS, "revoke"):
        raise Invalid({"verb": Text("field.not_a_choice", {"choices": ", ".join(DECISIONS)})})
    comment = (comment or "").strip() or None
    if comment is None and verb != "approve":
        raise Invalid({"comment": Text("error.reason_needed")}, "reason_needed")
    if comment and len(comment) > LONGEST_COMMENT:
        raise Invalid({"comment": Text("field.too_long", {"n": LONGEST_COMMENT})})
    if comment and not storable(comment):
        raise Invalid({"comment": Text("field.bad_text")})
    return comment


def _locked(key: str, actor: Actor) -> Chain:
    """Lock first, read after: on PostgreSQL a row read before the lock may be old. A stranger learns nothing."""
    subjects.lock(key)
    try:
        chain = get_chain(key)
    except NotFound:
        get_summary(actor, key)
        raise NotNow("not_submitted") from None
    if not chain.relations_of(actor.id):
        get_summary(actor, key)
    return chain


def _permitted_seat(chain: Chain, actor: Actor, verb: str, seen_version: int | None, now: datetime) -> SeatView:
    relations = chain.relations_of(actor.id) | actor.roles
    seat = chain.waiting_seat_of(actor.id)
    if seat is None and ("seated" in relations or chain.state != "pending"):
        _refuse_late(chain, actor, now)
    permits.check(f"approval.{verb}", relations, chain.state)
    if seat is None:
        raise NotNow("not_your_turn")
    if seen_version is not None and seen_version != chain.content_version:
        raise NotNow("content_changed", seen=seen_version, version=chain.content_version)
    return seat


def _refuse_late(chain: Chain, actor: Actor, now: datetime) -> None:
    """Say who decided and when, kindly: the seat was decided on, moved to a deputy, or the round has ended."""
    mine = [seat for seat in chain.seats if seat.concerns(actor.id)]
    if not mine:
        return
    done = next((seat for seat in mine if seat.decided_at), None) or next(iter(chain.decided()[-1:]), None)
    if done and done.decided_at and (done in mine or chain.state != "pending"):
        verb = Text(f"approval.done.{done.state}")
        refusal = DoneBefore if done.member == actor.id else NotNow
        raise refusal("already_decided", who=people.get_actor(done.member, now), at=done.decided_at, verb=verb)
    moved = next((seat for seat in mine if seat.member != actor.id), None)
    if moved:
        raise NotNow("seat_moved", who=people.get_actor(moved.member, now))
    raise NotNow("not_your_turn" if chain.state == "pending" else "round_ended")


def _change(chain: Chain, seat: SeatView, verb: str) -> Change:
    rows = chain.now()
    row = next(row for row in rows if row.id == seat.id)
    return progress.approve(rows, row, chain.rules) if verb == "approve" else progress.end(rows, verb, row)


def _seat_update() -> Update:
    """One statement for every seat a change touches, run once with all of them."""
    return (
        update(_seats)
        .where(_seats.c.id == bindparam("seat"), _seats.c.state == bindparam("was"))
        .values(
            state=bindparam("to"),
            member_id=bindparam("held_by"),
            instead_of_id=bindparam("instead"),
            through_id=bindparam("through"),
            opened_at=bindparam("opened", type_=Moment()),
            due_at=bindparam("due", type_=Moment()),
            decided_at=bindparam("decided", type_=Moment()),
            comment=bindparam("said"),
        )
    )


_MOVE_SEATS = _seat_update()
_MOVE_ROUND = (
    update(_rounds)
    .where(_rounds.c.id == bindparam("round"), _rounds.c.version == bindparam("seen"))
    .values(
        version=bindparam("seen") + 1,
        step=bindparam("at_step"),
        state=bindparam("to"),
        ended_at=bindparam("ended", type_=Moment()),
    )
)


def _apply(chain: Chain, change: Change, now: datetime, *, decided: Taken | None = None) -> None:
    """Write a change: one statement for all its seats, one for the round."""
    by_id = {seat.id: seat for seat in chain.seats}
    fresh = [
        by_id[seat_id] for seat_id, to in change.seats.items() if to == WAITING and by_id[seat_id].state == PLANNED
    ]
    opened = moving.seats_opening(chain, fresh, now) if fresh else {}
    rows = [_seat_row(by_id[seat_id], to, opened.get(seat_id), decided) for seat_id, to in change.seats.items()]
    if rows and run(_MOVE_SEATS, rows).rowcount not in (len(rows), -1):
        raise NotNow("conflict")
    step = chain.step if change.opens is None else change.opens
    _move_round(chain, change.ends or "pending", step, now)
    if opened:
        _tell_opened(chain, step, list(opened.values()), now)


def _seat_row(seat: SeatView, to: str, opening: Opening | None, decided: Taken | None) -> dict[str, Any]:
    mine = decided is not None and seat.id == decided.seat.id
    keeps = seat.opened_at is not None and to != PLANNED
    return {
        "seat": seat.id, "was": seat.state, "to": to,
        "held_by": opening.member if opening else seat.member,
        "instead": opening.instead_of if opening else seat.instead_of,
        "through": opening.through if opening else seat.through,
        "opened": opening.at if opening else (seat.opened_at if keeps else None),
        "due": opening.due_at if opening else (seat.due_at if keeps else None),
        "decided": decided.at if mine and decided else None, "said": decided.comment if mine and decided else None,
    }  # fmt: skip


def _move_round(chain: Chain, state: str, step: int, now: datetime) -> None:
    """Compare-and-set: SQLite knows no row locks, and a guard that costs nothing is kept on PostgreSQL too."""
    ended = None if state == "pending" else (chain.ended_at or now)
    values = {"round": chain.id, "seen": chain.version, "at_step": step, "to": state, "ended": ended}
    if run(_MOVE_ROUND, values).rowcount != 1:
        raise NotNow("conflict")


def _record(chain: Chain, verb: str, actor: Actor, seat: SeatView, comment: str | None, now: datetime) -> None:
    details = {**step_details(chain.route, chain.number, seat.step), "office": seat.office}
    instead = people.email_of(seat.instead_of) if seat.instead_of else None
    audit.record(verb, chain.subject, actor=actor, at=now, acting_for=instead, reason=comment, details=details)


def _tell_opened(chain: Chain, step: int, opened: Sequence[Opening], now: datetime) -> None:
    details = step_details(chain.route, chain.number, step)
    audit.record("step_started", chain.subject, actor=None, at=now, details=details)
    for seat in opened:
        if seat.moved:
            moving.record_moved(chain, step, seat, now)
    telling.ask(
        chain.subject,
        chain.number,
        step,
        [(seat.member, seat.office) for seat in opened],
        now=now,
        version=chain.version,
    )
