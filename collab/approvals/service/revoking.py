"""Revoking a decision (決裁取消), for good: by whoever took it alone, else by everybody who took it together; on the request of
those it concerns, too. An administrator never does it, and nothing that is ordered is revoked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, update

from collab.approvals.models import Reading, Revocation, RevocationVoice
from collab.approvals.queries import Chain
from collab.approvals.queries.revocations import NO, YES, RevocationView, find_open
from collab.approvals.service import conditions, telling
from collab.approvals.service.applying import move_round
from collab.approvals.service.deciding import Decision, Said, locked, record
from collab.approvals.service.ended import RoundEnded
from collab.approvals.service.voices import Asked, ask, list_voices
from collab.audit import service as audit
from collab.kernel import reactions
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import Invalid, NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason, checked_words
from collab.outbox import service as outbox
from collab.outbox.service import Note
from collab.people import queries as people

_revocations: Table = Revocation.__table__  # type: ignore[assignment]
_voices: Table = RevocationVoice.__table__  # type: ignore[assignment]
_readings: Table = Reading.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Revoking:
    """Told before a decision is revoked, or somebody asks for it: whoever the subject belongs to may refuse."""

    subject: str
    at: datetime


def revoke(*, key: str, actor: Actor, reason: str, now: datetime) -> Decision:
    """Revoke the final decision with a reason: at once where the actor took it alone, else their own yes and a question to the
    others who took it.

    Raises:
        NotFound, NotAllowed: not visible, or the actor did not take the decision.
        NotNow: it is not decided, it is ordered already, or a request to revoke it is open.
        Invalid: no reason.
    """
    with atomic():
        chain = locked(key, actor)
        permits.check("approval.revoke", chain.relations_of(actor.id) | actor.roles, chain.state)
        reason = checked_reason(reason)
        voices = _openly(chain, now)
        if [voice.member for voice in voices] != [actor.id]:
            return _ask(chain, actor, reason, voices, now)
        _revoked(chain, actor, reason, now)
        record(chain, "revoke", actor, chain.deciders()[-1], Said("revoke", reason), now)
    return Decision(key, "revoke", chain.number, chain.step + 1, "revoked", now)


def ask_to_revoke(*, key: str, actor: Actor, reason: str, now: datetime) -> Decision:
    """Ask everybody who took the decision to revoke it; it is revoked once all of them say yes. Raises like `revoke`."""
    with atomic():
        chain = locked(key, actor)
        permits.check("approval.ask_to_revoke", revocation_relations(chain, actor), chain.state)
        reason = checked_reason(reason)
        return _ask(chain, actor, reason, _openly(chain, now), now)


def answer_revocation(*, key: str, actor: Actor, answer: str, now: datetime, comment: str | None = None) -> Decision:
    """Say whether a decision may be revoked: the last yes revokes it, one no declines it and says why.

    Raises:
        Invalid: neither yes nor no, or a no without words.
        NotNow: nobody asks for it any more.
        NotFound, NotAllowed: the actor is not asked.
    """
    with atomic():
        chain = locked(key, actor)
        asked = _open_one(chain, actor, "answer_revocation")
        if answer not in (YES, NO):
            raise Invalid({"answer": Text("field.not_a_choice", {"choices": f"{YES}, {NO}"})})
        said = checked_reason(comment, "comment") if answer == NO else checked_words("comment", comment)
        mine = (_voices.c.revocation_id == asked.id) & (_voices.c.member_id == actor.id)
        run(update(_voices).where(mine).values(answer=answer, comment=said, answered_at=now))
        _record(chain, "answer_revocation", actor, said, {"answer": answer}, now)
        if answer == YES and len(asked.asked()) > 1:
            _bump(chain, now)
            _repaint(chain, "answer", now)
            return Decision(key, "answer_revocation", chain.number, chain.step + 1, chain.state, now)
        return _concluded(chain, asked, actor, answer, said, now)


def withdraw_revocation(*, key: str, actor: Actor, now: datetime) -> Decision:
    """Whoever asked for a decision to be revoked asks no more. Raises NotNow, NotFound, NotAllowed."""
    with atomic():
        chain = locked(key, actor)
        asked = _open_one(chain, actor, "withdraw_revocation")
        _end(asked, "withdrawn", now)
        _record(chain, "withdraw_revocation", actor, None, {}, now)
        _bump(chain, now)
        tell(chain, "withdraw_revocation", _everybody(chain, asked), actor, None, now=now)
    return Decision(key, "withdraw_revocation", chain.number, chain.step + 1, chain.state, now)


def _openly(chain: Chain, now: datetime) -> list[Asked]:
    """Whom it takes, while it can be revoked at all and nobody asks for it yet."""
    reactions.emit(Revoking(chain.subject, now))
    before = find_open(chain.subject)
    if before is not None:
        raise NotNow("revocation_open", who=people.get_actor(before.requested_by, now), at=before.requested_at)
    voices = list_voices(chain, now)
    if not voices:
        raise NotNow("nobody_to_revoke")
    return voices


def revocation_relations(chain: Chain, actor: Actor) -> frozenset[str]:
    """How a member stands to a decision that others took."""
    found = set(chain.relations_of(actor.id) | actor.roles)
    if actor.id == chain.requester:
        found.add("requester")
    elif actor.id in chain.barred:
        found.add("on_behalf_of")
    if chain.route["facts"].get("department") in actor.leads:
        found.add("department_lead")
    if not found & {"seated", "requester", "on_behalf_of", "department_lead"} and _reads_after(chain, actor):
        found.add("after_reviewer")
    return frozenset(found)


def _reads_after(chain: Chain, actor: Actor) -> bool:
    mine = (
        (_readings.c.round_id == chain.id) & (_readings.c.member_id == actor.id) & (_readings.c.why == "after_review")
    )
    return run(select(_readings.c.id).where(mine)).first() is not None


def _ask(chain: Chain, actor: Actor, reason: str, voices: list[Asked], now: datetime) -> Decision:
    values = {
        "subject_key": chain.subject, "round_id": chain.id, "requested_by_id": actor.id, "reason": reason, "state": "open",
        "requested_at": now,
    }  # fmt: skip
    number = run(insert(_revocations).values(**values).returning(_revocations.c.id)).scalar_one()
    rows = [_voice_row(number, voice, actor.id, now) for voice in voices]
    run(insert(_voices), rows)
    known = people.addresses(voice.member for voice in voices)
    _record(chain, "ask_to_revoke", actor, reason, {"voices": [known.get(voice.member) for voice in voices]}, now)
    others = [voice.member for voice in voices if voice.member != actor.id]
    asked = _open_now(chain)
    if not others:
        return _concluded(chain, asked, actor, YES, None, now)
    _bump(chain, now)
    ask(asked, others, now=now)
    tell(chain, "ask_to_revoke", {chain.requester, *chain.barred} - set(others), actor, reason, now=now)
    return Decision(chain.subject, "ask_to_revoke", chain.number, chain.step + 1, chain.state, now)


def _voice_row(number: int | None, voice: Asked, asker: int, now: datetime) -> dict[str, Any]:
    own = voice.member == asker
    return {
        "revocation_id": number, "member_id": voice.member, "office": voice.office, "answer": YES if own else None,
        "comment": None, "answered_at": now if own else None,
    }  # fmt: skip


def _concluded(
    chain: Chain, asked: RevocationView, actor: Actor, answer: str, said: str | None, now: datetime
) -> Decision:
    """The last yes, or the first no."""
    if answer == NO:
        _end(asked, "declined", now)
        _bump(chain, now)
        tell(chain, "revocation_declined", _everybody(chain, asked), actor, said, now=now)
        return Decision(chain.subject, "answer_revocation", chain.number, chain.step + 1, chain.state, now)
    reactions.emit(Revoking(chain.subject, now))
    _end(asked, "granted", now)
    _revoked(chain, actor, asked.reason, now, others=_everybody(chain, asked))
    _record(chain, "revoke", actor, asked.reason, {}, now)
    return Decision(chain.subject, "revoke", chain.number, chain.step + 1, "revoked", now)


def _revoked(chain: Chain, actor: Actor, reason: str, now: datetime, *, others: Iterable[int] = ()) -> None:
    move_round(chain, "revoked", chain.step, now)
    conditions.release(chain, actor, now=now)
    telling.decided(chain, "revoke", actor, reason, now=now)
    tell(chain, "revoke", set(others) - {chain.requester, *chain.barred}, actor, reason, now=now)
    reactions.emit(RoundEnded(chain.subject, "revoked", actor, now))


def _open_one(chain: Chain, actor: Actor, verb: str) -> RevocationView:
    asked = find_open(chain.subject)
    relations = chain.relations_of(actor.id) | actor.roles | (asked.relations_of(actor.id) if asked else frozenset())
    if asked is None and "seated" in relations:
        raise NotNow("revocation_over")
    permits.check(f"approval.{verb}", relations, chain.state)
    return asked or _open_now(chain)


def _open_now(chain: Chain) -> RevocationView:
    asked = find_open(chain.subject)
    if asked is None:
        raise NotNow("revocation_over")
    return asked


def _end(asked: RevocationView, state: str, now: datetime) -> None:
    run(update(_revocations).where(_revocations.c.id == asked.id).values(state=state, ended_at=now))


def _everybody(chain: Chain, asked: RevocationView) -> set[int]:
    return {chain.requester, *chain.barred, asked.requested_by, *(voice.member for voice in asked.voices)}


def tell(chain: Chain, verb: str, members: Iterable[int], actor: Actor, said: str | None, *, now: datetime) -> None:
    """News of a revocation for whom it concerns, never for whoever acted; cards say how it stands."""
    args = {"verb": verb, "by": actor.id, "comment": said, "round": chain.number}
    notes = [
        Note(telling.TOLD, chain.subject, f"{chain.subject}:r{chain.number}:v{chain.version}:{verb}:{member}",
             member=member, args=args)
        for member in sorted(people.list_active(set(members) - {actor.id}))
    ]  # fmt: skip
    outbox.enqueue(*notes, now=now)
    _repaint(chain, verb, now)


def _repaint(chain: Chain, verb: str, now: datetime) -> None:
    outbox.repaint(chain.subject, turn=f"r{chain.number}:v{chain.version}:{verb}", now=now)


def _bump(chain: Chain, now: datetime) -> None:
    move_round(chain, chain.state, chain.step, now)


def _record(chain: Chain, verb: str, actor: Actor, said: str | None, after: dict[str, Any], now: datetime) -> None:
    details = {"round": chain.number}
    audit.record(verb, chain.subject, actor=actor, at=now, after=after, reason=said, details=details)
