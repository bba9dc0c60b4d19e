"""One call to Slack: written down before it is made, and what each way it can end means for the message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Table, bindparam, insert, update

from collab.kernel.atomic import atomic
from collab.kernel.db import AnyRow, run
from collab.outbox.models import Attempt
from collab.outbox.registry import PAINT, kinds, owners
from collab.outbox.rules import pace, patience
from collab.outbox.rules.groups import members_of
from collab.outbox.service import alarms, cards, gates, groups, pacing
from collab.outbox.service.holding import Held, TakenOver
from collab.slack.client import Posted
from collab.slack.problems import Later, OurBug, SlackProblem, TargetBroken, Uncertain, Unknown, WorkspaceBroken

log = structlog.get_logger(__name__)
_attempts: Table = Attempt.__table__  # type: ignore[assignment]
_BEGIN = insert(_attempts)
_END = (
    update(_attempts)
    .where(_attempts.c.message_id == bindparam("message"), _attempts.c.number == bindparam("call"))
    .values(ended_at=bindparam("ended_at"), outcome=bindparam("outcome"), problem=bindparam("problem"))
)
OF_ONE_CHANNEL = frozenset({"ratelimited", "rate_limited", "external_channel_migrating"})
"""When a post is put off for these, other channels are not concerned."""

GONE = frozenset({"thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"})
"""Slack's words for what cannot be replied to (any more)."""


