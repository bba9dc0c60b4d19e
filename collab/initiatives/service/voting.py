"""The vote of a side on its pilot: scale or stop, by its lead in person, changeable until the pilot ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, update

from collab.audit import service as audit
from collab.escalations.service import end as end_waits
from collab.initiatives.models import Vote
from collab.initiatives.queries.initiatives import InitiativeView
from collab.initiatives.queries.pilots import PilotView, VoteView, find_pilot, wait_key
from collab.initiatives.rules.moves import SIDES
from collab.initiatives.rules.pilots import CHOICES, SCALE, STOP
from collab.initiatives.service import asking_votes, holding, piloting
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import Invalid, NotAllowed, NotNow, Text
from collab.kernel.words import checked_reason, checked_words

_votes: Table = Vote.__table__  # type: ignore[assignment]


def vote(
    actor: Actor, key: str, choice: str, *, reason: str | None = None, seen_pilot: int | None = None, now: datetime
) -> InitiativeView:
    """Say "scale" or "stop" for one's side; saying the same again is once. With both sides' word the pilot may end at once.

    `seen_pilot` is the pilot the voter looked at.

    Raises:
        Invalid: no such choice, or a stop without a reason.
        NotAllowed: not the lead of a side in person (no deputy, no machine), or they spoke for the other side already.
        NotNow: its last day is over (`pilot_over`), another pilot, or "scale" under an unsigned charter.
    """
    with atomic():
        held = holding.hold(actor, key, "initiative.vote")
        side = _side(actor, held.initiative)
        if choice not in CHOICES:
            raise Invalid({"choice": Text("field.not_a_choice", {"choices": ", ".join(CHOICES)})})
        words = checked_reason(reason) if choice == STOP else checked_words("reason", reason)
        found = _open_pilot(held.initiative, seen_pilot, now)
        if choice == SCALE:
            piloting.check_chartered(held.initiative)
        before = found.vote_of(side)
        if before and (before.member, before.choice, before.reason) == (actor.id, choice, words):
            return held.initiative
        _check_one_side(found, side, actor)
        _write(found, before, side, actor, choice, words, now)
        return _concluded(actor, held.initiative, side, choice, words, now)


def _side(actor: Actor, initiative: InitiativeView) -> int:
    slot = initiative.slot_of(actor.id)
    if slot not in SIDES or actor.machine is not None:
        raise NotAllowed("votes_in_person")
    return slot


def _open_pilot(initiative: InitiativeView, seen: int | None, now: datetime) -> PilotView:
    """The pilot, while it may be voted on; one whose last day is over has ended, though no sweep has said so."""
    found = find_pilot(initiative.id)
    if found is None or not found.running or (seen is not None and seen != found.id):
        raise NotNow("conflict")
    if now >= found.ends_at:
        raise NotNow("pilot_vote_over", initiative=initiative.key, at=found.ends_at)
    return found


def _check_one_side(found: PilotView, side: int, actor: Actor) -> None:
    if any(vote.member == actor.id and vote.side != side for vote in found.votes):
        raise NotAllowed("voted_for_other_side")


def _write(
    found: PilotView, before: VoteView | None, side: int, actor: Actor, choice: str, reason: str | None, now: datetime
) -> None:
    values: dict[str, Any] = {"member_id": actor.id, "choice": choice, "reason": reason, "voted_at": now}
    if before is None:
        db.session.execute(insert(_votes).values(pilot_id=found.id, side=side, **values))
    else:
        mine = (_votes.c.pilot_id == found.id) & (_votes.c.side == side)
        db.session.execute(update(_votes).where(mine).values(**values))


def _concluded(
    actor: Actor, initiative: InitiativeView, side: int, choice: str, reason: str | None, now: datetime
) -> InitiativeView:
    """Write it down, and end the pilot if that was the last word."""
    found = find_pilot(initiative.id)
    assert found is not None  # noqa: S101 - voted on just now, under the lock
    details = {"pilot": found.id, "side": side}
    audit.record("vote", initiative.key, actor=actor, at=now, after={"choice": choice}, reason=reason, details=details)
    end_waits([wait_key(initiative.key, side)], reason="voted", now=now)
    holding.move(initiative, {})
    changed = holding.locked(initiative.key)
    if not piloting.conclude(changed, found, actor, now=now):
        asking_votes.told(changed, "vote", actor, now=now, choice=choice)
        return changed
    return holding.locked(initiative.key)
