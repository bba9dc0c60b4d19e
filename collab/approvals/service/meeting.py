"""Meeting a condition (by whoever promised it), waiving one (by whoever set it), and what becomes of them when people go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update

from collab.approvals.models import Condition, Round
from collab.approvals.queries import Chain, get_chain
from collab.approvals.queries.conditions import ConditionView, get_condition, list_owned, setters_of
from collab.approvals.rules.progress import APPROVED
from collab.approvals.service.applying import move_round
from collab.approvals.service.conditions import asked, due_of, heir_of, tell, wait_key
from collab.approvals.service.deciding import locked
from collab.audit import service as audit
from collab.escalations.registry import Facts
from collab.escalations.service import waits
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import run
from collab.kernel.errors import NotNow, Text
from collab.kernel.permits import permits
from collab.kernel.words import checked_reason, checked_words
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.subjects import service as subjects

_conditions: Table = Condition.__table__  # type: ignore[assignment]
_rounds: Table = Round.__table__  # type: ignore[assignment]
_BINDING = (
    select(_conditions.c.subject_key, _conditions.c.number, _conditions.c.text, _conditions.c.before_order)
    .join(_rounds, _rounds.c.id == _conditions.c.round_id)
    .where(_conditions.c.state == "open", _rounds.c.state == APPROVED)
)


@dataclass(frozen=True)
class Settled:
    """What became of a condition."""

    subject: str
    number: int
    state: str
    at: datetime


def meet(*, key: str, number: int, actor: Actor, now: datetime, note: str | None = None) -> Settled:
    """Whoever promised it says that it is done; a note is welcome, files go into the conversation.

    Raises:
        NotFound: no such condition, or not visible to the actor.
        NotAllowed: somebody else must meet it.
        NotNow: it was met, waived or voided already, or the request is not decided yet.
    """
    with atomic():
        chain, found = _found(key, number, actor, "meet", now)
        said = checked_words("note", note)
        return _end(chain, found, "meet", actor, said, now)


def waive(*, key: str, number: int, actor: Actor, reason: str | None, now: datetime) -> Settled:
    """Whoever set it (or holds the office it was set for) does without it, with a reason. Raises like `meet`, and Invalid."""
    with atomic():
        chain, found = _found(key, number, actor, "waive", now)
        said = checked_reason(reason)
        return _end(chain, found, "waive", actor, said, now)


def ask_to_waive(*, key: str, number: int, actor: Actor, reason: str | None, now: datetime) -> Settled:
    """Whoever must meet it asks those who set it to do without it. Nothing moves until they say so. Raises like `waive`."""
    with atomic():
        chain, found = _found(key, number, actor, "ask_to_waive", now)
        said = checked_reason(reason)
        _record(chain, found, "ask_to_waive", actor, said, now)
        move_round(chain, chain.state, chain.step, now)
        tell(chain, found, "ask_to_waive", setters_of(found, now), actor, said, now=now)
    return Settled(key, number, found.state, now)


def relations_to(found: ConditionView, actor: Actor, now: datetime) -> frozenset[str]:
    """How a member stands to a condition, in the words of the permit rows."""
    here = {
        "owner": found.owner == actor.id,
        "setter": actor.id in setters_of(found, now),
        "barred": actor.id in found.barred,
    }
    return actor.roles | {relation for relation, true in here.items() if true}


def _found(key: str, number: int, actor: Actor, verb: str, now: datetime) -> tuple[Chain, ConditionView]:
    chain = locked(key, actor)
    found = get_condition(key, number)
    permits.check(f"approval.{verb}", relations_to(found, actor, now), chain.state)
    if not found.is_open:
        who = people.get_actor(found.ended_by, now) if found.ended_by else None
        raise NotNow(f"condition_{found.state}", n=number, who=who, at=found.ended_at)
    return chain, found


_ENDS = {"meet": "met", "waive": "waived"}


def _end(chain: Chain, found: ConditionView, verb: str, actor: Actor, said: str | None, now: datetime) -> Settled:
    state = _ENDS[verb]
    change = {"state": state, "ended_at": now, "ended_by_id": actor.id, "note": said}
    run(update(_conditions).where(_conditions.c.id == found.id, _conditions.c.state == "open").values(**change))
    _record(chain, found, verb, actor, said, now)
    move_round(chain, chain.state, chain.step, now)
    waits.end([wait_key(chain.subject, found.number)], reason=state, now=now)
    tell(
        chain, found, verb, {chain.requester, found.owner, *chain.barred, *setters_of(found, now)}, actor, said, now=now
    )
    return Settled(chain.subject, found.number, state, now)


def _record(
    chain: Chain, found: ConditionView, verb: str, actor: Actor | None, said: str | None, now: datetime
) -> None:
    details = {"round": chain.number, "condition": found.number, "office": found.office if verb == "waive" else None}
    after = {"number": found.number, "text": found.text}
    audit.record(verb, chain.subject, actor=actor, at=now, after=after, reason=said, details=details)


def hand_on(member: int, *, now: datetime) -> int:
    """A member has left: what they had to meet falls to the lead of their department, who hears of it; returns how many."""
    with atomic():
        found = list_owned(member)
        for key in dict.fromkeys(condition.subject for condition in found):
            subjects.lock(key)
        theirs = [condition for condition in list_owned(member) if condition.is_open]
        for condition in theirs:
            _pass_on(condition, now)
    return len(theirs)


def _pass_on(found: ConditionView, now: datetime) -> None:
    to = people.get_actor(heir_of(found, now), now)
    if to.id == found.owner:
        return  # nobody is left to whom it could fall
    chain = get_chain(found.subject)
    run(update(_conditions).where(_conditions.c.id == found.id).values(owner_id=to.id))
    after = {"from": people.email_of(found.owner), "to": to.email}
    details = {"round": chain.number, "condition": found.number}
    audit.record("condition_passed_on", found.subject, actor=None, at=now, after=after, details=details)
    if found.binding:
        move_round(chain, chain.state, chain.step, now)
        waits.put_off(wait_key(found.subject, found.number), due_of(found, to.calendar, now), late=to.id, now=now)
        outbox.enqueue(asked(found, to.id, version=chain.version), now=now)


def still(keys: Sequence[str]) -> frozenset[str]:
    """Those waits whose condition is still to be met."""
    return frozenset(set(keys) & _running(keys))


def expected(_now: datetime) -> Collection[str]:
    """The waits that ought to be running: of every condition of a decided request that is open."""
    return [wait_key(row.subject_key, row.number) for row in run(_BINDING)]


def facts(keys: Sequence[str]) -> Mapping[str, Facts]:
    """What superiors read beyond the subject's face: what was promised, and whether ordering waits for it."""
    subjects_named = {key.partition(":")[0] for key in keys}
    rows = run(_BINDING.where(_conditions.c.subject_key.in_(subjects_named)))
    return {key: _facts(row) for row in rows if (key := wait_key(row.subject_key, row.number)) in set(keys)}


def _running(keys: Sequence[str]) -> set[str]:
    rows = run(_BINDING.where(_conditions.c.subject_key.in_({key.partition(":")[0] for key in keys})))
    return {wait_key(row.subject_key, row.number) for row in rows}


def _facts(row: Any) -> Facts:
    kind = "before_order" if row.before_order else "dated"
    return [
        (Text("approval.condition.name"), row.text),
        (Text("approval.condition.kind"), Text(f"approval.condition.{kind}")),
    ]
