"""What is to be read: after somebody decided over or for a member (後閲), in circulation (回覧), or as a sampled check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from collab.approvals.models import Reading, Round
from collab.approvals.queries import Chain, SeatView, get_chain
from collab.approvals.rules.progress import DECIDED, LIFTED, PASSED, Change
from collab.audit import service as audit
from collab.kernel.actor import Actor
from collab.kernel.db import db, run
from collab.outbox.service import Note
from collab.outbox.service.enqueueing import enqueue, enqueue_once
from collab.people import queries as people

VIEW_AFTER, CIRCULATE, AFTER_REVIEW = "view_after", "circulate", "after_review"
TO_READ, CIRCULATED = "approval.to_read", "approval.circulated"
_readings: Table = Reading.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Paper:
    """What is put before its readers: of which round, why, whether they confirm, who asks them to, with which words."""

    subject: str
    round_id: int
    number: int
    why: str
    confirm: bool = True
    asked_by: int | None = None
    note: str | None = None
    due_at: datetime | None = None


def put_after(chain: Chain, seat: SeatView, change: Change, actor: Actor, *, now: datetime) -> None:
    """Within a decision: whoever was approved over, or decided for, reads after; whoever is asked anew need not."""
    _forget(chain, {row.member for row in chain.seats if row.state == LIFTED and row.id in change.renewed})
    lifted = [row for row in chain.seats if change.seats.get(row.id) == LIFTED]
    circulated = [row for row in lifted if chain.kind(row) == CIRCULATE]
    if circulated:
        put_step(chain, circulated, now=now)
    skipped = {row.member for row in lifted if row not in circulated}
    after = (skipped | _replaced(chain, seat, actor.id)) - {actor.id}
    if after:
        paper = Paper(chain.subject, chain.id, chain.number, VIEW_AFTER)
        holders = skipped | {seat.member}  # who holds a seat has not left
        here = after if after <= holders else people.list_active(after)
        _record(paper, put(paper, here, now=now), now, _step(chain.route, chain.number, seat.step))


def put_step(chain: Chain, seats: Sequence[SeatView], *, now: datetime) -> None:
    """Within a change: a step of circulation was reached, its people get it to read."""
    _put_circulated(chain.subject, chain.id, chain.number, chain.route, [(row.step, row.member) for row in seats], now)


def put_first(
    key: str, number: int, round_id: int, route: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], *, now: datetime
) -> None:
    """Within a submission: the steps of circulation a round begins with are reached at once; `rows` are its seats."""
    steps = route["steps"]
    reached = [row for row in rows if row["state"] == PASSED and steps[row["step"]]["kind"] == CIRCULATE]
    _put_circulated(key, round_id, number, route, [(row["step"], row["member_id"]) for row in reached], now)


def put_review(key: str, round_id: int, members: Iterable[int], due_at: datetime | None, *, now: datetime) -> None:
    """What nobody was asked about is looked at by these members after all; they may object, in words."""
    number = db.session.scalar(select(_rounds.c.number).where(_rounds.c.id == round_id)) or 1
    paper = Paper(key, round_id, number, AFTER_REVIEW, due_at=due_at)
    _record(paper, put(paper, members, now=now), now, {"round": number})


def take_back(chain: Chain) -> None:
    """Within an undo, after it is written: what nobody has read yet and no longer happened is not asked any more."""
    after = get_chain(chain.subject)
    lifted = {row.member for row in after.seats if row.state == LIFTED}
    decided = [row for row in after.seats if row.state in DECIDED]
    replaced = {row.member for row in decided if row.decided_by} | {row.instead_of or 0 for row in decided}
    _forget(
        chain,
        {row.member for row in chain.seats} | {row.instead_of or 0 for row in chain.seats},
        keep=lifted | replaced,
    )


def put(paper: Paper, members: Iterable[int], *, now: datetime) -> list[int]:
    """Put a paper before those who do not have it yet for the same reason, and tell them; returns whom."""
    wanted = sorted(set(members))
    if not wanted:
        return []
    values = {
        "subject_key": paper.subject, "round_id": paper.round_id, "why": paper.why, "confirm": paper.confirm,
        "asked_by_id": paper.asked_by, "note": paper.note, "asked_at": now, "due_at": paper.due_at,
    }  # fmt: skip
    kind = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    rows = kind(_readings).values([{**values, "member_id": member} for member in wanted])
    fresh = sorted(run(rows.on_conflict_do_nothing().returning(_readings.c.member_id)).scalars())
    tell(paper, fresh, now=now)
    return fresh


def tell(paper: Paper, members: Iterable[int], *, now: datetime) -> None:
    """One card per person, round and reason, however often it is put before them: an earlier one is painted anew."""
    kind = TO_READ if paper.confirm else CIRCULATED
    notes = [
        Note(
            kind, paper.subject, f"{paper.subject}:r{paper.number}:{kind}:{paper.why}:{member}", member=member,
            args={"round": paper.number, "why": paper.why},
        )
        for member in members
    ]  # fmt: skip
    if paper.why == VIEW_AFTER:  # it may have been taken back meanwhile, and its card told so
        enqueue_once(*notes, now=now)
    elif notes:
        enqueue(*notes, now=now)


def _replaced(chain: Chain, seat: SeatView, actor: int) -> set[int]:
    """Whose decision it would have been: the principal of a delegation, and whoever's seat fell to somebody else because
    they are away (not because they may not decide it, or sit beside it)."""
    beside = {row.member for row in chain.seats if row.step == seat.step and row.id != seat.id}
    fallen = {seat.instead_of} - beside - chain.barred if seat.instead_of else set()
    return {seat.member, *(member for member in fallen if member)} - {actor}


def _put_circulated(
    key: str, round_id: int, number: int, route: Mapping[str, Any], reached: Sequence[tuple[int, int]], now: datetime
) -> None:
    for step in sorted({step for step, _member in reached}):
        paper = Paper(key, round_id, number, CIRCULATE, bool(route["steps"][step].get("confirm")))
        fresh = put(paper, [member for at, member in reached if at == step], now=now)
        _record(paper, fresh, now, _step(route, number, step))


def _record(paper: Paper, members: Sequence[int], now: datetime, details: Mapping[str, Any]) -> None:
    """The trail says before whom the house itself put what."""
    if members:
        known = people.addresses(members)
        after = {
            "members": [known[member] for member in members], "confirm": paper.confirm,
            "due_at": paper.due_at.isoformat() if paper.due_at else None,
        }  # fmt: skip
        audit.record(paper.why, paper.subject, actor=None, at=now, after=after, details=details)


def _step(route: Mapping[str, Any], number: int, step: int) -> dict[str, Any]:
    frozen = route["steps"][step]
    return {"round": number, "step": step + 1, "step_name": [frozen["name_en"], frozen["name_ja"]]}


def _forget(chain: Chain, members: set[int], *, keep: Iterable[int] = ()) -> None:
    """These need not read after any more, unless they have."""
    gone = sorted(members - set(keep))
    if gone:
        unread = (_readings.c.round_id == chain.id) & (_readings.c.why == VIEW_AFTER) & _readings.c.read_at.is_(None)
        run(delete(_readings).where(unread, _readings.c.member_id.in_(gone)))
