"""After a lost answer: look for the message where it would be, before saying it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Table, func, select, update

from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox import queries
from collab.outbox.models import Attempt
from collab.outbox.registry import BUNDLE, PAINT, kinds
from collab.outbox.rules import pace, patience
from collab.outbox.rules.groups import members_of
from collab.outbox.service import alarms, cards, gates, groups, pacing, posting
from collab.outbox.service.holding import Held
from collab.slack import identity
from collab.slack.client import Posted, transport
from collab.slack.problems import CannotLook, OurBug, SlackProblem, TargetBroken, Unknown, WorkspaceBroken

log = structlog.get_logger(__name__)
_attempts: Table = Attempt.__table__  # type: ignore[assignment]


def look(held: Held, time: Callable[[], datetime]) -> None:
    """Find out what became of it: it is there, it is not there (yet), or nobody lets us look."""
    if held.row.kind == PAINT:
        return _again(held, time())  # replacing what a message shows twice is once
    if posting.was_mailed(held.row):
        return _again(
            held, time(), repeated=True
        )  # nobody can look into a mailbox: it goes again under the same Message-ID
    try:
        _take_a_look(time())
        posted = _found(held, time())
    except pacing.NotYet as wait:
        return _later(held, wait.at - time(), time())
    except CannotLook:
        return _without_history(held, time())
    except SlackProblem as problem:
        return _could_not_look(held, problem, time())
    if posted is not None:
        return _arrived(held, posted, time())
    return _missing(held, time())


def _take_a_look(now: datetime) -> None:
    with atomic():
        gates.check_open()
        pacing.take(pacing.method(pace.HISTORY), now=now)


def _group(held: Held, now: datetime) -> str | None:
    """The conversation of a group, None where it has none any more."""
    try:
        return groups.conversation(held.row, now)
    except groups.Apart:
        return None


def _found(held: Held, now: datetime) -> Posted | None:
    address = _group(held, now) if members_of(held.row.channel) else held.row.channel or _address(held)
    if not address:
        raise CannotLook("no_slack_account")
    return transport().find_delivery(address, held.row.delivery_id, _since(held), below=_below(held))


def _below(held: Held) -> str:
    """The card a reply was said below."""
    card = queries.find_card_above(held.row) if held.row.reply else None
    if held.row.reply and card is None:
        raise CannotLook("thread_not_found")
    return str(card.ts) if card else ""


def _address(held: Held) -> str | None:
    actor, _reader = identity.recipient_of(held.row.member_id)
    return identity.account_of(actor) if actor else None


def _since(held: Held) -> datetime:
    """A minute before the first attempt whose end we do not know: Slack's clock is not ours."""
    doubtful = (_attempts.c.message_id == held.row.id) & _attempts.c.outcome.in_(("uncertain", "unknown"))
    first = db.session.scalar(select(func.min(_attempts.c.started_at)).where(doubtful))
    began: datetime = first or held.row.created_at
    return began - patience.LOOK_BEFORE


def _arrived(held: Held, posted: Posted, now: datetime) -> None:
    log.info("outbox.found", message=held.row.id, looks=held.row.looks + 1)
    doubtful = (_attempts.c.message_id == held.row.id) & _attempts.c.outcome.in_(("uncertain", "unknown"))
    with atomic():
        db.session.execute(update(_attempts).where(doubtful).values(outcome="found"))
        held.move("find", now, problem=None)
        cards.tell_arrival(held.row, now)
        if kinds[held.row.kind].is_card and not held.row.plain:
            cards.keep(held.row, posted, held.row.payload, 0, now)


def _missing(held: Held, now: datetime) -> None:
    looks = held.row.looks + 1
    if looks < len(patience.LOOKS):
        with atomic():
            return held.move("miss", now, looks=looks, due_at=now + patience.LOOKS[looks])
    return _again(held, now)


def _without_history(held: Held, now: datetime) -> None:
    """Nobody lets us look. What somebody must act on is said again, and says so; the rest is not repeated."""
    if _must_arrive(held):
        return _again(held, now, repeated=True)
    with atomic():
        return held.move("give_up", now, problem="answer_lost")


def _must_arrive(held: Held) -> bool:
    """A bundle must arrive if any of its parts must."""
    if held.row.kind != BUNDLE:
        return kinds[held.row.kind].must_arrive
    return any(kinds[part.kind].must_arrive for part in queries.list_parts(held.row.id))


def _again(held: Held, now: datetime, *, repeated: bool = False) -> None:
    with atomic():
        if held.row.strikes >= patience.MOST_STRIKES:
            held.move("give_up", now, problem="too_many_attempts")
            return alarms.broken(held.row, "too_many_attempts", now=now)
        again = {} if held.row.strikes < 2 else {"due_at": patience.after_strike(held.row.strikes, now)}
        return held.move("put_back", now, looks=0, repeated=repeated or held.row.repeated, **again)


def _could_not_look(held: Held, problem: SlackProblem, now: datetime) -> None:
    if isinstance(problem, WorkspaceBroken):
        _later(held, timedelta(0), now)
        gates.refused(problem.error, now=now)
    if isinstance(problem, TargetBroken):
        return _again(held, now)  # the place is gone: saying it again will tell
    if isinstance(problem, Unknown | OurBug) or held.row.strikes >= patience.MOST_STRIKES:
        return _without_history(held, now)
    wait = pace.pause(max(problem.retry_after, 5))
    if problem.retry_after:
        pacing.close([pacing.method(pace.HISTORY).key], now + wait)
        return _later(held, wait, now)
    return _later(held, wait, now, strikes=held.row.strikes + 1)


def _later(held: Held, wait: timedelta, now: datetime, **change: int) -> None:
    with atomic():
        held.move("miss", now, due_at=now + wait, **change)