class Call(Protocol):
    """Something to ask of Slack on behalf of a message."""

    @property
    def method(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...
    def make(self) -> Posted: ...
    def remember(self, held: Held, posted: Posted, now: datetime) -> None: ...
    def came_late(self, held: Held, now: datetime) -> None: ...


@dataclass(frozen=True)
class Ended:
    """How an attempt ended: badly, and when; `lane` is what a pause would close."""

    held: Held
    number: int
    problem: SlackProblem
    now: datetime
    lane: str


def send(held: Held, call: Call, time: Callable[[], datetime]) -> None:
    """Commit the attempt, call, settle. Raises Shut and NotYet (nothing was called), TakenOver."""
    if not call.channel:
        return _unreachable(held, "no_slack_account", time())
    begun = time()
    number = _begin(held, call, begun)
    if time() > begun + patience.LATEST_CALL:
        raise TakenOver  # the database, or this process, stood still: by the end of the call the lease would be over
    try:
        posted = call.make()
    except SlackProblem as problem:
        return fail(held, call, number, problem, time())
    return _arrived(held, call, number, posted, time())


def _arrived(held: Held, call: Call, number: int, posted: Posted, now: datetime) -> None:
    try:
        with atomic():
            _end(held, number, "sent", None, now)
            held.move("arrive", now, problem=None)
            return call.remember(held, posted, now)
    except TakenOver:
        call.came_late(held, now)
        raise


def fail(held: Held, call: Call, number: int, problem: SlackProblem, now: datetime) -> None:
    """Write how the call ended and what follows, by the class of the problem."""
    to_one = call.method == pace.POST and problem.error in OF_ONE_CHANNEL
    lane = held.row.lane if to_one else pacing.method(call.method).key
    ended = Ended(held, number, problem, now, lane)
    log.warning("outbox.call_failed", message=held.row.id, kind=held.row.kind, error=problem.error, method=call.method)
    for kind, act in _ACTIONS.items():
        if isinstance(problem, kind):
            return act(ended)
    return _unknown(ended)


def _begin(held: Held, call: Call, now: datetime) -> int:
    """Commit that we are about to call, with what, before we do; the gates and the pace are looked at in the same breath."""
    number: int = held.row.attempts + 1
    change = {"attempts": number, "payload": dict(call.payload), "leased_until": now + patience.LEASE}
    with atomic():
        gates.check_open()
        pacing.take(pace.of_recipient(held.row.lane), pacing.method(call.method), now=now)
        held.move("call", now, **change)
        run(_BEGIN, {"message_id": held.row.id, "number": number, "started_at": now})
    return number


def _wait(ended: Ended) -> None:
    until = ended.now + pace.pause(ended.problem.retry_after)
    with atomic():
        _finish(ended, "put_off", due_at=until)
        pacing.close([ended.lane], until)


def _doubt(ended: Ended) -> None:
    """Slack may or may not have done it: look for it before anything else."""
    strikes = ended.held.row.strikes + 1
    with atomic():
        _finish(ended, "lose", strikes=strikes, looks=0, due_at=ended.now + patience.LOOKS[0])


def _target(ended: Ended) -> None:
    """Whom it is for cannot be reached in Slack: it stands in their inbox on the web, and the administrators hear once."""
    if ended.held.row.kind == PAINT:
        return _card_is_gone(ended)
    if ended.held.row.reply and ended.problem.error in GONE:
        with atomic():
            return _finish(ended, "drop")
    if members_of(ended.held.row.channel):
        return _not_together(ended)
    with atomic():
        if _goes_another_way(ended.held.row, ended.now):
            return _finish(ended, "drop")
        _finish(ended, "give_up")
        if ended.held.row.channel and owners.lost(ended.held.row.channel, ended.problem.error, ended.now):
            return None
        return alarms.unreachable(ended.held.row, ended.problem.error, now=ended.now)


def _goes_another_way(row: AnyRow, now: datetime) -> bool:
    """Whether its feature knows another way to whoever Slack does not reach, and has taken it."""
    kind = kinds.get(row.kind)
    return kind is not None and kind.unreached is not None and kind.unreached(row, now)


def _unreachable(held: Held, error: str, now: datetime) -> None:
    """Nothing was called: there is nobody in Slack to call for."""
    with atomic():
        if _goes_another_way(held.row, now):
            return held.move("drop", now, problem=error)
        held.move("give_up", now, problem=error)
        return alarms.unreachable(held.row, error, now=now)


def _not_together(ended: Ended) -> None:
    """The conversation they have in common cannot be written to: each hears alone."""
    with atomic():
        _finish(ended, "drop")
        groups.to_each(ended.held.row, "refused", ended.now)


def _card_is_gone(ended: Ended) -> None:
    """Somebody deleted the message, or closed its channel: there is nothing to keep true any more."""
    with atomic():
        _finish(ended, "drop")
        cards.forget(ended.held.row.args["card"])


def _workspace(ended: Ended) -> None:
    """Nothing was said and nobody can be told anything: shut the gate. The message did nothing wrong."""
    with atomic():
        _finish(ended, "put_back")
    gates.refused(ended.problem.error, now=ended.now)


def _bug(ended: Ended) -> None:
    """Slack refuses what we built: say it once in plain words, and tell ourselves."""
    log.error("outbox.our_bug", message=ended.held.row.id, error=ended.problem.error, detail=ended.problem.detail)
    if ended.held.row.plain:
        return _broken(ended)
    with atomic():
        return _finish(ended, "put_back", plain=True)


def _unknown(ended: Ended) -> None:
    """An error nobody documented counts as a lost answer once."""
    return _broken(ended) if ended.held.row.strikes else _doubt(ended)


def _broken(ended: Ended) -> None:
    with atomic():
        _finish(ended, "give_up")
        alarms.broken(ended.held.row, ended.problem.error, now=ended.now)


_ACTIONS: Mapping[type[SlackProblem], Callable[[Ended], None]] = {
    Later: _wait,
    Uncertain: _doubt,
    TargetBroken: _target,
    WorkspaceBroken: _workspace,
    OurBug: _bug,
    Unknown: _unknown,
}


def _finish(ended: Ended, verb: str, **change: Any) -> None:
    _end(ended.held, ended.number, type(ended.problem).__name__.lower(), ended.problem.error, ended.now)
    ended.held.move(verb, ended.now, problem=ended.problem.error, **change)


def _end(held: Held, number: int, outcome: str, problem: str | None, now: datetime) -> None:
    run(_END, {"message": held.row.id, "call": number, "ended_at": now, "outcome": outcome, "problem": problem})


def unprepared(held: Held, problem: SlackProblem, now: datetime) -> None:
    """Slack could not even say whom to write to: nothing was sent, so nothing can be doubted."""
    if isinstance(problem, WorkspaceBroken):
        with atomic():
            held.move("put_back", now, problem=problem.error)
        gates.refused(problem.error, now=now)
    if isinstance(problem, TargetBroken):
        return _unreachable(held, problem.error, now)
    wait = max(timedelta(seconds=problem.retry_after), patience.ASK_AGAIN)
    if isinstance(problem, Later) and problem.method:
        pacing.close([pacing.method(problem.method).key], now + min(wait, pace.LONGEST_PAUSE))
    strike = 0 if isinstance(problem, Later | Uncertain) else 1
    with atomic():
        return held.move(
            "put_off",
            now,
            due_at=now + min(wait, pace.LONGEST_PAUSE),
            problem=problem.error,
            strikes=held.row.strikes + strike,
        )
